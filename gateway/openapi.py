"""Merges the services' OpenAPI documents into one; a service that is away is named, not fatal."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import structlog

from gateway import every_answer, examples, schema_names, tags
from gateway.composition import document as composition
from gateway.deprecations import Deprecations
from gateway.routes import VERSION, Service

FETCH_SECONDS_MAX = 10
OWN = "gateway"
KEPT_SECONDS = 60
KEPT_INCOMPLETE_SECONDS = 2
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
SCHEMA_REFERENCE = "#/components/schemas/"
DESCRIPTION = (
    "API của hệ thống một cửa, một cửa liên thông / the one-stop mechanism's API.\n\n"
    "Mọi từ chối là `application/problem+json` (RFC 9457) với `code` ổn định; thời điểm theo "
    "RFC 3339; danh sách đi tiếp bằng `next`; lệnh có `Idempotency-Key` gửi lại được."
)

Document = dict[str, Any]
log = structlog.get_logger()


def merge(documents: Mapping[str, Document | None]) -> Document:
    """Make one document of several by their owners; an owner without one is listed as missing."""
    merged: Document = {
        "openapi": "3.1.0",
        "info": {"title": "Một Cửa", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    missing = [owner for owner, document in documents.items() if document is None]
    if missing:
        names = ", ".join(missing)
        merged["info"]["description"] += f"\n\n**Tạm thiếu phần của / missing now:** {names}."
        merged["info"]["x-missing-services"] = missing
    taken: set[str] = set()
    for owner, document in documents.items():
        if document is not None:
            _add(merged, owner, _without_clashes(merged, owner, document), taken)
    composition.describe(merged)
    every_answer.describe(merged)
    examples.describe(merged)
    tags.describe(merged)
    return merged


def _add(merged: Document, owner: str, document: Document, taken: set[str]) -> None:
    components = document.get("components", {})
    merged["components"]["schemas"].update(components.get("schemas", {}))
    merged["components"]["securitySchemes"].update(components.get("securitySchemes", {}))
    for path, item in document.get("paths", {}).items():
        if not path.startswith(VERSION):
            continue
        for method, operation in item.items():
            if method in METHODS and "operationId" in operation:
                if operation["operationId"] in taken:
                    operation["operationId"] = f"{owner}_{operation['operationId']}"
                taken.add(operation["operationId"])
        merged["paths"].setdefault(path, {}).update(item)


def _without_clashes(merged: Document, owner: str, document: Document) -> Document:
    """Rename schemas: plainly, and where another service gave the name to something else.

    A schema's title is its name: generators name by it, and two that share one are lost to them.
    """
    known = merged["components"]["schemas"]
    own = document.get("components", {}).get("schemas", {})
    copied: Document = _renamed(document, names := schema_names.plain(own))
    schemas = {names[name]: copied["components"]["schemas"][name] for name in own}
    clashing = {
        name: f"{owner.title()}{name}"
        for name, schema in schemas.items()
        if name in known and known[name] != {**schema, "title": name}
    }
    copied = _renamed(copied, clashing)
    if own:
        copied["components"]["schemas"] = {
            (name := clashing.get(names[old], names[old])): {**schema, "title": name}
            for old, schema in copied["components"]["schemas"].items()
        }
    return copied


def _renamed(node: Any, renamed: Mapping[str, str]) -> Any:
    """Copy a document with its references to renamed schemas changed."""
    if isinstance(node, dict):
        return dict(_renamed_members(node, renamed))
    if isinstance(node, list):
        return [_renamed(part, renamed) for part in node]
    return node


def _renamed_members(
    node: Mapping[str, Any], renamed: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        if key == "$ref" and isinstance(value, str) and value.startswith(SCHEMA_REFERENCE):
            name = value.removeprefix(SCHEMA_REFERENCE)
            yield key, SCHEMA_REFERENCE + renamed.get(name, name)
        else:
            yield key, _renamed(value, renamed)


class Catalogue:
    """The merged document, fetched when first asked for and kept a while."""

    def __init__(
        self, urls: Mapping[Service, str], own: Callable[[], Document], leaving: Deprecations
    ) -> None:
        self._urls = urls
        self._own = own
        self._leaving = leaving
        self._kept: tuple[float, Document] | None = None

    async def document(self) -> Document:
        """Give the merged document."""
        now = time.monotonic()
        if self._kept is not None and self._kept[0] > now:
            return self._kept[1]
        async with httpx.AsyncClient(timeout=FETCH_SECONDS_MAX) as client:
            found = await asyncio.gather(*(_fetch(client, url) for url in self._urls.values()))
        documents = dict(zip(map(str, self._urls), found, strict=True))
        merged = merge({**documents, OWN: self._own()})
        self._leaving.describe(merged)
        complete = all(document is not None for document in found)
        self._kept = (now + (KEPT_SECONDS if complete else KEPT_INCOMPLETE_SECONDS), merged)
        return merged


async def _fetch(client: httpx.AsyncClient, url: str) -> Document | None:
    try:
        answer = await client.get(f"{url}/openapi.json")
        document: Document = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError) as failure:
        log.warning("service gives no OpenAPI document", url=url, error=repr(failure))
        return None
    return document
