"""The lists inside the portal's message: papers that were handed in, and fees."""

from collections.abc import Mapping
from typing import Any

from services.intake.national import codes
from services.intake.national.codes import text
from services.intake.national.facts import Facts


def component_names(facts: Facts) -> Mapping[str, str]:
    """The published names of the case's components, by id."""
    return {
        component.id: component.name
        for case in facts.procedure.cases
        for component in case.components
    }


def handed_in(facts: Facts) -> list[dict[str, Any]]:
    """TaiLieuNop: one entry a component and visit; on paper unless it says otherwise."""
    names = component_names(facts)
    return [
        {
            "TepDinhKemId": f"{facts.dossier.code}/{paper.supplement}/{paper.component}",
            "TenTepDinhKem": text(names.get(paper.component, paper.component), codes.FILE_NAME_MAX),
            "IsDeleted": codes.FALSE,
            "MaThanhPhanHoSo": paper.component,
            "DuongDanTaiTepTin": "",
            "DuocSoHoa": codes.NO,
            "DuocTaiSuDung": codes.NO,
            "DuocLayTuKhoDMQG": codes.NO,
            "MaKetQuaThayThe": "",
        }
        for paper in facts.papers
    ]


def any_digitised(facts: Facts) -> str:
    """HoSoCoThanhPhanSoHoa: whether one of the papers is there as a file."""
    return codes.YES if any(p["DuocSoHoa"] == codes.YES for p in handed_in(facts)) else codes.NO


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
    ]
