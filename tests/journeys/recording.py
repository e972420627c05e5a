"""Keeps what was sent through the door and taken, operation by operation."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import httpx

Document = Mapping[str, Any]
JSON = "application/json"


@contextmanager
def recording(document: Document) -> Iterator[dict[str, Any]]:
    """Keep the first body of each operation that says something and had success."""
    sent: dict[str, Any] = {}
    known = [
        (method.upper(), _pattern(path), operation["operationId"])
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    ]
    send = httpx.AsyncClient.send

    async def keep(
        client: httpx.AsyncClient, request: httpx.Request, **options: Any
    ) -> httpx.Response:
        answer = await send(client, request, **options)
        if answer.is_success and request.headers.get("content-type", "").startswith(JSON):
            for method, pattern, identity in known:
                if request.method == method and pattern.fullmatch(request.url.path):
                    # Where a body may be left out, an empty one shows nothing.
                    sent[identity] = sent.get(identity) or json.loads(request.content)
                    break
        return answer

    with mock.patch.object(httpx.AsyncClient, "send", keep):
        yield sent


def shape(value: Any) -> Any:
    """The members of a body, whatever they hold."""
    if isinstance(value, dict):
        return {name: shape(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/:]+", re.escape(path)))
