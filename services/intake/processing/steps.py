"""Finishing a step and handing the dossier over (phiếu kiểm soát, form 06)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Action, Status
from services.intake.models import Assignment, Dossier, Step
from services.intake.processing import assignments, following, holding, route
from services.intake.schemas.actions import StepIn
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Conflict, FieldError, Unprocessable
from shared.events import DossierStepCompleted, ProcessPublished, PublishedStep, StepKind

SAID_IN_FREE_STEPS = ("name", "unit", "officer")


async def complete_step(
    session: AsyncSession, desk: Desk, reference: str, done: StepIn
) -> DossierView:
    """Finish a step: as the process says it where one is followed, else as the officer says it."""
    dossier = await dossiers.locked(session, desk, reference, involved=True)
    dossiers.decide(dossier, Action.COMPLETE_STEP)
    process = await following.process_of(session, desk, dossier)
    if process is None:
        await _complete_free(session, desk, dossier, done)
    else:
        await _complete_prescribed(session, desk, dossier, process, done)
    return dossier_view(dossier)


async def finish_return(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Handing the result over is what completes the last step."""
    process = await following.process_of(session, desk, dossier)
    held = await assignments.open_steps(session, dossier) if process else []
    if process and len(held) == 1 and route.step_of(process, held[0].step).kind is StepKind.RETURN:
        step = route.step_of(process, held[0].step)
        held[0].officer = desk.principal.subject
        await _record(session, desk, dossier, _said(held[0], step), after=dossier.status)
    await assignments.end(session, dossier)


async def _complete_free(session: AsyncSession, desk: Desk, dossier: Dossier, done: StepIn) -> None:
    holding.refuse_outsiders(desk, dossier)
    missing = [name for name in SAID_IN_FREE_STEPS if getattr(done, name) is None]
    if missing or done.step or done.back_to:
        raise Unprocessable(
            "Hồ sơ không theo quy trình điện tử: hãy nêu tên bước, đơn vị và cán bộ.",
            code="step_words_needed",
            errors=[
                FieldError(pointer=f"/body/{name}", detail=name, code="step_words_needed")
                for name in missing
            ],
        )
    held = await assignments.open_steps(session, dossier)
    mine = held[0] if held else None
    said: dict[str, Any] = {
        "name": done.name,
        "unit": done.unit,
        "officer": done.officer,
        "next_unit": done.next_unit,
        "next_officer": done.next_officer,
        "given_at": mine.given_at if mine else None,
        "confirmed_at": mine.confirmed_at if mine else None,
    }
    await _record(session, desk, dossier, said)
    if mine is None:
        mine = Assignment(dossier_id=dossier.id, step=assignments.FREE)
        session.add(mine)
    mine.agency = dossier.competent_agency
    mine.unit = done.next_unit or done.unit
    mine.officer = done.next_officer if done.next_unit else done.officer
    mine.from_unit, mine.from_officer = done.unit, done.officer
    mine.given_at = mine.confirmed_at = desk.now
    assignments.hold(dossier, [mine])


async def _complete_prescribed(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    process: ProcessPublished,
    done: StepIn,
) -> None:
    held = await assignments.open_steps(session, dossier)
    mine = holding.mine(desk, held, done.step)
    step = route.step_of(process, mine.step)
    holding.refuse_others(desk, mine, step)
    _check_words(done, mine, step)
    mine.officer = desk.principal.subject
    following_steps = _next(process, step, held, done)
    said = _said(mine, step) | {
        "next_unit": ", ".join(_unit(one) for one in following_steps) or None,
        "next_officer": done.next_officer,
        "back_to": done.back_to,
        "ground": done.ground,
    }
    await _record(session, desk, dossier, said)
    # Going back leaves what runs beside this step undone too: it is done again with it.
    left = held if done.back_to else [mine]
    for one in left:
        await session.delete(one)
    await session.flush()
    given = [
        await assignments.give(session, desk, dossier, one, officer=done.next_officer, giver=mine)
        for one in following_steps
    ]
    assignments.hold(dossier, given or [one for one in held if one is not mine])


def _next(
    process: ProcessPublished, step: PublishedStep, held: list[Assignment], done: StepIn
) -> tuple[PublishedStep, ...]:
    """Tell the steps that open now: none while others run beside this one."""
    if done.back_to is not None:
        if done.back_to not in step.loops_back_to or done.ground is None:
            raise Unprocessable(
                "Chỉ được chuyển lại bước mà quy trình cho phép, và phải nêu lý do (ground).",
                code="loop_not_allowed",
                loops_back_to=list(step.loops_back_to),
            )
        return (route.step_of(process, done.back_to),)
    if len(held) > 1:
        return ()
    opening = route.after(process, step.id)
    if done.next_officer is not None and len(opening) > 1:
        raise Unprocessable(
            "Nhiều bước làm đồng thời; hãy phân công từng bước sau khi chuyển.",
            code="several_next_steps",
        )
    return opening


def _check_words(done: StepIn, mine: Assignment, step: PublishedStep) -> None:
    if step.kind is StepKind.RETURN:
        raise Conflict(
            "Bước trả kết quả hoàn thành khi trả kết quả (return).", code="completed_by_return"
        )
    prescribed = {"name": step.name, "unit": mine.unit}
    if any(getattr(done, key) not in {None, value} for key, value in prescribed.items()):
        raise Unprocessable(
            "Hồ sơ theo quy trình điện tử: tên bước và đơn vị do quy trình quy định.",
            code="step_is_prescribed",
            prescribed=prescribed,
        )


def _said(mine: Assignment, step: PublishedStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "unit": mine.unit or _unit(step),
        "officer": mine.officer,
        "process_step": step.id,
        "agency": mine.agency,
        "limit": step.limit,
        "given_at": mine.given_at,
        "confirmed_at": mine.confirmed_at,
        "due_at": mine.due_at,
    }


def _unit(step: PublishedStep) -> str:
    return step.unit or step.role.label


async def _record(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    said: dict[str, Any],
    *,
    after: Status = Status.PROCESSING,
) -> None:
    """Write a finished step down: its row, its fact, its line in the log."""
    dossier.steps += 1
    event = DossierStepCompleted(step=dossier.steps, completed_at=desk.now, **said)
    columns = {name: value for name, value in said.items() if name != "limit"}
    limit = said.get("limit")
    session.add(
        Step(
            dossier_id=dossier.id,
            number=dossier.steps,
            completed_at=desk.now,
            limit_value=limit.value if limit else None,
            limit_unit=str(limit.unit) if limit else None,
            **columns,
        )
    )
    handed = ("name", "unit", "officer", "next_unit", "next_officer", "process_step", "back_to")
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.COMPLETE_STEP,
        after=after,
        event=event,
        ground=said.get("ground"),
        details={"step": dossier.steps} | {name: said.get(name) for name in handed},
    )
