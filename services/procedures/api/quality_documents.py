"""Routes of quality documents (quy trình ISO 9001)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.procedures import agencies, quality_documents
from services.procedures.api.answers import answer, etag_of, refuse_stale
from services.procedures.codes import AgencyCode, ProcedureCode
from services.procedures.models import QualityDocument
from services.procedures.schemas import (
    QualityDocumentContent,
    QualityDocumentList,
    QualityDocumentsView,
    QualityDocumentView,
)
from shared.database import Reading, Transaction
from shared.errors import Forbidden
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/agencies/{code}/quality-documents", tags=["agencies"])


@router.get(
    "",
    operation_id="list_quality_documents",
    summary="Quy trình ISO của cơ quan / an agency's quality documents",
    response_model=Page[QualityDocumentView],
)
async def list_quality_documents(
    *,
    code: AgencyCode,
    session: Reading,
    on: Annotated[Day | None, Query(description="Chỉ quy trình còn hiệu lực ngày này.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Process documents by procedure and number, past ones too unless a day is given."""
    await agencies.get_agency(session, code)
    found, following = await quality_documents.list_documents(
        session, code, on=on, after=after, limit=limit
    )
    items = [QualityDocumentView.model_validate(document) for document in found]
    return answer(Page[QualityDocumentView](items=items, next=following))


@router.get(
    "/{procedure}",
    operation_id="get_quality_documents",
    summary="Quy trình ISO cho một thủ tục / documents for one procedure",
    response_model=QualityDocumentsView,
)
async def get_quality_documents(
    code: AgencyCode, procedure: ProcedureCode, session: Reading
) -> Response:
    """All documents of the agency for the procedure, by number."""
    await agencies.get_agency(session, code)
    found = await quality_documents.get_documents(session, code, procedure)
    return answer(_view(code, procedure, found))


@router.put(
    "/{procedure}",
    operation_id="put_quality_documents",
    summary="Đặt quy trình ISO cho một thủ tục / set the documents for one procedure",
    response_model=QualityDocumentsView,
    dependencies=[requires(Role.CATALOGUE)],
)
async def put_quality_documents(
    *,
    request: Request,
    code: AgencyCode,
    procedure: ProcedureCode,
    wanted: QualityDocumentList,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
) -> Response:
    """Make these the agency's documents for the procedure; those left out are gone."""
    if not principal.covers(code):
        raise Forbidden(f"Cơ quan {code} không thuộc phạm vi của bạn.", code="agency_out_of_scope")

    async def change() -> QualityDocumentsView:
        await quality_documents.hold(session, code, procedure)
        present = await quality_documents.get_documents(session, code, procedure)
        refuse_stale(request, _view(code, procedure, present))
        await quality_documents.put(session, code, procedure, wanted.documents)
        found = await quality_documents.get_documents(session, code, procedure)
        return _view(code, procedure, found)

    return await once(session, change, headers=etag_of)


def _view(
    agency: str, procedure: str, documents: Sequence[QualityDocument]
) -> QualityDocumentsView:
    shown = [
        QualityDocumentContent.model_validate(
            {name: getattr(document, name) for name in QualityDocumentContent.model_fields}
        )
        for document in documents
    ]
    return QualityDocumentsView(agency=agency, procedure=procedure, documents=shown)
