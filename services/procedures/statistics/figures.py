"""The figures about procedures in force: what each one divides by what, and by which text."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, or_, true

from services.procedures.models import Agency, ProcedureVersion, Process, QualityDocument
from services.procedures.records import OnlineLevel
from shared.working_time import VIETNAM_TIME


class Figure(StrEnum):
    """A share among the procedures in force."""

    ONLINE_INFORMATION = "online_information"
    ONLINE_PARTIAL = "online_partial"
    ONLINE_FULL = "online_full"
    ONLINE_UNKNOWN = "online_unknown"
    ONLINE_SERVICE = "online_service"
    FULL_CONTENT = "full_content"
    PAID_ONLINE = "paid_online"
    QUALITY_DOCUMENT = "quality_document"
    ELECTRONIC_PROCESS = "electronic_process"
    LIMIT_CUT = "limit_cut"


@dataclass(frozen=True, slots=True)
class Scope:
    """The day, and the agency whose procedures are counted; None counts all of the catalogue."""

    on: date
    agency: Agency | None = None
    path: tuple[str, ...] = ()

    @property
    def day_ends(self) -> datetime:
        """The midnight that ends the day in Vietnam."""
        return datetime.combine(self.on + timedelta(days=1), time(), tzinfo=VIETNAM_TIME)


Condition = Callable[[Scope], SQLColumnExpression[bool]]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure is: which procedures count as whole, and which of them as part."""

    title: str
    formula: str
    source: str
    counted: Condition
    of: Condition = lambda _: true()


DECISION_766: Final = "Quyết định 766/QĐ-TTg ngày 23/6/2022"
DECREE_42: Final = "Nghị định 42/2022/NĐ-CP"
_ALL: Final = "số thủ tục đang có hiệu lực"


def _at_level(*levels: OnlineLevel) -> Condition:
    return lambda _: ProcedureVersion.online_level.in_(levels)


def _has_quality_document(scope: Scope) -> ColumnElement[bool]:
    document = QualityDocument
    own = [] if scope.agency is None else [document.agency == scope.agency.code]
    return exists().where(
        document.procedure == ProcedureVersion.code,
        document.approved_on <= scope.on,
        document.valid_to.is_(None) | (document.valid_to >= scope.on),
        *own,
    )


def _has_process(scope: Scope) -> ColumnElement[bool]:
    binding = []
    if scope.agency is not None:
        anybody = Process.agency.is_(None) & Process.level.is_(None)
        same_level = Process.level == scope.agency.level
        binding = [or_(anybody, same_level, Process.agency.in_(scope.path))]
    return exists().where(
        Process.procedure == ProcedureVersion.code,
        Process.version == ProcedureVersion.version,
        Process.published_at < scope.day_ends,
        Process.retired_at.is_(None) | (Process.retired_at >= scope.day_ends),
        *binding,
    )


FIGURES: Final = {
    Figure.ONLINE_INFORMATION: Definition(
        "Dịch vụ công trực tuyến cung cấp thông tin",
        f"số thủ tục ở mức cung cấp thông tin / {_ALL}",
        DECREE_42,
        _at_level(OnlineLevel.INFORMATION),
    ),
    Figure.ONLINE_PARTIAL: Definition(
        "Dịch vụ công trực tuyến một phần",
        f"số thủ tục một phần / {_ALL}",
        DECREE_42,
        _at_level(OnlineLevel.PARTIAL),
    ),
    Figure.ONLINE_FULL: Definition(
        "Dịch vụ công trực tuyến toàn trình",
        f"số thủ tục toàn trình / {_ALL}",
        DECREE_42,
        _at_level(OnlineLevel.FULL),
    ),
    Figure.ONLINE_UNKNOWN: Definition(
        "Thủ tục chưa rõ mức độ trực tuyến",
        f"số thủ tục không ghi mức độ trực tuyến / {_ALL}",
        DECREE_42,
        lambda _: ProcedureVersion.online_level.is_(None),
    ),
    Figure.ONLINE_SERVICE: Definition(
        "Thủ tục được cung cấp trực tuyến (chỉ số 3.1)",
        f"(số thủ tục một phần + số thủ tục toàn trình) / {_ALL}",
        DECISION_766,
        _at_level(OnlineLevel.PARTIAL, OnlineLevel.FULL),
    ),
    Figure.FULL_CONTENT: Definition(
        "Thủ tục được công khai đủ nội dung",
        f"số thủ tục đủ các phần bắt buộc a đến g / {_ALL}",
        f"{DECISION_766}; Nghị định 63/2010/NĐ-CP, Điều 8 khoản 2",
        lambda _: ProcedureVersion.full_content,
    ),
    Figure.PAID_ONLINE: Definition(
        "Thủ tục có phí, lệ phí được thanh toán trực tuyến (chỉ số 3.5)",
        "số thủ tục thanh toán trực tuyến được / số thủ tục có phí, lệ phí; không rõ không tính",
        DECISION_766,
        lambda _: ProcedureVersion.pays_online.is_(True),
        lambda _: ProcedureVersion.charges,
    ),
    Figure.QUALITY_DOCUMENT: Definition(
        "Thủ tục có quy trình theo TCVN ISO 9001",
        "số thủ tục có quy trình còn hiệu lực / số thủ tục thuộc thẩm quyền",
        "Quyết định 19/2014/QĐ-TTg",
        _has_quality_document,
    ),
    Figure.ELECTRONIC_PROCESS: Definition(
        "Thủ tục có quy trình điện tử",
        f"số thủ tục có quy trình điện tử đã công bố / {_ALL}",
        "Thông tư 01/2018/TT-VPCP, Điều 8",
        _has_process,
    ),
    Figure.LIMIT_CUT: Definition(
        "Thủ tục được cắt giảm thời hạn giải quyết",
        f"số thủ tục có thời hạn cam kết ngắn hơn quy định / {_ALL}",
        "Thời hạn theo quy định và thời hạn cam kết trong danh mục",
        lambda _: ProcedureVersion.cuts_limit,
    ),
}
