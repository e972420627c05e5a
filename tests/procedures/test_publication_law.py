"""What is published stays: against SQL, against two at once, and over any order of acts."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared.events import Envelope, Event, ProcedurePublished, ProcedureWithdrawn
from tests.conftest import Client
from tests.procedures.factories import Json, facts_of, make_record
from tests.procedures.published import publish_record
from tests.waiting import until

CODE = "1.001193"
TODAY = date(2026, 3, 2)
ONE_DAY = timedelta(days=1)
BLOCKED_SECONDS_MAX = 10

ANOTHER = {
    "text": "coalesce({0}, '') || 'x'",
    "ARRAY": "array_append({0}, 'x')",
    "boolean": "not coalesce({0}, false)",
    "date": "coalesce({0}, '2000-01-01') + 1",
    "jsonb": """coalesce({0}, '{{}}') || '{{"x": 1}}'""",
    "bytea": "{0} || '\\x00'",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 day'",
    "integer": "{0} + 1000",
}
"""Another value, by a column's type; a type that is not here fails the test."""


async def test_no_column_of_a_published_version_can_be_changed(seeded: str) -> None:
    """But its last day, which may only come earlier: that is tested beside publishing."""
    connection = await asyncpg.connect(seeded)
    try:
        columns = await connection.fetch(
            "select column_name, data_type from information_schema.columns"
            " where table_name = 'procedure_version' and column_name <> 'valid_to'"
        )
        assert len(columns) > 20
        for name, kind in columns:
            change = f"update procedure_version set {name} = {ANOTHER[kind].format(name)}"
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(f"{change} where code = '{CODE}'")
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "change",
    [
        (
            "update procedure_version v set name = o.name from procedure_version o"
            " where v.code = '1.001193' and o.code = '1.000894'"
        ),
        (
            "with o as (select * from procedure_version where code = '1.000894')"
            " update procedure_version v set document = o.document from o where v.code = '1.001193'"
        ),
        (
            "merge into procedure_version v using (select 'khác' as name) o on v.code = '1.001193'"
            " when matched then update set name = o.name"
        ),
        (
            "merge into procedure_version v using (select 1) o on v.code = '1.001193'"
            " when matched then delete"
        ),
        (
            "insert into procedure_version select * from procedure_version where code = '1.001193'"
            " on conflict (code, version) do update set name = 'khác'"
        ),
        "delete from procedure_version v using procedure p where v.code = p.code",
        "update procedure_version set name = 'khác', valid_to = '2026-12-31'",
        "truncate procedure_version cascade",
        "truncate procedure cascade",
    ],
)
async def test_no_statement_gets_round_it(seeded: str, change: str) -> None:
    connection = await asyncpg.connect(seeded)
    try:
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(change)
    finally:
        await connection.close()


async def test_an_ended_validity_is_not_opened_again(catalogue: Client) -> None:
    await publish_record(catalogue.http, make_record(valid_to="2026-06-30"))
    connection = await asyncpg.connect(catalogue.database_url)
    try:
        for later in ("'2026-07-01'", "'infinity'", "null"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(
                    f"update procedure_version set valid_to = {later} where code = '1.999001'"
                )
    finally:
        await connection.close()
    path = "/v1/procedures/1.999001/versions/1/withdrawal"
    refused = await catalogue.http.post(path, json={"valid_to": "2026-07-01"})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_ended")


async def test_the_api_neither_rewrites_nor_discards_what_is_published(catalogue: Client) -> None:
    await publish_record(catalogue.http, make_record())
    before = await catalogue.http.get("/v1/procedures/1.999001")
    path = "/v1/procedures/1.999001/versions/1"
    fresh = {"If-Match": before.headers["etag"]}
    written = await catalogue.http.put(path, json=make_record(name="Tên khác"), headers=fresh)
    dropped = await catalogue.http.delete(path, headers=fresh)
    assert (written.status_code, dropped.status_code) == (409, 409)
    assert (await catalogue.http.get("/v1/procedures/1.999001")).content == before.content


async def test_of_two_overlapping_versions_at_once_one_is_published(catalogue: Client) -> None:
    times = [("2026-01-01", "2026-06-30"), ("2026-06-30", "2026-12-31")]
    for valid_from, valid_to in times:
        drafted = make_record(valid_from=valid_from, valid_to=valid_to)
        assert (await catalogue.http.post("/v1/procedures", json=drafted)).status_code == 201
    answers = await asyncio.gather(
        *(publish(catalogue, "1.999001", number) for number in (1, 2) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_the_database_lets_only_one_of_two_overlaps_commit(seeded: str) -> None:
    """Past the application's lock: the exclusion constraint waits for the other and refuses."""
    copy = (
        "create temporary table another as"
        " select * from procedure_version where code = '1.001193';"
        "insert into procedure (code) values ('1.999001') on conflict do nothing;"
        "update another set code = '1.999001', version = $n"
    )
    insert = "insert into procedure_version select * from another"
    one, other = [await asyncpg.connect(seeded) for _ in range(2)]
    try:
        for number, connection in ((1, one), (2, other)):
            await connection.execute(copy.replace("$n", str(number)))
        async with one.transaction():
            await one.execute(insert)
            waiting = asyncio.create_task(other.execute(insert))
            await is_blocked(one, other.get_server_pid())
        with pytest.raises(asyncpg.ExclusionViolationError):
            await waiting
    finally:
        await one.close()
        await other.close()


@dataclass(frozen=True)
class Act:
    """What an officer tries; days are counted from the first of 2026."""

    kind: str
    number: int
    day: int
    days: int | None

    @property
    def first(self) -> str:
        return (date(2026, 1, 1) + timedelta(days=self.day)).isoformat()

    @property
    def last(self) -> str | None:
        if self.days is None:
            return None
        return (date.fromisoformat(self.first) + timedelta(days=self.days)).isoformat()


ACTS = st.builds(
    Act,
    kind=st.sampled_from(("draft", "draft", "publish", "publish", "withdraw", "rewrite")),
    number=st.integers(1, 4),
    day=st.integers(0, 90),
    days=st.none() | st.integers(0, 60),
)


@dataclass
class Seen:
    """Published content as it was first seen."""

    code: str
    documents: dict[int, Json] = field(default_factory=dict)


CODES = (f"4.{number:06}" for number in itertools.count(1))


@settings(
    max_examples=15,
    deadline=None,
    # A dozen acts are short enough to read; making them fewer takes minutes.
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(ACTS, min_size=3, max_size=12))
async def test_whatever_officers_try_the_catalogue_stays_lawful(
    catalogue: Client, acts: list[Act]
) -> None:
    seen = Seen(next(CODES))
    for act in acts:
        answer = await attempt(catalogue, seen.code, act)
        assert answer.status_code in {200, 201, 404, 409, 422}, answer.text
        if act.kind == "publish" and answer.is_success:
            seen.documents[act.number] = answer.json()["record"]
    valid = await check_lists(catalogue, seen)
    check_facts(await facts_of(catalogue.database_url, f"procedure/{seen.code}"), valid)


async def attempt(catalogue: Client, code: str, act: Act) -> httpx.Response:
    path = f"/v1/procedures/{code}/versions/{act.number}"
    record = make_record(code=code, valid_from=act.first, valid_to=act.last)
    if act.kind == "draft":
        return await catalogue.http.post("/v1/procedures", json=record)
    if act.kind == "publish":
        return await publish(catalogue, code, act.number)
    if act.kind == "withdraw":
        return await catalogue.http.post(f"{path}/withdrawal", json={"valid_to": act.first})
    return await catalogue.http.put(path, json=record)


async def publish(catalogue: Client, code: str, number: int) -> httpx.Response:
    return await catalogue.http.post(f"/v1/procedures/{code}/versions/{number}/publication")


async def check_lists(catalogue: Client, seen: Seen) -> dict[int, tuple[date, date | None]]:
    """At most one version in force on any day, each found by its days, with its first content."""
    answer = await catalogue.http.get(f"/v1/procedures/{seen.code}/versions")
    listed = answer.json()["items"] if answer.is_success else []
    valid = {
        item["version"]: (date.fromisoformat(item["valid_from"]), day_of(item["valid_to"]))
        for item in listed
        if item["published_at"] is not None
    }
    assert valid.keys() == seen.documents.keys()
    for day in sorted({edge for times in valid.values() for edge in around(*times)}):
        in_force = [number for number, times in valid.items() if holds(times, day)]
        assert len(in_force) <= 1
        found = await catalogue.http.get(f"/v1/procedures/{seen.code}", params={"on": str(day)})
        assert (found.json()["version"] if found.is_success else None) == next(iter(in_force), None)
    for item in listed:
        ended = item["valid_to"] is not None and item["valid_to"] < str(TODAY)
        published = "expired" if ended else "published"
        assert item["state"] == ("draft" if item["published_at"] is None else published)
    for number, document in seen.documents.items():
        path = f"/v1/procedures/{seen.code}?version={number}"
        assert (await catalogue.http.get(path)).json()["record"] == document
    return valid


def check_facts(facts: list[Envelope[Event]], valid: dict[int, tuple[date, date | None]]) -> None:
    """Numbered without a gap, and whoever replays them knows the same validity."""
    assert [fact.sequence for fact in facts] == list(range(1, len(facts) + 1))
    replayed: dict[int, tuple[date, date | None]] = {}
    for fact in facts:
        if isinstance(fact.data, ProcedurePublished):
            assert fact.data.version not in replayed
            replayed[fact.data.version] = (fact.data.valid_from, fact.data.valid_to)
        elif isinstance(fact.data, ProcedureWithdrawn):
            first, _ = replayed[fact.data.version]
            replayed[fact.data.version] = (first, fact.data.valid_to)
    assert replayed == valid


def around(first: date, last: date | None) -> Iterator[date]:
    yield from (first - ONE_DAY, first)
    if last is not None:
        yield from (last, last + ONE_DAY)


def holds(times: tuple[date, date | None], day: date) -> bool:
    first, last = times
    return first <= day and (last is None or day <= last)


def day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


async def is_blocked(connection: asyncpg.Connection, pid: int) -> None:
    """Return when another session waits for this one."""
    await until(
        lambda: connection.fetchval("select cardinality(pg_blocking_pids($1)) > 0", pid),
        seconds=BLOCKED_SECONDS_MAX,
        what="the second insert to wait",
    )
