"""Tells who is competent on a day: the list where it says so, else the procedure's levels.

A list settles a role for a whole province as soon as it names one agency there for it; provinces
it does not speak of, and procedures without a list, go by level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.procedures.agencies import exists_on, get_agency
from services.procedures.identifiers import path_of
from services.procedures.models import (
    Agency,
    AgencyKind,
    CompetenceLine,
    CompetenceRole,
    ProcedureVersion,
)
from services.procedures.procedures import in_force_on
from services.procedures.schemas import ActingFor
from shared import paging

BY_LEVEL: Final = {
    CompetenceRole.RECEIVES: {AgencyKind.PEOPLE_COMMITTEE, AgencyKind.ONE_STOP_CENTRE},
    CompetenceRole.DECIDES: {AgencyKind.PEOPLE_COMMITTEE},
    CompetenceRole.COOPERATES: set[AgencyKind](),
}
"""Who does what at a procedure's levels where no list speaks (Decree 118/2025/NĐ-CP, Article 7).

Departments, vertical agencies and post offices always need a line."""

COUNTERS: Final = {AgencyKind.ONE_STOP_CENTRE, AgencyKind.RECEPTION_POINT}
"""They also receive what the agency above them receives."""

Conditions = dict[CompetenceRole, ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of an agency's procedures a caller wants."""

    on: date
    role: CompetenceRole | None = None
    procedure: str | None = None
    internal: bool = False


async def handled_by(session: AsyncSession, agency: str, day: date) -> ColumnElement[bool]:
    """What holds for a version that the agency receives or decides; raises NotFound."""
    conditions = await _conditions(session, agency, day)
    return or_(conditions[CompetenceRole.RECEIVES], conditions[CompetenceRole.DECIDES])


async def list_procedures_of(
    session: AsyncSession, agency: str, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[tuple[ProcedureVersion, list[CompetenceRole]]], str | None]:
    """One page of versions in force with the agency's roles, by code; and its next cursor.

    The versions come without their documents. Raises NotFound for an unknown agency.
    """
    conditions = await _conditions(session, agency, wanted.on)
    sought = conditions.values() if wanted.role is None else [conditions[wanted.role]]
    statement = (
        select(ProcedureVersion)
        .options(defer(ProcedureVersion.document, raiseload=True))
        .where(*in_force_on(wanted.on), ProcedureVersion.internal == wanted.internal, or_(*sought))
        .order_by(ProcedureVersion.code)
        .limit(limit + 1)
    )
    if wanted.procedure is not None:
        statement = statement.where(ProcedureVersion.code == wanted.procedure)
    if after is not None:
        (past_code,) = paging.decode_texts(after, 1)
        statement = statement.where(ProcedureVersion.code > past_code)
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    following = paging.encode(page[-1].code) if len(found) > limit else None
    roles = await _roles(session, conditions, page, wanted.on)
    return [(version, roles[version.code]) for version in page], following


async def _roles(
    session: AsyncSession, conditions: Conditions, page: Sequence[ProcedureVersion], day: date
) -> dict[str, list[CompetenceRole]]:
    """What the agency does in each procedure of a page; asked for the page only, not for all."""
    does = [condition.label(role) for role, condition in conditions.items()]
    rows = await session.execute(
        select(ProcedureVersion.code, *does).where(
            ProcedureVersion.code.in_([version.code for version in page]), *in_force_on(day)
        )
    )
    return {
        code: [role for role, held in zip(conditions, answers, strict=True) if held]
        for code, *answers in rows
    }


async def _conditions(session: AsyncSession, code: str, day: date) -> Conditions:
    agency = await get_agency(session, code)
    itself = [agency] if agency.exists_on(day) else []
    receiving = [*itself, *(await _stood_in_for(session, agency, day) if itself else [])]
    conditions = {role: _any(itself, role, day) for role in CompetenceRole}
    return conditions | {
        CompetenceRole.RECEIVES: _any(receiving, CompetenceRole.RECEIVES, day),
    }


async def _stood_in_for(session: AsyncSession, agency: Agency, day: date) -> Sequence[Agency]:
    """For whom else the agency receives on that day: by agreement, or as their counter."""
    codes = {
        acting.agency
        for acting in map(ActingFor.model_validate, agency.acts_for)
        if acting.valid_from <= day and (acting.valid_to is None or day <= acting.valid_to)
    }
    above = await session.scalars(
        select(Agency)
        .where(Agency.code.in_(path_of(agency.code)[:-1]))
        .order_by(Agency.code.desc())
    )
    counter = agency
    for parent in above:
        if counter.kind not in COUNTERS or counter.parent != parent.code:
            break
        codes.add(parent.code)
        counter = parent
    found = await session.scalars(select(Agency).where(Agency.code.in_(codes), exists_on(day)))
    return found.all()


def _any(agencies: Sequence[Agency], role: CompetenceRole, day: date) -> ColumnElement[bool]:
    return or_(false(), *(_competent(agency, role, day) for agency in agencies))


def _competent(agency: Agency, role: CompetenceRole, day: date) -> ColumnElement[bool]:
    in_force = (
        CompetenceLine.procedure == ProcedureVersion.code,
        CompetenceLine.role == role,
        CompetenceLine.valid_from <= day,
        CompetenceLine.valid_to.is_(None) | (CompetenceLine.valid_to >= day),
    )
    path = path_of(agency.code)
    named = or_(
        and_(CompetenceLine.agency == agency.code, CompetenceLine.level.is_(None)),
        and_(CompetenceLine.agency.in_(path), CompetenceLine.level == agency.level),
    )
    listed = exists().where(*in_force, named)
    if agency.kind not in BY_LEVEL[role]:
        return listed
    province = path[0]
    there = or_(CompetenceLine.agency == province, CompetenceLine.agency.startswith(f"{province}."))
    settled = exists().where(*in_force, there)
    return or_(listed, and_(ProcedureVersion.levels.contains([agency.level]), ~settled))
