"""Fees as sources say them: an amount, a word for the currency, and text that may say more."""

import re
from decimal import Decimal
from typing import Final

from services.procedures.formats.words import DONG
from services.procedures.records import FeeKind, FeeRecord

AMOUNT_MAX: Final = 10**12
FREE: Final = "Miễn phí"

_PER = re.compile(r"\(?/\s*([^()\d;,./]{1,60}?)\s*\)?")
_KINDS = re.compile(r"-?\s*(?:mức\s+)?(?:(lệ phí)|(phí))\b(?!\s*[,;/])", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


def fee_of(
    amount: Decimal | None, currency: str, text: str | None, per: str | None = None
) -> FeeRecord | None:
    """One line of what a row costs; nothing when neither amount nor text is known."""
    if text is not None and per is None and (only_per := _PER.fullmatch(text)):
        text, per = None, only_per[1]
    if text is None:
        text = None if amount is None else spoken(amount, currency, per)
    if text is None:
        return None
    return FeeRecord(amount=amount, currency=currency, per=per, kind=kind_of(text), text=text)


def remark_of(fee: FeeRecord) -> str | None:
    """What a fee's text says beyond its amount, as a source remarks it."""
    if fee.amount is None or fee.text != spoken(fee.amount, fee.currency, fee.per):
        return fee.text
    return f"/{fee.per}" if fee.per and fee.amount else None


def spoken(amount: Decimal, currency: str, per: str | None) -> str:
    """An amount as people read it: `2.000 đồng/trang`, `10 USD/bản`, `Miễn phí`."""
    if amount == 0:
        return FREE
    whole = f"{amount.normalize():,f}".translate(str.maketrans(",.", ".,"))
    money = f"{whole} đồng" if currency == DONG else f"{whole} {currency}"
    return f"{money}/{per}" if per else money


def kind_of(text: str) -> FeeKind | None:
    """A fee or a charge, where the text begins with either word and not with both."""
    if (found := _KINDS.match(text)) is None:
        return None
    return FeeKind.CHARGE if found[1] else FeeKind.FEE


def ungrouped(said: str) -> str:
    """A number without the signs that group its thousands: `2,000` and `2.000` are 2000."""
    return re.sub("[.,]", "", said) if _GROUPED.fullmatch(said) else said
