"""The kinds of oddities, how much each asks of who approves, and what each is called."""

from enum import StrEnum
from typing import Final

SHEETS_MAX: Final = 20
"""More originals or copies of one paper than this are a typing error (the source has 20,240)."""


class Severity(StrEnum):
    """How much an anomaly asks of who approves."""

    INFO = "info"
    WARNING = "warning"


class AnomalyCode(StrEnum):
    """What may be odd in a record."""

    UNIT_MISSING = "unit_missing"
    LIMIT_UNKNOWN = "limit_unknown"
    FEE_ODD = "fee_odd"
    FEE_UNKNOWN = "fee_unknown"
    NO_COMPONENT = "no_component"
    NOTE_AS_PAPER = "note_as_paper"
    COPIES_ODD = "copies_odd"
    PAPER_REPEATED = "paper_repeated"
    NO_METHOD = "no_method"
    NO_STEPS = "no_steps"
    NAME_CUT = "name_cut"
    NAME_BLANK = "name_blank"
    CODE_REPEATED = "code_repeated"
    FIELD_UNKNOWN = "field_unknown"
    LEVEL_UNKNOWN = "level_unknown"
    INTERNAL_PROCEDURE = "internal_procedure"
    NO_RESULT = "no_result"
    NO_LEGAL_GROUND = "no_legal_ground"
    CHANNELS_DIFFER = "channels_differ"
    CURRENCY_FOREIGN = "currency_foreign"
    DECISION_MISSING = "decision_missing"
    CONTENT_INCOMPLETE = "content_incomplete"

    @property
    def label(self) -> str:
        """What it is called in reports."""
        return _LABELS[self]

    @property
    def severity(self) -> Severity:
        """Whether it is only worth knowing, or probably a mistake."""
        return Severity.INFO if self in _WORTH_KNOWING else Severity.WARNING


_LABELS = {
    AnomalyCode.UNIT_MISSING: "Thời hạn không có đơn vị",
    AnomalyCode.LIMIT_UNKNOWN: "Không rõ thời hạn giải quyết",
    AnomalyCode.FEE_ODD: "Mức phí, lệ phí bất thường",
    AnomalyCode.FEE_UNKNOWN: "Không rõ phí, lệ phí (khác với miễn phí)",
    AnomalyCode.NO_COMPONENT: "Không có giấy tờ nào",
    AnomalyCode.NOTE_AS_PAPER: "Giấy tờ không có bản chính, bản sao nào",
    AnomalyCode.COPIES_ODD: f"Số bản của một giấy tờ trên {SHEETS_MAX}",
    AnomalyCode.PAPER_REPEATED: "Giấy tờ lặp lại trong cùng nhóm",
    AnomalyCode.NO_METHOD: "Không có cách thức thực hiện",
    AnomalyCode.NO_STEPS: "Không có trình tự thực hiện",
    AnomalyCode.NAME_CUT: "Tên có vẻ bị cắt",
    AnomalyCode.NAME_BLANK: "Tên để trống",
    AnomalyCode.CODE_REPEATED: "Mã thủ tục lặp lại trong tệp",
    AnomalyCode.FIELD_UNKNOWN: "Lĩnh vực chưa có trong danh mục",
    AnomalyCode.LEVEL_UNKNOWN: "Cấp thực hiện không rõ",
    AnomalyCode.INTERNAL_PROCEDURE: "Thủ tục hành chính nội bộ",
    AnomalyCode.NO_RESULT: "Không có kết quả thực hiện",
    AnomalyCode.NO_LEGAL_GROUND: "Không có căn cứ pháp lý",
    AnomalyCode.CHANNELS_DIFFER: "Thời hạn hoặc phí khác nhau giữa các kênh",
    AnomalyCode.CURRENCY_FOREIGN: "Phí tính bằng ngoại tệ",
    AnomalyCode.DECISION_MISSING: "Thiếu quyết định công bố",
    AnomalyCode.CONTENT_INCOMPLETE: "Thiếu nội dung bắt buộc",
}
_WORTH_KNOWING = frozenset(
    {
        AnomalyCode.FEE_UNKNOWN,
        AnomalyCode.FIELD_UNKNOWN,
        AnomalyCode.INTERNAL_PROCEDURE,
        AnomalyCode.NO_RESULT,
        AnomalyCode.NO_LEGAL_GROUND,
        AnomalyCode.CHANNELS_DIFFER,
        AnomalyCode.CURRENCY_FOREIGN,
    }
)
