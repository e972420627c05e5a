"""Expected refusals, answered as RFC 9457 problem details; anything else is a bug."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """Where in the request something is wrong, as a JSON pointer, and what."""

    pointer: str
    detail: str
    code: str


class ProblemView(BaseModel):
    """The body of every refusal (RFC 9457), Vietnamese first, with a stable English code."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] | None = None


class Problem(Exception):
    """A refusal with a status, a stable code and a sentence for the reader."""

    status: ClassVar[int] = 400
    code: str = "bad_request"
    title: str = "Yêu cầu không hợp lệ"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        title: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or type(self).code
        self.title = title or type(self).title
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = members

    def body(self) -> dict[str, Any]:
        """The problem as RFC 9457 members, extension members last."""
        body: dict[str, Any] = {
            "type": f"urn:motcua:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            body["errors"] = [error.model_dump() for error in self.errors]
        return body | self.members


class Unauthenticated(Problem):
    """401: nobody is named, or the token does not stand."""

    status = 401
    code = "unauthenticated"
    title = "Chưa xác thực"


class Forbidden(Problem):
    """403: the caller is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "Không có quyền"


class NotFound(Problem):
    """404: absent, or not the caller's to know."""

    status = 404
    code = "not_found"
    title = "Không tìm thấy"


class MethodNotAllowed(Problem):
    """405: the address is known, and takes other methods."""

    status = 405
    code = "method_not_allowed"
    title = "Phương thức không được hỗ trợ"


class Conflict(Problem):
    """409: the present state forbids it."""

    status = 409
    code = "conflict"
    title = "Trạng thái không cho phép"


class PreconditionFailed(Problem):
    """412: the caller decided on a version that is no longer the present one."""

    status = 412
    code = "precondition_failed"
    title = "Dữ liệu đã thay đổi"


class PreconditionRequired(Problem):
    """428: the caller must say which version it decided on."""

    status = 428
    code = "precondition_required"
    title = "Thiếu điều kiện If-Match"


class TooLarge(Problem):
    """413: more than this door takes."""

    status = 413
    code = "too_large"
    title = "Nội dung quá lớn"


class Unprocessable(Problem):
    """422: well-formed, and wrong in what it says."""

    status = 422
    code = "unprocessable"
    title = "Dữ liệu không hợp lệ"


class TooSlow(Problem):
    """408: the request did not arrive in time; its connection is closed."""

    status = 408
    code = "request_too_slow"
    title = "Yêu cầu gửi quá chậm"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"Connection": "close"})


class TooManyRequests(Problem):
    """429: over the caller's budget; the same request passes later."""

    status = 429
    code = "rate_limited"
    title = "Quá nhiều yêu cầu"

    def __init__(self, detail: str, *, retry_after_seconds: int, **members: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)}, **members)


class Failure(Problem):
    """500: a bug of ours; nothing of it is shown."""

    status = 500
    code = "internal_error"
    title = "Lỗi hệ thống"


class Unavailable(Problem):
    """503: try again shortly; something we depend on is away."""

    status = 503
    code = "unavailable"
    title = "Tạm thời chưa phục vụ được"

    def __init__(self, detail: str, *, retry_after_seconds: int = 2, **members: Any) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)}, **members)


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemView, "description": "Từ chối có lý do (RFC 9457)."},
    "5XX": {"model": ProblemView, "description": "Lỗi hoặc tạm ngừng (RFC 9457)."},
}
"""What any route may answer beside its success; given to every router."""


def answer(problem: Problem) -> JSONResponse:
    """Turn a refusal into its HTTP answer."""
    return JSONResponse(
        problem.body(),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers or None,
    )


def install(app: FastAPI) -> None:
    """Answer every refusal of this application as a problem."""

    @app.exception_handler(Problem)
    async def refuse(_: Request, problem: Problem) -> JSONResponse:
        return answer(problem)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, invalid: RequestValidationError) -> JSONResponse:
        fields = [
            FieldError(
                pointer="/" + "/".join(str(part) for part in error["loc"]),
                detail=error["msg"],
                code=error["type"],
            )
            for error in invalid.errors()
        ]
        return answer(
            Unprocessable(
                "Một số trường thiếu hoặc sai định dạng; xem danh sách errors.",
                code="malformed",
                errors=fields,
            )
        )

    @app.exception_handler(HTTPException)
    async def plain(request: Request, refusal: HTTPException) -> JSONResponse:
        known = _BY_STATUS.get(refusal.status_code, Problem)
        body = known(str(refusal.detail)).body() | {"status": refusal.status_code}
        headers = dict(refusal.headers or {})
        if refusal.status_code == MethodNotAllowed.status:
            headers["Allow"] = ", ".join(sorted(_methods(request)))
        return JSONResponse(
            body, status_code=refusal.status_code, media_type=MEDIA_TYPE, headers=headers
        )

    @app.exception_handler(Exception)
    async def failed(_: Request, __: Exception) -> JSONResponse:
        # The server logs the failure itself, with its trace, after this answer.
        return answer(Failure("Hệ thống gặp lỗi ngoài dự kiến; lỗi đã được ghi lại."))


def _methods(request: Request) -> set[str]:
    """What the address takes by all of its routes; the framework names those of the first only."""
    return {
        method
        for route in iter_route_contexts(request.app.routes)
        if route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


_BY_STATUS: dict[int, type[Problem]] = {
    kind.status: kind
    for kind in (Unauthenticated, Forbidden, NotFound, MethodNotAllowed, Conflict, TooLarge)
}
