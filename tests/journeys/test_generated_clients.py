"""Clients generated from the running system's own document are compiled and used against it."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from deploy import clients
from deploy.door import address, sign
from deploy.local.testing import RunningSystem
from shared.identity import Role

TOLD = re.compile(
    r"filed (?P<code>H20\.100-\d{6}-\d{4,6})\n"
    r"read (?P=code) status \S+\n"
    r"listed \[[\"'](?P=code)[\"']\]\n"
    r"refused 404 \S+: \S.*\n"
)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_both_generated_clients_file_read_list_and_meet_a_refusal(
    at_the_door: RunningSystem, tmp_path: Path
) -> None:
    async with httpx.AsyncClient(base_url=address(), timeout=60) as http:
        document = (await http.get("/openapi.json")).raise_for_status().content
    generated = await asyncio.to_thread(clients.generate, document, tmp_path)
    caller = {"MOTCUA_URL": address(), "MOTCUA_TOKEN": sign(Role.PORTAL, subject="cong")}
    for folder, command in (("python", generated.python), ("typescript", generated.typescript)):
        told = await asyncio.to_thread(clients.run, generated, folder, *command, **caller)
        assert TOLD.fullmatch(told), f"{folder}: {told}"
