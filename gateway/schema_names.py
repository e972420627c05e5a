"""Names that a generated client can bear for the schemas of a service's document."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Schemas = Mapping[str, Any]

PAGE = re.compile(r"(?:\w+__)?Page_(?P<item>\w+?)_(?:__\d+)?$")
QUALIFIED = re.compile(r"services__[a-z0-9]+__(?P<modules>[a-z0-9_]+)__(?P<name>[A-Za-z0-9]+)$")
SIDE = re.compile(r"(?P<name>[A-Za-z0-9]+)-(?P<side>Input|Output)$")
ROOM = "schemas"
"""The room where views stand; its name says nothing about one."""


def plain(schemas: Schemas) -> dict[str, str]:
    """Each schema's name without modules, brackets and dashes: one name for one schema."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(schemas, key=_plainest_first):
        found = next(one for one in _candidates(name, schemas) if one not in taken)
        taken.add(found)
        names[name] = found
    return names


def _plainest_first(name: str) -> tuple[bool, str]:
    return (not name.isalnum(), name)


def _candidates(name: str, schemas: Schemas) -> Iterator[str]:
    """What a schema may be called, the best first; the last one is nobody else's."""
    if page := PAGE.match(name):
        yield _words(_item_of(schemas[name]) or page["item"]) + "Page"
    if side := SIDE.match(name):
        if side["side"] == "Output":
            yield side["name"]
        yield side["name"] + side["side"]
    yield _words(name)
    yield from (f"{_words(name)}{number}" for number in range(2, len(schemas) + 3))


def _words(name: str) -> str:
    """`services__sla__schemas__days__LimitView` is DaysLimitView."""
    if not (found := QUALIFIED.match(name)):
        return re.sub(r"[^A-Za-z0-9]", "", name)
    modules = [module for module in found["modules"].split("__") if module != ROOM]
    return "".join(map(_capitalised, modules)) + found["name"]


def _capitalised(module: str) -> str:
    return "".join(word.capitalize() for word in module.split("_"))


def _item_of(page: Mapping[str, Any]) -> str | None:
    """What a page is of, where two pages are of things with one name."""
    items = page.get("properties", {}).get("items", {}).get("items", {})
    reference = items.get("$ref")
    return None if reference is None else str(reference).rpartition("/")[2]
