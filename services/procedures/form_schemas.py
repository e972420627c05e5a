"""The schema of a version's interactive form, as those who build the form are given it."""

from typing import Any

from services.procedures.models import ProcedureVersion
from shared.errors import NotFound
from shared.form_schema import DIALECT


def schema_of(version: ProcedureVersion) -> dict[str, Any]:
    """The version's schema under an id of its own, which never changes; raises NotFound."""
    schema: dict[str, Any] | None = version.document.get("form_schema")
    if schema is None:
        raise NotFound(
            f"Thủ tục {version.code} phiên bản {version.version} không có biểu mẫu điện tử.",
            code="no_form_schema",
        )
    named = {
        "$schema": DIALECT,
        "$id": f"urn:motcua:form-schema:{version.code}:{version.version}",
    }
    return named | schema
