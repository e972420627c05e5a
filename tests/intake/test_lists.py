from typing import Any

import pytest

from services.intake.schemas.views import ListedDossier
from services.intake.search_statement import LATERAL_AGENCIES_MAX
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import (
    BIRTH_PAPER,
    COMMUNE,
    DEPARTMENT,
    NO_LIMIT,
    OTHER_COMMUNE,
    PLAIN,
    an_agency,
    tell,
)

STEP = {"name": "Thẩm định", "unit": "Tư pháp", "officer": "cb-1"}
NAMES = ("Nguyễn Văn An", "Trần Thị Bé", "Nguyễn Văn Anh", "Lê Văn An")


async def _some(office: Office) -> dict[str, dict[str, Any]]:
    """Four dossiers, an hour apart."""
    given = (
        {"agency": COMMUNE},
        {"agency": OTHER_COMMUNE, "procedure": NO_LIMIT},
        {"agency": COMMUNE, "channel": "online_full"},
        {"agency": COMMUNE, "competent_agency": DEPARTMENT},
    )
    filed = {}
    for hour, (name, changed) in enumerate(zip(NAMES, given, strict=True)):
        office.clock(f"2026-03-02 {8 + hour:02}:00")
        person = {"name": name, "identity_number": f"08720000000{hour}"}
        filed[name] = await office.file(applicant=person, **changed)
    return filed


async def _names(office: Office, **query: Any) -> list[str]:
    answer = await office.find(**query)
    assert answer.status_code == 200, answer.text
    return [found["applicant_name"] for found in answer.json()["items"]]


async def test_the_newest_comes_first(office: Office) -> None:
    await _some(office)

    assert await _names(office) == list(reversed(NAMES))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"agency": COMMUNE}, [3, 2, 0]),
        ({"agency": "H20"}, [3, 2, 1, 0]),
        ({"agency": DEPARTMENT}, [3]),
        ({"agency": "H2"}, []),
        ({"status": 1}, [3, 2, 1, 0]),
        ({"status": 2}, []),
        ({"procedure": NO_LIMIT}, [1]),
        ({"channel": "online_full"}, [2]),
        ({"agency": COMMUNE, "procedure": PLAIN, "channel": "counter"}, [3, 0]),
        ({"name": "van an", "agency": "H20"}, [3, 0]),
        ({"name": "NGUYỄN VĂN"}, None),
        ({"name": "nguyễn văn an"}, [0]),
        ({"name": "trần thị bé", "agency": OTHER_COMMUNE}, [1]),
        ({"name": "trần thị bé", "agency": COMMUNE}, []),
        ({"name": "An", "agency": COMMUNE}, [0]),
        ({"identity_number": "087200000002"}, [2]),
        ({"identity_number": "087200000002", "agency": OTHER_COMMUNE}, []),
        ({"identity_number": "087200000002", "name": "an"}, []),
        ({"code": f"{COMMUNE}-2603"}, [3, 2, 0]),
        ({"code": f"{COMMUNE}-260302-0002"}, [2]),
        ({"code": "H20_10"}, None),
    ],
)
async def test_a_filter_keeps_what_it_names(
    office: Office, query: dict[str, Any], found: list[int] | None
) -> None:
    await _some(office)

    if found is None:
        assert (await office.find(**query)).status_code == 422
    else:
        assert await _names(office, **query) == [NAMES[number] for number in found]


@pytest.mark.parametrize("scope", ["everywhere", "few", "many", "one person"])
async def test_pages_follow_each_other_without_gap_or_double(
    office: Office, start_office: StartOffice, token: Token, scope: str
) -> None:
    filed = await _some(office)
    if scope == "many":
        more = [an_agency(f"H20.{300 + n}") for n in range(LATERAL_AGENCIES_MAX + 1)]
        await tell(office.database_url, more)
    agencies = ["*"] if scope == "everywhere" else ["H20"]
    officer = await start_office(
        bearer=token("counter", agencies=agencies), database_url=office.database_url
    )
    query: dict[str, Any] = {"identity_number": "087200000001"} if scope == "one person" else {}
    walked: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await officer.find(limit=1, **query, **after)).json()
        walked += [found["id"] for found in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    expected = [dossier["id"] for dossier in reversed(filed.values())]
    assert walked == ([filed[NAMES[1]]["id"]] if scope == "one person" else expected)


async def test_a_list_shows_each_dossier_as_it_is_by_itself(office: Office) -> None:
    missing = {"components": [{"id": BIRTH_PAPER, "reason": "Thiếu."}]}
    filed, waiting, suspended, sent = [await office.file() for _ in range(4)]
    for dossier in (waiting, suspended, sent):
        await office.do(dossier, "acceptance")
    await office.do(waiting, "supplement-requests", missing)
    await office.do(suspended, "steps", STEP)
    await office.do(suspended, "stop", {"ground": "Chờ bản án", "ended": False})
    await office.do(sent, "resolution", {"outcome": "approved"})
    await office.do(sent, "return", {"identity_shown": True})

    listed = (await office.find()).json()["items"]

    assert [item["id"] for item in listed] == [
        dossier["id"] for dossier in (sent, suspended, waiting, filed)
    ]
    for item in listed:
        assert set(item) == set(ListedDossier.model_fields)
        assert item.pop("applicant_name") == "Nguyễn Văn Thử"
        shown = (await office.get(f"/v1/dossiers/{item['code']}")).json()
        assert item == {name: shown[name] for name in item}


async def test_a_dossier_of_two_people_of_one_name_is_listed_once(office: Office) -> None:
    son = {"name": "Nguyễn Văn An", "identity_number": "087200000001"}
    father = {"name": "Nguyễn Văn Anh", "identity_number": "087200000002"}
    dossier = await office.file(applicant=son, submitter=father)

    found = (await office.find(name="nguyễn văn", agency=COMMUNE)).json()["items"]

    assert [item["id"] for item in found] == [dossier["id"]]


async def test_what_is_due_comes_by_its_date_and_waiting_dossiers_do_not(office: Office) -> None:
    filed = await _some(office)
    for name in (NAMES[0], NAMES[2], NAMES[3]):
        await office.do(filed[name], "acceptance")
    asked = {"components": [{"id": "c01-01", "reason": "Thiếu."}]}
    await office.do(filed[NAMES[3]], "supplement-requests", asked)

    soon = await _names(office, due_before="2026-03-10T00:00:00+07:00")
    later = await _names(office, due_before="2026-04-01T00:00:00+07:00")
    first = (await office.find(due_before="2026-04-01T00:00:00Z", limit=1)).json()
    second = await _names(office, due_before="2026-04-01T00:00:00Z", after=first["next"])

    assert soon == [NAMES[2]]
    assert later == [NAMES[2], NAMES[0]]
    assert second == [NAMES[0]]


@pytest.mark.parametrize(
    "query",
    [
        {"after": "x"},
        {"after": "WyJhIiwiYiJd"},
        {"after": "WzEsMl0"},
        {"after": "WyIyMDI2LTAzLTAyIiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0"},
        {"status": 11},
        {"status": "x"},
        {"limit": 0},
        {"limit": 100_000},
        {"agency": "a'b"},
        {"agency": "H20\x00"},
        {"name": "\x00"},
        {"name": "..."},
        {"code": "a"},
        {"due_before": "tomorrow"},
        {"due_before": "2026-03-02T00:00:00"},
        {"due_before": "0001-01-01T00:00:00+14:00"},
        {"identity_number": "1' or '1'='1"},
    ],
)
async def test_a_senseless_query_is_refused_not_broken(
    office: Office, query: dict[str, Any]
) -> None:
    assert (await office.find(**query)).status_code == 422


@pytest.mark.parametrize("reference", ["x", "%00", "H20.100-260302-9999", "0" * 5000])
async def test_an_impossible_reference_is_simply_unknown(office: Office, reference: str) -> None:
    assert (await office.http.get(f"/v1/dossiers/{reference}")).status_code == 404
    assert (await office.http.post(f"/v1/dossiers/{reference}/acceptance")).status_code == 404
