"""Facts of an accepted dossier by the time at which they happen."""

from typing import Any

from shared.events import (
    DossierResolved,
    DossierSupplemented,
    DossierSupplementRequested,
    Outcome,
    PauseEnd,
)
from tests.sla.factories import CALENDAR, at


def asked(text: str, number: int = 1) -> DossierSupplementRequested:
    return DossierSupplementRequested(
        number=number, components=("c1",), before_acceptance=False, requested_at=at(text)
    )


def given(text: str, mode: PauseEnd = PauseEnd.EXTEND, **changed: Any) -> DossierSupplemented:
    values: dict[str, Any] = {
        "number": 1,
        "before_acceptance": False,
        "supplemented_at": at(text),
        "pause_end": mode,
        "calendar": CALENDAR,
        "calendar_version": 1,
    }
    return DossierSupplemented(**(values | changed))


def resolved(text: str) -> DossierResolved:
    return DossierResolved(outcome=Outcome.APPROVED, resolved_at=at(text))
