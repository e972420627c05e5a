"""Form 04 (phiếu xin lỗi và hẹn lại; văn bản xin lỗi và đề nghị gia hạn), and the plain letter."""

from datetime import datetime
from typing import Final, NamedTuple

from services.sla.apologies.content import Addressee, Content, Matter, Unit
from shared.events import ApologyKind, FormKind
from shared.printing import (
    Document,
    Field,
    Fields,
    Form,
    Paper,
    Paragraph,
    Signature,
    Signatures,
    form_set,
    form_set_of,
)
from shared.printing.document import Block
from shared.printing.wording import day_in_words, moment_in_words, place_and_date, two_digits
from shared.working_time import business_date

BLANK: Final = "." * 16
LETTER: Final = Form("Thư xin lỗi", "PXL", None, Paper.A4)
"""For errors, loss and wrong results no circular has a form."""

SIGNED: Final = "(Ký, ghi rõ họ tên, đóng dấu)"
HEAD: Final = "Thủ trưởng cơ quan"

WRONGS: Final = {
    ApologyKind.LOST_DAMAGED: "làm mất, làm hư hỏng giấy tờ của Ông/Bà/Tổ chức",
    ApologyKind.WRONG_RESULT: "trả kết quả giải quyết không đúng cho Ông/Bà/Tổ chức",
    ApologyKind.ERROR: "để xảy ra sai sót, gây phiền hà cho Ông/Bà/Tổ chức",
}


class Signed(NamedTuple):
    """What a letter's row tells of its form; without a number it is a draft."""

    kind: str
    at: datetime
    promised_at: datetime | None
    number: int | None
    form_set: str | None


def compose(signed: Signed, said: Content) -> Document:
    """Lay the letter out by the set in force when it was signed (D61 19(9); form 04)."""
    form = _form(signed)
    unit = said.unit or Unit(name=BLANK)
    matter = said.matter or Matter()
    number = BLANK if signed.number is None else two_digits(signed.number)
    return Document(
        title=form.title,
        label=form.label,
        paper=form.paper,
        unit=unit.name,
        parent=unit.parent,
        number=f"{number}/{form.suffix}",
        code=matter.code,
        place_and_date=place_and_date(unit.place, signed.at),
        issued_at=signed.at,
        blocks=[
            _addressee(said.addressee or Addressee(name=BLANK)),
            *(_overdue(signed, said, unit, matter) if _is_overdue(signed) else ()),
            *(() if _is_overdue(signed) else _wrong(signed, said, unit, matter)),
            _head(said),
        ],
    )


def subject(said: Content) -> str:
    """The subject of a message that carries the letter."""
    code = said.matter.code if said.matter else None
    return f"Thư xin lỗi về hồ sơ {code}" if code else "Thư xin lỗi"


def file_name(signed: Signed) -> str:
    """The name of the file: its number and year."""
    number = "du-thao" if signed.number is None else f"{signed.number:02d}"
    return f"thu-xin-loi-{number}-{business_date(signed.at).year}.pdf"


def _is_overdue(signed: Signed) -> bool:
    return signed.kind == ApologyKind.OVERDUE


def _form(signed: Signed) -> Form:
    if not _is_overdue(signed):
        return LETTER
    known = form_set_of(signed.form_set) if signed.form_set else form_set(business_date(signed.at))
    return known.forms[FormKind.APOLOGY]


def _addressee(person: Addressee) -> Fields:
    return Fields(
        [
            [Field("Kính gửi", person.name, strong=True)],
            [
                Field("Số định danh", person.identity_number or BLANK),
                Field("Số điện thoại", person.phone or BLANK),
            ],
            [Field("Địa chỉ", person.address or BLANK)],
        ]
    )


def _overdue(signed: Signed, said: Content, unit: Unit, matter: Matter) -> list[Block]:
    again = moment_in_words(signed.promised_at) if signed.promised_at else BLANK
    return [
        Fields(
            [
                [Field("Tiếp nhận hồ sơ", _moment(matter.accepted_at))],
                [Field("Thủ tục hành chính", _procedure(matter))],
                [Field("Thời gian hẹn trả kết quả", _moment(matter.due_at))],
            ]
        ),
        Paragraph(
            f"{unit.name} không kịp trả kết quả giải quyết hồ sơ nêu trên đúng thời gian đã hẹn."
        ),
        Fields([[Field("Lý do", said.reason or BLANK)]]),
        Paragraph(
            f"{unit.name} xin lỗi Ông/Bà/Tổ chức vì sự chậm trễ này và hẹn lại thời gian trả"
            " kết quả như sau:"
        ),
        Fields([[Field("Thời gian trả kết quả mới", again, strong=True)]]),
        Paragraph("Rất mong Ông/Bà/Tổ chức thông cảm."),
    ]


def _wrong(signed: Signed, said: Content, unit: Unit, matter: Matter) -> list[Block]:
    rows = []
    if matter.code:
        rows = [
            [Field("Tiếp nhận hồ sơ", _moment(matter.accepted_at))],
            [Field("Thủ tục hành chính", _procedure(matter))],
        ]
    found = day_in_words(matter.found_on) if matter.found_on else BLANK
    wrong = WRONGS[ApologyKind(signed.kind)]
    return [
        Fields([*rows, [Field("Phát hiện sai sót", found)]]),
        Paragraph(f"{unit.name} đã {wrong}."),
        Fields([[Field("Lý do", said.reason or BLANK)]]),
        Paragraph(
            f"{unit.name} xin lỗi Ông/Bà/Tổ chức và chịu trách nhiệm khắc phục. Rất mong"
            " Ông/Bà/Tổ chức thông cảm."
        ),
    ]


def _head(said: Content) -> Signatures:
    signer = Signature(said.signer_title or HEAD, said.signer or "", SIGNED)
    return Signatures([Signature("", "", ""), signer])


def _moment(moment: datetime | None) -> str:
    return moment_in_words(moment) if moment else BLANK


def _procedure(matter: Matter) -> str:
    if matter.procedure is None:
        return BLANK
    if matter.procedure_name is None:
        return matter.procedure
    return f"{matter.procedure_name} ({matter.procedure})"
