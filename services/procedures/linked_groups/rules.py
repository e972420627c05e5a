"""Whether a linked group keeps its limit; pure."""

from fractions import Fraction

from services.procedures.linked_groups.record import LinkedGroupRecord
from services.procedures.spans import Span, span
from shared.errors import Unprocessable
from shared.events import LinkMode


def check(group: LinkedGroupRecord) -> None:
    """Raise Unprocessable where the members need more time than the group has.

    One after the other their times add up, at once the longest counts; a member whose time the
    source does not give takes none of it.
    """
    total = span(group.total)
    times = [span(member.limit) for member in group.members if member.limit]
    if any(time.unit is not total.unit for time in times):
        raise Unprocessable(
            f"Thời hạn chung là {total}; các thủ tục thành viên phải tính theo cùng đơn vị.",
            code="group_unit_differs",
        )
    amounts = [time.amount for time in times]
    in_order = group.mode is LinkMode.IN_ORDER
    needed = sum(amounts, Fraction(0)) if in_order else max(amounts, default=Fraction(0))
    if needed > total.amount:
        raise Unprocessable(
            f"Các thủ tục thành viên cần {Span(needed, total.unit)},"
            f" quá thời hạn chung {total}; hãy rút ngắn hoặc gia tăng thời hạn chung.",
            code="group_limit_exceeded",
        )
