"""The words that sources use for levels, ways of filing, units and currencies."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from shared.events import AgencyLevel, LimitUnit, Method

LEVELS: Final = {
    AgencyLevel.MINISTRY: "Cấp bộ",
    AgencyLevel.PROVINCE: "Cấp tỉnh",
    AgencyLevel.DISTRICT: "Cấp huyện",
    AgencyLevel.COMMUNE: "Cấp xã",
    AgencyLevel.OTHER: "Cơ quan khác",
}
CHANNELS: Final = {Method.DIRECT: "1", Method.ONLINE: "2", Method.POSTAL: "3"}
"""KENH of the national record."""

WAYS: Final = {
    Method.DIRECT: "Trực tiếp",
    Method.ONLINE: "Trực tuyến",
    Method.POSTAL: "Dịch vụ bưu chính",
}
UNITS: Final = {
    LimitUnit.WORKING_DAY: "Ngày làm việc",
    LimitUnit.DAY: "Ngày",
    LimitUnit.HOUR: "Giờ",
    LimitUnit.MONTH: "Tháng",
}
Known = TypeVar("Known", bound=str)

DONG: Final = "VND"
CURRENCIES: Final = {
    DONG: "Việt Nam Đồng",
    "USD": "Đô la Mỹ",
    "EUR": "Euro",
}
_ALSO: Final[Mapping[str, str]] = {
    "vnđ": DONG,
    "đồng": DONG,
    "đ": DONG,
    "đô la": "USD",
    "bưu chính": Method.POSTAL,
    "giờ làm việc": LimitUnit.HOUR,
    "cấp trung ương": AgencyLevel.MINISTRY,
}
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


def level_of(said: str) -> AgencyLevel:
    """The level that a word names; any other word is some other agency."""
    return _meaning(LEVELS, said, AgencyLevel) or AgencyLevel.OTHER


def method_of(said: str) -> Method | None:
    """The way of filing, by its national number or by its name."""
    numbered = {number: method for method, number in CHANNELS.items()}
    return numbered.get(said) or _meaning(WAYS, said, Method)


def unit_of(said: str) -> LimitUnit | None:
    """The unit of a limit."""
    return _meaning(UNITS, said, LimitUnit)


def currency_of(said: str) -> str | None:
    """The code of a currency (ISO 4217), by its name or itself."""
    if _CURRENCY.fullmatch(said):
        return said
    return _meaning(CURRENCIES, said, str)


def _meaning(words: Mapping[Known, str], said: str, kind: type[Known]) -> Known | None:
    folded = said.casefold()
    for known, word in words.items():
        if word.casefold() == folded:
            return known
    also = _ALSO.get(folded)
    return also if isinstance(also, kind) else None
