"""Form 01: an agency's slips one by one, without dossier or name; pure (D61 27(3))."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.survey.schemas.instruments import POINTS_MAX
from services.survey.scores import nine
from services.survey.scores.forms.words import DUTIES, GROUND, NUMBER, SATISFACTION
from services.survey.scores.means import HUNDRED, mean
from services.survey.scores.periods import Period
from shared.sheets import Row, Sheet

TITLE: Final = "Mẫu 01: KẾT QUẢ ĐÁNH GIÁ THEO TỪNG PHIẾU"
NOTE: Final = "Phiếu không mang mã hồ sơ: thông tin người đánh giá được giữ bí mật."
OFFICER: Final = "Tổng điểm cán bộ (1+2+3+4+7)"
MARK: Final = "x"


@dataclass(frozen=True, slots=True)
class SlipPoints:
    """What one slip says: points by index, and how satisfied its writer is."""

    points: Mapping[int, Decimal]
    overall: str | None


def layout(agency: str, period: Period, slips: Sequence[SlipPoints]) -> Sheet:
    """Head and foot around the rows."""
    indices = [f"Chỉ số {index}" for index in nine.PER_DOSSIER]
    head = (NUMBER, *indices, OFFICER, "Mức độ hoàn thành nhiệm vụ", *SATISFACTION.values())
    return Sheet(
        name="Mẫu 01",
        head=((TITLE,), (f"{agency}, {period.title}",), (GROUND,), head),
        foot=(*_sums(slips), (NOTE,)),
        widths=(12, *(10,) * len(indices), 18, 34, 14, 14, 14),
    )


def rows(slips: Sequence[SlipPoints]) -> list[Row]:
    """A row for each slip."""
    laid_out: list[Row] = []
    for number, slip in enumerate(slips, 1):
        duty = nine.duty(slip.points)
        laid_out.append(
            (
                number,
                *(slip.points.get(index) for index in nine.PER_DOSSIER),
                nine.officer_total(slip.points),
                DUTIES[duty] if duty else None,
                *(MARK if slip.overall == option else None for option in SATISFACTION),
            )
        )
    return laid_out


def _sums(slips: Sequence[SlipPoints]) -> Sequence[Row]:
    """Sum, mean rounded half up (TT01 Art 15(2)(a)), and share of what could be had."""
    columns = [
        [slip.points[index] for slip in slips if index in slip.points] for index in nine.PER_DOSSIER
    ]
    totals = [total for slip in slips if (total := nine.officer_total(slip.points)) is not None]
    sums = [sum(column, Decimal(0)) for column in (*columns, totals)]
    counts = [len(column) for column in (*columns, totals)]
    most = [*(POINTS_MAX for _ in columns), nine.OFFICER_FULL]
    chosen = Counter(slip.overall for slip in slips if slip.overall in SATISFACTION)
    judged = chosen.total()
    return (
        ("Tổng", *sums, None, *(chosen[option] for option in SATISFACTION)),
        ("Trung bình", *(mean(*pair) for pair in zip(sums, counts, strict=True))),
        (
            "Tỷ lệ %",
            *(mean(HUNDRED * s, c * m) for s, c, m in zip(sums, counts, most, strict=True)),
            None,
            *(mean(HUNDRED * chosen[option], judged) for option in SATISFACTION),
        ),
    )
