"""Views of integrity signals."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.sla.schemas.reports import Period, Rate, rate
from services.sla.signals.definitions import Code
from services.sla.signals.reading import Counted
from shared.times import LocalDateTime


class AgencySignalView(BaseModel):
    """What a signal found at one agency, beside the results of the period."""

    agency: str
    found: Rate


class SignalView(BaseModel):
    """A signal, its rule and law, and how often it was found; a sign is not a verdict."""

    code: Code
    title: str
    rule: str
    law: str
    parameter: str | None
    threshold: int | None
    found: Rate
    agencies: list[AgencySignalView]


class SignalsView(BaseModel):
    """All signals of a period; a rate's denominator is the results of that period."""

    period: Period
    agency: str | None
    signals: list[SignalView]


class SignalDossierView(BaseModel):
    """A dossier that a signal speaks of: when it showed, and the due before."""

    dossier: UUID
    code: str
    agency: str
    procedure: str
    at: LocalDateTime
    due_at: LocalDateTime | None
    ended_at: LocalDateTime | None
    returned_at: LocalDateTime | None
    earlier: UUID | None


def signal_view(counted: Counted) -> SignalView:
    """Show a signal; agencies at which it found nothing are left out."""
    return SignalView(
        **counted.signal._asdict(),
        threshold=counted.threshold,
        found=rate(counted.found, counted.resolved),
        agencies=[
            AgencySignalView(agency=agency, found=rate(found, resolved))
            for agency, (found, resolved) in counted.by_agency.items()
            if found
        ],
    )


def signal_dossier_view(row: Mapping[str, Any]) -> SignalDossierView:
    """Show a row of `signals.reading`."""
    return SignalDossierView.model_validate(dict(row))
