"""The control slip (phiếu kiểm soát quá trình giải quyết hồ sơ): a row for each hand-over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.sla.schemas.steps import HandoverRow, SlipView
from shared.events import FormKind
from shared.printing import (
    Column,
    Document,
    Field,
    Fields,
    Side,
    Signature,
    Signatures,
    Table,
    form_set,
)
from shared.printing.wording import (
    moment_in_words,
    place_and_date,
    place_of,
    short_moment,
    two_digits,
)
from shared.working_time import business_date

BLANK: Final = "." * 16
VERDICTS: Final = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn", None: ""}
COLUMNS: Final = (
    Column("TT", align=Side.CENTER),
    Column("Bên giao", 4),
    Column("Bên nhận", 4),
    Column("Giao lúc", 4),
    Column("Nhận lúc", 4),
    Column("Kết quả giải quyết", 3),
    Column("Ghi chú", 3),
)


def document(view: SlipView, issued_at: datetime) -> Document:
    """Lay a slip out by the set of forms in force when it was issued."""
    form = form_set(business_date(issued_at)).forms[FormKind.CONTROL]
    number = BLANK if view.number is None else two_digits(view.number)
    return Document(
        title=form.title,
        unit=view.agency_name,
        parent=view.parent_name,
        number=f"{number}/{form.suffix}",
        label=form.label,
        code=view.code,
        place_and_date=place_and_date(place_of(view.agency_name), issued_at),
        issued_at=issued_at,
        paper=form.paper,
        blocks=(
            Fields(_head(view)),
            Table(COLUMNS, [_row(place, row) for place, row in enumerate(view.rows, 1)]),
            Signatures([Signature("Người lập phiếu", "")]),
        ),
    )


def _head(view: SlipView) -> Sequence[Sequence[Field]]:
    due = BLANK if view.due_at is None else moment_in_words(view.due_at)
    return (
        (Field("Thủ tục", f"{view.procedure_name} ({view.procedure})"),),
        (Field("Cơ quan, bộ phận giải quyết hồ sơ", view.agency_name),),
        (Field("Cơ quan phối hợp giải quyết hồ sơ", ", ".join(view.co_operating) or "không"),),
        (Field("Thời gian nhận hồ sơ", moment_in_words(view.received_at)),),
        (Field("Thời gian trả kết quả", due, strong=True),),
    )


def _row(place: int, row: HandoverRow) -> tuple[str, ...]:
    taken = BLANK if row.confirmed_at is None else short_moment(row.confirmed_at)
    return (
        str(place),
        _party(row.from_unit, row.from_officer),
        _party(row.unit, row.officer),
        short_moment(row.given_at),
        taken,
        VERDICTS[row.verdict],
        row.name,
    )


def _party(unit: str | None, officer: str | None) -> str:
    return ", ".join(part for part in (unit, officer) if part) or "Bộ phận Một cửa"
