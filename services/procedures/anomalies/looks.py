"""The single looks at a record, each for oddities of one sort."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from services.procedures.anomalies.anomaly import Anomaly
from services.procedures.anomalies.codes import SHEETS_MAX, AnomalyCode
from services.procedures.content import missing_parts
from services.procedures.records import UNNAMED, FeeRecord, MethodRecord, ProcedureRecord
from shared.events import AgencyLevel

FEE_LEAST: Final = 1000
"""đồng; nothing costs less, so a smaller one lacks its zeros."""

FEES_APART: Final = 100
"""Channels may cost different money, yet not a hundred times as much."""

CUT_AT: Final = 120
"""The national portal's listing cuts names at this many characters."""

CUT_MARKS: Final = ("…", "...")
BLANK_NAMES: Final = frozenset({UNNAMED, "không tên", "không có thông tin", "-", "."})
NO_DECISION: Final = frozenset({"(không có)", "không có thông tin", "không rõ", UNNAMED})
VND: Final = "VND"


def _whole(record: ProcedureRecord) -> Iterator[Anomaly]:
    if missing := missing_parts(record):
        named = ", ".join(part.label for part in missing)
        yield Anomaly(AnomalyCode.CONTENT_INCOMPLETE, f"Thiếu {named}", "")
    lacking = (
        (AnomalyCode.NO_METHOD, record.methods, "/methods"),
        (AnomalyCode.NO_STEPS, record.steps, "/steps"),
        (AnomalyCode.NO_RESULT, record.results, "/results"),
        (AnomalyCode.NO_LEGAL_GROUND, record.legal_grounds, "/legal_grounds"),
    )
    for code, there, pointer in lacking:
        if not there:
            yield Anomaly(code, code.label, pointer)
    if record.internal:
        yield Anomaly(AnomalyCode.INTERNAL_PROCEDURE, f"Mã {record.code}", "/code")
    if AgencyLevel.OTHER in record.levels:
        yield Anomaly(AnomalyCode.LEVEL_UNKNOWN, "Cấp khác", "/levels")
    if record.decision.casefold() in NO_DECISION:
        yield Anomaly(AnomalyCode.DECISION_MISSING, record.decision, "/decision")


def _papers(record: ProcedureRecord) -> Iterator[Anomaly]:
    asked_for = False
    for group_at, group in enumerate(record.groups):
        seen: set[str] = set()
        for at, paper in enumerate(group.components):
            pointer = f"/groups/{group_at}/components/{at}"
            if paper.is_note:
                continue
            asked_for = True
            if not paper.originals and not paper.copies:
                yield Anomaly(AnomalyCode.NOTE_AS_PAPER, _short(paper.name), pointer)
            for name in ("originals", "copies"):
                if (count := getattr(paper, name)) > SHEETS_MAX:
                    yield Anomaly(AnomalyCode.COPIES_ODD, f"{count} bản", f"{pointer}/{name}")
            if paper.name in seen:
                yield Anomaly(AnomalyCode.PAPER_REPEATED, _short(paper.name), f"{pointer}/name")
            seen.add(paper.name)
    if not asked_for:
        yield Anomaly(AnomalyCode.NO_COMPONENT, "Thành phần hồ sơ trống", "/groups")


def _names(record: ProcedureRecord) -> Iterator[Anomaly]:
    for name, pointer in _all_names(record):
        if name.casefold() in BLANK_NAMES:
            yield Anomaly(AnomalyCode.NAME_BLANK, name, pointer)
        elif name.endswith(CUT_MARKS) or (len(name) == CUT_AT and name[-1] not in ".;)"):
            yield Anomaly(AnomalyCode.NAME_CUT, f"…{name[-40:]}", pointer)


def _all_names(record: ProcedureRecord) -> Iterator[tuple[str, str]]:
    yield record.name, "/name"
    for group_at, group in enumerate(record.groups):
        if group.name is not None:
            yield group.name, f"/groups/{group_at}/name"
        for at, paper in enumerate(group.components):
            yield paper.name, f"/groups/{group_at}/components/{at}/name"


def _limits(record: ProcedureRecord) -> Iterator[Anomaly]:
    for at, row in enumerate(record.methods):
        pointer = f"/methods/{at}/limit"
        if row.limit is None:
            if not record.same_day:
                yield Anomaly(AnomalyCode.LIMIT_UNKNOWN, f"Kênh {row.method}", pointer)
        elif row.limit.unit_assumed:
            detail = f"“{row.limit.value}” được hiểu là ngày làm việc"
            yield Anomaly(AnomalyCode.UNIT_MISSING, detail, pointer)


def _fees(record: ProcedureRecord) -> Iterator[Anomaly]:
    dearest: dict[str, Decimal] = {}
    for at, row in enumerate(record.methods):
        if not row.fees:
            yield Anomaly(AnomalyCode.FEE_UNKNOWN, f"Kênh {row.method}", f"/methods/{at}/fees")
        for fee_at, fee in enumerate(row.fees):
            pointer = f"/methods/{at}/fees/{fee_at}/amount"
            if fee.amount and fee.currency != VND:
                yield Anomaly(AnomalyCode.CURRENCY_FOREIGN, f"{fee.amount} {fee.currency}", pointer)
            if (amount := _in_dong(fee)) is None:
                continue
            if amount < FEE_LEAST:
                yield Anomaly(AnomalyCode.FEE_ODD, f"{amount} đồng", pointer)
            dearest[row.method] = max(amount, dearest.get(row.method, amount))
    if dearest and min(dearest.values()) * FEES_APART <= max(dearest.values()):
        told = ", ".join(f"{method}: {amount} đồng" for method, amount in dearest.items())
        yield Anomaly(AnomalyCode.FEE_ODD, f"Các kênh chênh nhau quá nhiều ({told})", "/methods")


def _channels(record: ProcedureRecord) -> Iterator[Anomaly]:
    for what, terms in (("Thời hạn", _terms_of_time), ("Phí, lệ phí", _terms_of_money)):
        by_channel: dict[str, set[object]] = {}
        for row in record.methods:
            by_channel.setdefault(row.method, set()).add(terms(row))
        if len({frozenset(offered) for offered in by_channel.values()}) > 1:
            yield Anomaly(
                AnomalyCode.CHANNELS_DIFFER, f"{what} khác nhau giữa các kênh", "/methods"
            )


LOOKS: Final[tuple[Callable[[ProcedureRecord], Iterator[Anomaly]], ...]] = (
    _whole,
    _names,
    _papers,
    _limits,
    _fees,
    _channels,
)


def _terms_of_time(row: MethodRecord) -> object:
    return (row.case, row.limit.value, row.limit.unit) if row.limit else (row.case, None)


def _terms_of_money(row: MethodRecord) -> object:
    return (row.case, *sorted((str(fee.amount), fee.currency) for fee in row.fees))


def _in_dong(fee: FeeRecord) -> Decimal | None:
    """The amount in đồng, of a fee that is one; None for free ones and other money."""
    return fee.amount if fee.amount and fee.currency == VND else None


def _short(name: str) -> str:
    return name if len(name) <= CUT_AT else f"{name[:CUT_AT]}…"
