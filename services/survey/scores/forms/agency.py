"""Form 02: one agency's nine indices of a quarter or a year, told and appraised; pure."""

from typing import Final

from services.survey.schemas.instruments import POINTS_MAX
from services.survey.scores import nine
from services.survey.scores.forms.words import (
    GRADE,
    GRADES,
    GROUND,
    INDICES,
    NUMBER,
    SATISFACTION,
    SLIPS,
    TOTAL,
)
from services.survey.scores.indices import AgencyIndices
from services.survey.scores.periods import Period
from shared.sheets import Row, Sheet

TITLE: Final = "Mẫu 02: KẾT QUẢ ĐÁNH GIÁ CỦA CƠ QUAN"
HEAD: Final = (NUMBER, "Chỉ số", "Điểm chuẩn", "Điểm tự đánh giá", "Điểm thẩm định", "Ghi chú")


def layout(one: AgencyIndices, period: Period) -> Sheet:
    """What stands above the rows."""
    return Sheet(
        name="Mẫu 02",
        head=((TITLE,), (f"{one.name} ({one.agency}), {period.title}",), (GROUND,), HEAD),
        widths=(6, 70, 12, 18, 18, 40),
    )


def rows(one: AgencyIndices) -> list[Row]:
    """The nine indices, the total with its class, and how satisfied people are."""
    told = {
        line.index: points
        for line in one.indices
        if (points := line.measured if line.self_score is None else line.self_score) is not None
    }
    indices = [
        (
            line.index,
            INDICES[line.index],
            POINTS_MAX,
            told.get(line.index),
            line.points,
            line.reason,
        )
        for line in one.indices
    ]
    return [
        ("I", "Chín chỉ số"),
        *indices,
        (None, TOTAL, nine.FULL, nine.total(told), one.total),
        (None, f"{GRADE} (theo điểm thẩm định)", None, None, _grade(one)),
        ("II", "Mức độ hài lòng (%)"),
        *(
            (None, text, None, None, one.satisfaction.get(key))
            for key, text in SATISFACTION.items()
        ),
        (None, SLIPS, None, None, one.slips),
    ]


def _grade(one: AgencyIndices) -> str | None:
    return GRADES[one.grade] if one.grade else None
