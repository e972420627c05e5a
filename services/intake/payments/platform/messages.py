"""The platform's messages in its own field names, each proven by a hash over a fixed order."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from services.intake.settings import PaymentSettings
from shared.working_time import VIETNAM_TIME

VERSION: Final = "1.0.6"
DONE: Final = "00"

INIT_ORDER: Final = (
    "LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "SoTien", "LoaiHinhThanhToan",
    "MaKenhThanhToan", "MaThietBi", "NgonNgu", "MaTienTe", "MaNganHang", "ThongTinGiaoDich",
    "ThoiGianGD", "Ip",
)  # fmt: skip
CONFIRMATION_ORDER: Final = (
    "LoaiBanTin", "MaLoi", "MaDoiTac", "MaThamChieu", "SoTien", "MaTienTe", "MaGiaoDich",
    "MaNganHang", "ThoiGianGD", "ThongTinGiaoDich",
)  # fmt: skip
ANSWER_ORDER: Final = ("MaLoi", "MoTaLoi", "MaDoiTac", "MaThamChieu", "ThoiGianGD")
QUERY_ORDER: Final = ("LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD")

ANSWERS: Final = {
    DONE: "Thành công",
    "01": "Không có giao dịch này",
    "04": "Số tiền không khớp",
    "97": "Mã xác thực không đúng",
}

Message = dict[str, Any]


def proof(message: Mapping[str, Any], order: Iterable[str], secret: str) -> str:
    """MaXacThuc: SHA-256, in hex, of the fields in their order and the secret."""
    spoken = [str(message.get(name) or "") for name in order]
    return hashlib.sha256("|".join([*spoken, secret]).encode()).hexdigest()


def is_proven(message: Mapping[str, Any], order: Iterable[str], secret: str) -> bool:
    """Whether a message bears the hash that only the platform can make; in constant time."""
    expected = proof(message, order, secret)
    return hmac.compare_digest(expected.encode(), str(message.get("MaXacThuc") or "").encode())


def moment(at: datetime) -> str:
    """ThoiGianGD as a Vietnamese 24-hour clock shows it: 15:05 is 150500, never 030500."""
    return at.astimezone(VIETNAM_TIME).strftime("%Y%m%d%H%M%S")


def init(
    settings: PaymentSettings,
    *,
    reference: str,
    amount: int,
    currency: str,
    about: str,
    ip: str,
    at: datetime,
    bill: Mapping[str, Any],
) -> Message:
    """INIT: ask for a page on which this amount can be paid under our reference."""
    message: Message = {
        "LoaiBanTin": "INIT",
        "PhienBan": VERSION,
        "MaDoiTac": settings.partner,
        "MaThamChieu": reference,
        "SoTien": str(amount),
        "LoaiHinhThanhToan": "PAY",
        "MaKenhThanhToan": "1",
        "MaThietBi": "1",
        "NgonNgu": "vi-VN",
        "MaTienTe": currency,
        "MaNganHang": "PAYMENT",
        "ThongTinGiaoDich": about,
        "ThoiGianGD": moment(at),
        "Ip": ip,
        "ThongTinBienLai": dict(bill),
    }
    return _proven(message, INIT_ORDER, settings)


def question(settings: PaymentSettings, *, kind: str, reference: str, at: datetime) -> Message:
    """QUERY or GET_BILL: ask after one reference."""
    message: Message = {
        "LoaiBanTin": kind,
        "PhienBan": VERSION,
        "MaDoiTac": settings.partner,
        "MaThamChieu": reference,
        "ThoiGianGD": moment(at),
    }
    return _proven(message, QUERY_ORDER, settings)


def answer(settings: PaymentSettings, *, code: str, reference: str, at: datetime) -> dict[str, str]:
    """What we say to a confirmation."""
    message = {
        "MaLoi": code,
        "MoTaLoi": ANSWERS[code],
        "MaDoiTac": settings.partner,
        "MaThamChieu": reference,
        "ThoiGianGD": moment(at),
    }
    return _proven(message, ANSWER_ORDER, settings)


def _proven(message: Message, order: Iterable[str], settings: PaymentSettings) -> Message:
    secret = settings.secret.get_secret_value()
    return message | {"MaXacThuc": proof(message, order, secret)}
