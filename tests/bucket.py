"""A bucket as S3 speaks it, in memory: just the calls by which files are kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import unquote
from xml.sax.saxutils import escape

from aiohttp import web

NAME = "giay-to"


class Bucket:
    """Objects by name, and the parts of those that are not complete."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.url = ""

    async def post(self, request: web.Request) -> web.Response:
        if "uploads" in request.query:
            upload = str(len(self.parts) + 1)
            self.parts[upload] = {}
            return _xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        parts = self.parts.pop(request.query["uploadId"])
        self.objects[_name(request)] = b"".join(parts[number] for number in sorted(parts))
        return _xml("CompleteMultipartUploadResult", "<ETag>e</ETag>")

    async def put(self, request: web.Request) -> web.Response:
        if source := request.headers.get("x-amz-copy-source"):
            self.objects[_name(request)] = self.objects[
                unquote(source).lstrip("/").split("/", 1)[1]
            ]
            return _xml("CopyObjectResult", "<ETag>e</ETag>")
        sent = await request.read()
        if upload := request.query.get("uploadId"):
            self.parts[upload][int(request.query["partNumber"])] = sent
        else:
            self.objects[_name(request)] = sent
        return web.Response(headers={"ETag": '"e"'})

    async def delete(self, request: web.Request) -> web.Response:
        self.objects.pop(_name(request), None)
        return web.Response(status=204)

    async def get(self, request: web.Request) -> web.Response:
        if not _name(request):
            return self._list(request.query["prefix"])
        if (content := self.objects.get(_name(request))) is None:
            return web.Response(status=404)
        headers = {"ETag": '"e"', "Last-Modified": "Mon, 02 Mar 2026 01:00:00 GMT"}
        return web.Response(body=content, headers=headers)

    def _list(self, prefix: str) -> web.Response:
        now = datetime.now(UTC).isoformat()
        found = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{now}</LastModified>"
            f"<Size>{len(content)}</Size><ETag>e</ETag></Contents>"
            for name, content in self.objects.items()
            if name.startswith(prefix)
        )
        return _xml("ListBucketResult", f"<IsTruncated>false</IsTruncated>{found}")


def _name(request: web.Request) -> str:
    return request.match_info.get("name", "")


def _xml(root: str, told: str) -> web.Response:
    return web.Response(text=f"<{root}>{told}</{root}>", content_type="application/xml")


@asynccontextmanager
async def serving() -> AsyncIterator[Bucket]:
    """Serve an empty bucket on a free port."""
    bucket = Bucket()
    app = web.Application(client_max_size=2**30)
    app.router.add_get(f"/{NAME}", bucket.get)
    at = f"/{NAME}/{{name:.+}}"
    app.add_routes(
        [
            web.post(at, bucket.post),
            web.put(at, bucket.put),
            web.delete(at, bucket.delete),
            web.get(at, bucket.get),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    bucket.url = f"http://{host}:{port}"
    try:
        yield bucket
    finally:
        await runner.cleanup()
