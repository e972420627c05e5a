"""Tells what one version says otherwise than another; pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final

from services.procedures.records import ProcedureRecord

NOT_COMPARED: Final = frozenset({"id", "received_as", "as_received"})
"""Ids are given by place, and the source's spelling is no content."""

WHOLE: Final = frozenset({"form_schema"})
"""Compared as one thing: its members are no words of the catalogue."""

SETS: Final = frozenset({"levels", "former_levels", "subjects"})

BEGINNING: Final = 60
"""Names that begin with so many equal characters are one name, put otherwise."""
KnownBy = Callable[[dict[str, Any]], str | None]


class DifferenceKind(StrEnum):
    """What happened to a spot of the record."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One spot (RFC 6901; of the older record where it was removed) and what stood and stands."""

    pointer: str
    kind: DifferenceKind
    before: Any
    after: Any


def differences(old: ProcedureRecord, new: ProcedureRecord) -> tuple[Difference, ...]:
    """Every spot that differs, in the record's order; moved items and other ids are the same."""
    return tuple(_between_objects("", _comparable(old), _comparable(new)))


def _comparable(record: ProcedureRecord) -> dict[str, Any]:
    content = record.model_dump(mode="json")
    names = {case.id: case.name for case in record.cases}
    for method in content["methods"]:
        method["case"] = names.get(method["case"])
    return content


def _between(pointer: str, name: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after or name in NOT_COMPARED:
        return
    if name not in WHOLE and isinstance(before, dict) and isinstance(after, dict):
        yield from _between_objects(pointer, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _between_lists(pointer, name, before, after)
    else:
        yield Difference(pointer, _kind(before, after), before, after)


def _between_objects(
    pointer: str, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Difference]:
    for name in before | after:
        yield from _between(f"{pointer}/{name}", name, before.get(name), after.get(name))


def _between_lists(
    pointer: str, name: str, before: list[Any], after: list[Any]
) -> Iterator[Difference]:
    if name in SETS:
        before, after = sorted(before), sorted(after)
    if not all(isinstance(item, dict) for item in (*before, *after)):
        yield from _between_texts(pointer, before, after)
        return
    pairs = _paired(before, after, WAYS.get(name, NAMED_CODES))
    for old_at, new_at in sorted(pairs.items()):
        yield from _between_objects(f"{pointer}/{new_at}", before[old_at], after[new_at])
    known = set(pairs.values())
    for at, item in enumerate(before):
        if at not in pairs:
            yield Difference(f"{pointer}/{at}", DifferenceKind.REMOVED, item, None)
    for at, item in enumerate(after):
        if at not in known:
            yield Difference(f"{pointer}/{at}", DifferenceKind.ADDED, None, item)


def _between_texts(pointer: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, old_at, old_end, new_at, new_end in matcher.get_opcodes():
        if before[old_at:old_end] == after[new_at:new_end]:
            continue
        both = min(old_end - old_at, new_end - new_at)
        for step in range(both):
            pair = before[old_at + step], after[new_at + step]
            yield Difference(f"{pointer}/{new_at + step}", DifferenceKind.CHANGED, *pair)
        for at in range(old_at + both, old_end):
            yield Difference(f"{pointer}/{at}", DifferenceKind.REMOVED, before[at], None)
        for at in range(new_at + both, new_end):
            yield Difference(f"{pointer}/{at}", DifferenceKind.ADDED, None, after[at])


def _paired(
    before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]], ways: Sequence[KnownBy]
) -> dict[int, int]:
    """Which older item is which newer one: equal ones first, then by each way of knowing them."""
    pairs: dict[int, int] = {}
    free = dict(enumerate(after))
    for known_by in (_content, *ways):
        waiting: dict[str, list[int]] = {}
        for at, item in free.items():
            waiting.setdefault(known_by(item) or "", []).append(at)
        for at, item in enumerate(before):
            key = None if at in pairs else known_by(item)
            if key and waiting.get(key):
                pairs[at] = waiting[key].pop(0)
                del free[pairs[at]]
    return pairs


def _content(item: dict[str, Any]) -> str:
    return repr({name: value for name, value in item.items() if name not in NOT_COMPARED})


def _by(*names: str) -> KnownBy:
    def key(item: dict[str, Any]) -> str | None:
        values = [item.get(name) for name in names]
        return repr(values) if any(value is not None for value in values) else None

    return key


def _case(item: dict[str, Any]) -> str:
    return repr(item.get("case"))


def _beginning(item: dict[str, Any]) -> str | None:
    name = item.get("name")
    return name[:BEGINNING].casefold() if name else None


WAYS: Final[Mapping[str, Sequence[KnownBy]]] = {
    "methods": (_by("method", "case", "limit"), _by("method", "case"), _by("method")),
    "fees": (_by("kind", "per", "currency", "amount"), _by("kind", "per"), _by("currency")),
    "groups": (_by("name"), _beginning, _by("kind", "name"), _by("id")),
    "components": (_by("name", "code"), _by("name"), _by("code"), _beginning),
    "steps": (_case,),
    "legal_grounds": (_by("number"), _by("name"), _beginning),
}
"""How the items of a list are known again, the surest way first."""

NAMED_CODES: Final = (_by("code"), _by("name"), _beginning)


def _kind(before: Any, after: Any) -> DifferenceKind:
    if before is None:
        return DifferenceKind.ADDED
    return DifferenceKind.REMOVED if after is None else DifferenceKind.CHANGED
