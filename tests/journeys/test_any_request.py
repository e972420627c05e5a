"""Any request that the merged document allows, and many that it does not: nothing surprises."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from deploy.door import address, sign
from deploy.local.testing import RunningSystem
from shared.identity import Role
from tests.journeys import lines

ROOT: Final = Path(__file__).resolve().parents[2]
LEFT_OUT: Final = {
    "positive_data_acceptance": "a well-formed request meets dossiers that do not exist, states "
    "that forbid it and rights that are missing: 404, 409 and 403 are right answers",
    "use_after_free": "nothing is deleted for good: what was taken back stays readable",
    "ensure_resource_availability": "what is filed at a foreign agency is not the filer's to read",
}
CONFIG: Final = """
[checks.negative_data_rejection]
# 405 is no refusal of the data; 408 to 431 refuse the request before its data are looked at.
expected-statuses = [400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 422, 428,
                     429, 431, "5xx"]

# Items are read one by one, each with an answer of its own.
[[operations]]
include-path = "/v1/dossiers:batch"
checks.negative_data_rejection.enabled = false

# Files whose lines are judged one by one, after they were taken in.
[[operations]]
include-path-regex = "^/v1/imports/"
checks.negative_data_rejection.enabled = false

# A word where another operation has an id: that one's methods are known there too.
[[operations]]
include-path = ["/v1/apologies/owed", "/v1/indices/formulas", "/v1/webhooks/standings",
                "/v1/dossiers/{dossier}/forms/receipt", "/v1/dossiers/{dossier}/forms/{kind}"]
checks.unsupported_method.enabled = false
checks.allow_header_conformance.enabled = false
"""
OF_THE_TOOL: Final = "SystemError: AST constructor recursion depth mismatch"
"""What CPython 3.11 answers when the tool describes a filter to itself too deep in its stack."""
ROLES: Final = (None, *Role)


def attack(where: Path, role: Role | None, *options: str) -> dict[str, Any]:
    """Let schemathesis loose in one role; its report."""
    report = where / "report.json"
    config = where / "schemathesis.toml"
    config.write_text(CONFIG)
    named = () if role is None else ("-H", f"Authorization: Bearer {sign(role, subject='thu')}")
    # Whoever shows no token is asked for one before they learn which methods there are.
    left_out = [*LEFT_OUT, *(() if role else ("unsupported_method", "allow_header_conformance"))]
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(config)),
        *("run", str(where / "openapi.json"), "--url", address(), *named, "--continue-on-failure"),
        *("--exclude-checks", ",".join(left_out), "--no-shrink", "--warnings", "off"),
        *("--report", "json", "--report-json-path", str(report), *options),
    ]
    done = subprocess.run(
        command,
        check=False,
        env={**os.environ, "SCHEMATHESIS_HOOKS": lines.__name__, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{role}: " + done.stdout[done.stdout.rfind("Test cases:") :])
    told: dict[str, Any] = json.loads(report.read_bytes())
    assert told["failures"] == [], done.stdout[-20_000:]
    broken_off = sum(error["count"] for error in told["errors"])
    assert broken_off <= done.stdout.count(OF_THE_TOOL), done.stdout[-20_000:]
    return told


async def document(where: Path) -> dict[str, Any]:
    """The running system's own document, kept where schemathesis finds it."""
    async with httpx.AsyncClient(base_url=address(), timeout=60) as http:
        merged = (await http.get("/openapi.json")).raise_for_status()
    await asyncio.to_thread((where / "openapi.json").write_bytes, merged.content)
    found: dict[str, Any] = merged.json()
    return found


@pytest.mark.parametrize("role", [None, Role.ADMIN], ids=str)
async def test_some_requests_are_answered_as_the_document_says(
    at_the_door: RunningSystem, tmp_path: Path, role: Role | None
) -> None:
    assert "x-missing-services" not in (await document(tmp_path))["info"]
    options = ("--phases", "fuzzing", "--max-examples", "1", "--generation-deterministic")
    await asyncio.to_thread(attack, tmp_path, role, *options)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("role", ROLES, ids=str)
async def test_many_requests_are_answered_as_the_document_says(
    at_the_door: RunningSystem, tmp_path: Path, role: Role | None
) -> None:
    await document(tmp_path)
    options = ("--phases", "examples,coverage,fuzzing", "--max-examples", "3", "--workers", "2")
    await asyncio.to_thread(attack, tmp_path, role, *options)
