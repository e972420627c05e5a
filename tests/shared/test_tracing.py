from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared import tracing
from shared.events import DossierReturned, Envelope, Event, WayOfReturn, decode, seal

PARENT = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _no_trace_left() -> None:
    tracing.enter(None)


def sealed(cause: Envelope[Event] | None = None) -> Envelope[DossierReturned]:
    fact = DossierReturned(
        way_of_return=WayOfReturn.POST, returned_at=datetime(2026, 1, 5, tzinfo=UTC)
    )
    return seal(fact, source="intake", aggregate_id="1", sequence=1, agency="H20", cause=cause)


def test_a_valid_context_is_passed_on_as_it_came() -> None:
    trace = tracing.begin({b"traceparent": PARENT, b"x-request-id": b"lan-1"})

    assert (trace.traceparent, trace.request_id) == (PARENT.decode(), "lan-1")
    assert trace.trace_id == "0af7651916cd43dd8448eb211c80319c"
    assert trace.continued
    assert tracing.current() is trace


def test_a_later_version_is_read_by_what_is_known_of_it() -> None:
    trace = tracing.begin({b"traceparent": b"cc" + PARENT[2:] + b"-what-comes-later"})

    assert trace.traceparent == PARENT.decode()


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"00",
        PARENT + b"-more",
        PARENT + b" ",
        b"ff" + PARENT[2:],
        PARENT.upper(),
        b"00-" + b"0" * 32 + PARENT[35:],
        PARENT[:36] + b"0" * 16 + b"-01",
        PARENT.replace(b"b7ad", b"x7ad"),
        b"cc" + PARENT[2:] + b".later",
    ],
)
def test_a_malformed_context_is_none_and_a_trace_begins_here(header: bytes) -> None:
    trace = tracing.begin({b"traceparent": header})

    assert tracing.GIVEN.fullmatch(trace.traceparent.encode())
    assert trace.trace_id == trace.request_id
    assert not trace.continued


def test_two_requests_share_no_names() -> None:
    one, other = tracing.begin({}), tracing.begin({})

    assert one.trace_id != other.trace_id
    assert one.traceparent[36:52] != other.traceparent[36:52]


def test_a_fact_bears_the_trace_and_the_request_that_made_it() -> None:
    trace = tracing.begin({b"traceparent": PARENT})

    told = decode(sealed().encode())

    assert told.traceparent == PARENT.decode()
    assert told.request_id == trace.request_id


@pytest.mark.parametrize("words", [b"0912345678", b"Nguyen-Van-An", b"001087001234"])
def test_a_clients_own_words_do_not_travel_with_facts(words: bytes) -> None:
    tracing.begin({b"x-request-id": words})

    assert words not in sealed().encode()


def test_a_fact_that_no_request_made_bears_neither() -> None:
    body = sealed().encode()

    assert b"traceparent" not in body
    assert b"requestid" not in body


def test_a_fact_made_of_anothers_bears_its_trace_and_the_same_place_at_each_try() -> None:
    asked = tracing.begin({b"traceparent": PARENT})
    cause = decode(sealed().encode())
    tracing.begin({})

    once, again = sealed(cause), sealed(cause)

    assert once.id != again.id
    assert once.traceparent == again.traceparent
    assert once.request_id == asked.request_id
    version, trace_id, span_id, flags = str(once.traceparent).split("-")
    assert (version, trace_id, flags) == ("00", asked.trace_id, "01")
    assert span_id != asked.span_id
    assert tracing.GIVEN.fullmatch(str(once.traceparent).encode())


def test_two_services_and_two_facts_have_places_of_their_own() -> None:
    tracing.begin({b"traceparent": PARENT})
    one, other = sealed(), sealed()

    places = {fact.place_of(service) for fact in (one, other) for service in ("sla", "survey")}

    assert len(places) == 2 * 2


def test_a_fact_made_of_one_that_no_request_made_bears_neither() -> None:
    cause = sealed()
    tracing.begin({b"traceparent": PARENT})

    body = sealed(cause).encode()

    assert b"traceparent" not in body
    assert b"requestid" not in body


@pytest.mark.parametrize("stored", ["", "00-later", "00-" + "0" * 32 + "-" + "1" * 16 + "-01"])
def test_a_malformed_context_of_a_fact_goes_no_further(stored: str) -> None:
    cause = replace(sealed(), traceparent=stored)

    assert sealed(cause).traceparent is None
