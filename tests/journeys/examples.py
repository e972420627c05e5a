"""Writes the examples of the merged document: `python -m tests.journeys.examples`."""

import asyncio
import json
import os
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final
from unittest import mock

from deploy.local.testing import system
from gateway.examples import FILE
from tests.journeys import office_day
from tests.journeys.foreign import building, world
from tests.journeys.recording import Document, recording

DAY, WORLD = "office_day", "foreign world"
WITHOUT: Final = 48
"""Operations with a JSON body that have no example yet; may only become fewer."""


def missing(document: Document) -> set[str]:
    """Operations with a JSON body that the document gives no example of."""
    return {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
        and "examples" not in operation["requestBody"]["content"]["application/json"]
    }


async def record() -> dict[str, Any]:
    """Let a day and a world pass on a system of their own; what was sent, and who sent it."""
    with tempfile.TemporaryDirectory(prefix="motcua-examples-") as directory:
        async with system(Path(directory)) as running:
            with mock.patch.dict(os.environ, running.settings):
                async with AsyncExitStack() as stack:
                    first = await world.enter(stack)
                    document: Document = await first.officer.until(
                        "/openapi.json", lambda found: "x-missing-services" not in found["info"]
                    )
                    with recording(document) as by_day:
                        await office_day.tell()
                    with recording(document) as by_world:
                        await building.build(first)
    told = {name: (WORLD, body) for name, body in by_world.items()}
    told |= {name: (DAY, body) for name, body in by_day.items()}
    return {name: {"told_by": by, "body": body} for name, (by, body) in sorted(told.items())}


if __name__ == "__main__":
    FILE.write_text(json.dumps(asyncio.run(record()), ensure_ascii=False, indent=1) + "\n")
