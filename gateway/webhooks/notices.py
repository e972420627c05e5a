"""Tells the owner of a subscription that nothing is sent any more, where an address was given."""

import structlog
from prometheus_client import Counter

from gateway.webhooks.progress import Failure
from gateway.webhooks.subscriptions import Reason, Subscription
from shared.notices import EMAIL, Channels, Message, NotDelivered
from shared.times import to_text

STOPPED = Counter("motcua_webhooks_stopped", "Subscriptions that were stopped.", ["reason"])
WHY = {
    Reason.GONE: "hệ thống nhận trả lời 410 (không còn nhận)",
    Reason.FAILING: "đã thử lại trong ba ngày mà không gửi được",
}
TEXT = """\
Đăng ký nhận sự kiện {id} ({description}) đã tạm dừng: {why}.

Lần gửi hỏng đầu tiên: {since}. Lỗi gần nhất: {error}.
Không sự kiện nào bị mất. Sau khi sửa, hãy gọi
POST /v1/webhooks/{id}/resumption
để nhận tiếp từ đúng chỗ đã dừng.
"""
log = structlog.get_logger()


class Notices:
    """Sends such messages by electronic mail."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    async def stopped(self, subscription: Subscription, to: str | None, failure: Failure) -> None:
        """Tell that a subscription was stopped; the API shows it as well, if this fails."""
        reason = subscription.reason or Reason.FAILING
        STOPPED.labels(reason).inc()
        log.error("webhook stopped", id=subscription.id, reason=reason, error=failure.error)
        if to is None or EMAIL not in self._channels:
            return
        message = Message(
            key=f"webhook-{subscription.id}-{int(subscription.state_at.timestamp())}",
            to=to,
            subject="Một Cửa: đăng ký nhận sự kiện đã tạm dừng",
            text=TEXT.format(
                id=subscription.id,
                description=subscription.description or "không có mô tả",
                why=WHY[reason],
                since=to_text(failure.since),
                error=failure.error,
            ),
        )
        try:
            await self._channels[EMAIL].send(message)
        except NotDelivered as refused:
            log.warning("webhook owner not told", id=subscription.id, code=refused.code)
