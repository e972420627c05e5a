"""The figures that targets are set for: what each one divides by what, and who reckons it."""

from dataclasses import dataclass
from enum import StrEnum

from services.procedures.models import Unit


class Formula(StrEnum):
    """A figure that a target can be set for (công thức của chỉ tiêu)."""

    ON_TIME_SHARE = "on_time_share"
    APOLOGY_SHARE = "apology_share"
    USED_ONLINE_SHARE = "used_online_share"
    PARTIAL_ONLINE_SHARE = "partial_online_share"
    FULL_ONLINE_SHARE = "full_online_share"
    MODERN_ONE_STOP_SHARE = "modern_one_stop_share"
    ISO_AGENCY_SHARE = "iso_agency_share"
    ISO_PROCEDURE_SHARE = "iso_procedure_share"
    MEAN_WAITING = "mean_waiting"
    OFFICER_PRODUCTIVITY = "officer_productivity"
    DIGITISED_RESULT_SHARE = "digitised_result_share"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure is: numerator over denominator, in a unit."""

    title: str
    numerator: str
    denominator: str
    unit: Unit = Unit.PERCENT


_RESOLVED = "Số hồ sơ đã giải quyết trong kỳ"
_PROCEDURES = "Số thủ tục thuộc thẩm quyền giải quyết"

MEANINGS = {
    Formula.ON_TIME_SHARE: Meaning(
        "Tỷ lệ hồ sơ giải quyết và trả kết quả trước hạn, đúng hạn",
        "Số hồ sơ đã giải quyết trước hạn và đúng hạn trong kỳ",
        _RESOLVED,
    ),
    Formula.APOLOGY_SHARE: Meaning(
        "Tỷ lệ sai sót, trễ hẹn có thư xin lỗi đã đến người nhận",
        "Số sai sót, trễ hẹn có thư xin lỗi đã được nhận",
        "Số sai sót, trễ hẹn phát sinh trong kỳ",
    ),
    Formula.USED_ONLINE_SHARE: Meaning(
        "Tỷ lệ dịch vụ công trực tuyến có phát sinh hồ sơ trực tuyến",
        "Số thủ tục cung cấp trực tuyến có ít nhất một hồ sơ nộp trực tuyến",
        "Số thủ tục cung cấp trực tuyến một phần và toàn trình (mức độ 3, mức độ 4)",
    ),
    Formula.PARTIAL_ONLINE_SHARE: Meaning(
        "Tỷ lệ hồ sơ xử lý trực tuyến một phần (mức độ 3)",
        "Số hồ sơ của các thủ tục một phần được xử lý trực tuyến",
        "Số hồ sơ của các thủ tục một phần",
    ),
    Formula.FULL_ONLINE_SHARE: Meaning(
        "Tỷ lệ hồ sơ xử lý trực tuyến toàn trình (mức độ 4)",
        "Số hồ sơ của các thủ tục toàn trình được xử lý trực tuyến",
        "Số hồ sơ của các thủ tục toàn trình",
    ),
    Formula.MODERN_ONE_STOP_SHARE: Meaning(
        "Tỷ lệ đơn vị có Bộ phận tiếp nhận và trả kết quả hiện đại",
        "Số đơn vị có Bộ phận tiếp nhận và trả kết quả hiện đại",
        "Số đơn vị cùng cấp trong phạm vi",
    ),
    Formula.ISO_AGENCY_SHARE: Meaning(
        "Tỷ lệ cơ quan áp dụng TCVN ISO 9001:2015",
        "Số cơ quan có quy trình ISO được phê duyệt còn hiệu lực",
        "Số cơ quan trong phạm vi",
    ),
    Formula.ISO_PROCEDURE_SHARE: Meaning(
        "Tỷ lệ thủ tục có quy trình ISO",
        "Số thủ tục có quy trình ISO được phê duyệt còn hiệu lực",
        _PROCEDURES,
    ),
    Formula.MEAN_WAITING: Meaning(
        "Thời gian chờ trung bình một lượt giao dịch",
        "Tổng số phút chờ của các lượt giao dịch",
        "Số lượt giao dịch",
        Unit.MINUTE,
    ),
    Formula.OFFICER_PRODUCTIVITY: Meaning(
        "Năng suất của một cán bộ tại Bộ phận Một cửa trong năm",
        "Số hồ sơ tiếp nhận trong năm",
        "Số cán bộ tiếp nhận",
        Unit.DOSSIER,
    ),
    Formula.DIGITISED_RESULT_SHARE: Meaning(
        "Tỷ lệ số hóa kết quả giải quyết",
        "Số hồ sơ có kết quả được số hóa",
        _RESOLVED,
    ),
}
