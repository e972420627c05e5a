"""Answers that a client may keep and ask after: an ETag from the content, 304 when it stands."""

from hashlib import blake2b
from typing import Any, Final

from fastapi import Request, Response
from pydantic import BaseModel

NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "Không đổi / the copy you have still stands."}
}


def answer(request: Request, view: BaseModel) -> Response:
    """Give the view, or 304 when the client has just this content."""
    body = view.model_dump_json().encode()
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    # Kept copies are asked after each time: what is in force may change any day.
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Authorization"}
    if etag in _kept(request):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _kept(request: Request) -> set[str]:
    given = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}
