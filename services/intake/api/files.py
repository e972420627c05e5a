"""Routes of files: sent at once or in several goes, and fetched by a short-lived link."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from services.intake.desk import AtDesk, Resources
from services.intake.files import keeping, links, receiving, resuming
from services.intake.schemas.files import FileView, LinkView, SentFile, UploadIn, UploadView
from shared.clock import Now
from shared.database import Databases, Reading, Transaction
from shared.idempotency import KEY_LENGTH_MAX, OncePerKey
from shared.identity import Role, requires

SENDER = requires(
    Role.CITIZEN, Role.PORTAL, Role.POSTAL, Role.COUNTER, Role.SPECIALIST, Role.LEADER
)
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string"}}},
    }
}
CONTENT = {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}
OFFSET_MAX = 2**62

router = APIRouter(prefix="/v1/files", tags=["files"], dependencies=[SENDER])
uploads = APIRouter(prefix="/v1/uploads", tags=["files"], dependencies=[SENDER])
downloads = APIRouter(prefix="/v1/downloads", tags=["files"])

Key = Annotated[str | None, Header(min_length=1, max_length=KEY_LENGTH_MAX)]
Disposition = Annotated[
    str | None,
    Header(max_length=2000, description="Tên tệp: attachment; filename*=UTF-8''…"),
]


def _offset(view: UploadView) -> dict[str, str]:
    return {"Upload-Offset": str(view.received)}


@router.post(
    "",
    operation_id="send_file",
    summary="Gửi một tệp",
    status_code=201,
    response_model=SentFile,
    openapi_extra=BODY,
)
async def send_file(
    request: Request,
    desk: AtDesk,
    content_disposition: Disposition = None,
    idempotency_key: Key = None,
) -> Response:
    """Take in a whole file as the request's body; its kind is told by its content."""
    return await receiving.receive(desk, request, content_disposition, idempotency_key)


@router.get("/{file}", operation_id="get_file", summary="Xem một tệp đã gửi")
async def get_file(file: UUID, session: Reading, desk: AtDesk) -> FileView:
    """A file that the caller brought, and whether it may be used yet."""
    return keeping.view(desk, await keeping.own(session, desk, file))


@router.post("/{file}/link", operation_id="link_file", summary="Lấy liên kết tải tệp đã gửi")
async def link_file(file: UUID, session: Reading, desk: AtDesk) -> LinkView:
    """A link to a file that the caller brought; asked again, a new one."""
    return await links.of_own(session, desk, file)


@uploads.post(
    "",
    operation_id="begin_upload",
    summary="Bắt đầu gửi tệp nhiều đợt",
    status_code=201,
    response_model=UploadView,
)
async def begin_upload(
    given: UploadIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Announce a file by its size and SHA-256; its bytes follow in as many goes as it takes."""
    return await once(
        session, lambda: resuming.begin(session, desk, given), status=201, headers=_offset
    )


@uploads.get("/{upload}", operation_id="get_upload", summary="Đã gửi tới đâu")
async def get_upload(
    upload: UUID, response: Response, session: Reading, desk: AtDesk
) -> UploadView:
    """How much is there, after a line broke."""
    shown = await resuming.show(session, desk, upload)
    response.headers.update(_offset(shown) | {"Cache-Control": "no-store"})
    return shown


@uploads.patch("/{upload}", operation_id="append_upload", summary="Gửi một đợt", openapi_extra=BODY)
async def append_upload(
    upload: UUID,
    request: Request,
    response: Response,
    desk: AtDesk,
    upload_offset: Annotated[int, Header(ge=0, le=OFFSET_MAX)],
) -> UploadView:
    """Send the next bytes; the offset keeps them from counting twice."""
    shown = await resuming.append(desk, request, upload, upload_offset)
    response.headers.update(_offset(shown))
    return shown


@uploads.post(
    "/{upload}/completion",
    operation_id="complete_upload",
    summary="Hoàn tất tệp gửi nhiều đợt",
    status_code=201,
)
async def complete_upload(upload: UUID, desk: AtDesk) -> SentFile:
    """Check and keep the file, under the same id; asked again, the answer is the same."""
    return await resuming.complete(desk, upload)


@uploads.delete("/{upload}", operation_id="give_upload_up", summary="Bỏ tệp gửi dở")
async def give_upload_up(upload: UUID, desk: AtDesk) -> UploadView:
    """Forget an unfinished file."""
    return await resuming.give_up(desk, upload)


@downloads.get(
    "/{file}",
    operation_id="follow_link",
    summary="Tải tệp theo liên kết",
    response_class=Response,
    responses={200: CONTENT},
)
async def follow_link(
    *,
    file: UUID,
    request: Request,
    database: Databases,
    now: Now,
    until: Annotated[int, Query(ge=0, le=OFFSET_MAX)],
    signature: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")],
) -> Response:
    """A file's content, always to be saved and never to be shown; needs no token but the link."""
    resources = cast(Resources, request.app.state.intake)
    return await links.follow(
        database, resources, identity=file, until=until, sign=signature, now=now
    )
