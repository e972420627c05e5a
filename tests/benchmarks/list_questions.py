"""What officers ask intake's lists for every day, and as whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.intake.inbox import Asked, Whose
from services.intake.search import Filters
from shared.identity import EVERYWHERE, Principal, Role
from tests.benchmarks.many_dossiers import agencies, department_of_five, names, officer_of

VARIANTS = 40
"""So many different questions of each kind, asked in turn."""
SYLLABLES_MIN = 3
"""Fewer are refused where nothing else narrows a search."""


@dataclass(frozen=True)
class Question:
    """Something an officer asks, in many variants; each as its caller may ask it."""

    name: str
    variants: Sequence[tuple[Principal, Filters | Asked]]
    answered: bool = True


def questions() -> list[Question]:
    """What lists are asked for every day."""
    communes = agencies()[:VARIANTS]
    people = [name for name in names() if len(name.split()) >= SYLLABLES_MIN][:VARIANTS]
    soon = datetime.now(UTC) + timedelta(days=3)
    department, client, province = _of(department_of_five()), _of("H20"), _of(EVERYWHERE)
    return [
        Question("commune, newest", [(_of(one), Filters()) for one in communes]),
        Question("commune, one status", [(_of(one), Filters(status=4)) for one in communes]),
        Question(
            "commune, by due date", [(_of(one), Filters(due_before=soon)) for one in communes]
        ),
        Question(
            "commune, one procedure",
            [(_of(one), Filters(procedure=f"1.{n + 1:06}")) for n, one in enumerate(communes)],
        ),
        Question("department of 5, newest", [(department, Filters())]),
        Question("department of 5, by due date", [(department, Filters(due_before=soon))]),
        Question("170 agencies, newest", [(client, Filters())]),
        Question("170 agencies, by due date", [(client, Filters(due_before=soon))]),
        Question("province, newest", [(province, Filters())]),
        Question("province, by due date", [(province, Filters(due_before=soon))]),
        Question(
            "inbox of an officer",
            [(_of(one, officer_of(one)), Asked(Whose.MINE)) for one in communes],
        ),
        Question("inbox of an agency", [(_of(one), Asked(Whose.AGENCY)) for one in communes]),
        Question("full name, province", [(province, Filters(name=name)) for name in people]),
        Question("3 last syllables, province", _named(province, people, 3)),
        Question("2 last syllables, commune", _named(_of(communes[0]), people, 2)),
        Question("1 syllable, commune", _named(_of(communes[0]), people, 1)),
        Question("2 commonest, province", [(province, Filters(name="nguyễn văn"))], answered=False),
    ]


def _of(agency: str, subject: str = "bench") -> Principal:
    return Principal(subject, frozenset({Role.SPECIALIST}), (agency,))


def _named(
    who: Principal, people: Sequence[str], syllables: int
) -> list[tuple[Principal, Filters | Asked]]:
    return [(who, Filters(name=" ".join(name.split()[-syllables:]))) for name in people]
