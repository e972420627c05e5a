"""Answers that name their content, so that it can be decided on; 304 is shared/answers' work."""

from collections.abc import Mapping

from fastapi import Request, Response
from pydantic import BaseModel

from shared.answers import name_of
from shared.errors import PreconditionFailed


def answer(view: BaseModel) -> Response:
    """Give the view under the name of its content."""
    return answer_json(view.model_dump_json().encode())


def answer_json(body: bytes, *, media_type: str = "application/json") -> Response:
    """Give the JSON under the name of its content."""
    # Named here although shared/answers would: `fields` cuts what is sent, and If-Match means all.
    # Kept copies are asked after each time: what is in force may change any day.
    headers = {"ETag": _etag(body), "Cache-Control": "no-cache", "Vary": "Authorization"}
    return Response(body, headers=headers, media_type=media_type)


def etag_of(view: BaseModel) -> Mapping[str, str]:
    """The header that names this content, for the answer to a write."""
    return {"ETag": _etag(view.model_dump_json().encode())}


def refuse_stale(request: Request, present: BaseModel | None) -> None:
    """Raise PreconditionFailed when If-Match names another content than the present one."""
    given = request.headers.get("if-match", "")
    named = {tag.strip().removeprefix("W/") for tag in given.split(",") if tag.strip()}
    if not named or (present is not None and named & {"*", etag_of(present)["ETag"]}):
        return
    raise PreconditionFailed("Nội dung đã được người khác sửa; hãy xem lại rồi sửa tiếp.")


def _etag(body: bytes) -> str:
    return name_of(body).decode()
