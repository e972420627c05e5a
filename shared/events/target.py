"""Facts about targets of plans, told by procedures."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from shared.events.envelope import Event
from shared.events.vocabulary import AgencyLevel


class TargetChanged(Event):
    """A target says this from `effective_from` on; the same day again replaces what was said.

    `threshold` is counted in `unit` (`percent`, `minute`, `dossier`); there is none where the
    figure is held against the period before. No `agency` means the whole nation, no `levels` all.
    """

    type: ClassVar = "target.changed.v1"

    code: str
    effective_from: date
    title: str
    formula: str
    comparison: str
    threshold: Decimal | None = None
    unit: str
    agency: str | None = None
    levels: tuple[AgencyLevel, ...] = ()
    period_from: date
    period_to: date | None = None
    evaluated: bool
    source: str
