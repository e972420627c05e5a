"""What may happen next to an accepted dossier, one fact at a time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from shared.events import (
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


def choices(telling: Telling) -> Sequence[Callable[[Telling], None]]:
    """Tell which steps may follow the last fact; one named twice is twice as likely."""
    last = telling.facts[-1]
    if isinstance(last, DossierResolved):
        return (_return, _recall)
    if telling.open:
        return (_close, _close, _close, _demand, _partly_pay, _stop, _withdraw, _resolve)
    return (_ask, _demand, _suspend, _resolve, _resolve, _withdraw, _stop, _transfer, _transfer)


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
