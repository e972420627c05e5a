"""Which events of a batch come next is decided without a database."""

from shared.delivery.incoming import Incoming, parse
from shared.delivery.places import Standing, place


def event(aggregate: str, sequence: int) -> Incoming:
    return Incoming(aggregate, sequence, "events.x", b"{}")


def placed(standings: dict[str, Standing], *batch: Incoming) -> tuple[list[int], list[int], int]:
    found = place(batch, standings)
    good = [e.sequence for e in found.good]
    return good, [parked.event.sequence for parked in found.parked], found.duplicates


def test_the_next_event_is_good() -> None:
    standings = {"a": Standing(last=4)}
    assert placed(standings, event("a", 5), event("a", 6)) == ([5, 6], [], 0)
    assert standings["a"].last == 6


def test_a_number_already_applied_is_a_duplicate() -> None:
    assert placed({"a": Standing(last=4)}, event("a", 4), event("a", 1)) == ([], [], 2)


def test_behind_a_gap_everything_waits() -> None:
    standings = {"a": Standing(), "b": Standing()}
    batch = event("a", 2), event("b", 1), event("a", 1), event("a", 3)
    assert placed(standings, *batch) == ([1], [2, 1, 3], 0)
    assert standings["a"].last == 0


def test_nothing_overtakes_a_held_aggregate() -> None:
    assert placed({"a": Standing(last=1, held=True)}, event("a", 2)) == ([], [2], 0)


def test_discarded_events_are_passed_over() -> None:
    standings = {"a": Standing(last=1, discarded=frozenset({2, 3, 5}))}
    batch = event("a", 2), event("a", 4), event("a", 6)
    assert placed(standings, *batch) == ([4, 6], [], 1)
    assert standings["a"].last == 6


def test_a_discarded_last_event_counts_as_applied() -> None:
    standings = {"a": Standing(last=1, discarded=frozenset({3}))}
    placed(standings, event("a", 2))
    assert standings["a"].last == 3


def test_an_unreadable_message_goes_to_the_operator_at_once() -> None:
    unreadable = parse("events.dossier.x", b"{", position=7)
    found = place([unreadable], {"unreadable/7": Standing()})
    assert [(parked.state, parked.event.aggregate) for parked in found.parked] == [
        ("dead", "unreadable/7")
    ]
