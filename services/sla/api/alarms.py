"""Routes of alarms: what was raised, what one dossier has ahead, and the backlog."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.sla.alarms import backlog, listing
from services.sla.alarms.backlog import By
from services.sla.alarms.listing import Wanted
from services.sla.api.clocks import Reference
from services.sla.schemas.alarms import (
    MINUTES,
    AlarmView,
    BacklogRow,
    BacklogView,
    DossierAlarmsView,
    alarm_view,
    dossier_alarms_view,
)
from shared.clock import Now
from shared.database import Databases
from shared.errors import Forbidden, NotFound
from shared.events import Rank
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import LocalDateTime

router = APIRouter(tags=["alarms"])
Warned = Annotated[Principal, requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.OPERATOR)]
Reporter = Annotated[Principal, requires(Role.REPORTER, Role.LEADER)]
Agency = Annotated[
    str | None, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó / subtree.")
]
WITHIN_HOURS_MAX = 800


@router.get(
    "/v1/alarms",
    operation_id="list_alarms",
    summary="Cảnh báo thời hạn đã phát / alarms that were raised",
)
async def list_alarms(
    *,
    principal: Warned,
    database: Databases,
    agency: Agency = None,
    rank: Rank | None = None,
    since: Annotated[LocalDateTime | None, Query(description="Phát từ lúc này.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[AlarmView]:
    """Alarms of the caller's agencies, newest first."""
    wanted = Wanted(agency, rank, since)
    async with database.statements() as connection:
        page, following = await listing.list_alarms(
            connection, principal, wanted, after=after, limit=limit
        )
    return Page(items=[alarm_view(row) for row in page], next=following)


@router.get(
    "/v1/clocks/{dossier}/alarms",
    operation_id="list_clock_alarms",
    summary="Cảnh báo của một hồ sơ / one dossier's alarms, raised and ahead",
)
async def list_clock_alarms(
    dossier: Reference, principal: Warned, database: Databases
) -> DossierAlarmsView:
    """What was told, to whom, and what will be if nothing moves the clock."""
    async with database.statements() as connection:
        return dossier_alarms_view(await listing.of_dossier(connection, dossier, principal))


@router.get(
    "/v1/reports/due-soon",
    operation_id="report_due_soon",
    summary="Hồ sơ quá hạn, sắp đến hạn / overdue and soon due, by agency or holder",
)
async def report_due_soon(
    *,
    principal: Reporter,
    database: Databases,
    now: Now,
    agency: Agency = None,
    group_by: By = By.AGENCY,
    within_hours: Annotated[
        int, Query(ge=1, le=WITHIN_HOURS_MAX, description="Số giờ làm việc tới.")
    ] = 16,
) -> BacklogView:
    """Open dossiers now, the worst first; officers are shown to heads only."""
    if group_by is By.OFFICER and not principal.may(Role.LEADER):
        raise Forbidden("Số liệu từng cán bộ chỉ dành cho người đứng đầu.", code="leaders_only")
    if agency is not None and not principal.covers(agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    own = None if principal.everywhere else principal.agencies
    agencies = own if agency is None else (agency,)
    async with database.statements() as connection:
        rows = await backlog.count(connection, agencies, group_by, within_hours * MINUTES, now)
    return BacklogView(
        as_of=now,
        within_hours=within_hours,
        rows=[BacklogRow.model_validate(dict(row)) for row in rows],
    )
