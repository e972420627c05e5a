"""The lists inside the portal's message: papers that were handed in, and fees."""

from collections.abc import Mapping
from typing import Any

from services.intake.national import codes
from services.intake.national.codes import text
from services.intake.national.facts import Facts
from services.intake.schemas.files import Digitisation, Part

REUSED = {int(Digitisation.REUSED_COMPONENT): "1", int(Digitisation.REUSED_RESULT): "2"}


def component_names(facts: Facts) -> Mapping[str, str]:
    """The published names of the case's components, by id."""
    return {
        component.id: component.name
        for case in facts.procedure.cases
        for component in case.components
    }


def handed_in(facts: Facts) -> list[dict[str, Any]]:
    """TaiLieuNop: one entry a component and visit; on paper unless a file or a database says more.

    The file itself stays here: a link would be signed for minutes only.
    """
    names = component_names(facts)
    digital = {one.component: one.digitisation for one in facts.attachments if one.component}
    return [
        {
            "TepDinhKemId": f"{facts.dossier.code}/{paper.supplement}/{paper.component}",
            "TenTepDinhKem": text(names.get(paper.component, paper.component), codes.FILE_NAME_MAX),
            "IsDeleted": codes.FALSE,
            "MaThanhPhanHoSo": paper.component,
            "DuongDanTaiTepTin": "",
            **_digitised(digital.get(paper.component, Digitisation.NONE)),
            "MaKetQuaThayThe": "",
        }
        for paper in facts.papers
    ]


def results(facts: Facts) -> list[dict[str, Any]]:
    """DanhSachGiayToKetQua: the files that the dossier came to; a recalled one is none."""
    return [
        {
            "TenGiayTo": text(facts.procedure.name, codes.FILE_NAME_MAX),
            "MaThanhPhanHoSo": "",
            "GiayToId": str(one.file_id),
            "DuongDanTepTinKetQua": "",
            "MaGiayToKetQua": "",
        }
        for one in facts.attachments
        if one.part == Part.RESULT and one.file_id is not None
    ]


def any_digitised(facts: Facts) -> str:
    """HoSoCoThanhPhanSoHoa: whether one of the papers is there as a file."""
    return codes.YES if any(p["DuocSoHoa"] == codes.YES for p in handed_in(facts)) else codes.NO


def _digitised(how: int) -> dict[str, str]:
    """DuocTaiSuDung tells a component taken over (1) from a result taken over (2)."""
    return {
        "DuocSoHoa": codes.YES if how == Digitisation.SCANNED else codes.NO,
        "DuocTaiSuDung": REUSED.get(how, codes.NO),
        "DuocLayTuKhoDMQG": codes.YES if how == Digitisation.FROM_DATABASE else codes.NO,
    }


def fees(facts: Facts) -> list[dict[str, Any]]:
    """DanhSachLePhi: what the person was asked to pay, with the means of what was paid."""
    means = {payment.demand: payment.means for payment in facts.payments}
    return [
        {
            "TenPhiLePhi": text(demand.reason),
            "MaPhiLePhi": f"{facts.dossier.code}-{demand.number}",
            "HinhThucThu": means.get(demand.number, ""),
            "Gia": str(demand.amount),
            "LoaiPhiLePhi": "",
        }
        for demand in facts.demands
        if demand.cancelled_at is None
    ]
