"""What every use case at the desk needs beside the database session."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

import asyncpg
from fastapi import Depends, Header, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.copies import Catalogue, Copies
from services.intake.settings import IntakeSettings
from shared.clock import Now
from shared.database import Database, database_of, driver_of
from shared.files import FileStore
from shared.identity import Caller, Principal, Role
from shared.personal_data import Vault, kept_name


@dataclass(frozen=True, slots=True)
class Resources:
    """What the process holds for all requests."""

    settings: IntakeSettings
    vault: Vault
    copies: Copies
    files: FileStore
    taking_in: asyncio.Semaphore
    """A place for each file that streams in."""

    @classmethod
    def of(cls, settings: IntakeSettings) -> "Resources":
        """Open the key file (made at first use in the local profile only) and an empty memory."""
        local = settings.kernel.profile == "local"
        vault = Vault.load(settings.kernel.keys_dir, create=local)
        return cls(
            settings,
            vault,
            Copies(settings.default_calendar),
            FileStore(settings.kernel.files_dir, settings.files.bucket),
            asyncio.Semaphore(settings.files.at_once),
        )

    def kept_name(self, principal: Principal) -> str:
        """Name a caller in what is kept: officers by their account, people by no number of theirs.

        A citizen is named as the parties of dossiers are found, by the keyed hash of their number.
        """
        if principal.roles != {Role.CITIZEN}:
            return principal.subject
        return kept_name(self.vault.hash(principal.number) or b"")


@dataclass(frozen=True, slots=True)
class Desk:
    """One request at the desk: who asks, when, and on which version they decided."""

    principal: Principal
    now: datetime
    if_match: str | None
    database: Database
    resources: Resources

    @property
    def settings(self) -> IntakeSettings:
        """The service's settings."""
        return self.resources.settings

    @property
    def actor(self) -> str:
        """Who acts, as the log and the kept answers name them."""
        return self.resources.kept_name(self.principal)

    @property
    def vault(self) -> Vault:
        """The keys of personal data."""
        return self.resources.vault

    async def catalogue(self, session: AsyncSession) -> tuple[Catalogue, asyncpg.Connection]:
        """Get the catalogue as it is now, and the connection to read more of it."""
        connection = await driver_of(await session.connection())
        return await self.resources.copies.current(connection), connection


async def _desk(
    request: Request,
    principal: Caller,
    now: Now,
    if_match: Annotated[
        str | None,
        Header(max_length=100, description="ETag mà quyết định dựa vào / version decided on."),
    ] = None,
) -> Desk:
    return desk_of(request, principal, now, if_match)


def desk_of(
    request: Request, principal: Principal, now: datetime, if_match: str | None = None
) -> Desk:
    """Put together what a use case needs, once it is known who asks and when."""
    resources = cast(Resources, request.app.state.intake)
    return Desk(principal, now, if_match, database_of(request), resources)


AtDesk = Annotated[Desk, Depends(_desk)]
