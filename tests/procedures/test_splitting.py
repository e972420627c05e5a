"""A file is cut into its records, whatever pieces it comes in and whatever is broken in it."""

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procedures.imports.splitting import (
    ELEMENT_BYTES_MAX,
    Damage,
    Element,
    Lines,
    Place,
    Splitter,
)
from services.procedures.imports.structure import Values

BROKEN = Damage.UNBALANCED
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
RECORDS = st.lists(st.dictionaries(st.text(max_size=4), JSON, max_size=4), max_size=6)
LAYOUTS: list[Callable[[list[object]], str]] = [
    json.dumps,
    lambda records: json.dumps(records, indent=2, ensure_ascii=False),
    lambda records: json.dumps({"meta": {"data": {"n": [1]}}, "procedures": records, "end": []}),
    lambda records: json.dumps({"result": records}, indent="\t"),
]


def split(make: Callable[[Place], Splitter], content: bytes, *, piece: int = 7) -> list[Element]:
    splitter = make(Place())
    elements: list[Element] = []
    for begin in range(0, len(content), piece):
        elements += splitter.feed(content[begin : begin + piece], last=False)
    return [*elements, *splitter.feed(b"", last=True)]


@given(RECORDS, st.sampled_from(LAYOUTS), st.integers(1, 50))
def test_every_record_of_every_layout_is_found(
    records: list[object], layout: Callable[[list[object]], str], piece: int
) -> None:
    found = split(Values, layout(records).encode(), piece=piece)
    assert [json.loads(element.raw) for element in found] == records
    assert [element.damage for element in found] == [None] * len(records)


@given(RECORDS, st.sampled_from(LAYOUTS), st.data())
def test_reading_goes_on_behind_any_record(
    records: list[object], layout: Callable[[list[object]], str], data: st.DataObject
) -> None:
    content = layout(records).encode()
    whole = split(Values, content)
    if not whole:
        return
    stop = data.draw(st.integers(0, len(whole) - 1))
    place = Place.from_json(json.loads(json.dumps(whole[stop].behind.to_json())))
    rest = list(Values(place).feed(content[place.offset :], last=True))
    assert rest == whole[stop + 1 :]


@pytest.mark.parametrize("piece", [1, 5, 1000])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"a":1}\n{"a":2}', [(1, '{"a":1}', None), (2, '{"a":2}', None)]),
        ("[\n5,\n{}]", [(2, "5", None), (3, "{}", None)]),
        ('\ufeff[{"a":"]}"}]', [(1, '{"a":"]}"}', None)]),
        ('[{"a":"x\ny"},{}]', [(1, '{"a":"x\ny"}', None), (2, "{}", None)]),
        ('[{"a":1}},\n{}]', [(1, '{"a":1}', None), (1, "}", None), (2, "{}", None)]),
        ('[\n {"a":{\n  "b":1\n },\n {"c":2}\n]', [(2, None, BROKEN), (5, '{"c":2}', None)]),
        ('[\n{"a":"x},\n{"c":2},\n{}]', [(2, None, BROKEN), (3, '{"c":2}', None), (4, "{}", None)]),
        ('{"data":[{}, {"c":[1}, {}]}', [(1, "{}", None), (1, None, BROKEN)]),
        ('{"data":[{},\n', [(1, "{}", None), (2, "", Damage.CUT_OFF)]),
        ("", []),
    ],
)  # fmt: skip
def test_a_broken_record_costs_itself_and_tells_its_line(
    content: str, told: Sequence[tuple[int, str | None, Damage | None]], piece: int
) -> None:
    found = split(Values, content.encode(), piece=piece)
    assert [(e.line, e.damage) for e in found] == [(line, damage) for line, _, damage in told]
    for element, (_, raw, _) in zip(found, told, strict=True):
        assert raw is None or element.raw.decode() == raw


@pytest.mark.parametrize("piece", [1, 6, 1000])
def test_lines_are_records_and_a_broken_one_is_only_itself(piece: int) -> None:
    content = '\ufeff{"a":1}\r\n\n{"a":{\n  {"a":3}'.encode()
    found = split(Lines, content, piece=piece)
    assert [(e.line, e.raw) for e in found] == [(1, b'{"a":1}'), (3, b'{"a":{'), (4, b'{"a":3}')]
    rest = list(Lines(found[0].behind).feed(content[found[0].behind.offset :], last=True))
    assert rest == found[1:]


@pytest.mark.parametrize("make", [Lines, Values])
def test_an_endless_record_is_given_up_and_the_next_one_found(
    make: Callable[[Place], Splitter],
) -> None:
    endless = b'{"a":"' + b"x" * (2 * ELEMENT_BYTES_MAX)
    content = endless + b'\n{"a":2}\n{"a":3}\n'
    found = split(make, content, piece=1024 * 1024)
    assert [(e.line, e.damage) for e in found] == [(1, Damage.TOO_LARGE), (2, None), (3, None)]
    assert len(found[0].raw) < ELEMENT_BYTES_MAX + 2 * 1024 * 1024
