"""Turns rows into what is shown."""

from collections.abc import Sequence

from services.intake.lifecycle import Action, Status, label_of
from services.intake.models import Dossier, Party, Transition
from services.intake.schemas.views import (
    ActionView,
    DossierView,
    PersonView,
    StatusView,
    TransitionView,
    WaitingView,
)
from shared import personal_data
from shared.events import Channel, LimitUnit, Outcome, PublishedLimit, WayOfReturn
from shared.personal_data import Vault

FILED_LABEL = "Nộp hồ sơ"
FILE = "file"
"""The log's name of the first line, which no transition of the table makes."""


def status_view(status: Status) -> StatusView:
    """A status with its name."""
    return StatusView(code=int(status), name=status.label)


def dossier_view(dossier: Dossier) -> DossierView:
    """A dossier; while it waits, no due date counts and none is shown."""
    waiting = dossier.paused_at is not None
    return DossierView(
        id=dossier.id,
        code=dossier.code,
        status=status_view(dossier.status),
        procedure=dossier.procedure,
        version=dossier.procedure_version,
        field=dossier.field,
        case=dossier.case_id,
        channel=Channel(dossier.channel),
        way_of_return=WayOfReturn(dossier.way_of_return),
        receiving_agency=dossier.receiving_agency,
        competent_agency=dossier.competent_agency,
        support_agency=dossier.support_agency,
        filed_at=dossier.filed_at,
        accepted_at=dossier.accepted_at,
        counts_from=dossier.counts_from,
        limit=limit_of(dossier),
        limit_row=dossier.limit_row,
        same_day=dossier.same_day,
        calendar=dossier.calendar,
        calendar_version=dossier.calendar_version,
        due_at=None if waiting else dossier.due_at,
        resolved_at=dossier.resolved_at,
        outcome=Outcome(dossier.outcome) if dossier.outcome else None,
        returned_at=dossier.returned_at,
        ended_at=dossier.ended_at,
        waiting=_waiting(dossier),
        supplement_requests=dossier.supplement_requests,
        supplement_flagged=dossier.supplement_flagged,
        no_slip=dossier.no_slip,
        holding_unit=dossier.holding_unit,
        holding_officer=dossier.holding_officer,
        allowed_actions=action_views(dossier.allowed),
        sequence=dossier.sequence,
    )


def action_views(actions: Sequence[Action]) -> list[ActionView]:
    """Actions with their labels."""
    return [ActionView(action=str(action), label=action.label) for action in actions]


def limit_of(dossier: Dossier) -> PublishedLimit | None:
    """The limit pinned at acceptance."""
    if dossier.limit_value is None or dossier.limit_unit is None:
        return None
    return PublishedLimit(value=dossier.limit_value, unit=LimitUnit(dossier.limit_unit))


def person_view(party: Party, vault: Vault, *, unmask: bool) -> PersonView:
    """A party, masked or in clear."""
    data = vault.open(
        party.sealed, key_id=party.key_id, of=sealed_for(party.dossier_id, party.role)
    )
    shown = data if unmask else personal_data.masked(data)
    return PersonView(name=party.name, kind=party.kind, **shown)


def sealed_for(dossier_id: object, role: str) -> str:
    """What a party's sealed data is bound to, so that it cannot be moved to another row."""
    return f"{dossier_id}/{role}"


def transition_view(line: Transition) -> TransitionView:
    """A line of the log."""
    filed = line.action == FILE
    return TransitionView(
        number=line.number,
        action=line.action,
        label=FILED_LABEL if filed else label_of(line.action),
        before=status_view(Status(line.status_before)) if line.status_before else None,
        after=status_view(Status(line.status_after)),
        actor=line.actor,
        happened_at=line.happened_at,
        ground=line.ground,
    )


def _waiting(dossier: Dossier) -> WaitingView | None:
    if dossier.paused_for is None or dossier.paused_at is None:
        return None
    return WaitingView(reason=dossier.paused_for, since=dossier.paused_at)
