"""Turns a followed life into the rows of intake's tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.intake import names
from services.intake.history.lines import UNKNOWN_OFFICER
from services.intake.history.lives import Life, Rules
from services.intake.history.pinning import Pinned
from services.intake.lifecycle import Status
from services.intake.models import PartyRole
from services.intake.views import FILE, sealed_for
from shared.personal_data import Vault

SEQUENCE: Final = 1
"""A life is told as one event, the first of its dossier."""

COLUMNS: Final[dict[str, Sequence[str]]] = {
    "dossier": (
        "id", "code", "sequence", "status", "procedure", "procedure_version", "field", "case_id",
        "channel", "way_of_return", "receiving_agency", "competent_agency", "support_agency",
        "agency_level", "filed_at", "accepted_at", "counts_from", "resolved_at", "returned_at",
        "ended_at", "outcome", "limit_row", "limit_value", "limit_unit", "same_day", "calendar",
        "calendar_version", "due_at", "paused_for", "paused_at", "supplement_requests",
        "supplement_flagged", "payment_demands", "steps",
    ),
    "party": (
        "dossier_id", "role", "kind", "name", "name_key", "keys", "agency", "filed_at", "sealed",
        "key_id", "identity_hash", "phone_hash",
    ),
    "transition": (
        "dossier_id", "number", "entry", "action", "status_before", "status_after", "actor",
        "happened_at", "ground",
    ),
    "step": (
        "dossier_id", "number", "name", "unit", "officer", "next_unit", "completed_at",
    ),
    "supplement_request": (
        "dossier_id", "number", "before_acceptance", "override_ground", "requested_by",
        "requested_at", "supplemented_at",
    ),
    "supplement_item": ("dossier_id", "number", "component", "reason"),
    "payment_demand": (
        "dossier_id", "number", "amount", "currency", "reason", "paid", "payments", "demanded_at",
        "settled_at",
    ),
    "payment": (
        "dossier_id", "demand", "number", "amount", "means", "received_by", "received_at",
    ),
}  # fmt: skip
"""Tables in the order in which they may be filled, and what a history knows of each."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A line that may be written."""

    id: UUID
    life: Life
    rules: Rules
    pinned: Pinned


Row = tuple[Any, ...]


def dossier(ready: Ready) -> Row:
    """The dossier as its history leaves it."""
    life, rules, pinned = ready.life, ready.rules, ready.pinned
    line, head = life.line, rules.head
    accepted, limit = life.promise, rules.terms.limit
    calendar = rules.working_time.calendar
    return (
        ready.id, line.code, SEQUENCE, int(life.status), head["procedure"],
        head["procedure_version"], head["field"], pinned.case, line.channel, line.way_of_return,
        line.agency, head["competent_agency"], line.support_agency, str(rules.agency_level),
        line.filed_at, life.accepted_at, accepted.counts_from if accepted else None,
        life.resolved_at, life.returned_at, life.ended_at, life.outcome, pinned.row,
        limit.value if limit else None, str(limit.unit) if limit else None, rules.terms.same_day,
        calendar.code if accepted else None, calendar.version if accepted else None, life.due_at,
        life.paused_for, life.paused_at, len(life.requests), len(life.requests) > 1,
        len(life.demands), len(life.steps),
    )  # fmt: skip


def party(ready: Ready, vault: Vault) -> Row:
    """The owner, sealed."""
    person = ready.life.line.applicant
    key = names.name_key(person.name)
    sealed = vault.seal(
        {
            "identity_number": person.identity_number,
            "phone": person.phone,
            "email": person.email,
            "address": person.address,
        },
        of=sealed_for(ready.id, PartyRole.OWNER),
    )
    return (
        ready.id, PartyRole.OWNER, person.kind, person.name, key, names.stored_keys(key),
        ready.rules.head["competent_agency"], ready.life.line.filed_at, sealed, vault.current,
        vault.hash(person.identity_number), vault.hash(person.phone),
    )  # fmt: skip


def transitions(ready: Ready) -> Iterator[Row]:
    """The log, numbered inside the one fact that tells it all."""
    line = ready.life.line
    yield (
        ready.id,
        SEQUENCE,
        0,
        FILE,
        None,
        int(Status.FILED),
        UNKNOWN_OFFICER,
        line.filed_at,
        None,
    )
    for entry, (happened, before, after) in enumerate(ready.life.log, start=1):
        yield (
            ready.id, SEQUENCE, entry, str(happened.action), int(before), int(after),
            happened.officer, happened.at, happened.ground,
        )  # fmt: skip


def steps(ready: Ready) -> Iterator[Row]:
    """The finished steps."""
    for number, step in enumerate(ready.life.steps, start=1):
        yield (ready.id, number, step.step, step.unit, step.officer, step.next_unit, step.at)


def supplement_requests(ready: Ready) -> Iterator[Row]:
    """What was asked for, and when it came."""
    for number, (asked, before_acceptance, came) in enumerate(ready.life.requests, start=1):
        ground = asked.ground if number > 1 else None
        yield (
            ready.id, number, before_acceptance, ground, asked.officer, asked.at,
            came.at if came else None,
        )  # fmt: skip


def supplement_items(ready: Ready) -> Iterator[Row]:
    """The components of each request."""
    for number, (asked, _, _) in enumerate(ready.life.requests, start=1):
        for component in dict.fromkeys(asked.components):
            yield (ready.id, number, component, asked.ground)


def payment_demands(ready: Ready) -> Iterator[Row]:
    """What was to be paid, and whether it was."""
    for number, (demand, paid) in enumerate(ready.life.demands, start=1):
        sum_paid = min(demand.amount, sum(payment.amount for payment in paid))
        settled_at = paid[-1].at if paid and sum_paid == demand.amount else None
        yield (
            ready.id, number, demand.amount, demand.currency, demand.ground, sum_paid, len(paid),
            demand.at, settled_at,
        )  # fmt: skip


def payments(ready: Ready) -> Iterator[Row]:
    """The money received."""
    for demand, (_, paid) in enumerate(ready.life.demands, start=1):
        for number, payment in enumerate(paid, start=1):
            yield (
                ready.id, demand, number, payment.amount, payment.means, payment.officer,
                payment.at,
            )  # fmt: skip
