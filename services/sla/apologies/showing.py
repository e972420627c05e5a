"""Shows letters: lists without people, one with them masked, or in clear and written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.apologies import content, form, letters, matters, promise, proving
from services.sla.apologies.content import Content
from services.sla.apologies.desk import Desk
from services.sla.apologies.lifecycle import OPEN, State
from services.sla.models import Apology, ApologyReading, ApologySending
from shared import paging
from shared.database import driver_of
from shared.events import ApologyKind
from shared.identity import EVERYWHERE
from shared.printing import Document


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters a list shows; what is left out filters nothing."""

    agency: str | None = None
    state: State | None = None
    kind: ApologyKind | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter with all that is told of it."""

    letter: Apology
    said: Content
    suggested_at: datetime | None
    sending: ApologySending | None
    proof: dict[str, Any] | None


async def list_letters(
    session: AsyncSession, desk: Desk, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[Sequence[Apology], str | None]:
    """One page, newest first, and its next cursor; raises NotFound for a foreign agency."""
    query = select(Apology).where(_within(desk.within(wanted.agency)))
    for column, value in (
        (Apology.state, wanted.state),
        (Apology.kind, wanted.kind),
        (Apology.code, wanted.code),
    ):
        if value is not None:
            query = query.where(column == str(value))
    if after is not None:
        query = query.where(tuple_(Apology.made_at, Apology.id) < _past(after))
    query = query.order_by(Apology.made_at.desc(), Apology.id.desc()).limit(limit + 1)
    found = (await session.scalars(query)).all()
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    return page, paging.encode(page[-1].made_at.isoformat(), str(page[-1].id))


async def detail(session: AsyncSession, desk: Desk, letter_id: UUID, *, unmask: bool) -> Shown:
    """One letter; in clear only where that is asked for, and then it is written down."""
    return await shown(session, desk, await letters.find(session, desk, letter_id), unmask=unmask)


async def shown(session: AsyncSession, desk: Desk, letter: Apology, *, unmask: bool) -> Shown:
    """All that is told of a letter at hand."""
    said, proof = content.opened(desk.vault, letter), proving.proof_of(desk.vault, letter)
    suggested_at = None
    if letter.dossier is not None and letter.kind == ApologyKind.OVERDUE and letter.state in OPEN:
        connection = await driver_of(await session.connection())
        suggested_at = (await promise.late(connection, letter.dossier)).suggest(desk.now)
    if unmask:
        write_down(session, desk, letter)
    elif proof is not None:
        proof = proof | {"received_by": None}
    sending = await session.get(ApologySending, letter.id)
    return Shown(letter, said if unmask else said.masked(), suggested_at, sending, proof)


async def paper(session: AsyncSession, desk: Desk, letter_id: UUID) -> tuple[Document, str]:
    """The form of a letter, in clear and written down, and its file's name; drafts too."""
    letter = await letters.find(session, desk, letter_id)
    said = content.opened(desk.vault, letter)
    if letter.number is None:
        connection = await driver_of(await session.connection())
        drafted = {
            "unit": await matters.unit(connection, letter),
            "matter": await matters.matter(connection, letter),
        }
        said = said.model_copy(update=drafted)
    write_down(session, desk, letter)
    at = letter.approved_at or desk.now
    signed = form.Signed(letter.kind, at, letter.promised_at, letter.number, letter.form_set)
    return form.compose(signed, said), form.file_name(signed)


def write_down(session: AsyncSession, desk: Desk, letter: Apology) -> None:
    """Write down that the caller saw personal data in clear."""
    actor = desk.principal.subject
    session.add(ApologyReading(apology=letter.id, seen_at=desk.now, actor=actor))


def _within(agencies: Sequence[str]) -> ColumnElement[bool]:
    if EVERYWHERE in agencies:
        return true()
    ranges = [
        condition
        for column in (Apology.agency, Apology.receiving_agency)
        for agency in agencies
        for condition in (column == agency, column.startswith(f"{agency}.", autoescape=True))
    ]
    return or_(false(), *ranges)


def _past(cursor: str) -> tuple[datetime, UUID]:
    made_at, letter = paging.decode_texts(cursor, 2)
    try:
        return datetime.fromisoformat(made_at), UUID(letter)
    except ValueError as broken:
        raise paging.unreadable() from broken
