"""Writes what is made from the code; the API's contract only grows."""

import json
from pathlib import Path

from deploy.cli.registry import ROOT
from deploy.contract.narrowing import broken
from deploy.contract.surface import surface, written
from deploy.documents import described, events
from gateway.asyncapi.document import encoded

CONTRACT = ROOT / "docs" / "api" / "v1.json"
"""What clients of this version of the API rely on."""


class Narrowed(ValueError):
    """Something that clients rely on would be lost."""


def pages() -> dict[Path, bytes]:
    """What each page should be now."""
    docs = ROOT / "docs"
    return {docs / "events.md": events.page().encode(), docs / "asyncapi.json": encoded()}


def write() -> list[Path]:
    """Write everything and tell where; raises Narrowed before the contract would lose anything."""
    for path, content in pages().items():
        path.write_bytes(content)
    contract = surface(described.merged())
    if CONTRACT.exists() and (lost := broken(json.loads(CONTRACT.read_bytes()), contract)):
        raise Narrowed("\n".join(lost))
    CONTRACT.write_bytes(written(contract))
    return [*pages(), CONTRACT]
