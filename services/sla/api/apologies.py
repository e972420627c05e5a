"""Routes that show letters of apology: owed, listed, one, printed."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.sla.apologies import owed, showing
from services.sla.apologies.desk import AtDesk
from services.sla.apologies.lifecycle import State
from services.sla.apologies.showing import Wanted
from services.sla.schemas.apologies import (
    LetterDetail,
    LetterView,
    OwedCount,
    OwedCounts,
    OwedView,
    letter_detail,
    letter_view,
)
from shared import printing
from shared.database import Databases, Reading, Transaction
from shared.events import ApologyKind
from shared.identity import Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1/apologies", tags=["apologies"])
WRITER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)
COUNTED = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.REPORTER, Role.OPERATOR)
Agency = Annotated[
    str | None, Query(max_length=64, description="Cơ quan và các cơ quan dưới nó / subtree.")
]
Wants = Annotated[Literal["pdf", "png"], Query(alias="as")]
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png"}
PRINTS = {
    media_type: {"schema": {"type": "string", "format": "binary"}}
    for media_type in MEDIA_TYPES.values()
}


@router.get(
    "/owed",
    operation_id="list_owed_apologies",
    summary="Hồ sơ phải xin lỗi mà chưa ký thư / dossiers that owe a letter",
    dependencies=[WRITER],
)
async def list_owed(
    desk: AtDesk,
    database: Databases,
    agency: Agency = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[OwedView]:
    """Late, or due within the days by which the letter must be out (D61 19(9)); nearest first."""
    async with database.statements() as connection:
        page, following = await owed.list_owed(connection, desk, agency, after=after, limit=limit)
    return Page(items=[OwedView.model_validate(dict(row)) for row in page], next=following)


@router.get(
    "/owed/counts",
    operation_id="count_owed_apologies",
    summary="Số thư còn nợ theo cơ quan / letters owed by agency",
    dependencies=[COUNTED],
)
async def count_owed(desk: AtDesk, database: Databases, agency: Agency = None) -> OwedCounts:
    """Agencies with the most late dossiers without a letter first."""
    async with database.statements() as connection:
        rows = await owed.count_owed(connection, desk, agency)
    return OwedCounts(as_of=desk.now, rows=[OwedCount.model_validate(dict(row)) for row in rows])


@router.get(
    "",
    operation_id="list_apologies",
    summary="Danh sách thư xin lỗi / letters of apology",
    dependencies=[WRITER],
)
async def list_apologies(
    *,
    desk: AtDesk,
    session: Reading,
    agency: Agency = None,
    state: State | None = None,
    kind: ApologyKind | None = None,
    code: Annotated[str | None, Query(max_length=80, description="Mã hồ sơ.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Page[LetterView]:
    """Newest first; `state=undeliverable` lists those that could not be delivered."""
    wanted = Wanted(agency, state, kind, code)
    page, following = await showing.list_letters(session, desk, wanted, after=after, limit=limit)
    return Page(items=[letter_view(letter) for letter in page], next=following)


@router.get(
    "/{letter}",
    operation_id="get_apology",
    summary="Một thư xin lỗi / one letter",
    dependencies=[WRITER],
)
async def get_apology(
    letter: UUID,
    desk: AtDesk,
    session: Transaction,
    unmask: Annotated[bool, Query(description="Không che dữ liệu cá nhân; được ghi lại.")] = False,
) -> LetterDetail:
    """Numbers and addresses are masked unless asked for in clear, which is written down."""
    return letter_detail(await showing.detail(session, desk, letter, unmask=unmask))


@router.get(
    "/{letter}/form",
    operation_id="print_apology",
    summary="In thư (mẫu số 04) / print the letter",
    dependencies=[WRITER],
    response_class=Response,
    responses={200: {"content": PRINTS}},
)
async def print_apology(
    letter: UUID, desk: AtDesk, database: Databases, wanted: Wants = "pdf"
) -> Response:
    """The letter as it was signed; a draft has no number. Who printed it is written down."""
    # Nobody's connection waits for a page to be set.
    async with database.transaction() as session:
        document, name = await showing.paper(session, desk, letter)
    body = await (printing.pdf(document) if wanted == "pdf" else printing.png(document))
    headers = {
        "Content-Disposition": f'attachment; filename="{name.removesuffix(".pdf")}.{wanted}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(body, media_type=MEDIA_TYPES[wanted], headers=headers)
