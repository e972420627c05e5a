"""What every use case on letters needs beside the database: who asks, when, and the keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Request

from services.sla.apologies.vault import vault_of
from services.sla.settings import SlaSettings
from shared.clock import Now
from shared.errors import NotFound
from shared.identity import EVERYWHERE, Caller, Principal
from shared.notices import Channels, channels
from shared.personal_data import Vault


@dataclass(frozen=True, slots=True)
class Desk:
    """One request about letters."""

    principal: Principal
    now: datetime
    settings: SlaSettings

    @property
    def vault(self) -> Vault:
        """The keys of what letters say of people."""
        return vault_of(self.settings.kernel)

    @property
    def channels(self) -> Channels:
        """The ways by which letters can be sent."""
        return channels(local=self.settings.kernel.profile == "local")

    @property
    def grants(self) -> list[str]:
        """The caller's agencies, `*` among them for everywhere."""
        return [EVERYWHERE] if self.principal.everywhere else list(self.principal.agencies)

    def within(self, agency: str | None) -> list[str]:
        """The agencies a list is about; raises NotFound for a foreign one."""
        if agency is None:
            return self.grants
        if not self.principal.covers(agency):
            raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
        return [agency]


async def _desk(request: Request, principal: Caller, now: Now) -> Desk:
    return Desk(principal, now, cast(SlaSettings, request.app.state.settings))


AtDesk = Annotated[Desk, Depends(_desk)]

SCOPE = """
exists (select from unnest({grants}::text[]) as grants (code)
         where grants.code in ('*', {table}.agency, {table}.receiving_agency)
            or starts_with({table}.agency, grants.code || '.')
            or starts_with({table}.receiving_agency, grants.code || '.'))
"""
"""Who decides and who received may see: the agencies of `grants`, and those below them."""
