"""What an officer does with a letter before it is signed: writes, submits or drops it."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import causes
from services.sla.apologies import content, letters, promise
from services.sla.apologies.content import Content
from services.sla.apologies.desk import Desk
from services.sla.apologies.lifecycle import Act, State, after
from services.sla.models import Apology
from shared.database import driver_of
from shared.errors import Conflict, Unprocessable
from shared.events import ApologyKind


async def write(
    session: AsyncSession, desk: Desk, letter_id: UUID, given: dict[str, Any]
) -> Apology:
    """Put what is given in the draft's place: addressee, reason, cause, promised_at.

    Raises Conflict, or Unprocessable for a cause that the agency's catalogue does not have.
    """
    letter = await letters.hold(session, desk, letter_id)
    after(State(letter.state), Act.EDIT)
    if (cause := given.get("cause")) is not None:
        await causes.check(await driver_of(await session.connection()), letter.agency, cause)
    if given.get("promised_at") is not None and letter.kind != ApologyKind.OVERDUE:
        raise Unprocessable(
            "Chỉ thư xin lỗi do trễ hẹn mới hẹn lại ngày trả.", code="promise_needless"
        )
    for name in given.keys() & {"cause", "promised_at"}:
        setattr(letter, name, given[name])
    said = content.opened(desk.vault, letter)
    content.seal(desk.vault, letter, replaced(said, given))
    return letter


def replaced(said: Content, given: dict[str, Any]) -> Content:
    """The same content with what is given in its place."""
    named = {name: given[name] for name in given.keys() & {"addressee", "reason"}}
    return Content.model_validate(said.model_dump() | named)


async def submit(session: AsyncSession, desk: Desk, letter_id: UUID) -> Apology:
    """Lay a complete letter before the head; raises Conflict naming what it lacks."""
    letter = await letters.hold(session, desk, letter_id)
    letter.state = after(State(letter.state), Act.SUBMIT)
    _check_complete(letter, content.opened(desk.vault, letter))
    await check_promise(session, desk, letter)
    letter.submitted_by, letter.submitted_at = desk.principal.subject, desk.now
    letter.rejection = None
    return letter


async def drop(session: AsyncSession, desk: Desk, letter_id: UUID) -> Apology:
    """Give up a letter that nobody signed; one that is still owed is begun again by itself."""
    letter = await letters.hold(session, desk, letter_id)
    letter.state = after(State(letter.state), Act.DROP)
    return letter


async def check_promise(session: AsyncSession, desk: Desk, letter: Apology) -> None:
    """Refuse a new day that cannot be promised as the clock stands; raises Conflict."""
    if letter.promised_at is None or letter.dossier is None:
        return
    connection = await driver_of(await session.connection())
    (await promise.late(connection, letter.dossier)).check(letter.promised_at, desk.now)


def _check_complete(letter: Apology, said: Content) -> None:
    parts: dict[str, object] = {
        "addressee": said.addressee,
        "reason": said.reason,
        "cause": letter.cause,
    }
    if letter.kind == ApologyKind.OVERDUE:
        parts["promised_at"] = letter.promised_at
    if missing := [name for name, part in parts.items() if not part]:
        raise Conflict(
            f"Thư còn thiếu: {', '.join(missing)}.", code="apology_incomplete", missing=missing
        )
