"""Writes the examples of the merged document: `python -m tests.journeys.examples`."""

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from deploy.door import Door
from deploy.local.testing import system
from gateway.examples import FILE, JSON
from shared.identity import Role
from tests.journeys import office_day
from tests.journeys.recording import Document, recording


def bodies(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation that takes a JSON body, and what the document says of that body."""
    for item in document["paths"].values():
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {})
            if JSON in content:
                yield operation["operationId"], content[JSON]


def missing(document: Document) -> set[str]:
    """Operations with a JSON body that the document gives no example of."""
    return {name for name, body in bodies(document) if "examples" not in body}


async def whole_document() -> Document:
    """The merged document, once every service gave its part."""
    async with Door(Role.PORTAL, subject="nguoi-doc") as door:
        document: Document = await door.until(
            "/openapi.json", lambda found: "x-missing-services" not in found["info"]
        )
    return document


async def record() -> dict[str, Any]:
    """Let a day pass on a system of its own; what was sent."""
    with tempfile.TemporaryDirectory(prefix="motcua-examples-") as directory:
        async with system(Path(directory)) as running:
            with mock.patch.dict(os.environ, running.settings):
                document = await whole_document()
                with recording(document) as sent:
                    await office_day.tell(running)
    return dict(sorted(sent.items()))


if __name__ == "__main__":
    FILE.write_text(json.dumps(asyncio.run(record()), ensure_ascii=False, indent=1) + "\n")
