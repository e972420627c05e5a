"""The worker's own small door: alive, ready, measures."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import orjson
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import Receive, Scope, Send

HOST = "127.0.0.1"
JSON = "application/json"

Checks = Callable[[], Mapping[str, bool]]
"""What must hold for the worker to be ready, by name."""


class Server(uvicorn.Server):
    """Leaves the signals to the worker."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def server(checks: Checks, port: int) -> Server:
    """Serve /health/live, /health/ready and /metrics."""
    config = uvicorn.Config(
        door(checks), host=HOST, port=port, log_config=None, access_log=False, lifespan="off"
    )
    return Server(config)


def door(checks: Checks) -> Callable[[Scope, Receive, Send], object]:
    """The ASGI application of that door."""

    async def app(scope: Scope, _: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, kind, body = _answer(scope["path"], checks)
        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _answer(path: str, checks: Checks) -> tuple[int, str, bytes]:
    match path:
        case "/health/live":
            return 200, JSON, orjson.dumps({"status": "live"})
        case "/health/ready":
            held = dict(checks())
            ready = all(held.values())
            body = {"status": "ready" if ready else "not ready", "checks": held}
            return 200 if ready else 503, JSON, orjson.dumps(body)
        case "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        case _:
            return 404, JSON, orjson.dumps({"status": "not found"})
