"""What subscribers send and see."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gateway.feed.filters import VALUES_MAX
from gateway.webhooks.guard import URL_LENGTH_MAX
from gateway.webhooks.subscriptions import Reason, State
from shared.times import LocalDateTime

Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[list[Word], Field(max_length=VALUES_MAX)]
Address = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s]{1,64}@[A-Za-z0-9.-]{1,189}$")
]
Url = Annotated[str, StringConstraints(min_length=1, max_length=URL_LENGTH_MAX)]
AFTER = "Bắt đầu sau con trỏ nào của /v1/events; `now` = chỉ sự kiện mới, null = từ đầu."


class Wishes(BaseModel):
    """Which events; an empty list means all that the caller may have."""

    model_config = ConfigDict(extra="forbid")

    types: Words = Field(default=[], examples=[["dossier.accepted.v1", "dossier.resolved.v1"]])
    agencies: Words = Field(default=[], description="Cơ quan giải quyết và mọi cơ quan dưới nó.")
    procedures: Words = []


class NewWebhook(Wishes):
    """A subscription to make."""

    url: Url = Field(description="https, địa chỉ công khai.", examples=["https://cong.example.vn/"])
    description: str = Field(default="", max_length=200)
    notify: Address | None = Field(default=None, description="Thư báo khi tạm dừng vì lỗi.")
    after: str | None = Field(default="now", max_length=200, description=AFTER)


class ChangedWebhook(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    description: str | None = Field(default=None, max_length=200)
    notify: Address | None = None
    types: Words | None = None
    agencies: Words | None = None
    procedures: Words | None = None


class Rotation(BaseModel):
    """How long the secret so far goes on signing beside the new one."""

    model_config = ConfigDict(extra="forbid")

    overlap_hours: int = Field(default=24, ge=0, le=168)


class Replay(BaseModel):
    """From where to send again."""

    model_config = ConfigDict(extra="forbid")

    after: str | None = Field(max_length=200, description=AFTER)


class FailureView(BaseModel):
    """The attempts that failed in a row."""

    event_id: str
    error: str = Field(examples=["http_503", "timeout", "connection"])
    attempts: int
    since: LocalDateTime
    next_try: LocalDateTime


class WebhookView(BaseModel):
    """A subscription and how its deliveries stand."""

    id: str
    url: str
    description: str
    types: list[str]
    agencies: list[str]
    procedures: list[str]
    scope: list[str] = Field(description="Phạm vi cơ quan của người đăng ký khi tạo.")
    state: State
    reason: Reason | None = Field(description="Vì sao đang dừng: owner, gone (410), failing.")
    state_at: LocalDateTime
    created_at: LocalDateTime
    notify: str | None = Field(description="Đã che bớt.")
    secrets: int = Field(description="Số khóa đang ký: 2 trong thời gian đổi khóa.")
    delivered: int
    delivered_at: LocalDateTime | None
    failure: FailureView | None
    cursor: str = Field(description="Đã gửi xong đến đây; dùng được cho /v1/events.")


class WebhookWithSecret(WebhookView):
    """The only answers that show the secret."""

    secret: str | None = Field(description="Chỉ hiện lần này.", examples=["whsec_…"])


class StandingView(BaseModel):
    """A subscription as whoever runs the system sees it: whose it is, and how it stands."""

    id: str
    owner: str = Field(description="Tài khoản đã đăng ký / who subscribed.")
    receiver: str = Field(description="Máy chủ nhận / the host only.")
    description: str
    scope: list[str] = Field(description="Phạm vi cơ quan của người đăng ký khi tạo.")
    state: State
    reason: Reason | None = Field(description="Vì sao đang dừng: owner, gone (410), failing.")
    state_at: LocalDateTime = Field(description="Ở trạng thái này từ lúc nào / since when.")
    created_at: LocalDateTime
    delivered: int
    delivered_at: LocalDateTime | None
    behind: int = Field(description="Số sự kiện đang chờ gửi, nhiều nhất / at most so many wait.")
    failure: FailureView | None


class StandingsView(BaseModel):
    """How subscriptions stand, by owner."""

    items: list[StandingView]
    next: str | None


class WebhooksView(BaseModel):
    """All subscriptions of the caller."""

    items: list[WebhookView]


class AttemptView(BaseModel):
    """One attempt to deliver."""

    event_id: str
    event_type: str
    event_subject: str
    at: LocalDateTime
    status: int | None
    error: str | None
    milliseconds: int
    repeat: bool
    next_try: LocalDateTime | None


class AttemptsView(BaseModel):
    """Attempts, newest first; the last 500 of at most 30 days are kept."""

    items: list[AttemptView]
    next: str | None


class PingView(BaseModel):
    """What came of a test event."""

    event_id: str
    delivered: bool
    status: int | None
    error: str | None
    milliseconds: int
