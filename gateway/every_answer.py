"""Describes in the merged document what every answer bears, whoever gives it."""

from typing import Any, Final

from gateway import routes

Document = dict[str, Any]

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
REFUSALS: Final = ("4", "5")
HEADERS: Final[Document] = {
    "X-Request-Id": {
        "description": "Mã yêu cầu; nêu nó khi cần hỗ trợ / name it when you ask for help.",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "Hạn mức còn lại / what is left (draft-ietf-httpapi-ratelimit-headers).",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "Hạn mức đang áp dụng / the budget in force.",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "Phiên bản của trả lời, cho If-None-Match / the answer's version.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Số giây nên chờ trước khi gửi lại / seconds to wait.",
        "schema": {"type": "integer"},
    },
}
ALWAYS: Final = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
UNCHANGED: Final[Document] = {"description": "Không đổi kể từ ETag đã gửi / unchanged."}
FIELDS: Final = (
    "\n\nMọi GET trả JSON nhận `fields=a,b.c`: chỉ giữ các thành viên được nêu, `next` của trang "
    "vẫn còn / any JSON answer to a GET is cut to the members named."
)


def describe(document: Document) -> None:
    """Add the headers, 304 to whatever answers a GET with JSON, and the kind of a refusal."""
    document["info"]["description"] += FIELDS
    document["components"]["headers"] = HEADERS
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                _complete(operation["responses"], reads=method == "get")
                _let_in(operation, path, method)


def _let_in(operation: Document, path: str, method: str) -> None:
    """Say where a token may be left out; what reads or makes something decides on no version."""
    route = routes.find(path)
    if route is not None and method.upper() in route.public and "security" in operation:
        operation["security"] = [*operation["security"], {}]
    if method == "get" or "{" not in path:
        operation["parameters"] = [
            parameter
            for parameter in operation.get("parameters", [])
            if (parameter["in"], parameter["name"].lower()) != ("header", "if-match")
        ]


def _complete(responses: Document, *, reads: bool) -> None:
    shown = responses.get("200", {})
    if reads and any(kind == JSON or kind.endswith("+json") for kind in shown.get("content", {})):
        _bear(shown, "ETag")
        _bear(responses.setdefault("304", dict(UNCHANGED)), "ETag")
    for status, response in responses.items():
        _bear(response, *ALWAYS)
        if not status.startswith(REFUSALS):
            continue
        _bear(response, "Retry-After")
        content = response.get("content", {})
        if JSON in content:
            content[PROBLEM] = content.pop(JSON)


def _bear(response: Document, *names: str) -> None:
    headers = response.setdefault("headers", {})
    for name in names:
        headers.setdefault(name, {"$ref": f"#/components/headers/{name}"})
