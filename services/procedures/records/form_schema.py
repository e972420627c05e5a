"""Which schemas a form may have: exact JSON Schema, bounded, and nothing that lies elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final
from urllib.parse import unquote

import orjson
from jsonschema_rs import ReferencingError, ValidationError
from pydantic import AfterValidator, JsonValue

from services.procedures.records.json_values import check as check_kept
from shared.form_schema import DIALECT, compiled

BYTES_MAX: Final = 32 * 1024
"""The schema is told with its version, and an event has 64 KiB."""

NODES_MAX: Final = 5000
"""Values of the schema with each reference written out, or a short one could cost hours."""

REFERENCES_DEEP_MAX: Final = 12
ROOT: Final = "#"
NAMING: Final = frozenset({"$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"})
"""Keywords that name or find a schema otherwise than by its place."""


def check(schema: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Give the schema back; raises ValueError for one that no form can be checked by."""
    check_kept(schema)
    if len(orjson.dumps(schema)) > BYTES_MAX:
        raise ValueError(f"Lược đồ biểu mẫu không được quá {BYTES_MAX // 1024} KiB.")
    if schema.get("type") != "object":
        raise ValueError('Lược đồ biểu mẫu phải có "type": "object" ở gốc.')
    if schema.get("$schema", DIALECT) != DIALECT:
        raise ValueError(f"Lược đồ biểu mẫu phải theo {DIALECT}.")
    if _Weighing(schema).nodes(schema, (ROOT,)) > NODES_MAX:
        raise ValueError(f"Lược đồ biểu mẫu khi khai triển có quá {NODES_MAX} phần tử.")
    try:
        compiled(schema)
    except ValidationError as wrong:
        place = "/" + "/".join(map(str, wrong.instance_path))
        raise ValueError(f"Không đúng JSON Schema 2020-12 tại {place}.") from wrong
    except ReferencingError as wrong:
        raise ValueError("Có $ref không trỏ tới đâu.") from wrong
    return schema


class _Weighing:
    """Counts a schema's values, those behind each reference as often as they are referred to."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._known: dict[str, int] = {}

    def nodes(self, value: Any, through: tuple[str, ...]) -> int:
        """Count a value's; `through` are the references that led to it."""
        return 1 + sum(self._behind(inner, through) for inner in _inside(value))

    def _behind(self, inner: tuple[str | None, Any], through: tuple[str, ...]) -> int:
        key, value = inner
        if key in NAMING and isinstance(value, str):
            raise ValueError(f"Lược đồ biểu mẫu không được dùng {key}; hãy dùng $ref tới #/….")
        if key == "$ref" and isinstance(value, str):
            return self._referred(value, through)
        return self.nodes(value, through)

    def _referred(self, reference: str, through: tuple[str, ...]) -> int:
        if not reference.startswith("#/"):
            raise ValueError(
                f"$ref chỉ được trỏ trong chính lược đồ (#/…), không phải {reference}."
            )
        if reference in through:
            raise ValueError(f"$ref {reference} quay về chính nó; biểu mẫu không thể lồng vô hạn.")
        if len(through) > REFERENCES_DEEP_MAX:
            raise ValueError(f"$ref nối nhau quá {REFERENCES_DEEP_MAX} bước.")
        if reference not in self._known:
            self._known[reference] = self.nodes(self._found(reference), (*through, reference))
        return self._known[reference]

    def _found(self, reference: str) -> Any:
        place: Any = self._root
        for step in unquote(reference).removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(place, list) and name.isdecimal() and int(name) < len(place):
                place = place[int(name)]
            elif isinstance(place, dict) and name in place:
                place = place[name]
            else:
                raise ValueError(f"$ref {reference} không trỏ tới đâu.")
        return place


def _inside(value: Any) -> Iterator[tuple[str | None, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        for inner in value:
            yield None, inner


FormSchema = Annotated[dict[str, JsonValue], AfterValidator(check)]
"""The schema of a version's interactive form (biểu mẫu điện tử tương tác)."""
