"""The statutory forms (biểu mẫu): which circular's set is in force on a day, and what it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.events import FormKind
from shared.printing.document import Paper


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a set; without a template number it is given, but as no form of the circular.

    Behind its running number stands the suffix, or the one-stop's own letters where it has none.
    """

    title: str
    suffix: str | None
    template: str | None = None
    paper: Paper = Paper.A5

    @property
    def label(self) -> str | None:
        """How the form names itself in its corner: `Mẫu số 01`."""
        return f"Mẫu số {self.template}" if self.template else None


@dataclass(frozen=True, slots=True)
class FormSet:
    """The forms of a circular and the day from which they are used."""

    circular: str
    valid_from: date
    forms: Mapping[FormKind, Form]


RECEIPT_TITLE = "Giấy tiếp nhận hồ sơ\nvà hẹn trả kết quả"
SUPPLEMENT_TITLE = "Phiếu yêu cầu bổ sung,\nhoàn thiện hồ sơ"
REFUSAL_TITLE = "Phiếu từ chối tiếp nhận\ngiải quyết hồ sơ"
STOP_TITLE = "Thông báo\ndừng giải quyết hồ sơ"
CONTROL_TITLE = "Phiếu kiểm soát\nquá trình giải quyết hồ sơ"

FORM_SETS: tuple[FormSet, ...] = (
    FormSet(
        "01/2018/TT-VPCP",
        date(2019, 1, 6),
        {
            FormKind.RECEIPT: Form(RECEIPT_TITLE, None, "01"),
            FormKind.SUPPLEMENT: Form(SUPPLEMENT_TITLE, "PBS", "02"),
            FormKind.REFUSAL: Form(REFUSAL_TITLE, "PTC", "03"),
            FormKind.APOLOGY: Form("Phiếu xin lỗi\nvà hẹn lại ngày trả kết quả", "PXL", "04"),
            FormKind.CONTROL: Form(CONTROL_TITLE, "PKS", "05"),
            FormKind.BOOK: Form("Sổ theo dõi hồ sơ", None, "06", Paper.A4),
            # This circular has none; the person is told in writing all the same.
            FormKind.STOP: Form(STOP_TITLE, "TBD"),
        },
    ),
    FormSet(
        "03/2025/TT-VPCP",
        date(2025, 9, 15),
        {
            FormKind.RECEIPT: Form(RECEIPT_TITLE, None, "01", Paper.A4),
            FormKind.SUPPLEMENT: Form(SUPPLEMENT_TITLE, "PBS", "02", Paper.A4),
            FormKind.REFUSAL: Form(REFUSAL_TITLE, "PTC", "03", Paper.A4),
            FormKind.APOLOGY: Form(
                "Văn bản xin lỗi và đề nghị\ngia hạn thời gian giải quyết", "PXL", "04", Paper.A4
            ),
            FormKind.STOP: Form(STOP_TITLE, "TBD", "05", Paper.A4),
            FormKind.CONTROL: Form(CONTROL_TITLE, "PKS", "06", Paper.A4),
            FormKind.BOOK: Form("Sổ theo dõi hồ sơ", None, "07", Paper.A4),
        },
    ),
)
"""Oldest first; A5 is the rule of Circular 01/2018 Art 9, the later circular's size is open."""


def form_set(on: date) -> FormSet:
    """Get the set in force on a day; the first one also counts before its day."""
    in_force = [known for known in FORM_SETS if known.valid_from <= on]
    return in_force[-1] if in_force else FORM_SETS[0]


def form_set_of(circular: str) -> FormSet:
    """Get a set by its circular, for what was issued under it; raises KeyError."""
    return {known.circular: known for known in FORM_SETS}[circular]
