"""What may happen next to an accepted dossier, one fact at a time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.events import (
    ApologyIssued,
    ApologyKind,
    DeadlineExtended,
    DossierPaymentDemanded,
    DossierPaymentReceived,
    DossierResolved,
    DossierResultRecalled,
    DossierResumed,
    DossierReturned,
    DossierStopped,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierTransferred,
    DossierWithdrawn,
    Event,
    Outcome,
    PauseEnd,
    WayOfReturn,
)
from tests.sla.factories import CALENDAR
from tests.sla.raw_lives.telling import AGENCIES, Telling

DECISIONS = (DeadlineExtended, ApologyIssued)
"""What sla itself tells; it may come too late, when the dossier has ended."""


def choices(telling: Telling) -> Sequence[Callable[[Telling], None]]:
    """Tell which steps may follow the last fact; one named twice is twice as likely."""
    decisions = () if telling.imported else (_extend, _apologise)
    last = next(fact for fact in reversed(telling.facts) if not isinstance(fact, DECISIONS))
    if isinstance(last, DossierResolved):
        return (_return, _recall, _recall, *decisions)
    if telling.open:
        waiting = (_close, _close, _close, _demand, _partly_pay, _stop, _withdraw, _resolve)
        return (*waiting, *decisions)
    running = (_ask, _demand, _suspend, _resolve, _resolve, _withdraw, _stop, _transfer, _transfer)
    return (*running, *decisions)


def _ask(telling: Telling) -> None:
    number = _open(telling, "supplement")
    telling.facts.append(
        DossierSupplementRequested(
            number=number,
            components=("c1",),
            before_acceptance=False,
            requested_at=telling.later(),
        )
    )


def _demand(telling: Telling) -> None:
    number = _open(telling, "payment")
    telling.facts.append(
        DossierPaymentDemanded(
            number=number, amount=10000, currency="VND", demanded_at=telling.later()
        )
    )


def _suspend(telling: Telling) -> None:
    _open(telling, "suspension")
    telling.facts.append(
        DossierStopped(ground="chờ toà án", ended=False, stopped_at=telling.later())
    )


def _open(telling: Telling, kind: str) -> int:
    telling.numbers[kind] += 1
    number = telling.numbers[kind]
    telling.open.append((kind, number))
    return number


def _close(telling: Telling) -> None:
    kind, number = telling.open.pop(telling.chance.randrange(len(telling.open)))
    at = telling.later()
    pinned: dict[str, Any] = {"calendar": CALENDAR, "calendar_version": 1}
    pinned |= telling.told_due(at)
    if kind == "supplement":
        mode = telling.chance.choice(list(PauseEnd))
        fact: Event = DossierSupplemented(
            number=number, before_acceptance=False, supplemented_at=at, pause_end=mode, **pinned
        )
    elif kind == "payment":
        fact = _payment(number, at, settled=True, **pinned)
    else:
        fact = DossierResumed(ground="tiếp tục", resumed_at=at, **pinned)
    telling.facts.append(fact)


def _partly_pay(telling: Telling) -> None:
    telling.facts.append(_payment(1, telling.later(), settled=False))


def _payment(number: int, at: datetime, *, settled: bool, **pinned: Any) -> Event:
    return DossierPaymentReceived(
        number=number,
        amount=10000,
        currency="VND",
        means="cash",
        settled=settled,
        received_at=at,
        **pinned,
    )


def _resolve(telling: Telling) -> None:
    telling.open.clear()
    outcome = telling.chance.choice(list(Outcome))
    telling.facts.append(DossierResolved(outcome=outcome, resolved_at=telling.later()))


def _return(telling: Telling) -> None:
    telling.over = True
    telling.facts.append(
        DossierReturned(way_of_return=WayOfReturn.COUNTER, returned_at=telling.later())
    )


def _recall(telling: Telling) -> None:
    telling.facts.append(DossierResultRecalled(ground="sai sót", recalled_at=telling.later()))


def _withdraw(telling: Telling) -> None:
    telling.over = True
    telling.facts.append(DossierWithdrawn(after_acceptance=True, withdrawn_at=telling.later()))


def _stop(telling: Telling) -> None:
    telling.over = True
    telling.facts.append(DossierStopped(ground="theo đơn", ended=True, stopped_at=telling.later()))


def _transfer(telling: Telling) -> None:
    to_agency = telling.chance.choice(AGENCIES)
    telling.facts.append(
        DossierTransferred(
            from_agency=telling.agency, to_agency=to_agency, transferred_at=telling.later()
        )
    )
    telling.agency = to_agency


def _extend(telling: Telling) -> None:
    amount = telling.chance.choice((1, 3, 60, 480, 2400) if telling.by_the_hour else (1, 3, 10))
    telling.facts.append(
        DeadlineExtended(
            amount=amount,
            ground="theo quyết định",
            decided_by="lanh-dao",
            decided_at=telling.later(),
        )
    )


def _apologise(telling: Telling) -> None:
    telling.numbers["apology"] += 1
    at = telling.later()
    telling.facts.append(
        ApologyIssued(
            dossier=telling.dossier,
            kind=ApologyKind.OVERDUE,
            number=telling.numbers["apology"],
            cause="workload",
            promised=at + timedelta(days=400),
            issued_at=at,
        )
    )
