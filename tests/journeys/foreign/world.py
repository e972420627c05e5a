"""The first world: who lives and works there, and what of theirs has an id or a code."""

import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from deploy.door import Door
from shared.clock import present
from shared.identity import Role
from shared.times import to_vietnam
from tests.journeys.foreign.marks import WORD, Marks

AGENCY, FOREIGN_AGENCY = "H20.141", "H20.161"
PROCEDURE = "1.999141"
OWNER, OTHER_PERSON = "087199700141", "087199700161"
PHONE = "0909700141"
PERSON = {
    "name": f"Trần Thị {WORD}",
    "identity_number": OWNER,
    "phone": PHONE,
    "address": f"Số 1 đường {WORD}",
}
SAYS = f"Lời riêng của {WORD}."
OFFICERS = (Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.REPORTER)


@dataclass
class World:
    """The people of the first world at the door, and everything that was given to them."""

    officer: Door
    citizen: Door
    post: Door
    portal: Door
    operator: Door
    catalogue: Door
    administrator: Door
    known: dict[str, str] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)

    @property
    def callers(self) -> dict[str, Door]:
        """Those who may read what is theirs."""
        names = ("officer", "citizen", "post", "portal", "operator", "catalogue")
        return {name: getattr(self, name) for name in names}

    def secret(self, name: str, value: Any) -> str:
        """Keep what belongs in parameters of this name; nobody else may be told of it."""
        self.marks.add(str(value))
        return self.open(name, value)

    def open(self, name: str, value: Any) -> str:
        """Keep what belongs in parameters of this name and is known to everybody."""
        self.known[name] = str(value)
        return self.known[name]


async def enter(stack: AsyncExitStack) -> World:
    """Let the people of the first world in, each with a token of their own."""

    async def door(*roles: Role, agencies: tuple[str, ...] = (AGENCY,), subject: str) -> Door:
        return await stack.enter_async_context(Door(*roles, agencies=agencies, subject=subject))

    word = "quyrunda"
    world = World(
        officer=await door(*OFFICERS, subject=f"can-bo-{word}"),
        citizen=await door(Role.CITIZEN, agencies=(), subject=OWNER),
        post=await door(Role.POSTAL, subject=f"buu-cuc-{word}"),
        portal=await door(Role.PORTAL, subject=f"cong-{word}"),
        operator=await door(Role.OPERATOR, subject=f"van-hanh-{word}"),
        catalogue=await door(Role.CATALOGUE, agencies=("*",), subject="danh-muc-tinh"),
        administrator=await door(Role.ADMIN, subject=f"quan-tri-{word}"),
    )
    world.known.update(beforehand(to_vietnam(present()).date()))
    world.marks.add(OWNER, PHONE)
    world.marks.add_places(AGENCY)
    return world


def beforehand(today: date) -> dict[str, str]:
    """What can be asked for before anything is there."""
    return {
        "agency": AGENCY,
        "procedure": PROCEDURE,
        "procedure with a process": "2.000908",
        "calendar": "VN-HANH-CHINH",
        "carrier": "vnpost",
        "channel": "online_full",
        "colleague": "can-bo-quyrunda",
        "field": "Hộ tịch",
        "figure": "modern_one_stop_share",
        "scheme": "766",
        "criterion": "PROGRESS",
        "target": "KH141-2020-HIEN-DAI",
        "version": "1",
        "limit_value": "5",
        "days": "1",
        "word": WORD,
        "from": str(today - timedelta(days=60)),
        "to": str(today),
        "on": str(today + timedelta(days=1)),
        "year": str(today.year),
        "quarter": str((today.month + 2) // 3),
    }


async def put(door: Door, path: str, body: Mapping[str, Any]) -> httpx.Response:
    """Write at an address; raises with the problem's own words when refused."""
    key = {"Idempotency-Key": uuid.uuid4().hex}
    answer = await door.http.put(path, json=body, headers=key)
    if answer.is_error:
        raise RuntimeError(f"PUT {path}: {answer.status_code} {answer.text}")
    return answer
