"""What working time refuses: never a loop, never a guess."""

from typing import ClassVar


class WorkingTimeError(ValueError):
    """A refusal of the arithmetic; `code` is stable, the message is for the reader."""

    code: ClassVar[str]


class NoWorkingTime(WorkingTimeError):
    """The calendar has no working minute at all, so that no due date exists."""

    code = "no_working_time"

    def __init__(self, calendar: str) -> None:
        super().__init__(
            f"Lịch làm việc {calendar} không có giờ làm việc nào; "
            "hãy khai báo ca làm việc trước khi công bố."
        )


class OutOfRange(WorkingTimeError):
    """The moment lies before the published calendar or beyond its extension."""

    code = "out_of_range"

    def __init__(self, calendar: str) -> None:
        super().__init__(
            f"Thời điểm nằm ngoài phạm vi của lịch làm việc {calendar}; "
            "hãy công bố lịch cho khoảng thời gian cần tính."
        )


class InexactLimit(WorkingTimeError):
    """The limit is zero, negative or not a whole number of minutes, days or months."""

    code = "inexact_limit"
