"""Whether a value that was in bounds still is, and whether what was promised of one still holds."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from operator import ge, le
from typing import Any, Final

Schema = Mapping[str, Any]

CEILINGS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
FLOORS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
VALUES: Final = ("const", "enum")
EXACT: Final = ("format", "pattern")
"""One of these includes another only where it is the same."""

STEP: Final = "multipleOf"
DIFFERENT: Final = "uniqueItems"
WORDS: Final = frozenset({*CEILINGS, *FLOORS, *VALUES, *EXACT, STEP, DIFFERENT})
"""All that this module compares."""


def narrowed(old: Schema, new: Schema, at: str) -> Iterator[str]:
    """What was taken as in bounds and is out of them now."""
    for words, holds in ((CEILINGS, ge), (FLOORS, le)):
        for word in words:
            if word in new and not (word in old and holds(new[word], old[word])):
                yield f"{at}: {word} was {old.get(word, 'open')}, is {new[word]}"
    allowed, allowed_now = _values(old), _values(new)
    if allowed_now is not None:
        gone = ["other values"] if allowed is None else sorted(allowed - allowed_now)
        yield from (f"{at}: {value} is no longer taken" for value in gone)


def unkept(promised: Schema, told: Schema) -> Iterator[str]:
    """What the reader's schema counts on and the writer's does not say; word by word."""
    for word in EXACT:
        if word in promised and promised[word] != told.get(word):
            yield word
    if promised.get(DIFFERENT, False) and not told.get(DIFFERENT, False):
        yield DIFFERENT
    step, told_step = _step(promised), _step(told)
    if step is not None and (told_step is None or told_step % step):
        yield STEP


def _step(schema: Schema) -> Decimal | None:
    """What every number is a multiple of; exactly, for 0.3 is one of 0.1."""
    if STEP in schema:
        return Decimal(str(schema[STEP]))
    return Decimal(1) if schema.get("type") == "integer" else None


def _values(schema: Schema) -> set[str] | None:
    """The values that an enumeration or a constant allows; None: any."""
    if "const" in schema:
        return {repr(schema["const"])}
    return {repr(value) for value in schema["enum"]} if "enum" in schema else None
