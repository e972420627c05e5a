"""Asking for missing papers once, completely and exactly (D61 15(3)), and taking them in."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import answer_periods, dossiers, pauses
from services.intake.desk import Desk
from services.intake.lifecycle import Action
from services.intake.models import Dossier, Paper, Pause, SupplementItem, SupplementRequest
from services.intake.printed import issuing
from services.intake.promise import choose_case
from services.intake.schemas.actions import Supplement, SupplementRequestIn
from services.intake.schemas.filing import PaperIn
from services.intake.schemas.views import DossierView
from services.intake.views import dossier_view
from shared.errors import Conflict, FieldError, Unprocessable
from shared.events import DossierSupplemented, DossierSupplementRequested
from shared.working_time import business_date


async def request(
    session: AsyncSession, desk: Desk, reference: str, asked: SupplementRequestIn
) -> DossierView:
    """Ask for components of the dossier's case; a second request needs a ground and is flagged."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.REQUEST_SUPPLEMENT)
    if dossier.supplement_requests and asked.override_ground is None:
        raise Conflict(
            "Chỉ được yêu cầu bổ sung một lần; lần thứ hai phải nêu căn cứ (override_ground).",
            code="supplement_once",
        )
    most = desk.settings.supplement.requests_max
    if dossier.supplement_requests >= most:
        raise Conflict(
            f"Không được yêu cầu bổ sung quá {most} lần; hãy giải quyết theo giấy tờ đã có.",
            code="supplement_too_often",
        )
    components = tuple(item.id for item in asked.components)
    await _published(session, desk, dossier, components)
    dossier.supplement_flagged = dossier.supplement_requests > 0
    dossier.supplement_requests += 1
    catalogue, _ = await desk.catalogue(session)
    working_time = catalogue.calendar_of(dossier.receiving_agency)
    late = answer_periods.is_late(desk.settings.supplement, working_time, dossier, desk.now)
    answer_by = answer_periods.answer_by(desk.settings.supplement, working_time, desk.now)
    dossiers.pause(dossier, Pause.SUPPLEMENT, desk.now)
    number, before_acceptance = dossier.supplement_requests, dossier.accepted_at is None
    override_ground = asked.override_ground if dossier.supplement_flagged else None
    session.add(
        SupplementRequest(
            dossier_id=dossier.id,
            number=number,
            before_acceptance=before_acceptance,
            override_ground=override_ground,
            requested_by=desk.principal.subject,
            requested_at=desk.now,
            late=late,
            answer_by=answer_by,
            contact_officer=asked.contact_officer or desk.principal.subject,
        )
    )
    await session.flush()
    session.add_all(
        SupplementItem(dossier_id=dossier.id, number=number, component=item.id, reason=item.reason)
        for item in asked.components
    )
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.REQUEST_SUPPLEMENT,
        after=after,
        event=DossierSupplementRequested(
            number=number,
            components=components,
            before_acceptance=before_acceptance,
            override_ground=override_ground,
            requested_at=desk.now,
            late=late,
            answer_by=answer_by,
        ),
        ground=override_ground,
        details={"number": number, "components": list(components)},
    )
    await issuing.supplement(session, desk, dossier, asked.components, override_ground)
    return dossier_view(dossier)


async def provide(
    session: AsyncSession, desk: Desk, reference: str, given: Supplement
) -> DossierView:
    """Take in everything that was asked for; after acceptance the limit starts anew (D61 19(4))."""
    dossier = await dossiers.locked(session, desk, reference)
    after = dossiers.decide(dossier, Action.PROVIDE_SUPPLEMENT)
    number = dossier.supplement_requests
    open_request = await session.get_one(SupplementRequest, (dossier.id, number))
    if given.papers is not None:
        await _complete(session, dossier, given.papers)
        session.add_all(paper(dossier, handed_in, number) for handed_in in given.papers)
    pause_end = desk.settings.pause_end_on(business_date(dossier.filed_at))
    moved = await pauses.end(session, desk, dossier, pause_end)
    open_request.supplemented_at = desk.now
    open_request.due_before = moved.get("due_before")
    open_request.due_after = moved.get("due_at")
    await dossiers.change(
        session,
        desk,
        dossier,
        action=Action.PROVIDE_SUPPLEMENT,
        after=after,
        event=DossierSupplemented(
            number=number,
            before_acceptance=open_request.before_acceptance,
            supplemented_at=desk.now,
            pause_end=pause_end,
            **moved,
        ),
        details={"number": number},
    )
    return dossier_view(dossier)


def paper(dossier: Dossier, handed_in: PaperIn, supplement: int) -> Paper:
    """Make the row of papers that were handed in."""
    return Paper(dossier_id=dossier.id, supplement=supplement, **handed_in.model_dump())


async def _published(
    session: AsyncSession, desk: Desk, dossier: Dossier, asked: tuple[str, ...]
) -> None:
    """Refuse what the pinned version's case does not ask for (D63 18(6)); notes are no papers."""
    catalogue, connection = await desk.catalogue(session)
    procedure = await catalogue.pinned(connection, dossier.procedure, dossier.procedure_version)
    case = choose_case(procedure, dossier.case_id)
    known = {component.id for component in case.components if not component.is_note}
    _refuse(
        {name for name in asked if name not in known},
        "component_unknown",
        "Chỉ được yêu cầu thành phần hồ sơ đã công bố của trường hợp này.",
    )
    _refuse(
        {name for name in asked if asked.count(name) > 1},
        "component_repeated",
        "Mỗi thành phần chỉ được nêu một lần trong một yêu cầu.",
    )


async def _complete(session: AsyncSession, dossier: Dossier, papers: tuple[PaperIn, ...]) -> None:
    """Refuse a supplement that lacks something, has something else, or says something twice."""
    asked = set(
        await session.scalars(
            select(SupplementItem.component).where(
                SupplementItem.dossier_id == dossier.id,
                SupplementItem.number == dossier.supplement_requests,
            )
        )
    )
    given = [handed_in.component for handed_in in papers]
    _refuse(asked - set(given), "supplement_incomplete", "Còn thiếu giấy tờ đã yêu cầu.")
    _refuse(set(given) - asked, "component_not_asked", "Có giấy tờ không được yêu cầu.")
    _refuse(
        {name for name in given if given.count(name) > 1},
        "component_repeated",
        "Mỗi thành phần chỉ được nêu một lần.",
    )


def _refuse(components: Iterable[str], code: str, detail: str) -> None:
    named = sorted(components)
    if named:
        raise Unprocessable(
            detail,
            code=code,
            errors=[FieldError(pointer="/body", detail=name, code=code) for name in named],
            components=named,
        )
