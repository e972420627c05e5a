"""The words that events and services share: channels, levels, outcomes (docs/glossary.md)."""

from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from shared.working_time import LimitUnit


class Channel(StrEnum):
    """How a dossier reaches the one-stop (kênh tiếp nhận)."""

    COUNTER = "counter"
    ONLINE_PARTIAL = "online_partial"
    ONLINE_FULL = "online_full"
    KIOSK = "kiosk"
    POSTAL = "postal"
    HOME = "home"
    MOBILE = "mobile"
    POST_OFFICE = "post_office"

    @property
    def method(self) -> "Method":
        """The national way of filing (KENH) that this channel counts as."""
        if self in {Channel.ONLINE_PARTIAL, Channel.ONLINE_FULL, Channel.KIOSK}:
            return Method.ONLINE
        return Method.POSTAL if self is Channel.POSTAL else Method.DIRECT


class Method(StrEnum):
    """The three national ways of filing (KENH 1, 2, 3) that limits and fees are published for."""

    DIRECT = "direct"
    ONLINE = "online"
    POSTAL = "postal"


class WayOfReturn(StrEnum):
    """How the result reaches the person (hình thức trả kết quả)."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"
    HOME = "home"


class Outcome(StrEnum):
    """What the competent agency decided; a refusal after examination is a result (D61 19(8))."""

    APPROVED = "approved"
    REFUSED = "refused"


class AgencyLevel(StrEnum):
    """Level of an agency (cấp); districts existed until 30/06/2025."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    OTHER = "other"


class PublishedLimit(BaseModel):
    """A processing limit as the catalogue publishes it (thời hạn giải quyết)."""

    model_config = ConfigDict(frozen=True)

    value: Decimal
    unit: LimitUnit


class PauseEnd(StrEnum):
    """What the end of a waiting time does to the limit (domain rule D61 19(4))."""

    RESTART = "restart"
    EXTEND = "extend"
