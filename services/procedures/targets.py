"""Targets of plans as data: set one, find those that hold for an agency on a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.procedures.facts import tell
from services.procedures.formulas import MEANINGS, Formula
from services.procedures.identifiers import path_of
from services.procedures.models import Agency, Target, TargetVersion
from services.procedures.schemas import TargetDescription
from shared import paging
from shared.errors import Forbidden, NotFound, Unprocessable
from shared.events import TargetChanged


@dataclass(frozen=True, slots=True)
class Filter:
    """Which targets a caller wants; what is left out filters nothing."""

    on: date | None = None
    formula: Formula | None = None
    agency: str | None = None


async def put(
    session: AsyncSession,
    code: str,
    day: date,
    description: TargetDescription,
    *,
    covers: Callable[[str | None], bool],
) -> TargetVersion:
    """Write what the target says from the day on; telling nobody when it says that already.

    Raises Forbidden for a scope, old or new, that the officer does not cover (None is the nation).
    """
    target = await hold(session, code)
    version = await session.get(TargetVersion, (code, day), populate_existing=True)
    scopes = {description.agency} | ({version.agency} if version is not None else set())
    if not all(covers(scope) for scope in scopes):
        raise Forbidden("Phạm vi của chỉ tiêu không thuộc quyền của bạn.", code="out_of_scope")
    if description.agency and await session.get(Agency, description.agency) is None:
        raise Unprocessable(f"Không có cơ quan {description.agency}.", code="agency_unknown")
    columns = description.model_dump() | {
        "levels": list(description.levels),
        "unit": MEANINGS[description.formula].unit,
    }
    if version is None:
        version = TargetVersion(code=code, effective_from=day, **columns)
        session.add(version)
    elif all(getattr(version, name) == value for name, value in columns.items()):
        return version
    for name, value in columns.items():
        setattr(version, name, value)
    told = description.model_dump(exclude={"note"}) | {"unit": columns["unit"]}
    await tell(session, target, TargetChanged(code=code, effective_from=day, **told))
    return version


async def hold(session: AsyncSession, code: str) -> Target:
    """The target, set up if it is new, held until the transaction ends."""
    await session.execute(insert(Target).values(code=code).on_conflict_do_nothing())
    return await session.get_one(Target, code, with_for_update=True, populate_existing=True)


async def find_held(session: AsyncSession, code: str, day: date) -> TargetVersion | None:
    """What the target says from just that day on, held until the transaction ends."""
    await hold(session, code)
    return await session.get(TargetVersion, (code, day))


async def get_target(session: AsyncSession, code: str, on: date | None) -> TargetVersion:
    """The version in effect on a day, the newest without one; raises NotFound."""
    statement = select(TargetVersion).where(TargetVersion.code == code)
    if on is not None:
        statement = statement.where(TargetVersion.effective_from <= on)
    newest = statement.order_by(TargetVersion.effective_from.desc()).limit(1)
    version = await session.scalar(newest)
    if version is None:
        raise NotFound(f"Không có chỉ tiêu {code}.")
    return version


async def list_versions(session: AsyncSession, code: str) -> Sequence[TargetVersion]:
    """Every version of a target, newest first; raises NotFound."""
    found = await session.scalars(
        select(TargetVersion)
        .where(TargetVersion.code == code)
        .order_by(TargetVersion.effective_from.desc())
    )
    versions = found.all()
    if not versions:
        raise NotFound(f"Không có chỉ tiêu {code}.")
    return versions


async def list_targets(
    session: AsyncSession, wanted: Filter, *, after: str | None, limit: int
) -> tuple[Sequence[TargetVersion], str | None]:
    """One page by code, each in the version of the day (the newest without one); and its cursor.

    With a day, only targets whose period holds it; with an agency, those of a scope around it.
    """
    newest = (
        select(TargetVersion)
        .ext(distinct_on(TargetVersion.code))
        .order_by(TargetVersion.code, TargetVersion.effective_from.desc())
    )
    if wanted.on is not None:
        newest = newest.where(TargetVersion.effective_from <= wanted.on)
    version = aliased(TargetVersion, newest.subquery())
    statement = select(version).order_by(version.code).limit(limit + 1)
    if wanted.on is not None:
        endless = or_(version.period_to.is_(None), version.period_to >= wanted.on)
        statement = statement.where(version.period_from <= wanted.on, endless)
    if wanted.formula is not None:
        statement = statement.where(version.formula == wanted.formula)
    if wanted.agency is not None:
        around = or_(version.agency.is_(None), version.agency.in_(path_of(wanted.agency)))
        statement = statement.where(around)
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(version.code > past_code)
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    return page, paging.encode(page[-1].code) if len(found) > limit else None
