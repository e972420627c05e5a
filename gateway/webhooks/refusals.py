"""Why a subscriber's request is refused."""

from typing import Final

from gateway.webhooks.guard import Closed
from shared.errors import (
    Conflict,
    FieldError,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    TooManyRequests,
    Unavailable,
    Unprocessable,
)

PER_OWNER_MAX: Final = 50
PING_AGAIN_SECONDS: Final = 10
WHY_CLOSED: Final = {
    "url_malformed": "Địa chỉ nhận không đúng dạng.",
    "url_with_credentials_or_fragment": "Địa chỉ nhận không được chứa tài khoản hay dấu #.",
    "url_not_https": "Địa chỉ nhận phải là https.",
    "port_not_allowed": "Cổng của địa chỉ nhận không được phép.",
    "address_not_allowed": "Địa chỉ nhận phải là địa chỉ công khai trên Internet.",
}


def closed(why: Closed) -> Problem:
    """The receiver's address may not be called."""
    detail = WHY_CLOSED[why.code]
    return Unprocessable(
        detail,
        code=why.code,
        errors=[FieldError(pointer="/body/url", detail=detail, code=why.code)],
    )


def unknown() -> Problem:
    """No such subscription, or somebody else's."""
    return NotFound("Không có đăng ký này.", code="webhook_unknown")


def too_many() -> Problem:
    """The caller has as many as allowed."""
    return Conflict(
        f"Mỗi đơn vị có tối đa {PER_OWNER_MAX} đăng ký; hãy xóa bớt.", code="webhooks_too_many"
    )


def too_many_pings() -> Problem:
    """The caller waits for the answers to several test events already."""
    return TooManyRequests(
        "Đang gửi nhiều sự kiện thử; hãy đợi các lần trước xong.",
        retry_after_seconds=PING_AGAIN_SECONDS,
        code="pings_too_many",
    )


def changed() -> Problem:
    """Somebody changed it since the caller read it."""
    return PreconditionFailed(
        "Đăng ký đã thay đổi; hãy đọc lại rồi thử lại.", code="webhook_changed"
    )


def required() -> Problem:
    """The caller must say which version it changes."""
    return PreconditionRequired("Hãy gửi If-Match với ETag của lần đọc gần nhất.")


def unreadable() -> Problem:
    """It was sealed by a key that this process does not have."""
    return Unavailable(
        "Khóa mở đăng ký này không có ở máy chủ; hãy báo người vận hành.", code="webhook_sealed"
    )


def reused() -> Problem:
    """The same key with another body."""
    return Unprocessable(
        "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác; hãy tạo khóa mới.",
        code="idempotency_key_reused",
    )
