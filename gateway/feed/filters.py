"""Which events somebody may have and wants: as broker subjects, and as the rule that decides."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.delivery.incoming import Incoming
from shared.errors import NotFound, Unprocessable
from shared.events import EVENTS, NATIONAL, SUBJECT_ROOT
from shared.identity import EVERYWHERE, Principal, covered

SUBJECTS_MAX = 64
"""More make the broker compare too much: then it filters by agency and we by type."""

VALUES_MAX = 20
AGENCY = re.compile(r"[A-Za-z0-9_-]{1,20}(\.[A-Za-z0-9_-]{1,20}){0,9}")
ANY_TYPE = "*.*"


@dataclass(frozen=True, slots=True)
class Filter:
    """Agency subtrees (`*`: all), and types and procedures, of which none means any.

    The agency of an event is the one in its envelope: of a dossier the agency that decides.
    """

    agencies: tuple[str, ...]
    types: frozenset[str] = frozenset()
    procedures: frozenset[str] = frozenset()

    def subjects(self) -> list[str]:
        """The broker's subjects, without overlaps, which it refuses; they may match too much."""
        kinds = sorted({event_type.rpartition(".")[0] for event_type in self.types})
        kinds = kinds or [ANY_TYPE]
        if EVERYWHERE in self.agencies:
            return [f"{SUBJECT_ROOT}.{kind}.>" for kind in kinds]
        agencies = _topmost(self.agencies)
        if 2 * len(kinds) * len(agencies) > SUBJECTS_MAX:
            kinds = [ANY_TYPE]
        return [
            f"{SUBJECT_ROOT}.{kind}.{agency}{below}"
            for kind in kinds
            for agency in agencies
            for below in ("", ".>")
        ]

    def matches(self, event: Incoming) -> bool:
        """Tell whether the event is let through; what cannot be read never is."""
        agency = event.message.get("agency")
        return (
            isinstance(agency, str)
            and covered(agency, self.agencies)
            and (not self.types or event.type in self.types)
            and (not self.procedures or _procedure(event) in self.procedures)
        )


def granted(
    principal: Principal,
    *,
    types: Iterable[str] = (),
    agencies: Iterable[str] = (),
    procedures: Iterable[str] = (),
) -> Filter:
    """What the caller asks for inside what the caller may have.

    Without agencies that is the caller's whole scope and the facts of the whole country (`VN`:
    catalogue and calendars). Raises NotFound for an agency beyond the scope, Unprocessable for a
    type that does not exist.
    """
    types, asked, procedures = frozenset(types), tuple(agencies), frozenset(procedures)
    if unknown := types - EVENTS.keys():
        raise Unprocessable(f"Không có loại sự kiện {min(unknown)}.", code="event_type_unknown")
    for agency in asked:
        known = AGENCY.fullmatch(agency) and (principal.covers(agency) or agency == NATIONAL)
        if not known:
            raise NotFound(f"Không có cơ quan {agency}.", code="agency_unknown")
    return Filter(asked or scope_of(principal), types, procedures)


def scope_of(principal: Principal) -> tuple[str, ...]:
    """The agency subtrees whose events the caller may have."""
    if principal.everywhere:
        return (EVERYWHERE,)
    held = {agency for agency in principal.agencies if AGENCY.fullmatch(agency)}
    return (*sorted(held), NATIONAL)


def _topmost(agencies: Iterable[str]) -> list[str]:
    """Leave out agencies that lie below another one of them."""
    given = sorted(set(agencies))
    return [one for one in given if not any(one.startswith(f"{other}.") for other in given)]


def _procedure(event: Incoming) -> Any:
    """The procedure an event is about: told by its envelope or its data."""
    message = event.message
    if "procedure" in message:
        return message["procedure"]
    data = message.get("data", {})
    return data.get("code" if event.type.startswith("procedure.") else "procedure")
