"""The API's documentation page, served without any outside host."""

from functools import cache
from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from shared.errors import NotFound

ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
"""Swagger UI as the package fastapi-swagger bundles it; only its files are used."""

SECURITY_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Một Cửa · API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: true,
  validatorUrl: null
});
"""
router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def page(_: Request) -> HTMLResponse:
    """Show the merged document in Swagger UI."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": SECURITY_POLICY})


@router.get("/docs/start.js")
async def start() -> Response:
    """Start Swagger UI; a file of its own, so that the page needs no inline script."""
    return Response(START, media_type="text/javascript")


@router.get("/docs/{name}")
async def asset(name: Annotated[str, Path()]) -> Response:
    """Give one of Swagger UI's files; raises NotFound for any other name."""
    if name not in ASSETS:
        raise NotFound("Không có tệp này.")
    return Response(
        _file(name), media_type=ASSETS[name], headers={"Cache-Control": "public, max-age=86400"}
    )


@cache
def _file(name: str) -> bytes:
    return (resources.files("fastapi_swagger") / "resources" / name).read_bytes()
