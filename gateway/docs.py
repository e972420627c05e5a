"""Pages that show the API's documents, served without any outside host."""

import asyncio
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from gateway.asyncapi.document import encoded
from shared.errors import NotFound

SECURITY_POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'"
)
"""Nothing comes from elsewhere; ReDoc searches in a worker that it makes itself."""

PAGE: Final = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Một Cửa · API</title>
<link rel="icon" href="data:,">
{styles}
</head>
<body>
<div id="api"></div>
{scripts}
</body>
</html>
"""
SWAGGER_START: Final = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: true,
  validatorUrl: null
});
"""
REDOC_START: Final = """Redoc.init(
  "/openapi.json",
  { expandResponses: "200,201", nativeScrollbars: true, pathInMiddlePanel: true },
  document.getElementById("api")
);
"""
START: Final = "start.js"
MEDIA_TYPES: Final = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """What shows the merged document: files as the package carries them, and how it starts."""

    folder: str
    files: tuple[str, ...]
    start: str

    def page(self, prefix: str) -> str:
        """The page, with a start of its own file, so that it needs no inline script."""
        styles = [f'<link rel="stylesheet" href="{prefix}/{file}">' for file in self._kind(".css")]
        scripts = [f'<script src="{prefix}/{file}"></script>' for file in self._kind(".js")]
        scripts.append(f'<script src="{prefix}/{START}"></script>')
        return PAGE.format(styles="\n".join(styles), scripts="\n".join(scripts))

    def _kind(self, suffix: str) -> list[str]:
        return [file for file in self.files if file.endswith(suffix)]


VIEWERS: Final = {
    "docs": Viewer("swagger", ("swagger-ui-bundle.js", "swagger-ui.css"), SWAGGER_START),
    "redoc": Viewer("redoc", ("redoc.standalone.js",), REDOC_START),
}
router = APIRouter(include_in_schema=False)


@router.get("/asyncapi.json")
async def events() -> Response:
    """Give the document of all events."""
    content = await asyncio.to_thread(encoded)
    return Response(content, media_type="application/json")


@router.get("/docs")
@router.get("/redoc")
async def page(request: Request) -> HTMLResponse:
    """Show the merged document."""
    prefix = request.url.path
    content = VIEWERS[prefix.removeprefix("/")].page(prefix)
    return HTMLResponse(content, headers={"Content-Security-Policy": SECURITY_POLICY})


@router.get("/docs/{name}")
@router.get("/redoc/{name}")
async def asset(name: Annotated[str, Path()], request: Request) -> Response:
    """Give one of a viewer's files; raises NotFound for any other name."""
    viewer = VIEWERS[request.url.path.split("/")[1]]
    if name == START:
        return Response(viewer.start, media_type=MEDIA_TYPES[".js"])
    if name not in viewer.files:
        raise NotFound("Không có tệp này.")
    return Response(
        _file(viewer.folder, name),
        media_type=MEDIA_TYPES[f".{name.rpartition('.')[2]}"],
        headers={"Cache-Control": "public, max-age=86400"},
    )


@cache
def _file(folder: str, name: str) -> bytes:
    """A file as the package fastapi-standalone-docs carries it; only its files are used."""
    place = resources.files("fastapi_standalone_docs") / "static" / folder / name
    return place.read_bytes()
