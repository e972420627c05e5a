"""The report told from replayed lives, by looking at their days."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from tests.sla.raw_lives.replay import Told


def report(
    lives: Sequence[Told], first: date, last: date, keep: Callable[[dict[str, str]], bool]
) -> Iterator[tuple[dict[str, str], Counter[str]]]:
    """Tell what each life adds to the columns of domain §5.1 for a period, both days in it."""
    online = {"online_partial", "online_full", "kiosk"}
    for life in lives:
        for on, agency, counts in life.happened:
            key = life.key | {"agency": agency}
            if first <= on <= last and keep(key):
                yield key, counts
                if "received" in counts and life.key["channel"] in online:
                    yield key, Counter({"received_online": 1})
        before, now = life.at(first - timedelta(days=1)), life.at(last)
        if before is not None and before.ended is None:
            key = life.key | {"agency": before.agency}
            if keep(key):
                yield key, Counter({"carried_over": 1})
        if now is not None and now.ended is None:
            key = life.key | {"agency": now.agency}
            late = not now.waiting and now.due is not None and now.due < last
            if keep(key):
                yield key, Counter(open=1, overdue=int(late), waiting=int(now.waiting))
