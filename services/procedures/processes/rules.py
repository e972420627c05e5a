"""Whether a process keeps the limit: its timed steps add up to exactly what is promised; pure."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from services.procedures.processes.record import ProcessRecord
from services.procedures.processes.steps import groups
from services.procedures.records import LimitRecord, MethodRecord, ProcedureRecord
from services.procedures.spans import Span, span, units_of
from shared.errors import Unprocessable
from shared.events import Method


def check(process: ProcessRecord, procedure: ProcedureRecord) -> LimitRecord:
    """Tell the limit of the case; raises Unprocessable unless the steps add up to just that."""
    stated = promised(process, procedure)
    limit, total = span(stated, process.hours_per_day), total_of(process)
    if total.unit is not limit.unit:
        raise Unprocessable(
            f"Thời hạn là {limit}; các bước phải tính theo cùng đơn vị.",
            code="process_unit_differs",
            limit=str(limit),
        )
    if total != limit:
        of_day = process.hours_per_day
        raise Unprocessable(
            f"Tổng thời gian các bước là {total.in_days(of_day)},"
            f" thời hạn giải quyết là {limit.in_days(of_day)}; hai số phải bằng nhau.",
            code="process_sum_differs",
            sum=str(total),
            limit=str(limit),
        )
    return stated


def total_of(process: ProcessRecord) -> Span:
    """Add up the timed steps; of steps that run at the same time the longest counts.

    Raises Unprocessable where nothing is timed, or in units that do not add up.
    """
    timed = [
        [span(step.limit, process.hours_per_day) for step in together if step.limit]
        for together in groups(process.steps)
    ]
    units = units_of(each for together in timed for each in together)
    if not units:
        raise Unprocessable("Không bước nào có thời gian.", code="process_untimed")
    if len(units) > 1:
        raise Unprocessable(
            "Các bước phải tính theo cùng đơn vị: giờ và ngày làm việc, hoặc ngày, hoặc tháng.",
            code="process_unit_differs",
        )
    counted = (max((each.amount for each in together), default=Fraction(0)) for together in timed)
    return Span(sum(counted, Fraction(0)), units.pop())


def promised(process: ProcessRecord, procedure: ProcedureRecord) -> LimitRecord:
    """Find the one limit promised for what the process is bound to; raises Unprocessable."""
    known = {case.id for case in procedure.cases}
    if process.case is not None and process.case not in known:
        raise Unprocessable(
            f"Thủ tục {procedure.code} không có trường hợp {process.case}.", code="case_unknown"
        )
    cases = sorted(known) if process.case is None else [process.case]
    methods = procedure.ways if process.method is None else [process.method]
    rows = {way: _rows(procedure, way, cases) for way in methods}
    rows = {way: of_way for way, of_way in rows.items() if of_way}
    if not rows:
        raise Unprocessable(
            f"Thủ tục {procedure.code} không tiếp nhận theo cách này.", code="method_not_offered"
        )
    limits = {way: _limits(of_way, process.hours_per_day) for way, of_way in rows.items()}
    every = {limit for of_way in limits.values() for limit in of_way}
    if len(every) > 1:
        raise _undecided(process, rows, limits)
    stated = next(row.promised for of_way in rows.values() for row in of_way)
    if stated is None:
        raise Unprocessable(
            "Danh mục chưa biết thời hạn giải quyết nên chưa đối chiếu được quy trình;"
            " hãy công bố thời hạn trước.",
            code="limit_unknown",
        )
    return stated


def _rows(procedure: ProcedureRecord, way: Method, cases: Sequence[str]) -> list[MethodRecord]:
    """Rows of the way that dossiers of these cases may be promised by; a case's own go first."""
    found: dict[str, MethodRecord] = {}
    offered = [row for row in procedure.methods if row.method is way]
    for case in cases:
        own = [row for row in offered if row.case == case]
        for row in own or [row for row in offered if row.case is None]:
            found[row.id] = row
    return list(found.values())


def _limits(rows: Sequence[MethodRecord], hours_per_day: int) -> frozenset[Span | None]:
    return frozenset(span(row.promised, hours_per_day) if row.promised else None for row in rows)


def _undecided(
    process: ProcessRecord,
    rows: dict[Method, list[MethodRecord]],
    limits: dict[Method, frozenset[Span | None]],
) -> Unprocessable:
    """The refusal that tells what to name so that one limit remains."""
    listed = [_listed(row) for of_way in rows.values() for row in of_way]
    if process.method is None and len(set(limits.values())) > 1:
        detail = "Các cách thức có thời hạn khác nhau; hãy nêu cách thức của quy trình."
        return Unprocessable(detail, code="method_needed", rows=listed)
    if process.case is None:
        detail = "Các trường hợp có thời hạn khác nhau; hãy nêu trường hợp của quy trình."
        return Unprocessable(detail, code="case_needed", rows=listed)
    detail = "Danh mục có nhiều thời hạn cho đúng trường hợp và cách thức này; hãy tách thủ tục."
    return Unprocessable(detail, code="limit_ambiguous", rows=listed)


def _listed(row: MethodRecord) -> dict[str, Any]:
    limit = row.promised
    return {
        "id": row.id,
        "case": row.case,
        "method": row.method,
        "limit": {"value": str(limit.value), "unit": limit.unit} if limit else None,
    }
