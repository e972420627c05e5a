"""Routes of the register of errors, of causes of lateness, and of who was apologised to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from services.sla import causes, incidents
from services.sla.apologies import counting
from services.sla.apologies.desk import AtDesk
from services.sla.causes import Cause
from services.sla.models import Incident
from services.sla.schemas.apologies import ApologyReport, LateRow, error_row
from services.sla.schemas.incidents import (
    CauseIn,
    CausesView,
    CauseView,
    IncidentIn,
    IncidentView,
)
from shared.database import Databases, Reading, Transaction
from shared.errors import Unprocessable
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day
from shared.working_time import business_date

router = APIRouter(tags=["apologies"])
OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)
REPORTER = requires(Role.REPORTER, Role.LEADER)
PERIOD_DAYS_MAX = 3660
Agency = Annotated[
    str | None, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó / subtree.")
]


@router.post(
    "/v1/incidents",
    operation_id="register_incident",
    summary="Ghi sổ sai sót / register an error, a loss or a wrong result",
    status_code=201,
    response_model=IncidentView,
    dependencies=[OFFICER],
)
async def register_incident(
    given: IncidentIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Each entry asks for a letter of apology that is received (D61 21)."""

    async def register() -> IncidentView:
        return _view(await incidents.register(session, desk, **given.model_dump()))

    return await once(session, register, status=201)


@router.get(
    "/v1/incidents",
    operation_id="list_incidents",
    summary="Sổ sai sót / the register of errors",
    dependencies=[OFFICER],
)
async def list_incidents(
    desk: AtDesk,
    database: Databases,
    agency: Agency = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[IncidentView]:
    """Newest first, each with the state of its letter."""
    async with database.statements() as connection:
        page, following = await incidents.list_incidents(
            connection, desk, agency, after=after, limit=limit
        )
    return Page(items=[IncidentView.model_validate(dict(row)) for row in page], next=following)


@router.get(
    "/v1/incidents/{incident}",
    operation_id="get_incident",
    summary="Một sai sót / one entry",
    dependencies=[OFFICER],
)
async def get_incident(incident: UUID, desk: AtDesk, session: Reading) -> IncidentView:
    """As it was registered."""
    return _view(await incidents.find(session, desk, incident))


@router.get(
    "/v1/lateness-causes",
    operation_id="list_causes_of_lateness",
    summary="Danh mục nguyên nhân trễ hẹn / causes of lateness",
    dependencies=[OFFICER],
)
async def list_causes(
    desk: AtDesk, database: Databases, agency: Annotated[str, Query(max_length=64)]
) -> CausesView:
    """The system's, those of the agencies above, and the agency's own."""
    desk.within(agency)
    async with database.statements() as connection:
        found = await causes.of_agency(connection, agency)
    return CausesView(agency=agency, causes=[CauseView(**cause._asdict()) for cause in found])


@router.put(
    "/v1/lateness-causes/{agency}/{code}",
    operation_id="name_cause_of_lateness",
    summary="Đặt nguyên nhân trễ hẹn / name a cause",
    status_code=204,
    dependencies=[requires(Role.LEADER, Role.OPERATOR)],
)
async def put_cause(
    agency: Annotated[str, Path(max_length=64)],
    code: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,39}$")],
    given: CauseIn,
    desk: AtDesk,
    database: Databases,
) -> None:
    """For the agency and those below it; what was named before keeps its code."""
    cause = Cause(code, given.name, agency)
    async with database.raw() as connection:
        await causes.put(connection, desk.principal, cause, retired=given.retired, now=desk.now)


@router.get(
    "/v1/reports/apologies",
    operation_id="report_apologies",
    summary="Trễ hẹn có và không có thư; sai sót đã xin lỗi / who was apologised to",
    dependencies=[REPORTER],
)
async def report_apologies(
    desk: AtDesk,
    database: Databases,
    first: Annotated[Day, Query(alias="from", description="Ngày đầu kỳ / first day.")],
    last: Annotated[Day, Query(alias="to", description="Ngày cuối kỳ / last day.")],
    agency: Agency = None,
) -> ApologyReport:
    """Late dossiers as they stood at the period's end or today, and errors with their letters."""
    if not 0 <= (last - first).days < PERIOD_DAYS_MAX:
        raise Unprocessable("Kỳ báo cáo không hợp lệ hoặc quá dài.", code="period_invalid")
    agencies = desk.within(agency)
    async with database.statements() as connection:
        until = min(last, business_date(desk.now))
        late = await counting.late(connection, agencies, first, until)
        errors = await counting.errors(connection, agencies, first, last)
    return ApologyReport(
        first=first,
        last=last,
        late=[LateRow.model_validate(dict(row)) for row in late],
        errors=[error_row(dict(row)) for row in errors],
    )


def _view(incident: Incident) -> IncidentView:
    names = IncidentView.model_fields.keys() - {"apology", "state"}
    return IncidentView(**{name: getattr(incident, name) for name in names})
