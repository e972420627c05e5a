"""Keeps what an author has written so far, sealed, and shows it to nobody else."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import uuid_utils.compat as uuid7s
from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import pages
from services.intake.desk import Desk
from services.intake.dossiers import check_version
from services.intake.models import Draft
from services.intake.schemas.drafts import DraftIn, DraftView, ListedDraft
from shared.errors import Conflict, NotFound
from shared.paging import Page
from shared.personal_data import keyed

DRAFTS_MAX = 100
"""So many drafts of one author are a queue, not drafts."""


async def begin(session: AsyncSession, desk: Desk, given: DraftIn) -> DraftView:
    """Keep a new draft; raises Conflict for an author with too many."""
    author = author_of(desk)
    kept = await session.scalar(
        select(func.count()).where(Draft.author == author, Draft.expires_at > desk.now)
    )
    if (kept or 0) >= DRAFTS_MAX:
        raise Conflict(f"Bạn đang giữ {DRAFTS_MAX} bản nháp; hãy xóa bớt.", code="too_many_drafts")
    identity = UUID(bytes=uuid7s.uuid7().bytes)
    draft = Draft(id=identity, sequence=0, author=author)
    _write(desk, draft, given)
    session.add(draft)
    return _view(desk, draft)


async def rewrite(session: AsyncSession, desk: Desk, identity: UUID, given: DraftIn) -> DraftView:
    """Replace what was written; it is kept for as long again."""
    draft = await find(session, desk, identity, lock=True)
    check_version(desk, draft.sequence)
    _write(desk, draft, given)
    return _view(desk, draft)


async def throw_away(session: AsyncSession, desk: Desk, identity: UUID) -> DraftView:
    """Forget a draft; tells what it was."""
    draft = await find(session, desk, identity, lock=True)
    check_version(desk, draft.sequence)
    await session.delete(draft)
    return _view(desk, draft)


async def show(session: AsyncSession, desk: Desk, identity: UUID) -> DraftView:
    """Show a draft to its author."""
    return _view(desk, await find(session, desk, identity))


async def listed(
    session: AsyncSession, desk: Desk, *, after: str | None, limit: int
) -> Page[ListedDraft]:
    """Walk the caller's drafts, last written first."""
    query = select(Draft).where(Draft.author == author_of(desk), Draft.expires_at > desk.now)
    if after is not None:
        query = query.where(tuple_(Draft.updated_at, Draft.id) < tuple_(*pages.place(after)))
    query = query.order_by(Draft.updated_at.desc(), Draft.id.desc()).limit(limit + 1)
    found = (await session.scalars(query)).all()
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[_listed(desk, draft) for draft in found[:limit]],
        next=pages.mark(last.updated_at, last.id) if last else None,
    )


async def find(session: AsyncSession, desk: Desk, identity: UUID, *, lock: bool = False) -> Draft:
    """Get a draft of the caller's; raises NotFound, for one that has expired too."""
    query = select(Draft).where(
        Draft.id == identity, Draft.author == author_of(desk), Draft.expires_at > desk.now
    )
    if lock:
        query = query.with_for_update()
    draft = (await session.execute(query)).scalar_one_or_none()
    if draft is None:
        raise NotFound("Không tìm thấy bản nháp này.", code="draft_unknown")
    return draft


def content_of(desk: Desk, draft: Draft) -> dict[str, Any]:
    """Open what was written."""
    plain = desk.vault.decrypt(draft.sealed, key_id=draft.key_id, of=_sealed_for(draft.id))
    content: dict[str, Any] = orjson.loads(plain)
    return content


def author_of(desk: Desk) -> bytes:
    """The key of the caller; a citizen's own name would be their identity number."""
    return keyed(desk.vault, "draft", desk.principal.subject)


def _write(desk: Desk, draft: Draft, given: DraftIn) -> None:
    plain = orjson.dumps(given.content)
    draft.sealed = desk.vault.encrypt(plain, of=_sealed_for(draft.id))
    draft.key_id, draft.sequence = desk.vault.current, draft.sequence + 1
    draft.updated_at, draft.expires_at = desk.now, _expiry(desk)


def _expiry(desk: Desk) -> datetime:
    return desk.now + timedelta(days=desk.settings.draft_days)


def _sealed_for(draft: UUID) -> str:
    return f"{draft}/draft"


def _listed(desk: Desk, draft: Draft) -> ListedDraft:
    return ListedDraft.model_validate(_view(desk, draft), from_attributes=True)


def _view(desk: Desk, draft: Draft) -> DraftView:
    content = content_of(desk, draft)
    procedure = content.get("procedure")
    return DraftView(
        id=draft.id,
        procedure=procedure if isinstance(procedure, str) else None,
        updated_at=draft.updated_at,
        expires_at=draft.expires_at,
        sequence=draft.sequence,
        content=content,
    )
