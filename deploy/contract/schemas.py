"""Whether a schema still takes, or still promises, what an older one did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import chain
from operator import ge, le
from typing import Any, Final

Schema = Mapping[str, Any]

REFERENCE: Final = "#/components/schemas/"
ANYTHING: Final = "anything"
CEILINGS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
FLOORS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
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
            yield from _bounds(old, new, at)
        for word in ("format", "pattern"):
            asked, told = (new, old) if side is Side.TAKEN else (old, new)
            if word in asked and asked.get(word) != told.get(word):
                yield f"{at}: {word} was {old.get(word)}, is {new.get(word)}"
        if "items" in old and "items" in new:
            yield from self.narrowed(old["items"], new["items"], side, f"{at}[]")
        if _kind(old) == "object":
            yield from self._members(old, new, side, at)

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


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).removeprefix(REFERENCE)


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


def _values(schema: Schema) -> set[str] | None:
    """The values that an enumeration or a constant allows; None: any."""
    if "const" in schema:
        return {repr(schema["const"])}
    return {repr(value) for value in schema["enum"]} if "enum" in schema else None


def _kind(schema: Schema) -> str:
    if "type" not in schema and "properties" in schema:
        return "object"
    return str(schema.get("type", ANYTHING))


def _fits(old: Schema, new: Schema, side: Side) -> bool:
    """Whether one form can stand for the other, going by the kind alone."""
    read, sent = (_kind(new), _kind(old)) if side is Side.TAKEN else (_kind(old), _kind(new))
    return read in (sent, ANYTHING, WIDER.get(sent))


def _bounds(old: Schema, new: Schema, at: str) -> Iterator[str]:
    """What was in bounds and is out of them now."""
    for words, holds in ((CEILINGS, ge), (FLOORS, le)):
        for word in words:
            if word in new and not (word in old and holds(new[word], old[word])):
                yield f"{at}: {word} was {old.get(word, 'open')}, is {new[word]}"
    allowed, allowed_now = _values(old), _values(new)
    if allowed_now is not None:
        gone = ["other values"] if allowed is None else sorted(allowed - allowed_now)
        yield from (f"{at}: {value} is no longer taken" for value in gone)
