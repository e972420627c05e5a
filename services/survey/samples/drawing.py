"""Draws samples: the same seed on the same frame gives the same dossiers, on any machine."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.survey import scope
from services.survey.models import ReturnedDossier, Sample, SampleStratum, SampleUnit
from services.survey.samples.allocation import allocate
from services.survey.schemas.samples import Method, SampleIn, SampleView, StratumView
from shared.errors import Conflict, NotFound
from shared.identity import Principal

SEPARATOR = " | "
STRATA_MAX = 5000


async def draw(
    session: AsyncSession, principal: Principal, given: SampleIn, now: datetime
) -> SampleView:
    """Draw a sample and keep it; raises NotFound for a foreign agency, Conflict without a frame."""
    if not principal.covers(given.agency):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    sample = Sample(
        id=uuid7(),
        title=given.title,
        agency=given.agency,
        first_on=given.first,
        last_on=given.last,
        strata=[str(name) for name in given.strata],
        method=given.method,
        size=given.size,
        seed=given.seed,
        drawn_by=principal.subject,
        drawn_at=now,
    )
    populations = await _populations(session, sample)
    if not populations:
        raise Conflict("Không có hồ sơ nào đã trả kết quả trong kỳ.", code="frame_empty")
    sample.frame_size = sum(populations.values())
    sample.frame_hash = await _frame_hash(session, sample)
    shares = allocate(populations, given.size, Method(given.method))
    session.add(sample)
    session.add_all(
        SampleStratum(sample=sample.id, stratum=name, population=populations[name], drawn=drawn)
        for name, drawn in shares.items()
    )
    await session.flush()
    await session.execute(_units(sample))
    return await view(session, sample)


async def get(session: AsyncSession, principal: Principal, identity: UUID) -> Sample:
    """Find a sample; raises NotFound, also for one of a foreign agency."""
    sample = await session.get(Sample, identity)
    if sample is None or not principal.covers(sample.agency):
        raise NotFound("Không tìm thấy mẫu khảo sát này.", code="sample_not_found")
    return sample


async def view(session: AsyncSession, sample: Sample) -> SampleView:
    """Show a sample with its strata; `reproducible` while its frame is what it was."""
    query = select(SampleStratum).where(SampleStratum.sample == sample.id)
    strata = (await session.scalars(query.order_by(SampleStratum.stratum))).all()
    return SampleView(
        id=sample.id,
        title=sample.title,
        agency=sample.agency,
        first=sample.first_on,
        last=sample.last_on,
        strata=[
            StratumView(
                stratum=one.stratum,
                population=one.population,
                drawn=one.drawn,
                weight=round(one.population / one.drawn, 6) if one.drawn else None,
            )
            for one in strata
        ],
        method=Method(sample.method),
        seed=sample.seed,
        size=sum(one.drawn for one in strata),
        frame_size=sample.frame_size,
        reproducible=await _frame_hash(session, sample) == sample.frame_hash,
        drawn_at=sample.drawn_at,
    )


def _stratum(sample: Sample) -> ColumnElement[str]:
    """Name the stratum that a dossier lies in."""
    columns = [cast(getattr(ReturnedDossier, name), Text) for name in sample.strata]
    return func.concat_ws(SEPARATOR, *columns) if columns else literal("*")


def _frame(sample: Sample) -> tuple[ColumnElement[bool], ...]:
    return (
        ReturnedDossier.returned_on.between(sample.first_on, sample.last_on),
        scope.below(ReturnedDossier.agency, sample.agency),
    )


async def _populations(session: AsyncSession, sample: Sample) -> dict[str, int]:
    name = _stratum(sample).label("stratum")
    query = select(name, func.count()).where(*_frame(sample)).group_by(name).limit(STRATA_MAX + 1)
    found = {str(stratum): int(count) for stratum, count in await session.execute(query)}
    if len(found) > STRATA_MAX:
        raise Conflict("Chia quá nhiều nhóm; hãy bớt tiêu chí phân tầng.", code="strata_too_many")
    return found


async def _frame_hash(session: AsyncSession, sample: Sample) -> bytes:
    units = cast(ReturnedDossier.dossier, Text) + SEPARATOR + _stratum(sample)
    listed = func.string_agg(units, aggregate_order_by(literal(","), ReturnedDossier.dossier))
    digest = func.sha256(func.convert_to(func.coalesce(listed, ""), "UTF8"))
    found: bytes = (await session.execute(select(digest).where(*_frame(sample)))).scalar_one()
    return found


def _units(sample: Sample) -> Executable:
    """The statement that keeps the first dossiers of each stratum, in an order nobody chose."""
    order = func.sha256(
        func.convert_to(sample.seed + "/" + cast(ReturnedDossier.dossier, Text), "UTF8")
    )
    stratum = _stratum(sample).label("stratum")
    shuffled: Select[tuple[str, int, UUID, str]] = select(
        stratum,
        func.row_number().over(partition_by=_stratum(sample), order_by=order).label("place"),
        ReturnedDossier.dossier,
        ReturnedDossier.code,
    ).where(*_frame(sample))
    rows = shuffled.subquery()
    drawn = (
        select(literal(sample.id), rows.c.stratum, rows.c.place, rows.c.dossier, rows.c.code)
        .join(
            SampleStratum,
            (SampleStratum.sample == sample.id) & (SampleStratum.stratum == rows.c.stratum),
        )
        .where(rows.c.place <= SampleStratum.drawn)
    )
    return insert(SampleUnit).from_select(["sample", "stratum", "place", "dossier", "code"], drawn)
