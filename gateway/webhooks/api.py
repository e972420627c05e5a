"""`/v1/webhooks`: subscriptions to events, each steered by its owner only."""

from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from gateway.routes import FOLLOWING
from gateway.webhooks import pings, refusals, views
from gateway.webhooks.office import Office
from gateway.webhooks.register import SECRET_SHOWN_AGAIN, Held, Register
from gateway.webhooks.schemas import (
    AttemptsView,
    AttemptView,
    ChangedWebhook,
    NewWebhook,
    PingView,
    Replay,
    Rotation,
    StandingsView,
    WebhooksView,
    WebhookView,
    WebhookWithSecret,
)
from gateway.webhooks.standings import page
from gateway.webhooks.subscriptions import State
from shared import paging
from shared.clock import Now
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import KEY_LENGTH_MAX, REPLAYED
from shared.identity import Principal, Role, requires
from shared.paging import PAGE_SIZE_DEFAULT, Cursor, Limit

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=PROBLEM_RESPONSES)


def _office(request: Request) -> Office:
    return cast(Office, request.app.state.office)


async def _register(
    request: Request, principal: Annotated[Principal, requires(*FOLLOWING)]
) -> Register:
    return await _office(request).register(principal)


Mine = Annotated[Register, Depends(_register)]
Administrator = Annotated[Principal, requires(Role.ADMIN)]
IfMatch = Annotated[str | None, Header(max_length=100, description="ETag của lần đọc gần nhất.")]


async def _found(
    mine: Mine,
    webhook: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
    if_match: IfMatch = None,
) -> Held:
    return await mine.find(webhook, if_match)


Found = Annotated[Held, Depends(_found)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_LENGTH_MAX,
        description="Khóa chống gửi trùng / the same key and body give the same answer.",
    ),
]


async def _view(mine: Register, held: Held, response: Response, now: Now) -> WebhookView:
    progress, _ = await mine.buckets.progress(held.subscription.id)
    response.headers["ETag"] = held.etag
    return views.webhook(held, progress, await mine.extent(), now)


@router.post(
    "", status_code=201, operation_id="create_webhook", summary="Đăng ký nhận sự kiện / subscribe"
)
async def create(
    mine: Mine, new: NewWebhook, response: Response, now: Now, key: Key = None
) -> WebhookWithSecret:
    """Subscribe; the answer shows the secret that deliveries are signed with, only now."""
    held, again = await mine.create(new, key, now)
    if again:
        response.headers[REPLAYED] = "true"
    shown = now - held.subscription.created_at < SECRET_SHOWN_AGAIN
    secret = held.sealed.secrets[0].value if shown else None
    return views.with_secret(await _view(mine, held, response, now), secret)


@router.get("", operation_id="list_webhooks", summary="Các đăng ký của tôi / my subscriptions")
async def list_all(mine: Mine, now: Now) -> WebhooksView:
    """List the caller's own subscriptions, oldest first; at most 50."""
    reach = await mine.extent()
    items = []
    for held in await mine.all():
        progress, _ = await mine.buckets.progress(held.subscription.id)
        items.append(views.webhook(held, progress, reach, now))
    return WebhooksView(items=items)


# Stands before the route of one webhook, whose id it would be taken for.
@router.get(
    "/standings",
    operation_id="list_webhook_standings",
    summary="Tình trạng mọi đăng ký / how everybody's subscriptions stand",
)
async def standings(
    request: Request,
    administrator: Administrator,
    *,
    state: Annotated[State | None, Query(description="Chỉ trạng thái này / only these.")] = None,
    after: Cursor = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
) -> StandingsView:
    """List the subscriptions of all owners whose agencies lie in the administrator's own."""
    client, buckets = await _office(request).shelves()
    return await page(client, buckets, administrator, state=state, after=after, limit=limit)


@router.get("/{webhook}", operation_id="get_webhook", summary="Xem một đăng ký / one subscription")
async def get(mine: Mine, held: Found, response: Response, now: Now) -> WebhookView:
    """Show one with how its deliveries stand; `ETag` is for `If-Match`."""
    return await _view(mine, held, response, now)


@router.patch(
    "/{webhook}", operation_id="change_webhook", summary="Sửa đăng ký / change a subscription"
)
async def change(
    mine: Mine,
    held: Found,
    changed: ChangedWebhook,
    *,
    response: Response,
    now: Now,
    if_match: IfMatch = None,
) -> WebhookView:
    """Change what is given; needs `If-Match`. Events already passed over are not sent later."""
    if if_match is None:
        raise refusals.required()
    return await _view(mine, await mine.change(held, changed), response, now)


@router.delete(
    "/{webhook}",
    status_code=204,
    operation_id="delete_webhook",
    summary="Hủy đăng ký / unsubscribe",
)
async def delete(mine: Mine, held: Found) -> None:
    """Delete it; nothing is sent any more."""
    await mine.remove(held)


@router.post("/{webhook}/pause", operation_id="pause_webhook", summary="Tạm dừng gửi / pause")
async def pause(mine: Mine, held: Found, response: Response, now: Now) -> WebhookView:
    """Send nothing for now; nothing is lost meanwhile."""
    return await _view(mine, await mine.pause(held, now), response, now)


@router.post(
    "/{webhook}/resumption",
    operation_id="resume_webhook",
    summary="Gửi tiếp từ chỗ đã dừng / resume",
)
async def resume(mine: Mine, held: Found, response: Response, now: Now) -> WebhookView:
    """Go on from where it stood, at once: after a pause, when dead, or to skip a long delay."""
    return await _view(mine, await mine.resume(held, now), response, now)


@router.post(
    "/{webhook}/secrets",
    status_code=201,
    operation_id="rotate_webhook_secret",
    summary="Đổi khóa ký / rotate the secret",
)
async def rotate(
    mine: Mine, held: Found, rotation: Rotation, response: Response, now: Now
) -> WebhookWithSecret:
    """Give a new secret; until the overlap ends each delivery bears a signature by both."""
    turned = await mine.rotate(held, timedelta(hours=rotation.overlap_hours), now)
    view = await _view(mine, turned, response, now)
    return views.with_secret(view, turned.sealed.secrets[0].value)


@router.post(
    "/{webhook}/replays",
    status_code=202,
    operation_id="replay_webhook",
    summary="Gửi lại từ một con trỏ / replay from a cursor",
)
async def replay(
    mine: Mine, held: Found, wanted: Replay, response: Response, now: Now
) -> WebhookView:
    """Send again what lies after a cursor; what was sent before bears `webhook-repeat: true`."""
    return await _view(mine, await mine.replay(held, wanted.after, now), response, now)


@router.post("/{webhook}/pings", operation_id="ping_webhook", summary="Gửi sự kiện thử / test ping")
async def ping(request: Request, held: Found, now: Now) -> PingView:
    """Send a test event (`webhook.ping.v1`) now and tell what the receiver answered."""
    office = _office(request)
    owner = held.subscription.owner
    if not office.pinging.take(owner):
        raise refusals.too_many_pings()
    try:
        attempt = await pings.ping(held, office.sender, now)
    finally:
        office.pinging.give_back(owner)
    await (await office.journal()).note(held.subscription.id, [attempt])
    return PingView(
        event_id=attempt.event_id,
        delivered=attempt.error is None,
        status=attempt.status,
        error=attempt.error,
        milliseconds=attempt.milliseconds,
    )


@router.get(
    "/{webhook}/deliveries",
    operation_id="list_webhook_deliveries",
    summary="Nhật ký gửi / delivery log",
)
async def deliveries(
    request: Request, held: Found, after: Cursor = None, limit: Limit = PAGE_SIZE_DEFAULT
) -> AttemptsView:
    """List attempts, newest first."""
    kept = await (await _office(request).journal()).of(held.subscription.id)
    if after is not None:
        (before,) = paging.decode(after, 1)
        if type(before) is not int:
            raise paging.unreadable()
        kept = [(place, attempt) for place, attempt in kept if place < before]
    shown = kept[: limit + 1]
    items = [AttemptView(**attempt.model_dump()) for _, attempt in shown[:limit]]
    more = len(shown) > limit
    return AttemptsView(items=items, next=paging.encode(shown[limit - 1][0]) if more else None)
