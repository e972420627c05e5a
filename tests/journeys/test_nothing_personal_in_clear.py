"""Numbers of people go through the whole system, and are then looked for wherever it writes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.cli.delivery import differences_now
from deploy.local.testing import RunningSystem
from shared.identity import Role
from tests.waiting import until

AGENCY, PROCEDURE = "H20.104", "2.000908"
OWNER, PHONE, RECIPIENT = "087299887766", "0909776655", "087211335577"
SERVICES = ("INTAKE", "PROCEDURES", "SLA", "SURVEY")
TABLES = """
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')
"""


async def test_no_number_of_a_person_is_kept_told_or_logged_in_clear(
    doors: Any, at_the_door: RunningSystem
) -> None:
    await _a_life(doors)

    async def told() -> bool:
        return not await differences_now()

    await until(told, seconds=30, what="every fact is told and applied")
    for service in SERVICES:
        await _no_row_holds(at_the_door.settings[f"{service}_DATABASE_URL"])
    for path in _written(Path(at_the_door.settings["MOTCUA_KEYS_DIR"]).parent):
        content = path.read_bytes()
        for number in (OWNER, PHONE, RECIPIENT):
            assert number.encode() not in content, f"{number} in {path.name}"


async def _a_life(doors: Any) -> None:
    """A citizen files online, hands a paper in later, and somebody else collects the result."""
    citizen = await doors(Role.CITIZEN, subject=OWNER)
    counter = await doors(Role.COUNTER, Role.SPECIALIST, Role.LEADER, agencies=[AGENCY])
    person = {"name": "Trần Thị Kín", "identity_number": OWNER, "phone": PHONE}
    filing = {"procedure": PROCEDURE, "agency": AGENCY, "channel": "online_full"}
    dossier = await citizen.post("/v1/dossiers", filing | {"applicant": person})
    path = f"/v1/dossiers/{dossier['code']}"
    refused = await citizen.http.post("/v1/dossiers", json=filing | {"applicant": [OWNER]})
    assert refused.status_code == 422
    shown = await citizen.get(f"/v1/procedures/{PROCEDURE}", version=str(dossier["version"]))
    papers = [paper for paper in shown["cases"][0]["components"] if not paper["is_note"]]
    await counter.post(f"{path}/acceptance")
    asked = {"components": [{"id": papers[0]["id"], "reason": "Thiếu chữ ký"}]}
    await counter.post(f"{path}/supplement-requests", asked)
    await citizen.post(f"{path}/supplements")
    found = await counter.post("/v1/dossiers:find", {"identity_number": OWNER})
    assert [one["code"] for one in found["items"]] == [dossier["code"]]
    tracked = {"code": dossier["code"], "check": OWNER[-6:]}
    await citizen.post("/v1/tracking", tracked)
    await counter.post(f"{path}/resolution", {"outcome": "refused", "ground": "Không đủ điều kiện"})
    recipient = {"name": "Lê Văn Hộ", "identity_number": RECIPIENT}
    handed = {"recipient": recipient, "proxy_paper": "Giấy ủy quyền 01", "identity_shown": True}
    await counter.post(f"{path}/return", handed)
    await counter.get(path, unmask="true")


async def _no_row_holds(address: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        for table in await connection.fetch(TABLES):
            for number in (OWNER, PHONE, RECIPIENT):
                # bytea is shown in hex, so what is in clear inside it is looked for as such.
                written = (f"%{number}%", f"%{number.encode().hex()}%")
                count = await connection.fetchval(
                    f"select count(*) from {table['name']} t"
                    " where t::text like $1 or t::text like $2",
                    *written,
                )
                assert count == 0, f"{number} in {table['name']}"
    finally:
        await connection.close()


def _written(data: Path) -> Iterator[Path]:
    """Logs, and what the broker keeps of the events."""
    found = [path for part in ("log", "nats") for path in (data / part).rglob("*")]
    files = [path for path in found if path.is_file()]
    if not files:
        pytest.fail("nothing was written where logs and events belong")
    yield from files
