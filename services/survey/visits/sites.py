"""Registers the portals whose visits are counted."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import Site
from services.survey.schemas.visits import SiteIn, SiteView
from shared.errors import Conflict, NotFound
from shared.identity import Principal


async def register(session: AsyncSession, principal: Principal, given: SiteIn) -> SiteView:
    """Count a site from now on; raises NotFound for a foreign agency, Conflict."""
    if not principal.covers(given.agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    if await session.get(Site, given.code) is not None:
        raise Conflict("Trang này đã đăng ký.", code="site_known")
    session.add(Site(**given.model_dump()))
    await session.flush()
    return SiteView(**given.model_dump())
