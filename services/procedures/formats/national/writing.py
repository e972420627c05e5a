"""Writes the national record."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from services.procedures.formats.fees import remark_of
from services.procedures.formats.limits import plain_number
from services.procedures.formats.subjects import SEPARATOR
from services.procedures.formats.words import CHANNELS, CURRENCIES, LEVELS, UNITS
from services.procedures.records import (
    UNNAMED,
    ComponentRecord,
    FeeRecord,
    LimitRecord,
    MethodRecord,
    NamedCode,
    ProcedureRecord,
)

Json = dict[str, Any]


def write(record: ProcedureRecord) -> Json:
    """The record with every field of the national one; what is not known is null."""
    fields = (NamedCode(code=record.field_code, name=record.field), *record.other_fields)
    return {
        "ID": record.national_id,
        "MATTHC": record.code,
        "TENTTHC": _name(record.name),
        "MACOQUANCONGBO": record.publishing_agency,
        "LOAITTHC": record.kind,
        "CAPTHUCHIEN": [{"CAPTHUCHIEN": LEVELS[level]} for level in record.levels],
        "LINHVUCTHUCHIEN": _named(fields, "MALINHVUC", "TENLINHVUC"),
        **_nested(record),
        "DOITUONGTHUCHIEN": SEPARATOR.join(record.subjects) or None,
        "MOTADOITUONGTHUCHIEN": record.subjects_note,
        "COQUANTHUCHIEN": _named(record.performing_agencies, "MADONVI", "TENDONVI"),
        "COQUANCOTHAMQUYEN": record.competent_agency,
        "COQUANDUOCUYQUYEN": record.authorised_agency,
        "COQUANPHOIHOP": record.cooperating_agency,
        "DIACHITIEPNHAN": record.reception_address,
        "KETQUATHUCHIEN": _named(record.results, "MAKETQUA", "TENKETQUA"),
        "CANCUPHAPLY": [
            {"SOVANBAN": ground.number, "TENVANBAN": ground.name} for ground in record.legal_grounds
        ],
        "YEUCAU": record.requirements,
        "TUKHOA": record.keywords,
        "IDQUYETDINHCONGBO": record.decision_id or _name(record.decision),
        "TRANGTHAI": record.national_status,
        "MOTA": record.description,
        "TTHCLIENQUAN": _named(record.related, "MATTHC", "TENTTHC"),
        "TTHCLIENTHONG": _named(record.linked_with, "MATTHC", "TENTTHC"),
    }


def _nested(record: ProcedureRecord) -> Json:
    """Steps, ways of filing and papers."""
    return {
        "TRINHTUTHUCHIEN": [
            {"TRUONGHOP": part.case, "TRINHTU": [{"TENTRINHTU": _name(s)} for s in part.steps]}
            for part in record.steps
        ],
        "CACHTHUCTHUCHIEN": [
            {"KENH": CHANNELS[method], "THOIGIAN": [_row(row) for row in rows]}
            for method, rows in groupby(record.methods, key=lambda row: row.method)
        ],
        "THANHPHANHOSO": [
            {"TRUONGHOP": group.name, "GIAYTO": [_paper(paper) for paper in group.components]}
            for group in record.groups
        ],
    }


def _name(name: str) -> str | None:
    return None if name == UNNAMED else name


def _named(things: Sequence[NamedCode], code: str, name: str) -> list[Json]:
    known = [thing for thing in things if thing.code or thing.name != UNNAMED]
    return [{code: thing.code, name: _name(thing.name)} for thing in known]


def _row(row: MethodRecord) -> Json:
    value, unit = _limit(row.limit)
    return {
        "THOIGIANGIAIQUYET": value,
        "DONVITINH": unit,
        "MOTA": row.note,
        "PHILEPHI": [_fee(fee) for fee in row.fees],
    }


def _limit(limit: LimitRecord | None) -> tuple[int | float | None, str | None]:
    if limit is None:
        return None, None
    return plain_number(limit.value), None if limit.unit_assumed else UNITS[limit.unit]


def _fee(fee: FeeRecord) -> Json:
    return {
        "SOTIEN": None if fee.amount is None else plain_number(fee.amount),
        "DONVI": None if fee.amount is None else CURRENCIES.get(fee.currency, fee.currency),
        "MOTA": remark_of(fee),
    }


def _paper(paper: ComponentRecord) -> Json:
    return {
        "MAGIAYTO": paper.code,
        "TENGIAYTO": _name(paper.name),
        "SOBANCHINH": paper.originals,
        "SOBANSAO": paper.copies,
        "TENMAUDON": paper.form,
        "URL": paper.form_url,
    }
