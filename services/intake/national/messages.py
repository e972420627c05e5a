"""Writes a dossier as the portal's DongBoHoSoMC wants it: every value a string, nothing missing."""

from collections.abc import Iterator
from typing import Any

from services.intake.lifecycle import Action, Status
from services.intake.models import Transition
from services.intake.national import attachments, codes
from services.intake.national.codes import moment, text
from services.intake.national.facts import Facts
from shared.events import Outcome, WayOfReturn

SERVICE = "DongBoHoSoMC"
REQUIRED = (
    "MaHoSo",
    "MaTTHC",
    "TenTTHC",
    "MaLinhVuc",
    "TenLinhVuc",
    "LoaiDoiTuong",
    "TrichYeuHoSo",
    "NgayTiepNhan",
    "TrangThaiHoSo",
    "HinhThuc",
    "DonViXuLy",
)

Message = dict[str, Any]

_ENDS = {
    Status.REFUSED_AT_INTAKE: Action.REFUSE_INTAKE,
    Status.WITHDRAWN: Action.WITHDRAW,
    Status.STOPPED: Action.STOP,
}
"""How a dossier without a result came to its end; the ground of it is told as a note."""


def compose(facts: Facts) -> Message:
    """Write the dossier as it stands; the status is never another one than its own."""
    return {
        **_what(facts),
        **_who(facts),
        **_when(facts),
        **_how(facts),
        "TaiLieuNop": attachments.handed_in(facts),
        "DanhSachLePhi": attachments.fees(facts),
        "DanhSachTepDinhKemKhac": [],
        "DanhSachHoSoBoSung": list(_supplements(facts)),
        "DanhSachGiayToKetQua": attachments.results(facts),
        "DSKetNoiCSDL": [],
    }


def _what(facts: Facts) -> Message:
    dossier, procedure = facts.dossier, facts.procedure
    return {
        "MaHoSo": dossier.code,
        "MaTTHC": dossier.procedure,
        "TenTTHC": text(procedure.name),
        # Fields without a national code are known by their names alone.
        "MaLinhVuc": text(procedure.field_code or dossier.field),
        "TenLinhVuc": text(dossier.field),
        "TrichYeuHoSo": text(procedure.name, codes.ABSTRACT_MAX),
        "TrangThaiHoSo": str(int(dossier.status)),
        "DonViXuLy": text(facts.agency),
        "SoBienNhan": "",
    }


def _who(facts: Facts) -> Message:
    owner, contact = facts.owner, facts.contact
    return {
        "ChuHoSo": text(owner.name),
        "LoaiDoiTuong": codes.subject(owner.kind),
        "MaDoiTuong": "",
        "ThongTinKhac": "",
        "Email": contact.get("email", ""),
        "Fax": "",
        "SoDienThoai": contact.get("phone", ""),
        "DinhDanhCHS": list(_identities(contact.get("identity_number", ""))),
    }


def _identities(number: str) -> Iterator[Message]:
    digits = "".join(sign for sign in number if sign.isalnum())
    if digits.isdecimal() and len(digits) in codes.IDENTITY_KINDS:
        yield {"LoaiDinhDanh": codes.IDENTITY_KINDS[len(digits)], "SoDinhDanh": digits}


def _when(facts: Facts) -> Message:
    dossier = facts.dossier
    refused = dossier.status is Status.REFUSED_AT_INTAKE
    # While it waits no due date counts, and the old one would show it late.
    waiting = dossier.paused_at is not None
    return {
        # What was not accepted yet, or never, has been received by the one-stop all the same.
        "NgayTiepNhan": moment(dossier.accepted_at or dossier.filed_at),
        "NgayNopHoSo": moment(dossier.filed_at),
        "NgayHenTra": "" if waiting else moment(dossier.due_at),
        "NgayKetThucXuLy": moment(dossier.ended_at),
        "NgayTra": moment(dossier.returned_at),
        "NgayTuChoi": moment(dossier.ended_at) if refused else "",
    }


def _how(facts: Facts) -> Message:
    dossier = facts.dossier
    online = any(payment.means == "online" for payment in facts.payments)
    return {
        "KenhThucHien": codes.way_of_filing(dossier),
        "HinhThuc": codes.WAYS_OF_RETURN[WayOfReturn(dossier.way_of_return)],
        "NoiNopHoSo": codes.FILED_AT_PORTAL if dossier.national_code else codes.FILED_HERE,
        "HoSoCoThanhPhanSoHoa": attachments.any_digitised(facts),
        "TaiKhoanDuocXacThucVoiVNeID": codes.account_verified(dossier),
        "DuocThanhToanTrucTuyen": codes.PAID_AT_LOCAL_GATEWAY if online else codes.NOT_PAID_ONLINE,
        "ThongTinTra": _refusal(facts),
        "GhiChu": _ground(facts, _ENDS.get(dossier.status)),
    }


def _refusal(facts: Facts) -> str:
    """Why the result is a refusal, which is a result like any other (D61 19(8))."""
    if facts.dossier.outcome != Outcome.REFUSED:
        return ""
    return _ground(facts, Action.RESOLVE)


def _ground(facts: Facts, action: Action | None) -> str:
    """The ground of the last time that this was done; empty when it was not."""
    grounds = [line.ground for line in facts.lines if line.action == action]
    return text(grounds[-1] if grounds else None)


def _supplements(facts: Facts) -> Iterator[Message]:
    dossier, names = facts.dossier, attachments.component_names(facts)
    for request in facts.requests:
        items = [item for item in facts.items if item.number == request.number]
        asked = "; ".join(
            f"{names.get(item.component, item.component)}: {item.reason}" for item in items
        )
        yield {
            "HoSoBoSungId": f"{dossier.code}-{request.number}",
            "NguoiYeuCauBoSung": text(request.requested_by),
            "NoiDungBoSung": text(asked),
            "NgayBoSung": moment(request.requested_at),
            "NguoiTiepNhanBoSung": _taken_in_by(facts, request.number),
            "ThongTinTiepNhan": "",
            "NgayTiepNhanBoSung": moment(request.supplemented_at),
            "TrangThaiBoSung": codes.TRUE if request.supplemented_at else codes.FALSE,
            "DanhSachGiayToBoSung": [],
            "DanhSachLePhiBoSung": [],
            "NgayHenTraTruoc": moment(request.due_before),
            "NgayHenTraMoi": moment(request.due_after),
        }


def _taken_in_by(facts: Facts, number: int) -> str:
    taken: list[Transition] = [line for line in facts.lines if line.action == "provide_supplement"]
    if number > len(taken):
        return ""
    actor = taken[number - 1].actor
    return text(facts.people.get(actor, actor))
