"""Which process a dossier follows, from acceptance on, and where it stands in it."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import Assignment, Dossier
from services.intake.processing import assignments, route
from services.intake.processing.choice import Circumstances, choose
from shared.errors import Conflict, Unavailable
from shared.events import AgencyLevel, Channel, Outcome, ProcessPublished

NEEDS_EVERY_STEP: Final = Outcome.APPROVED
"""A refusal may be reached at any step (D61 19(8)); an approval goes all the way."""


async def pin(session: AsyncSession, desk: Desk, dossier: Dossier, level: AgencyLevel) -> None:
    """Pin the process that applies at acceptance; a result given at once follows none."""
    if dossier.no_slip:
        return
    catalogue, connection = await desk.catalogue(session)
    known = await catalogue.processes(connection, dossier.procedure, dossier.procedure_version)
    chosen = choose(
        known,
        Circumstances(
            case=dossier.case_id,
            method=Channel(dossier.channel).method,
            agency=dossier.competent_agency,
            level=level,
        ),
    )
    dossier.process = chosen.id if chosen else None


async def begin(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Lay the accepted dossier with the officer who accepted it."""
    process = await process_of(session, desk, dossier)
    if process is None:
        session.add(_free(desk, dossier))
        return
    held = [
        await assignments.give(
            session, desk, dossier, step, officer=desk.principal.subject, confirmed=True
        )
        for step in route.first(process)
    ]
    assignments.hold(dossier, held)


async def process_of(
    session: AsyncSession, desk: Desk, dossier: Dossier
) -> ProcessPublished | None:
    """The process that the dossier follows; raises Unavailable while its copy is missing."""
    if dossier.process is None:
        return None
    catalogue, connection = await desk.catalogue(session)
    known = await catalogue.processes(connection, dossier.procedure, dossier.procedure_version)
    for process in known:
        if process.id == dossier.process:
            return process.told
    raise Unavailable("Chưa nhận được quy trình của hồ sơ.", code="process_unknown")


async def refuse_skipping(
    session: AsyncSession, desk: Desk, dossier: Dossier, outcome: Outcome
) -> None:
    """Let nobody approve past steps that are not done; raises Conflict that names them."""
    process = await process_of(session, desk, dossier)
    if process is None or outcome is not NEEDS_EVERY_STEP:
        return
    held = await assignments.open_steps(session, dossier)
    left = set(route.unfinished(process, [one.step for one in held]))
    if left:
        raise Conflict(
            "Chưa xong các bước của quy trình; không được bỏ bước.",
            code="steps_open",
            open=assignments.named(one for one in held if one.step in left),
        )


async def reopen(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Give a recalled result back to the step that led to it."""
    process = await process_of(session, desk, dossier)
    if process is None:
        return
    held = await assignments.open_steps(session, dossier)
    if route.unfinished(process, [one.step for one in held]):
        return
    giver = held[0] if held else None
    for returning in held:
        await session.delete(returning)
    await session.flush()
    given = [
        await assignments.give(session, desk, dossier, step, giver=giver)
        for step in route.last_work(process)
    ]
    assignments.hold(dossier, given)


def _free(desk: Desk, dossier: Dossier) -> Assignment:
    return Assignment(
        dossier_id=dossier.id,
        step=assignments.FREE,
        agency=dossier.receiving_agency,
        officer=desk.principal.subject,
        given_at=desk.now,
        confirmed_at=desk.now,
    )
