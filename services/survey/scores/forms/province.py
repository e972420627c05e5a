"""Form 03: all agencies with their indices, class and rank; pure."""

from collections.abc import Sequence
from typing import Final

from services.survey.scores import nine
from services.survey.scores.forms.words import (
    GRADE,
    GRADES,
    GROUND,
    NUMBER,
    SATISFACTION,
    SLIPS,
    TOTAL,
)
from services.survey.scores.indices import AgencyIndices
from services.survey.scores.periods import Period
from shared.sheets import Row, Sheet

TITLE: Final = "Mẫu 03: TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ"


def layout(agency: str | None, period: Period) -> Sheet:
    """What stands above the rows."""
    indices = [f"Chỉ số {index}" for index in nine.ALL]
    percents = [f"{text} (%)" for text in SATISFACTION.values()]
    head = (NUMBER, "Cơ quan", "Mã", SLIPS, *indices, TOTAL, GRADE, "Xếp hạng", *percents)
    subject = f"{agency}, {period.title}" if agency else period.title
    return Sheet(
        name="Mẫu 03",
        head=((TITLE,), (subject,), (GROUND,), head),
        widths=(6, 40, 18, 10, *(9,) * len(indices), 10, 12, 10, 14, 14, 14),
    )


def rows(agencies: Sequence[AgencyIndices]) -> list[Row]:
    """A row for each agency."""
    return [
        (
            number,
            one.name,
            one.agency,
            one.slips,
            *(line.points for line in one.indices),
            one.total,
            GRADES[one.grade] if one.grade else None,
            one.rank,
            *(one.satisfaction.get(option) for option in SATISFACTION),
        )
        for number, one in enumerate(agencies, 1)
    ]
