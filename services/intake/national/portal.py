"""Speaks to the national portal's service over HTTP; nothing of a message is logged or kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from services.intake import outside
from services.intake.national import answers, codes
from services.intake.national.answers import Answer, Kind
from services.intake.settings import NationalSettings

ANSWER_BYTES_MAX: Final = 64 * 1024
LOGIN_REFUSED: Final = Answer(Kind.FAULT, "login_refused")


class Portal:
    """One service behind one address; the session that a login gave is shared by all messages."""

    def __init__(self, settings: NationalSettings) -> None:
        self._settings = settings
        self._session: str | None = None
        self._logging_in = asyncio.Lock()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Line"]:
        """Keep connections for a while."""
        settings = self._settings
        async with outside.connections(settings.timeout_seconds, settings.headers) as http:
            yield Line(self, http)

    async def session(self, http: aiohttp.ClientSession, *, instead_of: str | None) -> str | None:
        """Get a session, a new one where the one that was used is over; None if it is refused."""
        async with self._logging_in:
            if self._session is None or self._session == instead_of:
                self._session = await self._log_in(http)
            return self._session

    async def _log_in(self, http: aiohttp.ClientSession) -> str | None:
        told = {
            "username": self._settings.username,
            "password": self._settings.password.get_secret_value(),
        }
        url = str(self._settings.login_endpoint)
        return answers.session_of(*await outside.post(http, url, told, bytes_max=ANSWER_BYTES_MAX))

    @property
    def settings(self) -> NationalSettings:
        """Where it is, and as whom we speak."""
        return self._settings


class Line:
    """An open way to the portal."""

    def __init__(self, portal: Portal, http: aiohttp.ClientSession) -> None:
        self._portal = portal
        self._http = http

    async def tell(
        self,
        service: str,
        data: Sequence[Mapping[str, Any]],
        *,
        dossier_code: str,
        updating: bool | None,
    ) -> Answer:
        """Send one message; whatever goes wrong on the way is an answer too, never a yes."""
        try:
            answer, used = await self._tell(service, data, dossier_code, updating, over=None)
            if answer.kind is Kind.SESSION_OVER and self._portal.settings.login_endpoint:
                answer, _ = await self._tell(service, data, dossier_code, updating, over=used)
        except TimeoutError:
            return Answer(Kind.FAULT, "timeout")
        except (aiohttp.ClientError, OSError) as away:
            # The kind alone: a text might quote what was sent.
            return Answer(Kind.FAULT, "connection", type(away).__name__)
        if answer.kind is Kind.SESSION_OVER:
            # Logged in anew and still told so: it lets nobody in.
            return Answer(Kind.FAULT, answer.code, answer.text)
        return answer

    async def _tell(
        self,
        service: str,
        data: Sequence[Mapping[str, Any]],
        dossier_code: str,
        updating: bool | None,
        *,
        over: str | None,
    ) -> tuple[Answer, str | None]:
        settings, session = self._portal.settings, None
        body: dict[str, Any] = {"madonvi": settings.agency, "service": service}
        if settings.login_endpoint:
            session = await self._portal.session(self._http, instead_of=over)
            if session is None:
                return LOGIN_REFUSED, None
            body = {"session": session, **body}
        if updating is not None:
            body["isUpdating"] = codes.TRUE if updating else codes.FALSE
        url, said = str(settings.endpoint), {**body, "data": data}
        status, told = await outside.post(self._http, url, said, bytes_max=ANSWER_BYTES_MAX)
        return answers.judge(status, told, dossier_code), session
