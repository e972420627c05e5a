"""Whether a schema still takes, or still promises, what an older one did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import chain
from typing import Final

from deploy.contract import bounds
from deploy.contract.bounds import Schema

REFERENCE: Final = "#/components/schemas/"
ANYTHING: Final = "anything"
NAMES: Final = "propertyNames"
COMPARED: Final = bounds.WORDS | {
    *("$ref", "anyOf", "oneOf", "allOf", "type", "items", "prefixItems"),
    *("properties", "required", "additionalProperties", NAMES),
}
"""Every word that a comparison heeds; a contract with another one would be guarded in part only."""

WIDER: Final = {"integer": "number"}


class Side(Enum):
    """Who reads: we read what is taken, clients read what is given."""

    TAKEN = auto()
    GIVEN = auto()


@dataclass(frozen=True)
class Comparison:
    """An older and a newer contract's schemas by name, and the pairs compared already."""

    before: Mapping[str, Schema]
    after: Mapping[str, Schema]
    _known: dict[tuple[str, str, Side], list[str]] = field(default_factory=dict)

    def narrowed(self, old: Schema, new: Schema, side: Side, at: str) -> list[str]:
        """What the newer schema takes away, each with its place."""
        if "$ref" not in old or "$ref" not in new:
            return self._compared(old, new, side, at)
        pair = (old["$ref"], new["$ref"], side)
        if pair not in self._known:
            # A schema inside itself is compared once; what it lacks is told where it begins.
            self._known[pair] = []
            self._known[pair] = self._compared(old, new, side, _name(new))
        return self._known[pair]

    def _compared(self, old: Schema, new: Schema, side: Side, at: str) -> list[str]:
        olds, news = _forms(old, self.before), _forms(new, self.after)
        if side is Side.TAKEN:
            needed = [(one, [(one, other) for other in news]) for one in olds]
        else:
            needed = [(one, [(other, one) for other in olds]) for one in news]
        return list(chain.from_iterable(self._best(one, pairs, side, at) for one, pairs in needed))

    def _best(
        self, one: Schema, pairs: list[tuple[Schema, Schema]], side: Side, at: str
    ) -> list[str]:
        """The complaints about the counterpart that fits best; none when one fits."""
        alike = [(old, new) for old, new in pairs if _fits(old, new, side)]
        if not alike:
            verb = "is no longer taken" if side is Side.TAKEN else "may come now"
            return [f"{at}: {_kind(one)} {verb}"]
        return min((list(self._form(old, new, side, at)) for old, new in alike), key=len)

    def _form(self, old: Schema, new: Schema, side: Side, at: str) -> Iterator[str]:
        """Compare two forms of one kind."""
        if side is Side.TAKEN:
            yield from bounds.narrowed(old, new, at)
        asked, told = (new, old) if side is Side.TAKEN else (old, new)
        for word in bounds.unkept(asked, told):
            yield f"{at}: {word} was {old.get(word)}, is {new.get(word)}"
        if _kind(old) == "array":
            yield from self._items(old, new, side, at)
        if _kind(old) == "object":
            yield from self._members(old, new, side, at)

    def _items(self, old: Schema, new: Schema, side: Side, at: str) -> Iterator[str]:
        """Compare place by place as far as places have schemas of their own, then the rest."""
        (firsts, rest), (firsts_now, rest_now) = _places(old), _places(new)
        for place in range(max(len(firsts), len(firsts_now))):
            was = firsts[place] if place < len(firsts) else rest
            now = firsts_now[place] if place < len(firsts_now) else rest_now
            yield from self.narrowed(was, now, side, f"{at}[{place}]")
        yield from self.narrowed(rest, rest_now, side, f"{at}[]")

    def _members(self, old: Schema, new: Schema, side: Side, at: str) -> Iterator[str]:
        olds, news = old.get("properties", {}), new.get("properties", {})
        must, must_now = set(old.get("required", ())), set(new.get("required", ()))
        for name in olds.keys() - news.keys():
            yield f"{at}.{name}: is gone"
        if side is Side.TAKEN:
            yield from (f"{at}.{name}: is required now" for name in must_now - must)
        else:
            yield from (
                f"{at}.{name}: may be missing now" for name in (must - must_now) & set(news)
            )
        for name in olds.keys() & news.keys():
            yield from self.narrowed(olds[name], news[name], side, f"{at}.{name}")
        others, others_now = (one.get("additionalProperties", True) for one in (old, new))
        if isinstance(others, Mapping) and isinstance(others_now, Mapping):
            yield from self.narrowed(others, others_now, side, f"{at}.*")
        elif side is Side.TAKEN and others is True and others_now is not True:
            yield f"{at}: other members are no longer taken"
        elif side is Side.GIVEN and isinstance(others, Mapping) and others_now is True:
            yield f"{at}: other members may be anything now"
        if NAMES in (new if side is Side.TAKEN else old):
            named, named_now = (one.get(NAMES, {"type": "string"}) for one in (old, new))
            yield from self.narrowed(named, named_now, side, f"{at} names")


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).removeprefix(REFERENCE)


def _places(schema: Schema) -> tuple[list[Schema], Schema]:
    """The schemas of a list's first places, and that of all others."""
    return schema.get("prefixItems", []), schema.get("items", {})


def _forms(schema: Schema, known: Mapping[str, Schema]) -> list[Schema]:
    """The alternatives of a schema, references followed."""
    if "$ref" in schema:
        return _forms(known[_name(schema)], known)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return [form for one in schema[word] for form in _forms(one, known)]
    if "allOf" in schema:
        parts = [form for one in schema["allOf"] for form in _forms(one, known)]
        return [_together([schema, *parts])]
    return [schema]


def _together(parts: list[Schema]) -> Schema:
    """One object of the members of several."""
    return {
        "type": "object",
        "properties": {k: v for part in parts for k, v in part.get("properties", {}).items()},
        "required": sorted({name for part in parts for name in part.get("required", ())}),
    }


def _kind(schema: Schema) -> str:
    if "type" not in schema and "properties" in schema:
        return "object"
    return str(schema.get("type", ANYTHING))


def _fits(old: Schema, new: Schema, side: Side) -> bool:
    """Whether one form can stand for the other, going by the kind alone."""
    read, sent = (_kind(new), _kind(old)) if side is Side.TAKEN else (_kind(old), _kind(new))
    return read in (sent, ANYTHING, WIDER.get(sent))
