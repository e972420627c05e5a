"""Asks the owners of a dossier's parts with the caller's own token: each decides what it shows."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from gateway.composition.parts import Part
from gateway.forward import Forwarder
from gateway.headers import Header
from gateway.upstream.connection import Answer
from shared.errors import Unavailable

WITHHELD = frozenset({401, 403, 404})
"""The owner shows this caller nothing, or there is nothing yet."""
SHOWN = 200


class Gap(StrEnum):
    """Why a part is missing."""

    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Found:
    """What became of asking for a part: its JSON, nothing to see, or a gap."""

    part: Part
    content: bytes | None = None
    gap: Gap | None = None

    def missing(self) -> dict[str, str]:
        """How the answer names the gap."""
        return {"part": self.part.name, "service": self.part.service, "code": str(self.gap)}


@dataclass(frozen=True, slots=True)
class Asking:
    """One caller's questions."""

    forwarder: Forwarder
    headers: tuple[Header, ...]
    caller: str
    part_seconds_max: float
    dossier_seconds_max: float

    async def dossier(self, part: Part, target: bytes) -> Answer:
        """Ask for the dossier itself; raises Unavailable."""
        answer = await self._fetch(part, target, self.dossier_seconds_max)
        if answer.whole is None:
            raise Unavailable("Hồ sơ quá lớn; hãy xem từng phần.", code="answer_too_long")
        return answer

    async def part(self, part: Part, members: Mapping[str, Any]) -> Found:
        """Ask for a part; whatever goes wrong with it costs the others nothing."""
        try:
            async with asyncio.timeout(self.part_seconds_max):
                answer = await self._fetch(part, part.target(members), self.part_seconds_max)
        except TimeoutError:
            return Found(part, gap=Gap.TIMEOUT)
        except Unavailable as away:
            late = isinstance(away.__cause__, TimeoutError)
            return Found(part, gap=Gap.TIMEOUT if late else Gap.UNAVAILABLE)
        if answer.status in WITHHELD:
            return Found(part)
        if answer.status != SHOWN or answer.whole is None or not _is_json(answer.whole):
            return Found(part, gap=Gap.UNAVAILABLE)
        return Found(part, answer.whole)

    async def _fetch(self, part: Part, target: bytes, seconds: float) -> Answer:
        return await self.forwarder.fetch(
            part.service, target, self.headers, seconds=seconds, caller=self.caller
        )


def _is_json(body: bytes) -> bool:
    """Whether the body can stand inside ours as it is."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True
