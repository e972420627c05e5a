"""Makes the schema of a form ready to check what people fill in (JSON Schema 2020-12)."""

from collections.abc import Mapping
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, RegexOptions

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

PATTERN_BYTES_MAX: Final = 1024 * 1024
"""A compiled pattern larger than this is refused with its schema."""


def compiled(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Compile a schema; raises jsonschema_rs.ValidationError for one that is none.

    Formats are checked, an unknown one is an error, and nothing is ever fetched. Patterns run in
    linear time, whatever is filled in: they know neither look-around nor back-references.
    """
    return Draft202012Validator(
        dict(schema),
        validate_formats=True,
        ignore_unknown_formats=False,
        pattern_options=RegexOptions(size_limit=PATTERN_BYTES_MAX),
        offline=True,
    )
