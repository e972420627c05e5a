"""Follows a history line through the same table of transitions that officers' actions obey."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from services.intake.history.lines import HistoryEntry, HistoryLine, LineError
from services.intake.lifecycle import Action, IllegalAction, Status, next_status
from services.intake.models import Pause
from services.intake.promise import Promise, Terms, due_after_pause, promise
from shared import events
from shared.events import AgencyLevel, PauseEnd
from shared.working_time import WorkingTime


@dataclass(slots=True)
class Life:
    """A dossier as its history leaves it, with every fact and log line on the way."""

    line: HistoryLine
    status: Status = Status.FILED
    promise: Promise | None = None
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    resolved_at: datetime | None = None
    returned_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    paused_for: Pause | None = None
    paused_at: datetime | None = None
    facts: list[dict[str, Any]] = field(default_factory=list)
    log: list[tuple[HistoryEntry, Status, Status]] = field(default_factory=list)
    requests: list[tuple[HistoryEntry, bool, HistoryEntry | None]] = field(default_factory=list)
    demands: list[tuple[HistoryEntry, list[HistoryEntry]]] = field(default_factory=list)
    steps: list[HistoryEntry] = field(default_factory=list)

    @property
    def suspended(self) -> bool:
        """Whether it is stopped only for a while."""
        return self.paused_for is Pause.SUSPENSION

    def tell(self, fact: type[events.Event], **data: Any) -> None:
        """Add a fact in the form in which it travels inside `dossier.imported`."""
        told = {name: value for name, value in data.items() if value is not None}
        self.facts.append({"type": fact.type, **told})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a life needs from outside: what it is pinned to, and how time is counted for it."""

    head: Mapping[str, Any]
    """What filing and acceptance tell alike: code, procedure, agencies, channel."""
    agency_level: AgencyLevel
    terms: Terms
    working_time: WorkingTime
    components: frozenset[str]
    pause_end: PauseEnd


def follow(line: HistoryLine, rules: Rules) -> Life:
    """Live the line's life; raises LineError where the law's table does not let it go on."""
    life = Life(line)
    if not (line.life and line.life[0].action is Action.ACCEPT):
        life.tell(events.DossierFiled, **rules.head, filed_at=line.filed_at)
    for entry in line.life:
        before = life.status
        try:
            life.status = next_status(
                before,
                entry.action,
                accepted=life.accepted_at is not None,
                suspended=life.suspended,
                settled=_settles(life, entry),
                for_good=entry.ended,
            )
        except IllegalAction as refused:
            raise LineError("illegal_action", str(refused)) from refused
        _LIVED[entry.action](life, entry, rules)
        life.log.append((entry, before, life.status))
    return life


def _settles(life: Life, entry: HistoryEntry) -> bool:
    if entry.action is not Action.RECEIVE_PAYMENT or not life.demands:
        return False
    demand, paid = life.demands[-1]
    return sum(payment.amount for payment in paid) + entry.amount >= demand.amount


def _accept(life: Life, entry: HistoryEntry, rules: Rules) -> None:
    made = life.promise = promise(
        rules.working_time,
        rules.terms,
        filed_at=life.line.filed_at,
        accepted_at=entry.at,
        channel=life.line.channel,
    )
    life.accepted_at, life.due_at = entry.at, made.due_at
    calendar, limit = rules.working_time.calendar, rules.terms.limit
    life.tell(
        events.DossierAccepted,
        **rules.head,
        agency_level=rules.agency_level,
        filed_at=life.line.filed_at,
        accepted_at=entry.at,
        counts_from=made.counts_from,
        limit={"value": str(limit.value), "unit": limit.unit} if limit else None,
        same_day=rules.terms.same_day,
        calendar=calendar.code,
        calendar_version=calendar.version,
        due_at=made.due_at,
    )


def _refuse_intake(life: Life, entry: HistoryEntry, _: Rules) -> None:
    life.ended_at = entry.at
    life.tell(events.DossierIntakeRefused, refused_at=entry.at, ground=entry.ground)


def _request_supplement(life: Life, entry: HistoryEntry, rules: Rules) -> None:
    unknown = set(entry.components) - rules.components
    if unknown:
        raise LineError("component_unknown", f"Không có thành phần: {', '.join(sorted(unknown))}")
    before_acceptance = life.accepted_at is None
    life.requests.append((entry, before_acceptance, None))
    life.paused_for, life.paused_at = Pause.SUPPLEMENT, entry.at
    life.tell(
        events.DossierSupplementRequested,
        number=len(life.requests),
        components=entry.components,
        before_acceptance=before_acceptance,
        override_ground=entry.ground if len(life.requests) > 1 else None,
        requested_at=entry.at,
    )


def _provide_supplement(life: Life, entry: HistoryEntry, rules: Rules) -> None:
    request, before_acceptance, _ = life.requests[-1]
    life.requests[-1] = (request, before_acceptance, entry)
    moved = _resume(life, entry, rules, rules.pause_end)
    life.tell(
        events.DossierSupplemented,
        number=len(life.requests),
        before_acceptance=before_acceptance,
        supplemented_at=entry.at,
        pause_end=rules.pause_end,
        **moved,
    )


def _demand_payment(life: Life, entry: HistoryEntry, _: Rules) -> None:
    life.demands.append((entry, []))
    life.paused_for, life.paused_at = Pause.PAYMENT, entry.at
    life.tell(
        events.DossierPaymentDemanded,
        number=len(life.demands),
        amount=entry.amount,
        currency=entry.currency,
        demanded_at=entry.at,
    )


def _receive_payment(life: Life, entry: HistoryEntry, rules: Rules) -> None:
    settled = life.status is Status.PROCESSING
    life.demands[-1][1].append(entry)
    moved = _resume(life, entry, rules, PauseEnd.EXTEND) if settled else {}
    life.tell(
        events.DossierPaymentReceived,
        number=len(life.demands),
        amount=entry.amount,
        currency=entry.currency,
        means=entry.means,
        settled=settled,
        received_at=entry.at,
        **moved,
    )


def _resume(life: Life, entry: HistoryEntry, rules: Rules, pause_end: PauseEnd) -> dict[str, Any]:
    """End the wait; tell how an accepted dossier's due date moved."""
    since, life.paused_for, life.paused_at = life.paused_at, None, None
    due_before = life.due_at
    if life.promise is None or since is None:
        return {}
    life.due_at = due_after_pause(
        rules.working_time,
        rules.terms,
        due_before,
        since=since,
        until=entry.at,
        pause_end=pause_end,
    )
    calendar = rules.working_time.calendar
    return {
        "calendar": calendar.code,
        "calendar_version": calendar.version,
        "due_before": due_before,
        "due_at": life.due_at,
    }


def _resume_suspended(life: Life, entry: HistoryEntry, rules: Rules) -> None:
    life.tell(
        events.DossierResumed,
        ground=entry.ground,
        resumed_at=entry.at,
        **_resume(life, entry, rules, PauseEnd.EXTEND),
    )


def _complete_step(life: Life, entry: HistoryEntry, _: Rules) -> None:
    life.steps.append(entry)
    life.tell(
        events.DossierStepCompleted,
        step=len(life.steps),
        name=entry.step,
        unit=entry.unit,
        officer=entry.officer,
        next_unit=entry.next_unit,
        completed_at=entry.at,
    )


def _resolve(life: Life, entry: HistoryEntry, _: Rules) -> None:
    life.resolved_at = life.ended_at = entry.at
    life.outcome = entry.outcome
    life.tell(events.DossierResolved, outcome=entry.outcome, resolved_at=entry.at)


def _recall(life: Life, entry: HistoryEntry, _: Rules) -> None:
    life.resolved_at = life.ended_at = life.outcome = None
    life.tell(events.DossierResultRecalled, ground=entry.ground, recalled_at=entry.at)


def _return(life: Life, entry: HistoryEntry, _: Rules) -> None:
    life.returned_at = entry.at
    way = entry.way_of_return or life.line.way_of_return
    life.tell(events.DossierReturned, way_of_return=way, returned_at=entry.at)


def _withdraw(life: Life, entry: HistoryEntry, _: Rules) -> None:
    life.paused_for, life.paused_at, life.ended_at = None, None, entry.at
    life.tell(
        events.DossierWithdrawn,
        after_acceptance=life.accepted_at is not None,
        withdrawn_at=entry.at,
    )


def _stop(life: Life, entry: HistoryEntry, _: Rules) -> None:
    if entry.ended:
        life.paused_for, life.paused_at, life.ended_at = None, None, entry.at
    else:
        life.paused_for, life.paused_at = Pause.SUSPENSION, entry.at
    life.tell(events.DossierStopped, ground=entry.ground, ended=entry.ended, stopped_at=entry.at)


_LIVED: Mapping[Action, Callable[[Life, HistoryEntry, Rules], None]] = MappingProxyType(
    {
        Action.ACCEPT: _accept,
        Action.REFUSE_INTAKE: _refuse_intake,
        Action.REQUEST_SUPPLEMENT: _request_supplement,
        Action.PROVIDE_SUPPLEMENT: _provide_supplement,
        Action.COMPLETE_STEP: _complete_step,
        Action.DEMAND_PAYMENT: _demand_payment,
        Action.RECEIVE_PAYMENT: _receive_payment,
        Action.RESOLVE: _resolve,
        Action.RECALL_RESULT: _recall,
        Action.RETURN_RESULT: _return,
        Action.WITHDRAW: _withdraw,
        Action.STOP: _stop,
        Action.RESUME: _resume_suspended,
    }
)
"""What each action of a history does to the life."""
