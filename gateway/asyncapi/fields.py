"""The schemas of an event's own fields, as they are written and as the code comments them."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


class AsWritten(GenerateJsonSchema):
    """What is unknown is left out of an event, never written as null; names title themselves."""

    def field_title_should_be_set(self, _: object) -> bool:
        """No: `due_at` says as much as "Due At"."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """What stands there when something does."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out a default of null, which is never written."""
        if schema.get("default", ...) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Add what stands under each field in the code."""
        told = super().model_schema(schema)
        for field, words in _said_under_fields(schema["cls"]):
            told["properties"][field].setdefault("description", words)
        return told


def _said_under_fields(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Read them when asked: keeping them in the models would slow every process's start."""
    (definition,) = ast.parse(dedent(inspect.getsource(model))).body
    if not isinstance(definition, ast.ClassDef):
        return
    for field, said in pairwise(definition.body):
        match field, said:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                yield name, " ".join(words.split())
            case _:
                continue
