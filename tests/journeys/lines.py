"""Lets schemathesis send lines of JSON; it loads this module by itself."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_: Any, value: Any) -> bytes:
    """A body that the document says is a text is sent as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
