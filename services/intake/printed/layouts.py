"""How each form is laid out: fields, tables and signatures, in the order of its circular."""

from collections.abc import Callable
from typing import TypeVar

from services.intake.printed.words import (
    BLANK,
    CHANNELS,
    contact,
    limit_in_words,
    officer_name,
    paper_table,
    person_rows,
    way_in_words,
)
from services.intake.schemas.printed import FormContent, FormPerson, IssuedForm
from shared.events import Channel, FormKind
from shared.printing import (
    Column,
    Document,
    Field,
    Fields,
    Paragraph,
    Side,
    Signature,
    Signatures,
    Table,
    form_set_of,
)
from shared.printing.document import Block
from shared.printing.wording import (
    moment_in_words,
    place_and_date,
    two_digits,
)

SUBMITTER, RECEIVER = "Người nộp hồ sơ", "Người tiếp nhận hồ sơ"
SEALED = "(Ký, ghi rõ họ tên, đóng dấu)"
NOTHING = "(không có giấy tờ)"

Part = TypeVar("Part")


def compose(issued: IssuedForm, content: FormContent, *, token: str) -> Document:
    """Lay a form out; the token is what its bearer tracks the dossier with."""
    form = form_set_of(issued.form_set).forms[issued.kind]
    unit = content.unit
    return Document(
        title=form.title,
        label=form.label,
        paper=form.paper,
        unit=unit.name,
        parent=unit.parent,
        number=issued.number,
        code=content.code,
        place_and_date=place_and_date(unit.place, issued.issued_at),
        issued_at=issued.issued_at,
        blocks=[*LAYOUTS[issued.kind](content), *_tracking(issued.kind, content, token)],
    )


def bearer(content: FormContent) -> FormPerson:
    """Tell who stands at the counter: the submitter, or the owner."""
    return content.submitter or content.owner


def _receipt(content: FormContent) -> list[Block]:
    part = _there(content.receipt)
    received = [
        [Field("Số lượng hồ sơ", f"{two_digits(part.sets)} (bộ)")],
        [
            Field(
                "Thời hạn giải quyết theo quy định",
                limit_in_words(part.limit, same_day=part.same_day),
            )
        ],
        [Field("Thời gian nhận hồ sơ", moment_in_words(part.received_at))],
    ]
    if part.counts_from != part.received_at:
        received.append([Field("Thời hạn tính từ", moment_in_words(part.counts_from))])
    due = moment_in_words(part.due_at) if part.due_at else BLANK
    received += [
        [Field("Thời gian trả kết quả", due, strong=True)],
        [Field("Đăng ký nhận kết quả", way_in_words(part.way_of_return, content.unit))],
        [Field("Vào Sổ theo dõi, quyển số", BLANK), Field("Số thứ tự", BLANK)],
    ]
    return [
        Fields([*_parties("Tiếp nhận hồ sơ của", content), *_matter(content)]),
        Paragraph("Thành phần hồ sơ nộp gồm:"),
        paper_table(part.papers) if part.papers else Paragraph(NOTHING),
        Fields(received),
        _both_sign(content),
    ]


def _supplement(content: FormContent) -> list[Block]:
    part = _there(content.supplement)
    table = Table(
        (
            Column("TT", align=Side.CENTER),
            Column("Giấy tờ cần bổ sung, hoàn thiện", 6),
            Column("Bản chính", align=Side.CENTER),
            Column("Bản sao", align=Side.CENTER),
            Column("Lý do, nội dung cần hoàn thiện", 5),
        ),
        [
            (
                str(place),
                item.name,
                two_digits(item.originals),
                two_digits(item.copies),
                item.reason,
            )
            for place, item in enumerate(part.items, start=1)
        ],
    )
    again = part.override_ground
    return [
        Fields([*_parties("Hồ sơ của", content), *_matter(content)]),
        Paragraph("Yêu cầu bổ sung, hoàn thiện hồ sơ gồm những giấy tờ sau:"),
        table,
        *([Paragraph(f"Căn cứ yêu cầu thêm một lần nữa: {again}")] if again else []),
        Paragraph(
            "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc, xin liên hệ theo thông tin dưới"
            " đây để được hướng dẫn."
        ),
        Fields(contact(content.unit, content.officer)),
        Signatures(
            [
                Signature("", "", ""),
                Signature("Người hướng dẫn", officer_name(content.officer)),
            ]
        ),
    ]


def _refusal(content: FormContent) -> list[Block]:
    part = _there(content.refusal)
    return [
        Fields([*_parties("Đã nhận hồ sơ của", content), *_matter(content)]),
        Paragraph("Qua xem xét, đơn vị không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể:"),
        Paragraph(part.ground),
        Paragraph("Xin thông báo để ông (bà), tổ chức được biết và thực hiện."),
        Fields(contact(content.unit, content.officer)),
        _both_sign(content),
    ]


def _stop(content: FormContent) -> list[Block]:
    part = _there(content.stop)
    money = [f"{paid.amount:,} {paid.currency}".replace(",", ".") for paid in part.paid]
    return [
        Fields(
            [
                *_parties("Kính gửi", content),
                *_matter(content),
                [Field("Thời gian nộp hồ sơ", moment_in_words(part.filed_at))],
                [Field("Giai đoạn khi dừng", part.stage)],
            ]
        ),
        Paragraph("Đơn vị dừng giải quyết hồ sơ này theo yêu cầu, lý do sau:"),
        Paragraph(part.ground),
        Paragraph("Giấy tờ trả lại gồm:"),
        paper_table(part.papers) if part.papers else Paragraph(NOTHING),
        Fields([[Field("Phí, lệ phí đã nộp", "; ".join(money) or "không")]]),
        Signatures(
            [
                Signature("Người nhận lại", bearer(content).name),
                Signature("Thủ trưởng đơn vị", "", SEALED),
            ]
        ),
    ]


LAYOUTS: dict[FormKind, Callable[[FormContent], list[Block]]] = {
    FormKind.RECEIPT: _receipt,
    FormKind.SUPPLEMENT: _supplement,
    FormKind.REFUSAL: _refusal,
    FormKind.STOP: _stop,
}
"""The kinds that intake issues."""


def _parties(label: str, content: FormContent) -> list[list[Field]]:
    rows = person_rows(label, bearer(content))
    if content.submitter is not None:
        rows += person_rows("Chủ hồ sơ", content.owner)
    if content.authoriser is not None:
        rows += person_rows("Người ủy quyền", content.authoriser)
    return rows


def _matter(content: FormContent) -> list[list[Field]]:
    return [
        [Field("Nội dung yêu cầu giải quyết", f"{content.procedure_name} ({content.procedure})")],
        [Field("Cơ quan giải quyết", content.competent_agency)],
        [Field("Hình thức nộp hồ sơ", CHANNELS[Channel(content.channel)])],
    ]


def _both_sign(content: FormContent) -> Signatures:
    return Signatures(
        [
            Signature(SUBMITTER, bearer(content).name),
            Signature(RECEIVER, officer_name(content.officer)),
        ]
    )


def _tracking(kind: FormKind, content: FormContent, token: str) -> list[Block]:
    if kind is not FormKind.RECEIPT:
        return []
    where = f" tại {content.unit.site}" if content.unit.site else ""
    text = f"Tra cứu tiến độ{where} bằng mã hồ sơ (trong mã QR) và mã tra cứu {token}."
    return [Paragraph(text, italic=True)]


def _there(part: Part | None) -> Part:
    if part is None:
        raise ValueError("the form's content lacks the part of its kind")
    return part
