"""Says in Vietnamese what is wrong with a filled-in form; what was filled in is never repeated."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from shared.errors import FieldError

ERRORS_MAX: Final = 50
REFERENCES_MAX: Final = 20
"""The catalogue lets fewer references follow one another."""

Place = Sequence[str | int]
Schema = Mapping[str, Any]

SAYINGS: Final[Mapping[str, str]] = {
    "type": "{title} không đúng kiểu dữ liệu.",
    "enum": "{title} không thuộc các giá trị cho phép.",
    "const": "{title} không đúng giá trị quy định.",
    "pattern": "{title} không đúng dạng quy định.",
    "format": "{title} không đúng định dạng ({limit}).",
    "minLength": "{title} phải có ít nhất {limit} ký tự.",
    "maxLength": "{title} không được quá {limit} ký tự.",
    "minimum": "{title} phải từ {limit} trở lên.",
    "maximum": "{title} không được quá {limit}.",
    "exclusiveMinimum": "{title} phải lớn hơn {limit}.",
    "exclusiveMaximum": "{title} phải nhỏ hơn {limit}.",
    "multipleOf": "{title} phải là bội số của {limit}.",
    "minItems": "{title} phải có ít nhất {limit} mục.",
    "maxItems": "{title} không được quá {limit} mục.",
    "uniqueItems": "{title} có mục trùng nhau.",
    "contains": "{title} thiếu mục bắt buộc.",
    "minProperties": "{title} phải có ít nhất {limit} ô.",
    "maxProperties": "{title} không được quá {limit} ô.",
    "required": "Thiếu {title}.",
    "unexpected": "{title} không có trong biểu mẫu.",
}
OTHERWISE: Final = "{title} không hợp lệ."
UNEXPECTED: Final = frozenset(
    {"additionalProperties", "unevaluatedProperties", "propertyNames", "falseSchema"}
)


def errors_of(
    validator: Draft202012Validator, schema: Schema, form: Mapping[str, Any], *, under: str
) -> list[FieldError]:
    """The first errors of a form as JSON pointers below `under`, a stable code each."""
    found = (told for error in validator.iter_errors(form) for told in _told(error))
    return [
        FieldError(
            pointer=under + "".join(f"/{_escaped(step)}" for step in place),
            detail=SAYINGS.get(code, OTHERWISE).format(title=_title(schema, place), limit=limit),
            code=code,
        )
        for place, code, limit in islice(found, ERRORS_MAX)
    ]


def _told(error: ValidationError) -> Iterator[tuple[Place, str, Any]]:
    """Tell where, what, and which limit; a missing field is told where it should stand."""
    place, kind = error.instance_path, error.kind
    match kind:
        case ValidationErrorKind.Required():
            yield [*place, kind.property], "required", None
        case (
            ValidationErrorKind.AdditionalProperties() | ValidationErrorKind.UnevaluatedProperties()
        ):
            for name in kind.unexpected:
                yield [*place, name], "unexpected", None
        case _ if kind.name in UNEXPECTED:
            yield place, "unexpected", None
        case _:
            yield place, kind.name, kind.value


def _title(schema: Schema, place: Place) -> str:
    """The name that people read on the form, or the field's own."""
    node = _followed(schema, schema)
    for step in place:
        known = node.get("properties", {}).get(step) if isinstance(step, str) else node.get("items")
        node = _followed(schema, known if isinstance(known, Mapping) else {})
    name = node.get("title") or (place[-1] if place else "Biểu mẫu")
    return f"“{name}”"


def _followed(root: Schema, node: Schema) -> Schema:
    """The schema with what its references say; its own words go first."""
    for _ in range(REFERENCES_MAX):
        reference = node.get("$ref")
        if not isinstance(reference, str):
            return node
        own = {word: value for word, value in node.items() if word != "$ref"}
        node = {**_found(root, reference), **own}
    return node


def _found(root: Schema, reference: str) -> Schema:
    place: Any = root
    for step in unquote(reference).removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        place = place.get(name, {}) if isinstance(place, Mapping) else {}
    return place if isinstance(place, Mapping) else {}


def _escaped(step: str | int) -> str:
    """A step of a JSON pointer (RFC 6901)."""
    return str(step).replace("~", "~0").replace("/", "~1")
