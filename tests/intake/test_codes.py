import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from deploy.local.reservation import free_ports
from deploy.local.testing import Servers
from services.intake import codes
from tests.conftest import Token
from tests.intake.conftest import Office
from tests.intake.factories import COMMUNE, OTHER_COMMUNE, a_filing
from tests.waiting import until

PARALLEL = 200
START_SECONDS_MAX = 30
IN_FLIGHT = "idempotency_key_in_flight"


@pytest.fixture
async def serving(
    catalogued: str, servers: Servers, keys_dir: Path, token: Token
) -> AsyncIterator[httpx.AsyncClient]:
    """The service as it runs: two processes that know nothing of each other."""
    environment = os.environ | {
        "INTAKE_DATABASE_URL": catalogued,
        "MOTCUA_KEYS_DIR": str(keys_dir),
        "MOTCUA_NATS_URL": servers.nats_url,
        "MOTCUA_PROFILE": "local",
    }
    program = (sys.executable, "-m", "uvicorn", "--factory", "services.intake.app:create")
    with free_ports(("intake",)) as ports:
        server = await asyncio.create_subprocess_exec(
            *(*program, "--workers", "2", "--port", str(ports["intake"]), "--no-access-log"),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{ports['intake']}",
            headers={"Authorization": f"Bearer {token('counter')}"},
            timeout=60,
        ) as http:
            try:
                await until(lambda: _ready(http), seconds=START_SECONDS_MAX, what="a service")
                yield http
            finally:
                server.terminate()
                await server.wait()


async def _ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    "code",
    [
        "000.00.13.H40-190101-0001",
        "000.17.22.H56-210531-0001",
        "H56.14-240823-0001",
        "G22.99-251225-020175",
        "G22.99.08-260921-896048",
        "H44.100-260302-12345",
    ],
)
def test_every_generation_of_codes_is_valid(code: str) -> None:
    assert codes.is_valid(code)


@pytest.mark.parametrize(
    "code",
    [
        "H20-26030-0001",
        "H20.1-260302-0001",
        "h20-260302-0001",
        "H20-260302-001",
        "H20-260302-0000001",
        "H20-260302-0001\n",
        "H20.100.100.100.100.100.100-260302-0001",
    ],
)
def test_other_forms_are_not(code: str) -> None:
    assert not codes.is_valid(code)


def test_only_a_code_of_our_own_form_takes_a_place_in_our_sequence() -> None:
    assert codes.own_order("H20.100-260302-0007") == codes.Order("H20.100", "260302", 7)
    assert codes.own_order("H20.100-260302-12345") == codes.Order("H20.100", "260302", 12345)
    assert codes.own_order("G22.99-251225-020175") is None
    assert codes.own_order("H20.100-260302-0000") is None
    assert codes.own_order("H20.100-269902-0007") is None
    assert codes.Order("H20.100", "260302", 7).on == date(2026, 3, 2)


async def test_each_agency_counts_its_own_days_from_one(office: Office) -> None:
    first = await office.file()
    second = await office.file()
    elsewhere = await office.file(agency=OTHER_COMMUNE)
    # 23:59 in Vietnam is 16:59 UTC: the day that counts is Vietnam's.
    office.clock("2026-03-02 23:59")
    late = await office.file()
    office.clock("2026-03-03 00:00")
    tomorrow = await office.file()

    assert [dossier["code"] for dossier in (first, second, elsewhere, late, tomorrow)] == [
        f"{COMMUNE}-260302-0001",
        f"{COMMUNE}-260302-0002",
        f"{OTHER_COMMUNE}-260302-0001",
        f"{COMMUNE}-260302-0003",
        f"{COMMUNE}-260303-0001",
    ]


async def test_two_hundred_parallel_filings_leave_no_gap_and_no_double(office: Office) -> None:
    async def file(number: int) -> httpx.Response:
        key = {"Idempotency-Key": f"parallel-{number}"}
        return await office.http.post("/v1/dossiers", json=a_filing(), headers=key)

    answers = await asyncio.gather(*(file(number) for number in range(PARALLEL)))

    assert {answer.status_code for answer in answers} == {201}
    given = sorted(answer.json()["code"] for answer in answers)
    assert given == [f"{COMMUNE}-260302-{number:04}" for number in range(1, PARALLEL + 1)]


async def test_two_processes_of_the_service_file_two_hundred_at_once(
    serving: httpx.AsyncClient,
) -> None:
    async def file(number: int) -> httpx.Response:
        filing = a_filing(agency=(COMMUNE, OTHER_COMMUNE)[number >= PARALLEL])
        key = {"Idempotency-Key": f"parallel-{number}"}
        return await serving.post("/v1/dossiers", json=filing, headers=key)

    # Two hundred at each of two agencies, everything sent twice as by a client that lost patience.
    sent = [number for number in range(2 * PARALLEL) for _ in range(2)]
    answers = await asyncio.gather(*(file(number) for number in sent))

    codes_given: dict[int, set[str]] = {}
    for number, answer in zip(sent, answers, strict=True):
        if answer.status_code == 409:
            assert answer.json()["code"] == IN_FLIGHT, answer.text
        else:
            assert answer.status_code == 201, answer.text
            codes_given.setdefault(number, set()).add(answer.json()["code"])
    given = sorted(code for (code,) in codes_given.values())
    on = given[0].split("-")[1]
    assert given == [
        f"{agency}-{on}-{number:04}"
        for agency in (COMMUNE, OTHER_COMMUNE)
        for number in range(1, PARALLEL + 1)
    ]


async def test_the_ten_thousandth_of_a_day_gets_five_digits(office: Office) -> None:
    await office.rows("insert into code_sequence values ($1, $2, 9998)", COMMUNE, date(2026, 3, 2))

    given = [(await office.file())["code"] for _ in range(3)]

    assert given == [f"{COMMUNE}-260302-{order}" for order in ("9999", "10000", "10001")]


async def test_a_refused_filing_takes_no_number(office: Office) -> None:
    await office.file(national_code="G22.99-251225-020175")
    taken = await office.http.post(
        "/v1/dossiers", json=a_filing(national_code="G22.99-251225-020175")
    )

    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")
    assert (await office.file())["code"] == f"{COMMUNE}-260302-0001"


async def test_the_portals_code_is_kept(office: Office) -> None:
    dossier = await office.file(channel="online_full", national_code="G22.99.08-260921-896048")

    assert dossier["code"] == "G22.99.08-260921-896048"
    (fact,) = await office.told(dossier)
    assert fact["data"]["code"] == "G22.99.08-260921-896048"


async def test_our_numbers_go_on_behind_a_given_one_of_our_form(office: Office) -> None:
    await office.file(national_code=f"{COMMUNE}-260302-0005")

    assert (await office.file())["code"] == f"{COMMUNE}-260302-0006"
