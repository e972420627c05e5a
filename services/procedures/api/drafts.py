"""Routes that write drafts."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from services.procedures import procedures
from services.procedures.api.answers import etag_of, refuse_stale
from services.procedures.api.versions import view_of
from services.procedures.api.visitors import Today
from services.procedures.codes import ProcedureCode, Version
from services.procedures.records import ProcedureRecord
from services.procedures.schemas import ProcedureView
from shared.clock import Now
from shared.database import Transaction
from shared.errors import Unprocessable
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires

router = APIRouter(
    prefix="/v1/procedures", tags=["procedures"], dependencies=[requires(Role.CATALOGUE)]
)


@router.post(
    "",
    operation_id="draft_procedure",
    summary="Soạn phiên bản mới / draft a version",
    status_code=201,
    response_model=ProcedureView,
)
async def draft_procedure(
    *,
    record: ProcedureRecord,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
    today: Today,
) -> Response:
    """Save the content as the procedure's next version, to be published later."""

    async def draft() -> ProcedureView:
        return view_of(await procedures.draft(session, record, by=principal.subject, at=now), today)

    return await once(session, draft, status=201, headers=_written)


@router.put(
    "/{code}/versions/{number}",
    operation_id="replace_procedure_draft",
    summary="Sửa bản dự thảo / write a draft again",
    response_model=ProcedureView,
)
async def replace_procedure_draft(
    *,
    request: Request,
    code: ProcedureCode,
    number: Version,
    record: ProcedureRecord,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
    today: Today,
) -> Response:
    """Replace a draft's content, whole; If-Match may name the content that was read before."""
    if record.code != code:
        raise Unprocessable(
            f"Nội dung nêu thủ tục {record.code}, đường dẫn nêu {code}.", code="code_differs"
        )

    async def replace() -> ProcedureView:
        present = await procedures.get_draft(session, code, number)
        refuse_stale(request, view_of(present, today))
        version = await procedures.replace(session, number, record, by=principal.subject, at=now)
        return view_of(version, today)

    return await once(session, replace, headers=etag_of)


@router.delete(
    "/{code}/versions/{number}",
    operation_id="discard_procedure_draft",
    summary="Bỏ bản dự thảo / discard a draft",
    response_model=ProcedureView,
)
async def discard_procedure_draft(
    *,
    request: Request,
    code: ProcedureCode,
    number: Version,
    session: Transaction,
    once: OncePerKey,
    today: Today,
) -> Response:
    """Drop a draft for good and answer with what it said; its number is not given again."""

    async def discard() -> ProcedureView:
        present = await procedures.get_draft(session, code, number)
        refuse_stale(request, view_of(present, today))
        return view_of(await procedures.discard(session, code, number), today)

    return await once(session, discard)


def _written(view: ProcedureView) -> Mapping[str, str]:
    location = f"/v1/procedures/{view.code}?version={view.version}"
    return {"Location": location, **etag_of(view)}
