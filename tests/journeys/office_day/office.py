"""Who is at the office that day, and how they speak through the door."""

import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from deploy.door import Door
from deploy.local.testing import RunningSystem
from shared.clock import present
from shared.identity import Role
from shared.times import to_vietnam

AGENCY, NEIGHBOUR, DEPARTMENT = "H20.110", "H20.111", "H20.03"
STATUS, STATUS_PAPER = "1.004873", "1.004873-c02-01"
"""Cấp Giấy xác nhận tình trạng hôn nhân, and a paper that it asks for."""
COPY = "2.000908"
"""Cấp bản sao từ sổ gốc, which has a process of four steps."""
OWNER: Final = "000190123456"
PHONE: Final = "0900000000"
PERSON: Final = {
    "name": "Nguyễn Thị Hoa",
    "identity_number": OWNER,
    "phone": PHONE,
    "email": "hoa.nguyen@example.vn",
    "address": "Số 12, khu phố 3, phường Mỹ Phước Tây, tỉnh Đồng Tháp",
}
FILING: Final = {
    "procedure": STATUS,
    "agency": AGENCY,
    "channel": "counter",
    "way_of_return": "counter",
    "applicant": PERSON,
    "papers": [{"component": STATUS_PAPER, "originals": 1, "copies": 1, "originals_held": 1}],
}
OF_COPY: Final = {"procedure": COPY, "papers": []}
"""What is filed otherwise by who wants a copy."""
OFFICERS = (Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.REPORTER)


@dataclass
class Office:
    """Who is there that day, and when it began."""

    system: RunningSystem
    now: datetime
    officer: Door
    colleague: Door
    neighbour: Door
    citizen: Door
    post: Door
    portal: Door
    operator: Door
    government: Door
    catalogue: Door

    async def filed(self, **changed: Any) -> str:
        """A new dossier; its address."""
        dossier = await self.officer.post("/v1/dossiers", FILING | changed)
        return f"/v1/dossiers/{dossier['code']}"

    async def accepted(self, **changed: Any) -> str:
        """A new dossier that was accepted; its address."""
        path = await self.filed(**changed)
        await self.officer.post(f"{path}/acceptance")
        return path

    async def returned(self, **changed: Any) -> str:
        """A new dossier whose result was handed over; its address."""
        path = await self.accepted(**changed)
        await self.officer.post(f"{path}/resolution", {"outcome": "approved"})
        await self.officer.post(f"{path}/return", {"identity_shown": True, "receipt_shown": True})
        return path


async def enter(stack: AsyncExitStack, system: RunningSystem) -> Office:
    """Let everybody in, each with a token of their own."""

    async def door(*roles: Role, agencies: tuple[str, ...], subject: str) -> Door:
        return await stack.enter_async_context(Door(*roles, agencies=agencies, subject=subject))

    return Office(
        system=system,
        now=to_vietnam(present()).replace(microsecond=0),
        officer=await door(*OFFICERS, agencies=("H20",), subject="can-bo-hoa"),
        colleague=await door(*OFFICERS, agencies=(AGENCY,), subject="can-bo-phuoc"),
        neighbour=await door(*OFFICERS, agencies=(NEIGHBOUR, DEPARTMENT), subject="can-bo-lan"),
        citizen=await door(Role.CITIZEN, agencies=(), subject=OWNER),
        post=await door(Role.POSTAL, agencies=("*",), subject="buu-cuc"),
        portal=await door(Role.PORTAL, agencies=("*",), subject="cong"),
        operator=await door(Role.OPERATOR, agencies=("H20",), subject="van-hanh"),
        government=await door(Role.OPERATOR, agencies=("*",), subject="van-hanh-chung"),
        catalogue=await door(Role.CATALOGUE, agencies=("*",), subject="danh-muc"),
    )


async def send(door: Door, method: str, path: str, body: Any, **headers: str) -> Any:
    """Send a body by another method than POST; the answer, None where it is no JSON."""
    headers = {"Idempotency-Key": uuid.uuid4().hex} | headers
    answer = await door.http.request(method, path, json=body, headers=headers)
    if answer.is_error:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
    told = answer.headers.get("content-type", "")
    return answer.json() if answer.content and told.startswith("application/json") else None


def code_of(path: str) -> str:
    """The dossier's code, which its address ends with."""
    return path.rpartition("/")[2]
