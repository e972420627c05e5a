"""What the feed answers: CloudEvents as they were stored."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.times import LocalDateTime


class EventView(BaseModel):
    """One fact as a CloudEvents 1.0 object; its `data` by type stand in the AsyncAPI document."""

    model_config = ConfigDict(extra="allow")

    specversion: str = Field(examples=["1.0"])
    id: str = Field(description="Mã sự kiện; nhận hai lần cùng mã là cùng một sự kiện.")
    source: str = Field(examples=["/intake"])
    type: str = Field(examples=["dossier.accepted.v1"])
    subject: str = Field(description="Đối tượng của sự kiện, ví dụ mã hồ sơ.")
    time: LocalDateTime
    datacontenttype: str = Field(examples=["application/json"])
    sequence: int = Field(ge=1, description="1, 2, 3 … của cùng một đối tượng.")
    agency: str = Field(examples=["H20.30"])
    data: dict[str, Any]


class EventsView(BaseModel):
    """A page of the feed; keep `next` and ask again with it."""

    events: list[EventView]
    next: str = Field(description="Con trỏ cho lần đọc sau / give it as `after`.")
    more: bool = Field(description="Còn sự kiện có thể đọc ngay / more can be read at once.")
