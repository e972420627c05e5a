"""Gathers each agency's nine indices of a quarter or a year, with total, class and rank."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.models import AgencyCopy
from services.survey.petitions import figures
from services.survey.schemas.indices import Grade
from services.survey.schemas.instruments import POINTS_MAX
from services.survey.scores import entries, nine, said
from services.survey.scores.entries import Entered
from services.survey.scores.means import mean
from services.survey.scores.periods import Period
from services.survey.scores.said import Said
from shared.identity import Principal

PETITIONS: Final = 8
HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class IndexPoints:
    """One index: what was measured, what the agency says, what the appraiser says."""

    index: int
    measured: Decimal | None
    self_score: Decimal | None
    appraised: Decimal | None
    reason: str | None

    @property
    def points(self) -> Decimal | None:
        """What counts: the appraiser's word, else what was measured, else what the agency says."""
        told = (self.appraised, self.measured, self.self_score)
        return next((one for one in told if one is not None), None)


@dataclass(frozen=True, slots=True)
class AgencyIndices:
    """An agency's nine indices, and the shares of its slips by how satisfied they are."""

    agency: str
    name: str
    slips: int | None
    indices: list[IndexPoints]
    satisfaction: Mapping[str, Decimal | None]
    rank: int | None = None

    @property
    def counted(self) -> dict[int, Decimal]:
        """The points of the indices that have data."""
        return {one.index: one.points for one in self.indices if one.points is not None}

    @property
    def total(self) -> Decimal | None:
        """The sum of the indices that have data."""
        return nine.total(self.counted)

    @property
    def out_of(self) -> int:
        """What the sum could have been."""
        return POINTS_MAX * len(self.counted)

    @property
    def grade(self) -> Grade | None:
        """The class."""
        return nine.grade(self.counted)


async def of_agencies(
    session: AsyncSession,
    principal: Principal,
    agency: str | None,
    period: Period,
    *,
    slips_min: int,
) -> list[AgencyIndices]:
    """Every agency with data, by code; raises NotFound for a foreign agency."""
    spoken = await said.by_agency(session, principal, agency, period)
    entered = await entries.of_period(session, principal, agency, period)
    petitions = await figures.index8_by_agency(
        session, principal, agency, period.first, period.last
    )
    codes = sorted({*spoken, *petitions, *(code for code, _ in entered)})
    copies = await session.scalars(select(AgencyCopy).where(AgencyCopy.code.in_(codes)))
    names = {copy.code: copy.name for copy in copies}
    found = []
    for code in codes:
        told = {index: entered.get((code, index), entries.NOTHING) for index in nine.ALL}
        heard = spoken.get(code, Said())
        found.append(
            AgencyIndices(
                agency=code,
                name=names.get(code, code),
                slips=heard.slips if heard.slips >= slips_min else None,
                indices=_indices(_measured(heard, slips_min), told, petitions.get(code)),
                satisfaction=_satisfaction(heard, slips_min),
            )
        )
    places = nine.ranks([nine.share(one.counted) for one in found])
    return [replace(one, rank=place) for one, place in zip(found, places, strict=True)]


def _indices(
    measured: Mapping[int, Decimal | None], told: Mapping[int, Entered], petitions: int | None
) -> list[IndexPoints]:
    """All nine; who had no petition left none undone, which counts once anything else is known."""
    known = {index: IndexPoints(index, measured.get(index), *told[index]) for index in nine.ALL}
    if petitions is None and any(one.points is not None for one in known.values()):
        petitions = POINTS_MAX if told[PETITIONS].self_score is None else None
    if petitions is not None:
        known[PETITIONS] = replace(known[PETITIONS], measured=Decimal(petitions))
    return list(known.values())


def _measured(heard: Said, slips_min: int) -> dict[int, Decimal | None]:
    return {
        index: mean(heard.points[index], scored)
        for index, scored in heard.scored.items()
        if scored >= slips_min
    }


def _satisfaction(heard: Said, slips_min: int) -> dict[str, Decimal | None]:
    """Percent by option, one decimal."""
    judged = sum(heard.overall.values())
    return {
        option: mean(HUNDRED * answers, judged) if judged >= slips_min else None
        for option, answers in heard.overall.items()
    }
