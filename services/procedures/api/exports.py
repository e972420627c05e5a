"""Routes that give records out in the shapes that other systems read."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from services.procedures import exports, formats
from services.procedures.api.answers import answer_json
from services.procedures.api.versions import OnDay, VersionNumber, named_version
from services.procedures.api.visitors import SeesDrafts, Today
from services.procedures.codes import ProcedureCode
from services.procedures.records import ProcedureRecord, Shape
from shared.database import Databases, Reading

router = APIRouter(prefix="/v1/procedures", tags=["procedures"])

NDJSON = "application/x-ndjson"

ShapeWanted = Annotated[
    Shape, Query(description="Hình thức: quốc gia, cổng hoặc riêng / the shape to write in.")
]


@router.get(
    "/export",
    operation_id="export_procedures",
    summary="Xuất mọi thủ tục đang có hiệu lực / export all procedures in force",
    response_class=StreamingResponse,
    responses={200: {"content": {NDJSON: {"schema": {"type": "string"}}}}},
)
async def export_procedures(
    database: Databases, today: Today, shape: ShapeWanted = Shape.OWN, on: OnDay = None
) -> StreamingResponse:
    """A record a line (NDJSON), by code, internal procedures among them."""
    lines = exports.lines(database, on or today, shape)
    return StreamingResponse(lines, media_type=NDJSON)


@router.get(
    "/{code}/export",
    operation_id="export_procedure",
    summary="Xuất một thủ tục / export one procedure",
    response_model=dict[str, object],
)
async def export_procedure(
    *,
    code: ProcedureCode,
    session: Reading,
    today: Today,
    sees_drafts: SeesDrafts,
    shape: ShapeWanted = Shape.OWN,
    version: VersionNumber = None,
    on: OnDay = None,
) -> Response:
    """One record; in the shape that it came in, exactly as it came unless it was edited since."""
    found = await named_version(session, code, version, on or today, drafts=sees_drafts)
    record = ProcedureRecord.model_validate(found.document)
    return answer_json(orjson.dumps(formats.write(record, shape)))
