"""Routes of visit counters."""

from typing import Annotated, cast

from fastapi import APIRouter, Path, Request, Response

from services.survey.admission import bounded
from services.survey.schemas.visits import SiteIn, SiteView, VisitIn, VisitsView
from services.survey.visits import counting, sites
from services.survey.visits.counting import Visits
from shared.clock import Now
from shared.database import Databases, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires

CACHE_SECONDS = 5
router = APIRouter(prefix="/v1", tags=["visits"], responses=PROBLEM_RESPONSES)


@router.post(
    "/sites",
    operation_id="register_site",
    summary="Đăng ký thống kê truy cập / count the visits of a portal",
    status_code=201,
    response_model=SiteView,
    dependencies=[requires(Role.OPERATOR)],
)
async def register_site(
    given: SiteIn, principal: Caller, session: Transaction, once: OncePerKey
) -> Response:
    """What an older system had counted is added to the total."""
    return await once(session, lambda: sites.register(session, principal, given), status=201)


@router.post(
    "/visits",
    operation_id="count_visit",
    summary="Ghi một lượt truy cập / count a visit",
    status_code=202,
    response_class=Response,
    dependencies=[bounded("visits")],
)
async def count_visit(given: VisitIn, request: Request, now: Now) -> Response:
    """Public; seen in the counters about a second later."""
    await cast(Visits, request.app.state.visits).hit(given.site, given.visitor, now)
    return Response(status_code=202)


@router.get(
    "/visits/{site}",
    operation_id="get_visits",
    summary="Thống kê truy cập / visit counters",
    dependencies=[bounded("reading")],
)
async def get_visits(
    site: Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9.\-]+$")],
    response: Response,
    database: Databases,
    now: Now,
) -> VisitsView:
    """Public: there now (five minutes), today, in all."""
    async with database.statements() as connection:
        found = await counting.figures(connection, site, now)
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    return VisitsView(site=site, **found._asdict(), as_of=now)
