"""Which agency may receive for which other: its own, elsewhere (phi địa giới), a post office."""

from datetime import date
from enum import StrEnum

from services.intake.copies import Agency, Catalogue
from shared.errors import Conflict
from shared.events import AgencyLevel, ProcedurePublished

POST_OFFICE = "post_office"
TERRITORIAL = frozenset({AgencyLevel.COMMUNE, AgencyLevel.DISTRICT})
"""Levels whose one-stop serves its own territory, unless a procedure knows no boundary."""


class Reach(StrEnum):
    """How far from the competent agency a boundary-free procedure may be handed in."""

    PROVINCE = "province"
    NATION = "nation"


def is_elsewhere(receiving: Agency, competent: Agency) -> bool:
    """Whether a dossier was handed in outside the competent agency's territory."""
    a, b = receiving.told.code, competent.told.code
    if a == b or a.startswith(f"{b}.") or b.startswith(f"{a}."):
        return False
    if _province(a) != _province(b):
        return True
    return receiving.level in TERRITORIAL and competent.level in TERRITORIAL


def check_boundary(procedure: ProcedurePublished, receiving: str, competent: str) -> None:
    """Refuse a receipt elsewhere that the procedure does not allow (D118/2025 14(4))."""
    reach = procedure.boundary_free
    if reach == Reach.NATION:
        return
    if reach == Reach.PROVINCE and _province(receiving) == _province(competent):
        return
    raise Conflict(
        f"Thủ tục {procedure.code} không được tiếp nhận ngoài địa giới của {competent}.",
        code="not_boundary_free",
    )


def check_acting(catalogue: Catalogue, receiving: str, competent: str, on: date) -> None:
    """Refuse a post office that does not act for the competent agency on that day."""
    office = catalogue.agency(receiving, on)
    if office is None or office.told.kind != POST_OFFICE:
        return
    for acting in office.told.acts_for:
        ends = acting.valid_to
        if acting.agency == competent and acting.valid_from <= on and (ends is None or on <= ends):
            return
    raise Conflict(
        f"{office.told.name} không được giao tiếp nhận thay {competent} ngày {on:%d/%m/%Y}.",
        code="post_office_not_acting",
    )


def _province(code: str) -> str:
    # Codes of before 2020 are written from right to left.
    parts = code.split(".")
    return parts[0] if parts[0][:1].isalpha() else parts[-1]
