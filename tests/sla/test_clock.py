"""The clock's rules by example, to the minute as the law's tables print them."""

from datetime import datetime

import pytest

from services.sla import clock as clocks
from services.sla.clock import Clock
from services.sla.entries import (
    End,
    Ended,
    Entry,
    Extended,
    Paused,
    Reappointed,
    Recalculated,
    Recalled,
    Restarted,
    Resumed,
    Started,
)
from services.sla.phases import ClockRefuses, Phase
from shared.events import PauseEnd
from shared.working_time import Limit, LimitUnit, WorkingTime
from tests.sla.factories import at, make_calendar, seed_calendar, with_holiday

SEED = WorkingTime(seed_calendar())
RECEIVED = at("2026-03-02 08:00")
TEN_DAYS = Limit(10, LimitUnit.WORKING_DAY)


def started(limit: Limit | None = TEN_DAYS, moment: datetime = RECEIVED) -> Started:
    return Started(moment, moment, limit, same_day=False)


def folded(*entries: Entry) -> Clock:
    return clocks.fold([(entry, SEED) for entry in entries])


def paused(text: str, pause: str = "supplement/1") -> Paused:
    return Paused(at(text), pause)


def resumed(text: str, mode: PauseEnd = PauseEnd.EXTEND, pause: str = "supplement/1") -> Resumed:
    return Resumed(at(text), pause, mode)


def test_ten_working_days_are_due_two_weeks_later() -> None:
    assert folded(started()).due_at == at("2026-03-16 08:00")


@pytest.mark.parametrize(
    ("mode", "due"),
    [(PauseEnd.EXTEND, "2026-03-18 10:00"), (PauseEnd.RESTART, "2026-03-23 14:00")],
)
def test_the_laws_example_of_a_supplement(mode: PauseEnd, due: str) -> None:
    clock = folded(started(), paused("2026-03-05 10:00"), resumed("2026-03-09 14:00", mode))

    assert clock.due_at == clock.promised_at == at(due)
    assert clock.waited == 18 * 60


def test_land_with_payment_has_its_second_appointment_after_proof_of_payment() -> None:
    # Supplement §1.5: 6 + 4 working days; the demand falls on the first appointment.
    first = folded(started(Limit(6, LimitUnit.WORKING_DAY)))
    assert first.due_at == at("2026-03-10 08:00")

    clock = folded(
        started(),
        paused("2026-03-10 08:00", "payment/1"),
        resumed("2026-03-19 10:00", pause="payment/1"),
    )

    assert clock.due_at == at("2026-03-25 10:00")
    assert clock.used == 6 * 480


def test_a_wait_begins_with_the_first_pause_and_ends_with_the_last() -> None:
    clock = folded(
        started(),
        paused("2026-03-05 10:00"),
        paused("2026-03-06 08:00", "payment/1"),
        resumed("2026-03-09 14:00"),
        resumed("2026-03-10 14:00", pause="payment/1"),
    )

    assert clock.waited == 26 * 60
    assert clock.due_at == at("2026-03-19 10:00")


def test_a_restart_among_several_pauses_waits_for_the_last_one() -> None:
    clock = folded(
        started(),
        paused("2026-03-05 10:00"),
        paused("2026-03-06 08:00", "payment/1"),
        resumed("2026-03-09 14:00", PauseEnd.RESTART),
    )
    assert clock.phase is Phase.WAITING

    clocks.apply(clock, resumed("2026-03-10 14:00", pause="payment/1"), SEED)

    assert clock.due_at == at("2026-03-24 14:00")
    assert (clock.restarts, clock.used) == (1, 0)


def test_a_due_at_closing_is_not_moved_by_a_wait_of_nothing() -> None:
    clock = folded(
        started(Limit(8, LimitUnit.HOUR), at("2026-03-02 07:00")),
        paused("2026-03-02 11:30"),
        resumed("2026-03-02 13:30"),
    )

    assert clock.due_at == at("2026-03-02 17:00")


def test_a_day_limit_moves_by_the_days_waited_then_to_a_working_day() -> None:
    clock = folded(
        started(Limit(10, LimitUnit.DAY)),
        paused("2026-03-05 10:00"),
        resumed("2026-03-07 09:00"),
    )

    # 12/03 and two days is Saturday 14/03.
    assert clock.due_at == at("2026-03-16 08:00")


def test_a_dossier_overdue_when_paused_is_overdue_again_when_resumed() -> None:
    clock = folded(
        started(Limit(8, LimitUnit.HOUR)),
        paused("2026-03-05 08:00"),
        resumed("2026-03-06 08:00"),
    )

    assert clock.due_at == at("2026-03-04 08:00")
    assert clock.used == 3 * 480


def test_a_waiting_clock_tells_its_due_if_it_were_resumed_now() -> None:
    clock = folded(started(), paused("2026-03-05 10:00"))

    assert clock.due_if_resumed(SEED, at("2026-03-09 14:00")) == at("2026-03-18 10:00")


def test_a_dossier_is_reappointed_once_and_later_while_the_legal_due_stays() -> None:
    clock = folded(started(), Reappointed(at("2026-03-12 08:00"), at("2026-03-20 08:00")))

    assert clock.promised_at == at("2026-03-20 08:00")
    assert clock.due_at == at("2026-03-16 08:00")
    again = Reappointed(at("2026-03-13 08:00"), at("2026-03-27 08:00"))
    with pytest.raises(ClockRefuses, match="at most once"):
        clocks.apply(clock, again, SEED)


def test_a_reappointment_must_be_later() -> None:
    with pytest.raises(ClockRefuses, match="later"):
        folded(started(), Reappointed(at("2026-03-12 08:00"), at("2026-03-16 08:00")))


def test_a_reappointed_promise_moves_with_a_wait() -> None:
    clock = folded(
        started(),
        Reappointed(at("2026-03-03 08:00"), at("2026-03-20 08:00")),
        paused("2026-03-05 10:00"),
        resumed("2026-03-09 14:00"),
    )

    assert clock.promised_at == at("2026-03-24 10:00")


def test_an_extension_lengthens_the_limit_and_a_restart_forgets_it() -> None:
    clock = folded(started(), Extended(at("2026-03-03 08:00"), 2 * 480))
    assert clock.due_at == clock.promised_at == at("2026-03-18 08:00")

    clocks.apply(clock, Restarted(at("2026-03-04 08:00")), SEED)

    assert (clock.due_at, clock.granted) == (at("2026-03-18 08:00"), 0)


def test_an_extension_survives_a_new_calendar() -> None:
    plain = make_calendar()
    holiday = WorkingTime(with_holiday(plain, at("2026-03-05 00:00").date()))
    clock = clocks.start(started(), WorkingTime(plain))
    clocks.apply(clock, Extended(at("2026-03-03 08:00"), 480), WorkingTime(plain))

    clocks.apply(clock, Recalculated(at("2026-03-03 09:00")), holiday)

    assert clock.due_at == at("2026-03-18 08:00")


def test_a_recalled_result_runs_again_and_keeps_what_was_used() -> None:
    clock = folded(
        started(),
        Ended(at("2026-03-05 08:00"), End.APPROVED),
        Recalled(at("2026-03-09 08:00")),
    )

    assert (clock.phase, clock.used, clock.ended_at) == (Phase.RUNNING, 3 * 480, None)
    assert clock.used_at(SEED, at("2026-03-10 08:00")) == 4 * 480
    assert clock.due_at == at("2026-03-16 08:00")


def test_only_a_result_is_recalled() -> None:
    with pytest.raises(ClockRefuses, match="result"):
        folded(
            started(),
            Ended(at("2026-03-05 08:00"), End.WITHDRAWN),
            Recalled(at("2026-03-09 08:00")),
        )


def test_without_a_limit_there_is_no_due_but_time_is_counted() -> None:
    clock = folded(started(None), paused("2026-03-05 10:00"), resumed("2026-03-09 14:00"))

    assert (clock.due_at, clock.promised_at) == (None, None)
    assert clock.used_at(SEED, at("2026-03-09 15:00")) == 3 * 480 + 180


def test_a_suspension_is_told_apart_from_a_wait() -> None:
    assert folded(started(), paused("2026-03-05 10:00", "suspension/1")).phase is Phase.SUSPENDED


def test_a_payment_nobody_waited_for_gives_no_time() -> None:
    clock = folded(started(), resumed("2026-03-05 10:00", pause="payment/1"))

    assert (clock.due_at, clock.waited) == (at("2026-03-16 08:00"), 0)


def test_the_newest_calendar_counts_at_a_resume() -> None:
    plain = make_calendar()
    newer = WorkingTime(with_holiday(plain, at("2026-03-17 00:00").date()))
    clock = clocks.start(started(), WorkingTime(plain))
    clocks.apply(clock, paused("2026-03-05 10:00"), WorkingTime(plain))

    # 18 hours of wait push the due over the holiday that was published meanwhile.
    clocks.apply(clock, resumed("2026-03-09 14:00"), newer)

    assert clock.due_at == at("2026-03-19 10:00")
