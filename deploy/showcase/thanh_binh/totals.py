"""What the district published about 2019 (its conference on administrative reform, 2019)."""

from dataclasses import dataclass
from typing import Final

YEAR: Final = 2019
DISTRICT: Final = "H20.40"
COMMUNES: Final = {
    "H20.40.01": "TT Thanh Bình",
    "H20.40.02": "Tân Quới",
    "H20.40.03": "Tân Hòa",
    "H20.40.04": "An Phong",
    "H20.40.05": "Phú Lợi",
    "H20.40.06": "Tân Mỹ",
    "H20.40.07": "Bình Tấn",
    "H20.40.08": "Tân Huề",
    "H20.40.09": "Tân Bình",
    "H20.40.10": "Tân Thạnh",
    "H20.40.11": "Tân Phú",
    "H20.40.12": "Bình Thành",
    "H20.40.13": "Tân Long",
}


@dataclass(frozen=True)
class CommuneTotals:
    """The thirteen commune-level units together."""

    received: int = 87_971
    resolved: int = 87_757
    early: int = 32_357
    on_time: int = 55_279

    @property
    def late(self) -> int:
        """Not told, but what is left of the resolved ones."""
        return self.resolved - self.early - self.on_time

    @property
    def in_progress(self) -> int:
        """Not told, but what is left of the received ones."""
        return self.received - self.resolved


@dataclass(frozen=True)
class DistrictTotals:
    """The district's own one-stop; of its results only a lower bound was told."""

    received: int = 15_380
    online: int = 73
    postal: int = 173
    home: int = 1
    early_or_on_time_more_than: int = 11_000


COMMUNE_TOTALS: Final = CommuneTotals()
DISTRICT_TOTALS: Final = DistrictTotals()

ASSUMED_DISTRICT_EARLY: Final = 4_150
ASSUMED_DISTRICT_ON_TIME: Final = 10_900
ASSUMED_DISTRICT_LATE: Final = 210
"""The district's split is not published; these only keep to “over 11,000 early and on time”."""
