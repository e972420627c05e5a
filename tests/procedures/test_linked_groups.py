"""Procedures done together for one person keep one limit, in order or at once."""

import asyncpg
import orjson
import pytest
from pydantic import ValidationError

from services.procedures.first_run import SEEDS
from services.procedures.linked_groups import LinkedGroupRecord, rules
from shared.errors import Unprocessable
from shared.events import LinkedGroupPublished, LinkedGroupRetired, LinkMode
from tests.conftest import Client, ServiceClient, Token
from tests.procedures.factories import Json, facts_of
from tests.procedures.making_processes import days, hours, make_group, make_member

PATH = "/v1/linked-groups"


def test_the_karaoke_group_takes_sixteen_working_days_and_no_more() -> None:
    seed = orjson.loads((SEEDS / "linked_groups.json").read_bytes())["linked_groups"]
    (written,) = [group for group in seed if group["code"] == "KARAOKE"]
    written.pop("publish")
    assert [member["limit"]["value"] for member in written["members"]] == ["3", "3", "10"]
    rules.check(group(written))
    for member in written["members"]:
        longer = orjson.loads(orjson.dumps(member["limit"]))
        member["limit"] = days(str(int(longer["value"]) + 1))
        assert refusal(written) == "group_limit_exceeded"
        member["limit"] = longer


def test_in_order_the_times_add_up_and_at_once_the_longest_counts() -> None:
    rules.check(group(make_group(total=days("13"))))
    assert refusal(make_group(total=days("12.5"))) == "group_limit_exceeded"
    rules.check(group(make_group(total=days("10"), mode=LinkMode.AT_ONCE)))
    short = make_group(total=days("9"), mode=LinkMode.AT_ONCE)
    assert refusal(short) == "group_limit_exceeded"


def test_a_member_of_unknown_time_takes_none_and_units_do_not_mix() -> None:
    members = [make_member("mot", limit=hours(128)), make_member("hai")]
    rules.check(group(make_group(members=members)))
    assert refusal(make_group(total={"value": "30", "unit": "day"})) == "group_unit_differs"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"members": [make_member("mot")]}, "at least 2"),
        ({"members": [make_member("mot"), make_member("mot")]}, "bị trùng"),
        ({"members": [make_member(n, required=False) for n in "ab"]}, "bắt buộc"),
        ({"mode": "at_once", "lead_level": None}, "cơ quan chủ trì"),
        ({"mode": "at_once", "members": [make_member("a"), make_member("b")]}, "thời hạn của"),
        (
            {
                "mode": "at_once",
                "members": [make_member(n, limit=days("1"), task=None) for n in "ab"],
            },
            "nêu việc",
        ),
    ],
)
def test_a_group_holds_together(wrong: Json, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        group(make_group(**wrong))


async def test_the_first_run_publishes_what_its_source_is_sure_of(
    catalogue: Client, token: Token
) -> None:
    citizen = {"Authorization": f"Bearer {token('citizen')}"}
    page = (await catalogue.http.get(PATH, headers=citizen)).json()
    assert [item["code"] for item in page["items"]] == ["2.000986", "2.001023"]
    drafts = (await catalogue.http.get(PATH, params={"state": "draft"})).json()["items"]
    assert [item["code"] for item in drafts] == ["KARAOKE"]
    residence = {"procedure": "1.004222"}
    (both,) = (await catalogue.http.get(PATH, params=residence)).json()["items"]
    assert both["code"] == "2.000986"
    assert [member.get("procedure") for member in both["record"]["members"]] == [
        "1.001193",
        "1.004222",
        None,
    ]


async def test_a_group_is_published_followed_and_retired(catalogue: Client) -> None:
    first, second = [await publish(catalogue, name=name) for name in ("Một", "Hai")]
    assert (await catalogue.http.get(first)).json()["state"] == "retired"
    facts = await facts_of(catalogue.database_url, f"linked_group/{first.rpartition('/')[2]}")
    told = facts[0].data
    assert isinstance(told, LinkedGroupPublished)
    assert (told.title, told.mode, str(told.total.value)) == ("Một", LinkMode.IN_ORDER, "16")
    assert [(member.order, member.procedure) for member in told.members] == [
        (1, "1.001193"),
        (2, None),
    ]
    assert isinstance(facts[1].data, LinkedGroupRetired)
    changed = await catalogue.http.put(second, json=make_group())
    assert (changed.status_code, changed.json()["code"]) == (409, "already_published")
    retired = await catalogue.http.post(f"{second}/retirement")
    assert retired.json()["state"] == "retired"
    again = await catalogue.http.post(f"{second}/retirement")
    assert (again.status_code, again.json()["code"]) == (409, "already_retired")


async def test_drafts_change_and_go(catalogue: Client) -> None:
    path = (await catalogue.http.post(PATH, json=make_group())).headers["location"]
    changed = await catalogue.http.put(path, json=make_group(name="Tên khác"))
    assert changed.json()["record"]["name"] == "Tên khác"
    assert (await catalogue.http.delete(path)).status_code == 200
    assert (await catalogue.http.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"procedure": "1.888888"}, "procedure_unknown"),
        ({"lead_agency": "H20.999"}, "agency_unknown"),
        ({"total": days("1")}, "group_limit_exceeded"),
        ({"surprise": 1}, "malformed"),
    ],
)
async def test_a_group_names_what_is_there(catalogue: Client, wrong: Json, code: str) -> None:
    answer = await catalogue.http.post(PATH, json=make_group(**wrong))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_group_of_the_whole_province_takes_a_grant_as_wide(
    service_client: ServiceClient, seeded: str, token: Token
) -> None:
    bearer = token("catalogue", agencies=["H20.100"])
    officer = await service_client("procedures", database_url=seeded, bearer=bearer)
    refused = await officer.http.post(PATH, json=make_group())
    assert (refused.status_code, refused.json()["code"]) == (403, "province_scope_needed")
    own = await officer.http.post(PATH, json=make_group(lead_agency="H20.100"))
    assert own.status_code == 201


async def test_the_database_itself_keeps_a_published_group(seeded: str) -> None:
    connection = await asyncpg.connect(seeded)
    try:
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("update linked_group set document = '{}'")
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("delete from linked_group where code = '2.000986'")
    finally:
        await connection.close()


async def publish(catalogue: Client, **changed: object) -> str:
    drafted = await catalogue.http.post(PATH, json=make_group(**changed))
    assert drafted.status_code == 201, drafted.text
    path: str = drafted.headers["location"]
    answer = await catalogue.http.post(f"{path}/publication")
    assert answer.status_code == 200, answer.text
    return path


def group(written: Json) -> LinkedGroupRecord:
    return LinkedGroupRecord.model_validate_json(orjson.dumps(written))


def refusal(written: Json) -> str:
    with pytest.raises(Unprocessable) as refused:
        rules.check(group(written))
    return refused.value.code
