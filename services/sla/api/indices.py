"""Routes of indices: schemes, figures entered from outside, scores, ranks, dossiers behind."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.api.reports.asked import dossier_after, scope
from services.sla.figures.formulas import FORMULAS, Formula
from services.sla.figures.scope import Scope, within
from services.sla.indices import behind, entered, officers, published, scoring
from services.sla.indices.published import Scheme
from services.sla.indices.schemes import Code, SchemeDescription
from services.sla.models import AgencyCopy
from services.sla.reports import periods
from services.sla.schemas import indices as views
from services.sla.schemas import scores
from services.sla.schemas.indices import (
    BehindView,
    EntryBody,
    EntryView,
    FormulaView,
    OfficerView,
    SchemeSummary,
    SchemeView,
)
from services.sla.schemas.reports import Period
from services.sla.schemas.scores import RankingView, ScoresView
from shared.clock import Now
from shared.database import Databases, Reading, driver_of
from shared.errors import NotFound, Unprocessable
from shared.events import AgencyLevel
from shared.identity import Principal, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

AGENCIES_MAX = 1000
router = APIRouter(prefix="/v1/indices", tags=["indices"])
Reporter = Annotated[Principal, requires(Role.REPORTER, Role.LEADER)]
Head = Annotated[Principal, requires(Role.LEADER)]
Publisher = Annotated[Principal, requires(Role.LEADER, Role.OPERATOR)]
SchemeCode = Annotated[Code, Path(description="Mã bộ chỉ số; 766 đi kèm hệ thống.")]
Version = Annotated[int | None, Query(ge=1, description="Phiên bản; mặc định mới nhất.")]


@dataclass
class AskedOfOne:
    """The query of an agency's scores."""

    agency: Annotated[str, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó.")]
    first: Annotated[Day, Query(alias="from", description="Ngày đầu kỳ / first day.")]
    last: Annotated[Day, Query(alias="to", description="Ngày cuối kỳ / last day.")]

    def scope(self, principal: Principal, now: Now) -> Scope:
        """The scope; raises NotFound for a foreign agency, Unprocessable for a period."""
        agencies = scope(principal, self.first, self.last, self.agency)
        return Scope(self.first, self.last, now, agencies)

    @property
    def period(self) -> Period:
        """The period as it is shown."""
        return Period(first=self.first, last=self.last)

    @property
    def previous(self) -> Period:
        """The period before."""
        before = periods.before(periods.Period(self.first, self.last))
        return Period(first=before.first, last=before.last)


OfOne = Annotated[AskedOfOne, Depends()]


@router.get(
    "",
    operation_id="list_indices",
    summary="Các bộ chỉ số / schemes, each in its newest version",
)
async def list_indices(_: Reporter, database: Databases) -> Page[SchemeSummary]:
    """That of Decision 766 first; all on one page."""
    async with database.statements() as connection:
        schemes = await published.list_all(connection)
    return Page(items=[views.scheme_summary(scheme) for scheme in schemes], next=None)


@router.get(
    "/formulas",
    operation_id="list_index_formulas",
    summary="Các công thức tính được / figures that criteria may name",
)
async def list_index_formulas(_: Reporter) -> Page[FormulaView]:
    """What the system counts by itself."""
    items = [
        FormulaView(name=name, title=formula.title, tells_dossiers=formula.tells_dossiers)
        for name, formula in FORMULAS.items()
    ]
    return Page(items=items, next=None)


@router.get(
    f"/{published.CIRCULAR_01}/officers",
    operation_id="list_officer_indices",
    summary="Chỉ số của từng cán bộ / the system's part of officers' indices",
)
async def list_officer_indices(
    asked: OfOne, principal: Head, session: Reading, now: Now
) -> Page[OfficerView]:
    """For heads only; answers of people are never linked to an officer here."""
    found = await officers.list_officers(session, asked.scope(principal, now))
    return Page(items=[OfficerView.model_validate(one) for one in found], next=None)


@router.get("/{scheme}", operation_id="get_index", summary="Một bộ chỉ số / a scheme whole")
async def get_index(
    scheme: SchemeCode, _: Reporter, database: Databases, version: Version = None
) -> SchemeView:
    """Groups, criteria, points and classes."""
    async with database.statements() as connection:
        return views.scheme_view(await published.get(connection, scheme, version))


@router.put(
    "/{scheme}",
    operation_id="put_index",
    summary="Ban hành bộ chỉ số / publish a scheme's next version",
)
async def put_index(
    scheme: SchemeCode,
    body: SchemeDescription,
    principal: Publisher,
    database: Databases,
    now: Now,
) -> SchemeView:
    """The same content again gives the version that has it; older versions stay."""
    async with database.raw() as connection:
        return views.scheme_view(await published.publish(connection, principal, scheme, body, now))


@router.put(
    "/{scheme}/entries",
    operation_id="put_index_entry",
    summary="Nhập số liệu ngoài hệ thống / enter a figure from outside",
)
async def put_index_entry(
    scheme: SchemeCode, body: EntryBody, principal: Publisher, database: Databases, now: Now
) -> EntryView:
    """The last one entered for an agency, period and criterion counts, before what we count."""
    async with database.raw() as connection:
        known = await published.get(connection, scheme)
        criterion = known.description.criterion(body.component)
        if criterion is None:
            raise NotFound("Bộ chỉ số không có tiêu chí này.", code="criterion_not_found")
        if criterion.evidence and not body.evidence:
            raise Unprocessable("Tiêu chí này cần tài liệu kiểm chứng.", code="evidence_missing")
        await entered.enter(connection, principal, scheme, body.entry(), now)
        period = body.period.first, body.period.last
        told = await entered.load(connection, scheme, *period, (body.agency,))
    return views.entry_view(told[body.agency, body.component])


@router.get(
    "/{scheme}/entries",
    operation_id="list_index_entries",
    summary="Số liệu đã nhập / figures entered for a period",
)
async def list_index_entries(
    scheme: SchemeCode, asked: OfOne, principal: Reporter, database: Databases, now: Now
) -> Page[EntryView]:
    """Of the agency and those below it, the last ones entered."""
    agencies = asked.scope(principal, now).agencies
    async with database.statements() as connection:
        told = await entered.load(connection, scheme, asked.first, asked.last, agencies)
    return Page(items=[views.entry_view(one) for one in told.values()], next=None)


@router.get(
    "/{scheme}/scores",
    operation_id="score_index",
    summary="Điểm của một cơ quan / an agency's points",
)
async def score_index(
    *,
    scheme: SchemeCode,
    asked: OfOne,
    principal: Reporter,
    session: Reading,
    now: Now,
    version: Version = None,
) -> ScoresView:
    """Each criterion's formula, numerator, denominator, points and source; the period before."""
    wanted = asked.scope(principal, now)
    known = await _scheme(session, scheme, version)
    [sheet] = await scoring.score_many(session, known, wanted, [asked.agency])
    previous = asked.previous
    earlier = wanted.at(previous.first, previous.last)
    [before] = await scoring.score_many(session, known, earlier, [asked.agency])
    return scores.scores_view(known, sheet, before, period=asked.period, previous=previous, now=now)


@router.get(
    "/{scheme}/ranking",
    operation_id="rank_index",
    summary="Xếp hạng các cơ quan / agencies by their points",
)
async def rank_index(
    *,
    scheme: SchemeCode,
    asked: OfOne,
    principal: Reporter,
    session: Reading,
    now: Now,
    level: Annotated[AgencyLevel, Query(description="Cấp của các cơ quan được xếp.")],
    version: Version = None,
) -> RankingView:
    """Agencies of one level at or below the one asked for, and their places before."""
    wanted = asked.scope(principal, now)
    known = await _scheme(session, scheme, version)
    agencies = await _agencies(session, wanted, level)
    previous = asked.previous
    earlier = wanted.at(previous.first, previous.last)
    sheets = await scoring.score_many(session, known, wanted, agencies)
    before = await scoring.score_many(session, known, earlier, agencies)
    ranked = scoring.rank(known.description, sheets, before)
    return scores.ranking_view(known, ranked, asked.period, previous)


@router.get(
    "/{scheme}/criteria/{criterion}/dossiers",
    operation_id="list_index_dossiers",
    summary="Hồ sơ đứng sau một tiêu chí / dossiers behind a criterion",
)
async def list_index_dossiers(
    *,
    scheme: SchemeCode,
    criterion: Annotated[Code, Path(description="Mã tiêu chí.")],
    asked: OfOne,
    principal: Reporter,
    session: Reading,
    now: Now,
    counts: Annotated[
        bool | None, Query(description="Chỉ hồ sơ thuộc tử số, hoặc chỉ phần còn lại.")
    ] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[BehindView]:
    """All that the figure divides by; each says whether it counts."""
    formula = _formula(await _scheme(session, scheme, None), criterion)
    page, following = await behind.list_behind(
        session,
        formula,
        asked.scope(principal, now),
        counts=counts,
        after=dossier_after(after),
        limit=limit,
    )
    return Page(items=[views.behind_view(one) for one in page], next=following)


async def _scheme(session: AsyncSession, code: str, version: int | None) -> Scheme:
    connection = await driver_of(await session.connection())
    return await published.get(connection, code, version)


async def _agencies(session: AsyncSession, wanted: Scope, level: AgencyLevel) -> list[str]:
    """Agencies of a level in force on the period's last day, by code."""
    in_force = AgencyCopy.valid_to.is_(None) | (AgencyCopy.valid_to >= wanted.last)
    found = await session.scalars(
        select(AgencyCopy.code)
        .where(AgencyCopy.level == level, AgencyCopy.valid_from <= wanted.last, in_force)
        .where(*within(AgencyCopy.code, wanted.agencies))
        .order_by(AgencyCopy.code)
        .limit(AGENCIES_MAX)
    )
    return list(found)


def _formula(scheme: Scheme, code: str) -> Formula:
    criterion = scheme.description.criterion(code)
    name = None if criterion is None else criterion.figure
    formula = None if name is None else FORMULAS[name]
    if formula is None or not formula.tells_dossiers:
        raise NotFound("Tiêu chí này không có danh sách hồ sơ.", code="criterion_has_no_dossiers")
    return formula
