"""How the national portal knows a dossier, as it is shown."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.intake.models.national import SyncState
from services.intake.schemas.views import StatusView
from shared.paging import Page
from shared.times import LocalDateTime

Unsynchronised = Literal["pending", "sent", "failed"]


class SyncView(BaseModel):
    """One dossier's synchronisation."""

    dossier: UUID
    code: str
    competent_agency: str
    status: StatusView
    state: SyncState
    reason: str = Field(description="Vì sao hồ sơ ở trạng thái này / why it stands so.")
    wanted: int = Field(description="Số thứ tự sự kiện cần đồng bộ / the sequence to be told.")
    acknowledged: int = Field(description="Số thứ tự Cổng đã nhận / acknowledged; 0 if none.")
    progress_rows_acknowledged: int
    attempts: int
    last_code: str | None
    last_error: str | None
    waiting_since: LocalDateTime | None = Field(description="Trống khi đã đồng bộ.")
    waiting_seconds: int | None
    next_try: LocalDateTime | None
    acknowledged_at: LocalDateTime | None


class SyncPage(Page[SyncView]):
    """What the portal lacks, the longest waiting first."""

    enabled: bool = Field(description="False: chưa cấu hình Cổng, không hồ sơ nào được gửi.")


class SyncSummary(BaseModel):
    """How much the portal lacks, for DOSSIER_SYNC of Decision 766."""

    enabled: bool
    pending: int
    sent: int
    failed: int
    late: int = Field(description="Quá thời gian cho phép / waiting longer than is allowed.")
    oldest_since: LocalDateTime | None
    at: LocalDateTime


def waited(since: datetime | None, now: datetime) -> int | None:
    """Whole seconds of waiting; none for what does not wait."""
    return None if since is None else max(0, int((now - since).total_seconds()))
