"""How many due dates one core computes in a second: aware datetimes in, aware datetimes out.

Run it as `python -m tests.benchmarks.bench_working_time`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from time import process_time

from shared.working_time import VIETNAM_TIME, Calendar, Limit, LimitUnit, WorkingTime
from tests.shared.working_time.calendars import SEED

ROUNDS = 7
RECEIPTS = 100_000
TARGET_PER_SECOND = 200_000


def receipts() -> list[datetime]:
    """Spread moments over eight years, working or not, in UTC as the database gives them."""
    first = datetime(2019, 1, 2, tzinfo=VIETNAM_TIME).astimezone(UTC)
    # A step prime to the day visits every minute of it.
    return [first + timedelta(minutes=41 * n, seconds=n % 60) for n in range(RECEIPTS)]


def rate(question: Callable[[datetime], object], moments: list[datetime]) -> tuple[float, float]:
    """Answer all moments in several rounds; the median and the best rate a CPU second."""
    rates = []
    for _ in range(ROUNDS):
        began = process_time()
        for moment in moments:
            question(moment)
        rates.append(len(moments) / (process_time() - began))
    return median(rates), max(rates)


def _due(time: WorkingTime, limit: Limit, moment: datetime) -> datetime:
    return time.due(moment, limit)


def main() -> None:
    """Print a line per operation."""
    calendar = Calendar.model_validate(SEED)
    began = process_time()
    time = WorkingTime(calendar)
    print(f"lay out nine years and ten more  {1000 * (process_time() - began):10.1f} ms")
    moments = receipts()
    limits = [
        ("due, 5 working days", Limit(5, LimitUnit.WORKING_DAY)),
        ("due, 8 hours", Limit(8, LimitUnit.HOUR)),
        ("due, 10 days", Limit(10, LimitUnit.DAY)),
        ("due, 1 month", Limit(1, LimitUnit.MONTH)),
    ]
    questions: list[tuple[str, Callable[[datetime], object]]] = [
        (name, partial(_due, time, limit)) for name, limit in limits
    ]
    questions += [
        ("due of a same-day procedure", time.due_same_day),
        ("working minutes between", lambda moment: time.between(moments[0], moment)),
        ("normalise", time.normalise),
    ]
    for name, question in questions:
        middle, best = rate(question, moments)
        print(f"{name:32} {middle:10,.0f} a second (best {best:,.0f})")
    print(f"target for due dates             {TARGET_PER_SECOND:10,} a second")


if __name__ == "__main__":
    main()
