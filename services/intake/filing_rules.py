"""What a filing must satisfy before it is taken in; pure of the database."""

import hmac
from datetime import date, datetime, timedelta
from typing import Any

from services.intake import codes
from services.intake.copies import Catalogue
from services.intake.schemas.filing import Filing
from shared.errors import FieldError, Forbidden, Unprocessable
from shared.events import Channel, Method, ProcedurePublished
from shared.identity import Principal, Role
from shared.personal_data import Vault

FILERS = (Role.PORTAL, Role.POSTAL, Role.COUNTER)
CLOCK_SKEW = timedelta(minutes=5)
HAND_OVER_AGE_MAX = timedelta(days=30)
"""An older record of hand-over is history, and comes in by the import."""


def check_reach(principal: Principal, vault: Vault, given: Filing) -> None:
    """Refuse who may not file here, or not for these people; raises Forbidden."""
    if principal.may(*FILERS):
        if principal.covers(given.agency):
            return
        raise Forbidden(
            f"Cơ quan {given.agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
        )
    if Role.CITIZEN not in principal.roles:
        raise Forbidden("Vai trò của bạn không được nộp hồ sơ.", code="role_missing")
    if given.channel.method is not Method.ONLINE or given.national_code is not None:
        raise Forbidden("Người dân chỉ tự nộp qua kênh trực tuyến.", code="channel_not_yours")
    own = vault.hash(principal.number) or b""
    people = (given.applicant, given.submitter)
    numbers = [vault.hash(person.identity_number) for person in people if person]
    if not any(number and hmac.compare_digest(number, own) for number in numbers):
        raise Forbidden("Bạn chỉ được nộp hồ sơ đứng tên mình.", code="not_your_dossier")


def filed_at(given: Filing, now: datetime) -> datetime:
    """Tell when it counts as filed; by post, when the hand-over record was signed (QĐ45 7(4))."""
    if given.hand_over is None:
        return now
    if given.channel is not Channel.POSTAL:
        raise wrong("hand_over", "hand_over_not_postal", "Chỉ kênh bưu chính có biên bản.")
    signed_at = given.hand_over.signed_at
    if not now - HAND_OVER_AGE_MAX <= signed_at <= now + CLOCK_SKEW:
        raise wrong(
            "hand_over/signed_at",
            "hand_over_time",
            "Thời điểm ký biên bản phải trong 30 ngày qua và không ở tương lai.",
        )
    return signed_at


def places(catalogue: Catalogue, given: Filing, on: date) -> str:
    """Check every agency named, and tell the competent one; raises Unprocessable."""
    named = {
        "agency": given.agency,
        "competent_agency": given.competent_agency,
        "support_agency": given.support_agency,
    }
    for member, code in named.items():
        if code is not None and catalogue.agency(code, on) is None:
            known = code in catalogue.agencies
            raise wrong(
                member,
                "agency_not_in_force" if known else "agency_unknown",
                f"Cơ quan {code} không còn hoạt động." if known else f"Không có cơ quan {code}.",
                successors=list(catalogue.successors(code)),
            )
    if given.national_code is not None and not codes.is_valid(given.national_code):
        raise wrong("national_code", "code_malformed", "Mã hồ sơ không đúng dạng quy định.")
    return given.competent_agency or given.agency


def check_procedure(procedure: ProcedurePublished) -> None:
    """Refuse what citizens cannot file: internal procedures (TTHC nội bộ, codes 5. and 6.)."""
    if procedure.internal:
        raise wrong(
            "procedure", "procedure_internal", "Thủ tục nội bộ không tiếp nhận của người dân."
        )


def check_papers(given: Filing, procedure: ProcedurePublished, case_id: str) -> None:
    """Refuse papers that the case does not list, or that are named twice."""
    if not given.papers:
        return
    listed = {
        component.id
        for case in procedure.cases
        if case.id == case_id
        for component in case.components
    }
    names = [paper.component for paper in given.papers]
    strange = sorted({name for name in names if name not in listed or names.count(name) > 1})
    if strange:
        raise wrong(
            "papers",
            "component_unknown",
            "Giấy tờ không thuộc thành phần hồ sơ của trường hợp này, hoặc nêu hai lần.",
            components=strange,
        )


def wrong(member: str, code: str, detail: str, **members: Any) -> Unprocessable:
    """The refusal of one member of the body."""
    pointed = FieldError(pointer=f"/body/{member}", detail=detail, code=code)
    return Unprocessable(detail, code=code, errors=[pointed], **members)
