"""One receipt for many dossiers, with the list of them as its annex."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, unmasking
from services.intake.desk import Desk
from services.intake.models import Dossier, PrintedForm
from services.intake.printed.layouts import bearer
from services.intake.printed.showing import in_clear, masked, number, opened
from services.intake.printed.words import BLANK, limit_in_words, officer_name, person_rows
from services.intake.schemas.printed import FormContent, FormPerson, ReceiptPart, SlipIn
from shared.errors import Conflict, NotFound
from shared.events import FormKind
from shared.printing import (
    Column,
    Document,
    Field,
    Fields,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Side,
    Signature,
    Signatures,
    Table,
    form_set,
)
from shared.printing.wording import place_and_date, short_moment, two_digits
from shared.working_time import business_date

FOUND_MAX = 201
"""One more than can be asked for."""


async def slip(session: AsyncSession, desk: Desk, asked: SlipIn) -> Document:
    """Print the receipts of many dossiers as one; NotFound or Conflict names what cannot be."""
    codes = tuple(dict.fromkeys(asked.codes))
    rows = await _receipts(session, desk, codes)
    content = {dossier.code: opened(desk, row) for dossier, row in rows}
    first_dossier, _ = rows[0]
    issued_at = max(row.issued_at for _, row in rows)
    first = content[first_dossier.code]
    person = _one_bearer(list(content.values()))
    if person is not None:
        if in_clear(desk, first_dossier, first):
            unmasking.write_down(session, desk, first_dossier)
        else:
            person = bearer(masked(first))
    form = form_set(business_date(issued_at)).forms[FormKind.RECEIPT]
    return Document(
        title=form.title,
        label=form.label,
        paper=Paper.A4,
        landscape=True,
        unit=first.unit.name,
        parent=first.unit.parent,
        place_and_date=place_and_date(first.unit.place, issued_at),
        issued_at=issued_at,
        subtitle=f"(kèm danh sách {two_digits(len(codes))} hồ sơ)",
        blocks=[
            *_front(person, len(codes), first.officer),
            PageBreak(),
            Heading("Danh sách hồ sơ tiếp nhận"),
            _annex([content[code] for code in codes], [number(row) for _, row in rows]),
        ],
    )


async def _receipts(
    session: AsyncSession, desk: Desk, codes: Sequence[str]
) -> list[tuple[Dossier, PrintedForm]]:
    """Read the receipts in the order they were asked for."""
    visible = access.visible(desk.principal, desk.vault)
    found = await session.execute(
        select(Dossier, PrintedForm)
        .outerjoin(
            PrintedForm,
            (PrintedForm.dossier_id == Dossier.id) & (PrintedForm.kind == str(FormKind.RECEIPT)),
        )
        .where(Dossier.code.in_(codes), visible)
        .limit(FOUND_MAX)
    )
    known = {dossier.code: (dossier, row) for dossier, row in found}
    if absent := [code for code in codes if code not in known]:
        raise NotFound("Không tìm thấy một số hồ sơ.", code="dossier_unknown", codes=absent)
    if without := [code for code in codes if known[code][1] is None]:
        raise Conflict(
            "Một số hồ sơ chưa có giấy tiếp nhận.", code="receipt_missing", codes=without
        )
    return [known[code] for code in codes]


def _one_bearer(contents: Sequence[FormContent]) -> FormPerson | None:
    """Tell who handed all of them in, if it was one and the same."""
    people = [bearer(content) for content in contents]
    who = {(person.name, person.identity_number) for person in people}
    return people[0] if len(who) == 1 else None


def _front(
    person: FormPerson | None, count: int, officer: str
) -> list[Fields | Paragraph | Signatures]:
    label = "Tiếp nhận hồ sơ của"
    rows = person_rows(label, person) if person else [[Field(label, "những người trong danh sách")]]
    return [
        Fields([*rows, [Field("Số lượng", f"{two_digits(count)} hồ sơ, theo danh sách kèm")]]),
        Paragraph(
            "Nội dung yêu cầu, cơ quan giải quyết, thời gian nhận và thời gian trả kết quả của từng"
            " hồ sơ ghi trong danh sách."
        ),
        Signatures(
            [
                Signature("Người nộp hồ sơ", person.name if person else ""),
                Signature("Người tiếp nhận hồ sơ", officer_name(officer)),
            ]
        ),
    ]


def _annex(contents: Sequence[FormContent], numbers: Sequence[str]) -> Table:
    middle = Side.CENTER
    columns = (
        Column("TT", align=middle),
        Column("Mã hồ sơ"),
        Column("Số giấy"),
        Column("Nội dung yêu cầu", 7),
        Column("Cơ quan giải quyết", 5),
        Column("Chủ hồ sơ", 5),
        Column("Số bộ", align=middle),
        Column("Thời hạn", 4),
        Column("Tiếp nhận", 4, middle),
        Column("Hẹn trả", 4, middle),
    )
    rows = [
        (str(place), *_line(content, number))
        for place, (content, number) in enumerate(zip(contents, numbers, strict=True), start=1)
    ]
    return Table(columns, rows)


def _line(content: FormContent, number: str) -> tuple[str, ...]:
    part: ReceiptPart | None = content.receipt
    if part is None:
        raise ValueError("a receipt's content lacks its part")
    return (
        content.code,
        number,
        content.procedure_name,
        content.competent_agency,
        content.owner.name,
        two_digits(part.sets),
        limit_in_words(part.limit, same_day=part.same_day),
        short_moment(part.received_at),
        short_moment(part.due_at) if part.due_at else BLANK,
    )
