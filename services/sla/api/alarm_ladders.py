"""Routes of alarm ladders."""

from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Query

from services.sla.alarms import setting
from services.sla.schemas.alarms import (
    LadderBody,
    LadderView,
    ResolvedLadderView,
    ladder_view,
    rung_view,
)
from shared.clock import Now
from shared.database import Databases
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day
from shared.working_time import VIETNAM_TIME, business_date

router = APIRouter(prefix="/v1/alarm-ladders", tags=["alarms"])
Setter = Annotated[Principal, requires(Role.LEADER, Role.OPERATOR)]


@router.get(
    "",
    operation_id="list_alarm_ladders",
    summary="Các thang cảnh báo / alarm ladders that were set",
)
async def list_alarm_ladders(
    principal: Setter, database: Databases, after: Cursor = None, limit: Limit = 50
) -> Page[LadderView]:
    """Those of the caller's agencies, and those above them."""
    async with database.statements() as connection:
        page, following = await setting.list_ladders(
            connection, principal, after=after, limit=limit
        )
    return Page(items=[ladder_view(row) for row in page], next=following)


@router.put(
    "",
    operation_id="put_alarm_ladder",
    summary="Đặt thang cảnh báo / set the ladder of a subtree from a day ahead",
)
async def put_alarm_ladder(
    body: LadderBody, principal: Setter, database: Databases, now: Now
) -> LadderView:
    """It counts for dossiers accepted from that day on; the same day may be put anew."""
    async with database.raw() as connection:
        row = await setting.put(
            connection,
            principal,
            agency=body.agency,
            procedure=body.procedure,
            effective_from=body.effective_from,
            ladder=body.ladder(),
            now=now,
        )
    return ladder_view(row)


@router.get(
    "/resolved",
    operation_id="resolve_alarm_ladder",
    summary="Thang cảnh báo đang áp dụng / the ladder that counts",
)
async def resolve_alarm_ladder(
    *,
    principal: Setter,
    database: Databases,
    now: Now,
    agency: Annotated[str, Query(max_length=64)],
    procedure: Annotated[str | None, Query(max_length=64)] = None,
    on: Annotated[Day | None, Query(description="Ngày tiếp nhận; mặc định hôm nay.")] = None,
) -> ResolvedLadderView:
    """For a dossier of that agency and procedure accepted on that day."""
    day = on or business_date(now)
    accepted_at = datetime.combine(day, time(12), VIETNAM_TIME)
    async with database.statements() as connection:
        ladder = await setting.resolve(connection, principal, agency, procedure, accepted_at)
    return ResolvedLadderView(
        agency=agency,
        procedure=procedure,
        on=day,
        rungs=[rung_view(rung) for rung in ladder.rungs],
    )
