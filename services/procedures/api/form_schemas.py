"""The route of a version's form schema."""

from typing import Final

import orjson
from fastapi import APIRouter, Response

from services.procedures.api.answers import answer_json
from services.procedures.api.versions import OnDay, VersionNumber, named_version
from services.procedures.api.visitors import SeesDrafts, Today
from services.procedures.codes import ProcedureCode
from services.procedures.form_schemas import schema_of
from shared.database import Reading

SCHEMA_JSON: Final = "application/schema+json"

router = APIRouter(prefix="/v1/procedures", tags=["procedures"])


@router.get(
    "/{code}/form-schema",
    operation_id="get_form_schema",
    summary="Lược đồ biểu mẫu điện tử của thủ tục / a procedure's form schema",
    response_class=Response,
    responses={200: {"content": {SCHEMA_JSON: {"schema": {"type": "object"}}}}},
)
async def get_form_schema(
    *,
    code: ProcedureCode,
    session: Reading,
    today: Today,
    sees_drafts: SeesDrafts,
    version: VersionNumber = None,
    on: OnDay = None,
) -> Response:
    """What a filing's `form` is checked against; 404 `no_form_schema` where there is no form."""
    found = await named_version(session, code, version, on or today, drafts=sees_drafts)
    return answer_json(orjson.dumps(schema_of(found)), media_type=SCHEMA_JSON)
