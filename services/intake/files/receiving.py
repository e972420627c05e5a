"""Takes a file in as one stream: nothing of it is held in memory, nothing stays of half of it."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from services.intake.desk import Desk
from services.intake.files.keeping import Received, keep
from shared.errors import Problem, Unavailable, Unprocessable
from shared.files import Measure, sent_name
from shared.idempotency import Once

BUSY_SECONDS = 5


class HungUp(Problem):
    """499: who sent the body went away; nobody reads this answer."""

    status = 499
    code = "client_gone"
    title = "Đường truyền bị ngắt"


async def receive(
    desk: Desk, request: Request, disposition: str | None, key: str | None
) -> Response:
    """Take in a whole file; the same key and the same content get the same answer."""
    measure = Measure(desk.settings.files.bytes_max)
    async with taking_in(desk):
        passing = await desk.resources.files.receive(measure.along(body_of(request)))
    received = Received(passing, measure, sent_name(disposition))
    try:
        once = _once(desk, key, received)
        async with desk.database.transaction() as session:
            return await once(session, lambda: keep(session, desk, received), status=201)
    finally:
        # It has its place by now, or is not wanted: refused, or kept under this key before.
        await desk.resources.files.drop([passing])


@asynccontextmanager
async def taking_in(desk: Desk) -> AsyncIterator[None]:
    """Hold one of the places for bodies; raises Unavailable at once when none is free."""
    places = desk.resources.taking_in
    if places.locked():
        raise Unavailable(
            "Đang nhận nhiều tệp cùng lúc; hãy gửi lại sau giây lát.",
            code="uploads_busy",
            retry_after_seconds=BUSY_SECONDS,
        )
    async with places:
        yield


async def body_of(request: Request) -> AsyncIterator[bytes]:
    """Stream a request's body; raises HungUp when it breaks off."""
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except ClientDisconnect as gone:
        raise HungUp("Người gửi đã ngắt kết nối.") from gone


def _once(desk: Desk, key: str | None, received: Received) -> Once:
    if not received.measure.size:
        raise Unprocessable("Tệp rỗng.", code="file_empty")
    said = f"POST file\n{received.measure.digest.hex()}\n{received.sent_name}"
    return Once(desk.actor, key, hashlib.sha256(said.encode()).digest())
