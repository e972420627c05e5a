"""The one route that is run without FastAPI's dependencies; its signature still documents it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError

from services.intake import filing
from services.intake.desk import desk_of
from services.intake.schemas.filing import Filing
from shared.clock import moment_of
from shared.errors import Unprocessable
from shared.idempotency import once_of
from shared.identity import caller_of


class FilingRoute(APIRoute):
    """Files straight from the request: solving dependencies cost as much as the filing itself."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Run the use case, with the same checks and refusals as the documented signature."""
        return file_directly


async def file_directly(request: Request) -> Response:
    """Name the caller, read the body once, file."""
    principal = await caller_of(request)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Unprocessable("Cần Content-Type: application/json.", code="malformed")
    body = await request.body()
    try:
        given = Filing.model_validate_json(body)
    except ValidationError as invalid:
        wrong = invalid.errors(include_url=False, include_context=False)
        raise RequestValidationError(
            [{**error, "loc": ("body", *error["loc"])} for error in wrong]
        ) from invalid
    once = once_of(request, principal, request.headers.get("idempotency-key"), body)
    return await filing.file(desk_of(request, principal, moment_of(request)), once, given)
