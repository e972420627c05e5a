"""The late list, its causes, and the dossiers behind a cell, over HTTP."""

import csv
import io

from openpyxl import load_workbook

from services.sla.reports.cells import Cell
from tests.conftest import ServiceClient, Token
from tests.sla.report_lives import MARCH, NOW, tell_lives

LATE = f"/v1/reports/late?{MARCH}"


async def test_the_late_list_tells_who_ended_late_and_who_is_overdue(
    service_client: ServiceClient,
) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)

    late = (await client.http.get(LATE)).json()["items"]

    by_dossier = {item["dossier"]: item for item in late}
    assert set(by_dossier) == {dossiers[2], dossiers[3]}
    ended, overdue = by_dossier[dossiers[2]], by_dossier[dossiers[3]]
    assert (ended["lateness"], ended["days_late"]) == ("ended_late", 3)
    assert (overdue["lateness"], overdue["days_late"]) == ("overdue", 15)
    assert overdue["due_at"] == "2026-03-16T08:00:00+07:00"
    assert ended["procedure_name"] == "Đăng ký khai sinh"


async def test_a_cause_is_entered_counted_and_asked_for(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)

    url = f"/v1/clocks/{dossiers[2]}/lateness-cause"
    entered = [
        (await client.http.put(url, json={"cause": cause})).json()["cause"]
        for cause in ("opinion", "workload")
    ]

    assert entered == ["opinion", "workload"]
    causes = (await client.http.get(f"/v1/reports/late/causes?{MARCH}")).json()
    assert causes["total"] == 2
    assert {one["cause"]: one["count"] for one in causes["causes"]} == {
        "workload": 1,
        None: 1,
    }
    found = (await client.http.get(f"{LATE}&cause=workload")).json()["items"]
    assert [item["dossier"] for item in found] == [dossiers[2]]


async def test_a_cause_is_for_late_dossiers_of_the_callers_agency(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)

    async def enter(place: int, role: str, agency: str) -> tuple[int, str]:
        answer = await client.http.put(
            f"/v1/clocks/{dossiers[place]}/lateness-cause",
            json={"cause": "workload"},
            headers={"Authorization": f"Bearer {token(role, agencies=[agency])}"},
        )
        return answer.status_code, answer.json().get("code", "")

    assert await enter(2, "specialist", "H20.40") == (200, "")
    assert await enter(0, "specialist", "H20.40") == (409, "not_late")
    assert await enter(4, "specialist", "H20.40") == (409, "not_late")
    assert await enter(2, "specialist", "H20.41") == (404, "clock_not_found")
    assert await enter(2, "reporter", "H20") == (403, "role_missing")


async def test_a_cause_is_one_of_the_agencys_catalogue(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)

    answer = await client.http.put(
        f"/v1/clocks/{dossiers[2]}/lateness-cause", json={"cause": "because"}
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "cause_unknown")


async def test_the_late_list_as_a_file_is_the_list(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)

    listed = (await client.http.get(LATE)).json()["items"]
    text = (await client.http.get(f"{LATE}&as=csv")).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO((await client.http.get(f"{LATE}&as=xlsx")).content))

    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows[1:]] == [item["code"] for item in listed]
    assert rows[1][6:8] == ["02/03/2026 08:00", "16/03/2026 08:00"]
    cells = [
        ["" if cell is None else str(cell) for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    assert cells == rows


async def test_a_cell_names_its_dossiers(service_client: ServiceClient) -> None:
    client = await service_client("sla", at=NOW)
    dossiers = await tell_lives(client)
    url = f"/v1/reports/ii06a/dossiers?{MARCH}"

    places: dict[str, set[int]] = {}
    for cell in Cell:
        items = (await client.http.get(f"{url}&cell={cell}")).json()["items"]
        assert all(item["count"] == 1 for item in items)
        if items:
            places[cell.value] = {dossiers.index(item["dossier"]) for item in items}

    assert places == {
        "received": {0, 1, 2, 3, 4, 5, 6},
        "received_online": {0, 1},
        "received_direct_post": {2, 3, 4, 5, 6},
        "resolved": {0, 1, 2, 5, 6},
        "early": {0, 5},
        "on_time": {1, 6},
        "late": {2},
        "in_progress": {3, 4},
        "within_limit": {4},
        "overdue": {3},
        "withdrawn": {6},
        "refused": {5},
        "waiting": {4},
    }


async def test_dossiers_are_walked_by_pages_within_the_callers_scope(
    service_client: ServiceClient, token: Token
) -> None:
    client = await service_client("sla", at=NOW)
    await tell_lives(client)
    url = f"/v1/reports/ii06a/dossiers?{MARCH}&cell=received"

    walked, after = [], ""
    while True:
        page = (await client.http.get(f"{url}&limit=3{after}")).json()
        walked += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert len({item["dossier"] for item in walked}) == len(walked) == 7
    reporter = {"Authorization": f"Bearer {token('reporter', agencies=['H20.05'])}"}
    own = (await client.http.get(url, headers=reporter)).json()["items"]
    assert {item["agency"] for item in own} == {"H20.05"}
    broken = await client.http.get(f"{url}&after=x")
    assert (broken.status_code, broken.json()["code"]) == (422, "cursor_unreadable")
