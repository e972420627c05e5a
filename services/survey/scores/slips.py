"""Reads an agency's slips one by one, in an order that tells nothing about time."""

from decimal import Decimal
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.instruments import filling, registry
from services.survey.models import Answer
from services.survey.schemas.suspicions import Standing
from services.survey.scores.forms.per_slip import SlipPoints
from services.survey.scores.periods import Period
from services.survey.scores.said import OVERALL
from shared.errors import NotFound, Unprocessable
from shared.identity import Principal

SLIPS_MAX: Final = 50_000


async def of_agency(
    session: AsyncSession, principal: Principal, agency: str, period: Period, *, slips_min: int
) -> list[SlipPoints]:
    """The slips that feed indices; none where they are too few to be shown.

    Raises NotFound for a foreign agency, Unprocessable for more than fit in one file.
    """
    if not principal.covers(agency):
        raise NotFound(f"Không tìm thấy cơ quan {agency}.", code="agency_not_found")
    feeding = {
        key: instrument
        for key, instrument in (await registry.versions(session)).items()
        if any(question.index is not None for question in instrument.questions)
    }
    query = (
        select(Answer.instrument, Answer.instrument_version, Answer.choices)
        .where(
            Answer.agency == agency,
            Answer.standing == Standing.COUNTED,
            Answer.month.between(period.first, period.last),
            tuple_(Answer.instrument, Answer.instrument_version).in_(feeding),
        )
        # The ids are keyed hashes: their order is nobody's order.
        .order_by(Answer.id)
        .limit(SLIPS_MAX + 1)
    )
    found = [
        SlipPoints(
            {
                int(index): Decimal(points)
                for index, points in filling.indices(feeding[code, version], choices).items()
            },
            choices.get(OVERALL),
        )
        for code, version, choices in await session.execute(query)
    ]
    if len(found) > SLIPS_MAX:
        raise Unprocessable(
            "Quá nhiều phiếu cho một tệp; hãy chọn từng quý.", code="too_many_slips"
        )
    return found if len(found) >= slips_min else []
