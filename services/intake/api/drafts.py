"""Routes of drafts: written bit by bit, handed in once."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.intake.desk import AtDesk
from services.intake.dossiers import etag
from services.intake.drafts import handing_in, writing
from services.intake.schemas.drafts import DraftIn, DraftView, ListedDraft
from services.intake.schemas.views import DossierView
from shared import paging
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page

AUTHOR = requires(Role.CITIZEN, Role.PORTAL, Role.POSTAL, Role.COUNTER)

router = APIRouter(prefix="/v1/drafts", tags=["drafts"], dependencies=[AUTHOR])


def _etag(view: DraftView) -> dict[str, str]:
    return {"ETag": etag(view.sequence)}


@router.post(
    "",
    operation_id="begin_draft",
    summary="Lưu bản nháp",
    status_code=201,
    response_model=DraftView,
)
async def begin_draft(
    given: DraftIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Keep a draft; it has no code and starts no clock."""
    return await once(
        session, lambda: writing.begin(session, desk, given), status=201, headers=_etag
    )


@router.get("", operation_id="list_drafts", summary="Bản nháp của tôi")
async def list_drafts(
    session: Reading, desk: AtDesk, after: Cursor = None, limit: Limit = paging.PAGE_SIZE_DEFAULT
) -> Page[ListedDraft]:
    """The caller's own drafts, last written first."""
    return await writing.listed(session, desk, after=after, limit=limit)


@router.get("/{draft}", operation_id="get_draft", summary="Xem bản nháp")
async def get_draft(draft: UUID, response: Response, session: Reading, desk: AtDesk) -> DraftView:
    """A draft with everything written so far."""
    shown = await writing.show(session, desk, draft)
    response.headers.update(_etag(shown) | {"Cache-Control": "no-store"})
    return shown


@router.put(
    "/{draft}", operation_id="rewrite_draft", summary="Sửa bản nháp", response_model=DraftView
)
async def rewrite_draft(
    draft: UUID, given: DraftIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Replace what was written."""
    return await once(session, lambda: writing.rewrite(session, desk, draft, given), headers=_etag)


@router.delete(
    "/{draft}", operation_id="throw_draft_away", summary="Xóa bản nháp", response_model=DraftView
)
async def throw_draft_away(
    draft: UUID, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Forget a draft."""
    return await once(session, lambda: writing.throw_away(session, desk, draft))


@router.post(
    "/{draft}/filing",
    operation_id="file_draft",
    summary="Nộp bản nháp",
    status_code=201,
    response_model=DossierView,
)
async def file_draft(draft: UUID, desk: AtDesk) -> Response:
    """File a draft like any dossier; asked again, the answer is the same."""
    return await handing_in.file(desk, draft)
