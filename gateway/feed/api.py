"""`GET /v1/events`: the cursor feed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gateway.feed import reading
from gateway.feed.filters import VALUES_MAX, granted
from gateway.feed.schemas import EventsView
from gateway.routes import FOLLOWING
from shared.errors import PROBLEM_RESPONSES
from shared.identity import Principal, requires

LIMIT_DEFAULT, LIMIT_MAX = 100, 500
WAIT_SECONDS_MAX = 25

Reader = Annotated[Principal, requires(*FOLLOWING)]
Words = Annotated[list[str], Query(max_length=VALUES_MAX)]
router = APIRouter(tags=["events"], responses=PROBLEM_RESPONSES)


@router.get(
    "/v1/events",
    operation_id="read_events",
    summary="Đọc dòng sự kiện theo con trỏ / read the feed",
    response_model=EventsView,
)
async def events(
    request: Request,
    principal: Reader,
    *,
    after: Annotated[
        str | None,
        Query(max_length=200, description="`next` của lần đọc trước, hoặc `now`; trống = từ đầu."),
    ] = None,
    event_type: Annotated[
        list[str], Query(alias="type", max_length=VALUES_MAX, examples=[["dossier.accepted.v1"]])
    ] = [],  # noqa: B006 - FastAPI copies a query's default
    agency: Annotated[
        Words, Query(description="Cơ quan giải quyết và mọi cơ quan dưới nó / a subtree.")
    ] = [],  # noqa: B006 - as above
    procedure: Words = [],  # noqa: B006 - as above
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    wait: Annotated[
        int,
        Query(ge=0, le=WAIT_SECONDS_MAX, description="Chờ tối đa bao nhiêu giây khi chưa có gì."),
    ] = 0,
) -> Response:
    """Read events in stream order, each at least once: `id` tells repeats, `sequence` gaps.

    Nearly always in order; of one dossier `sequence` is the order. No personal data.
    """
    wanted = granted(principal, types=event_type, agencies=agency, procedures=procedure)
    client = await request.app.state.broker.client()
    page = await reading.page(client, wanted, after=after, limit=limit, wait_seconds=wait)
    # The stored bytes go out as they are: nothing is gained by writing them anew.
    body = b'{"events":[%b],"next":"%b","more":%b}' % (
        b",".join(event.body for event in page.events),
        page.next.encode(),
        b"true" if page.more else b"false",
    )
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
