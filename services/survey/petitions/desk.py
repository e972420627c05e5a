"""What every act on a petition needs beside the database session."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey import calendars, tokens
from services.survey.petitions.limits import Stage, limit
from services.survey.settings import SurveySettings
from shared.clock import Now
from shared.database import driver_of
from shared.personal_data import Vault
from shared.working_time import Limit, WorkingTime


@dataclass(frozen=True, slots=True)
class Desk:
    """When something is done, and with which keys and limits."""

    now: datetime
    settings: SurveySettings
    vault: Vault

    @property
    def key(self) -> bytes:
        """The service's secret."""
        return tokens.secret_of(self.settings.kernel)

    def limit(self, stage: Stage, received_on: date) -> Limit:
        """How long a stage may take."""
        return limit(stage, received_on, self.settings.petition_limits_file)

    async def working_time(self, session: AsyncSession, agency: str) -> WorkingTime:
        """The agency's working time; raises Unavailable before a calendar was told."""
        connection = await driver_of(await session.connection())
        return await calendars.of_agency(connection, agency, self.settings.default_calendar)


async def _desk(request: Request, now: Now) -> Desk:
    state = request.app.state
    return Desk(now, cast(SurveySettings, state.settings), cast(Vault, state.vault))


AtDesk = Annotated[Desk, Depends(_desk)]
