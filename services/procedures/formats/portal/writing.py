"""Writes the facts as a portal's page has them."""

from typing import Any

from services.procedures.formats.limits import plain_number
from services.procedures.formats.portal.words import (
    ASSUMED_REMARK,
    ONLINE_LEVELS,
    SAME_DAY_RULE,
)
from services.procedures.formats.words import LEVELS, UNITS, WAYS
from services.procedures.records import (
    UNNAMED,
    FeeRecord,
    GroupRecord,
    LimitRecord,
    MethodRecord,
    ProcedureRecord,
)
from shared.events import LimitUnit, Method

Json = dict[str, Any]


def write(record: ProcedureRecord) -> Json:
    """What the shape names; of the rest of the record it knows nothing."""
    written = {
        "code": record.code,
        "name": _name(record.name),
        "field": _name(record.field),
        "levels": [LEVELS[level] for level in record.levels],
        "decision_no": _name(record.decision),
        "kind": record.kind,
        "subjects": list(record.subjects),
        "agency": "; ".join(agency.name for agency in record.performing_agencies) or None,
        "competent_agency": record.competent_agency,
        "methods": [_row(row) for row in record.methods],
        "components": [paper for group in record.groups for paper in _papers(group)],
        "components_total": record.components_total,
        "results": [{"name": _name(one.name), "code": one.code} for one in record.results],
        "legal_bases": [ground.number or ground.name or "" for ground in record.legal_grounds],
        "has_conditions": record.requirements is not None,
        "online_available": Method.ONLINE in record.ways,
        "postal_available": Method.POSTAL in record.ways,
    }
    return written | _said_only_where_known(record)


def _said_only_where_known(record: ProcedureRecord) -> Json:
    levels = {level: word for word, level in ONLINE_LEVELS.items()}
    assumed = any(row.limit and row.limit.unit_assumed for row in record.methods)
    known = {
        "dossier_sets": record.dossier_sets,
        "time_rule": SAME_DAY_RULE if record.same_day else None,
        "data_quality_note": record.note or (ASSUMED_REMARK if assumed else None),
        "level_before_2025": next((LEVELS[level] for level in record.former_levels), None),
        "linked": record.linked or None,
        "dvc_level": levels[record.online_level] if record.online_level else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _name(name: str) -> str | None:
    return None if name == UNNAMED else name


def _row(row: MethodRecord) -> Json:
    return {
        "channel": row.method.value,
        "channel_vi": WAYS[row.method],
        "time_limit": _limit(row.limit) if row.limit else None,
        "fee": _fee(row.fees[0]) if row.fees else None,
        "note": row.note,
    }


def _limit(limit: LimitRecord) -> Json:
    value = {"value": plain_number(limit.value)}
    if limit.unit_assumed:
        assumed = {"unit_missing_in_source": True, "unit_assumed": LimitUnit.WORKING_DAY.value}
        return value | {"unit": None, "unit_vi": None} | assumed
    return value | {"unit": limit.unit.value, "unit_vi": UNITS[limit.unit]}


def _fee(fee: FeeRecord) -> Json:
    per = {"per": fee.per} if fee.per else {}
    amount = None if fee.amount is None else plain_number(fee.amount)
    return {"amount": amount, "currency": fee.currency, "text": fee.text} | per


def _papers(group: GroupRecord) -> list[Json]:
    return [
        {
            "case": group.name,
            "name": _name(paper.name),
            "originals": paper.originals,
            "copies": paper.copies,
            "form_file": paper.form,
            "is_note": paper.is_note,
        }
        for paper in group.components
    ]
