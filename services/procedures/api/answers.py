"""Answers that a client may keep and ask after: an ETag from the content, 304 when it stands."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

from fastapi import Request, Response
from pydantic import BaseModel

from shared.errors import PreconditionFailed

NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Không đổi / the copy you have still stands."}
}


def answer(request: Request, view: BaseModel) -> Response:
    """Give the view, or 304 when the client has just this content."""
    return answer_json(request, view.model_dump_json().encode())


def answer_json(request: Request, body: bytes, *, media_type: str = "application/json") -> Response:
    """Give the JSON, or 304 when the client has just this content."""
    etag = _etag(body)
    # Kept copies are asked after each time: what is in force may change any day.
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    if etag in _named(request, "if-none-match"):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def etag_of(view: BaseModel) -> Mapping[str, str]:
    """The header that names this content, for the answer to a write."""
    return {"ETag": _etag(view.model_dump_json().encode())}


def refuse_stale(request: Request, present: BaseModel | None) -> None:
    """Raise PreconditionFailed when If-Match names another content than the present one."""
    named = _named(request, "if-match")
    if not named or (present is not None and named & {"*", etag_of(present)["ETag"]}):
        return
    raise PreconditionFailed("Nội dung đã được người khác sửa; hãy xem lại rồi sửa tiếp.")


def _etag(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def _named(request: Request, header: str) -> set[str]:
    given = request.headers.get(header, "")
    return {tag.strip().removeprefix("W/") for tag in given.split(",") if tag.strip()}
