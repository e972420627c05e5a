"""How dates, hours and counts are written on Vietnamese administrative papers (Decree 30/2020)."""

import re
from datetime import date, datetime

from shared.times import to_vietnam

DAYS_PADDED_BELOW = 10
MONTHS_PADDED_BELOW = 3
"""A zero stands before days under 10 and before January and February, so no digit can be added."""

_UNIT = r"(?:xã(?!\s+hội)|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh)"
_PLACE = re.compile(rf"(?:^|\s){_UNIT}\s+(.+?)(?=,|\s+{_UNIT}\s|$)", re.IGNORECASE)


def day_in_words(day: date) -> str:
    """Write a date: `ngày 02 tháng 3 năm 2026`."""
    written = f"{day.day:02d}" if day.day < DAYS_PADDED_BELOW else str(day.day)
    month = f"{day.month:02d}" if day.month < MONTHS_PADDED_BELOW else str(day.month)
    return f"ngày {written} tháng {month} năm {day.year}"


def moment_in_words(moment: datetime) -> str:
    """Write a moment on a Vietnamese clock: `08 giờ 05 phút, ngày 02 tháng 3 năm 2026`."""
    local = to_vietnam(moment)
    return f"{local.hour:02d} giờ {local.minute:02d} phút, {day_in_words(local.date())}"


def place_and_date(place: str | None, issued_at: datetime) -> str:
    """Write where and when a paper was issued; a date alone begins with a capital."""
    day = day_in_words(to_vietnam(issued_at).date())
    return f"{place}, {day}" if place else day.capitalize()


def place_of(agency: str) -> str | None:
    """Find the place (địa danh) in an agency's name: `UBND xã Tân Thạnh` lies in Tân Thạnh."""
    found = _PLACE.search(agency)
    return found[1] if found else None


def two_digits(count: int) -> str:
    """Write a number of a form or a count of sets: `01`."""
    return f"{count:02d}"


def short_moment(moment: datetime) -> str:
    """Write a moment for a narrow column: `08:05 02/03/2026`."""
    return f"{to_vietnam(moment):%H:%M %d/%m/%Y}"
