"""Links to contents: good for a short while, for whoever has one, and told by nothing but a key."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

from fastapi import Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk, Resources
from services.intake.files import keeping
from services.intake.models import FileState, StoredFile
from services.intake.schemas.files import LinkView
from shared.database import Database
from shared.errors import Conflict
from shared.files import attachment
from shared.personal_data import Vault, keyed


async def of_own(session: AsyncSession, desk: Desk, identity: UUID) -> LinkView:
    """Make a link to a file that the caller brought; raises Conflict while it may not be used."""
    file = await keeping.own(session, desk, identity)
    if file.state != FileState.USABLE:
        raise Conflict("Tệp chưa dùng được.", code=f"file_{file.state}")
    return make(desk, file.id)


def make(desk: Desk, identity: UUID) -> LinkView:
    """Make a link; that its caller may have it is decided by now."""
    expires_at = desk.now + timedelta(seconds=desk.settings.files.link_seconds)
    until = int(expires_at.timestamp())
    signature = _sign(desk.vault, identity, until)
    return LinkView(
        url=f"/v1/downloads/{identity}?until={until}&signature={signature}",
        expires_at=datetime.fromtimestamp(until, UTC),
    )


async def follow(
    database: Database,
    resources: Resources,
    *,
    identity: UUID,
    until: int,
    sign: str,
    now: datetime,
) -> Response:
    """Give the content that a link leads to; NotFound for one that is too old, or not ours."""
    signed = hmac.compare_digest(sign, _sign(resources.vault, identity, until))
    if not signed or now.timestamp() > until:
        raise keeping.unknown()
    async with database.sessions() as session:
        file = await session.get(StoredFile, identity)
    if file is None or file.state != FileState.USABLE:
        raise keeping.unknown()
    content = await resources.files.read(file.digest)
    return StreamingResponse(content, headers=_headers(resources.vault, file))


def _headers(vault: Vault, file: StoredFile) -> dict[str, str]:
    # Whatever a file pretends to be, a browser saves it and never runs it.
    return {
        "Content-Type": file.media_type,
        "Content-Length": str(file.size),
        "Content-Disposition": attachment(keeping.open_name(vault, file)),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Digest": f"sha-256=:{base64.b64encode(file.digest).decode()}:",
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
    }


def _sign(vault: Vault, identity: UUID, until: int) -> str:
    return keyed(vault, "download", f"{identity}/{until}").hex()
