"""Routes of what is attached to dossiers, and of papers that need not be given again."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.intake import access
from services.intake.desk import AtDesk
from services.intake.dossiers import etag
from services.intake.files import attaching, reuse, showing
from services.intake.schemas.files import (
    AttachmentsIn,
    AttachmentsView,
    KnownPapers,
    LinkView,
    PersonIn,
)
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires

SENDER = requires(
    Role.CITIZEN, Role.PORTAL, Role.POSTAL, Role.COUNTER, Role.SPECIALIST, Role.LEADER
)
READER = requires(*access.UNMASKERS, Role.CITIZEN)

router = APIRouter(prefix="/v1/dossiers/{dossier}", tags=["files"])
people = APIRouter(prefix="/v1/people", tags=["files"])


def _etag(view: AttachmentsView) -> dict[str, str]:
    return {"ETag": etag(view.sequence)}


@router.get("/attachments", operation_id="list_attachments", summary="Tệp của hồ sơ")
async def list_attachments(
    dossier: str, response: Response, session: Reading, desk: AtDesk
) -> AttachmentsView:
    """What is attached, and how each paper came to be there electronically."""
    shown = await showing.listed(session, desk, dossier)
    response.headers.update(_etag(shown))
    return shown


@router.post(
    "/attachments",
    operation_id="attach_files",
    summary="Đính kèm giấy tờ, kết quả",
    dependencies=[SENDER],
    response_model=AttachmentsView,
)
async def attach_files(
    dossier: str, given: AttachmentsIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Attach new files, papers given before, or what a database told; all of it or nothing."""
    return await once(
        session, lambda: attaching.attach(session, desk, dossier, given), headers=_etag
    )


@router.post(
    "/attachments/{attachment}/link",
    operation_id="link_attachment",
    summary="Lấy liên kết tải tệp của hồ sơ",
    dependencies=[READER],
)
async def link_attachment(
    dossier: str, attachment: UUID, session: Transaction, desk: AtDesk
) -> LinkView:
    """A link for the dossier's officers, which is written down, and for its owner."""
    return await showing.link(session, desk, dossier, attachment)


@router.get(
    "/reusable-papers",
    operation_id="list_reusable_papers",
    summary="Giấy tờ chủ hồ sơ đã nộp nơi khác",
    dependencies=[READER],
)
async def list_reusable_papers(dossier: str, session: Reading, desk: AtDesk) -> KnownPapers:
    """What the dossier's owner has given before, to be attached by reference."""
    return await reuse.for_dossier(session, desk, dossier)


@people.get(
    "/papers",
    operation_id="list_my_papers",
    summary="Giấy tờ của tôi",
    dependencies=[requires(Role.CITIZEN)],
)
async def list_my_papers(session: Reading, desk: AtDesk) -> KnownPapers:
    """What the caller has given, and the results they got."""
    return await reuse.of_caller(session, desk)


@people.post(
    "/papers",
    operation_id="find_papers",
    summary="Giấy tờ của một người",
    dependencies=[requires(*access.UNMASKERS)],
)
async def find_papers(asked: PersonIn, session: Reading, desk: AtDesk) -> KnownPapers:
    """What somebody has given within the officer's scope; by body, for no URL names a person."""
    return await reuse.of_person(session, desk, asked)
