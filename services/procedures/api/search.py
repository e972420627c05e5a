"""Route of the search among procedures."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from services.procedures.api.answers import answer_json
from services.procedures.api.visitors import Today
from services.procedures.codes import AgencyCode
from services.procedures.records import BoundaryFree, OnlineLevel
from services.procedures.schemas import ProcedureSummary
from services.procedures.search.queries import SHOWN, Search, list_in_force
from shared.database import Reading
from shared.events import AgencyLevel, Method
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/procedures", tags=["procedures"])

Plain = r"^[^\x00]*$"
Words = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=Plain,
        description="Từ cần tìm, có dấu hoặc không / words, with or without marks; or a code.",
    ),
]


@router.get(
    "",
    operation_id="list_procedures",
    summary="Tìm thủ tục đang có hiệu lực / find procedures in force",
    response_model=Page[ProcedureSummary],
)
async def list_procedures(
    *,
    session: Reading,
    today: Today,
    q: Words = None,
    field: Annotated[str | None, Query(max_length=1000, pattern=Plain)] = None,
    level: AgencyLevel | None = None,
    method: Method | None = None,
    agency: Annotated[
        AgencyCode | None,
        Query(description="Cơ quan tiếp nhận hoặc giải quyết / who receives or decides."),
    ] = None,
    online_level: OnlineLevel | None = None,
    same_day: Annotated[bool | None, Query(description="Trả kết quả trong ngày.")] = None,
    linked: Annotated[bool | None, Query(description="Thủ tục liên thông.")] = None,
    boundary_free: Annotated[
        BoundaryFree | None, Query(description="Tiếp nhận phi địa giới trong phạm vi này.")
    ] = None,
    internal: Annotated[
        bool, Query(description="Thủ tục nội bộ thay cho thủ tục công / internal ones instead.")
    ] = False,
    on: Annotated[Day | None, Query(description="Ngày hiệu lực; mặc định hôm nay.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Published versions in force on a day, best match first; mistyped words are met halfway."""
    search = Search(
        on=on or today,
        text=q or None,
        field=field,
        level=level,
        method=method,
        agency=agency,
        online_level=online_level,
        same_day=same_day,
        linked=linked,
        boundary_free=boundary_free,
        internal=internal,
    )
    found, following = await list_in_force(session, search, after=after, limit=limit)
    # The columns say just what a summary says, so they are written without being checked again.
    items = [dict(zip(SHOWN, version, strict=False)) for version in found]
    return answer_json(orjson.dumps({"items": items, "next": following}))
