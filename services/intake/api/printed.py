"""Routes of printed forms: which were issued, and each as PDF, picture or data."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from services.intake.desk import AtDesk
from services.intake.printed import late, showing
from services.intake.printed.slip import slip
from services.intake.schemas.printed import FormDetail, IssuedForm, IssuedForms, SlipIn
from shared import printing
from shared.database import Reading, Transaction
from shared.events import FormKind
from shared.idempotency import OncePerKey
from shared.identity import Role, requires

router = APIRouter(prefix="/v1/dossiers/{dossier}/forms", tags=["forms"])
slips = APIRouter(prefix="/v1/receipts", tags=["forms"])

ORDINAL_MAX = 32_767
COUNTER = requires(Role.COUNTER, Role.LEADER)
OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.POSTAL)

As = Literal["pdf", "json", "png"]
Wanted = Annotated[As | None, Query(alias="as", description="Mặc định theo Accept, rồi pdf.")]
MEDIA_TYPES: dict[As, str] = {
    "pdf": "application/pdf",
    "json": "application/json",
    "png": "image/png",
}
PRINTS = {
    "content": {
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        "image/png": {"schema": {"type": "string", "format": "binary"}},
    }
}


@router.get("", operation_id="list_forms", summary="Các phiếu đã cấp / issued forms")
async def list_forms(dossier: str, session: Reading, desk: AtDesk) -> IssuedForms:
    """The forms of a dossier with their numbers, oldest first."""
    return await showing.issued(session, desk, dossier)


@router.get(
    "/{kind}",
    operation_id="get_form",
    summary="In một phiếu / print a form",
    response_model=FormDetail,
    responses={200: PRINTS},
)
async def get_form(
    *,
    dossier: str,
    kind: FormKind,
    desk: AtDesk,
    number: Annotated[
        int | None, Query(ge=1, le=ORDINAL_MAX, description="Phiếu thứ mấy của loại này.")
    ] = None,
    wanted: Wanted = None,
    accept: Annotated[str, Header(max_length=500)] = "",
) -> Response:
    """A form as it was issued; numbers in clear for its officers and its owner, and logged."""
    # Nobody's connection waits for a page to be set: what was seen is written down before.
    async with desk.database.transaction() as session:
        shown = await showing.detail(session, desk, dossier, kind, number)
    wanted = wanted or _preferred(accept)
    name = f"{shown.content.code}-{kind}-{shown.ordinal}"
    if wanted == "json":
        return _attached(shown.model_dump_json().encode(), wanted, name)
    paper = showing.paper(desk, shown)
    body = await (printing.pdf(paper) if wanted == "pdf" else printing.png(paper))
    return _attached(body, wanted, name)


@router.post(
    "/receipt",
    operation_id="ask_receipt",
    summary="Cấp giấy tiếp nhận theo yêu cầu / ask for a receipt",
    dependencies=[COUNTER],
    response_model=IssuedForm,
)
async def ask_receipt(
    dossier: str, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Give the receipt of a dossier that was accepted without one; asked again, the same."""
    return await once(session, lambda: late.ask_receipt(session, desk, dossier))


@slips.post(
    "",
    operation_id="print_receipts",
    summary="Một giấy tiếp nhận cho nhiều hồ sơ / one slip for many dossiers",
    dependencies=[OFFICER],
    response_class=Response,
    responses={200: {"content": {"application/pdf": PRINTS["content"]["application/pdf"]}}},
)
async def print_receipts(asked: SlipIn, desk: AtDesk) -> Response:
    """The receipts of many dossiers as one PDF with an annex; changes nothing, needs no key."""
    async with desk.database.transaction() as session:
        paper = await slip(session, desk, asked)
    return _attached(await printing.pdf(paper), "pdf", f"giay-tiep-nhan-{len(asked.codes)}-ho-so")


def _preferred(accept: str) -> As:
    """Choose by the first known type of an Accept header."""
    for part in accept.split(","):
        asked = part.partition(";")[0].strip()
        for known, media_type in MEDIA_TYPES.items():
            if asked == media_type:
                return known
    return "pdf"


def _attached(body: bytes, kind: As, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=MEDIA_TYPES[kind], headers=headers)
