"""What a client of an older contract would trip over in a newer one; additions are none of it.

Clients must bear members and values of an enumeration that they do not know.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from deploy.contract.schemas import Comparison, Side

Contract = Mapping[str, Any]


def broken(before: Contract, after: Contract) -> list[str]:
    """Everything that the newer contract takes away, one sentence each."""
    schemas = Comparison(before["schemas"], after["schemas"])
    found = list(_content(before["refusal"], after["refusal"], Side.GIVEN, schemas, "refusal"))
    for name, old in before["operations"].items():
        new = after["operations"].get(name)
        found += [f"{name}: is gone"] if new is None else _operation(name, old, new, schemas)
    return list(dict.fromkeys(found))


def _operation(name: str, old: Contract, new: Contract, schemas: Comparison) -> Iterator[str]:
    if old["at"] != new["at"]:
        yield f"{name}: was {old['at']}, is {new['at']}"
    if old["open"] and not new["open"]:
        yield f"{name}: asks for a token now"
    yield from _parameters(name, old.get("parameters", {}), new.get("parameters", {}), schemas)
    yield from _body(name, old.get("body"), new.get("body"), schemas)
    for status, answer in old["answers"].items():
        if status not in new["answers"]:
            yield f"{name}: no longer answers {status}"
        else:
            at = f"{name} {status}"
            yield from _content(answer, new["answers"][status], Side.GIVEN, schemas, at)


def _parameters(name: str, old: Contract, new: Contract, schemas: Comparison) -> Iterator[str]:
    for parameter, told in old.items():
        if parameter not in new:
            yield f"{name} {parameter}: is gone"
        else:
            now, at = new[parameter]["schema"], f"{name} {parameter}"
            yield from schemas.narrowed(told["schema"], now, Side.TAKEN, at)
    for parameter, told in new.items():
        if told["required"] and not old.get(parameter, {}).get("required", False):
            yield f"{name} {parameter}: is required now"


def _body(
    name: str, old: Contract | None, new: Contract | None, schemas: Comparison
) -> Iterator[str]:
    if new is not None and new["required"] and not (old and old["required"]):
        yield f"{name} body: is required now"
    if old is not None and new is None:
        yield f"{name} body: is gone"
    if old is not None and new is not None:
        yield from _content(old, new, Side.TAKEN, schemas, f"{name} body")


def _content(
    old: Contract, new: Contract, side: Side, schemas: Comparison, at: str
) -> Iterator[str]:
    for kind, schema in old["content"].items():
        if kind not in new["content"]:
            yield f"{at}: {kind} is gone"
        else:
            yield from schemas.narrowed(schema, new["content"][kind], side, at)
