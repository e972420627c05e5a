"""Examples of what is sent, in the merged document: bodies that a test sends, and were taken."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

Document = dict[str, Any]
FILE: Final = Path(__file__).with_name("examples.json")
JSON: Final = "application/json"


def describe(document: Document) -> None:
    """Add an example to every operation that has one."""
    examples = kept()
    for item in document["paths"].values():
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {}).get(JSON)
            example = examples.get(operation.get("operationId"))
            if content is not None and example is not None:
                content["examples"] = {"sent": {"value": example}}


@cache
def kept() -> Document:
    """The examples by operation id."""
    found: Document = json.loads(FILE.read_text())
    return found
