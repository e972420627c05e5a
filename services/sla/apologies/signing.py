"""What the head does with a letter: signs it, with the next number, or sends it back."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.apologies import content, letters, matters, promise, queue, writing
from services.sla.apologies.desk import Desk
from services.sla.apologies.lifecycle import Act, State, after
from services.sla.models import Apology
from shared import outbox
from shared.database import driver_of
from shared.events import ApologyIssued, ApologyKind
from shared.printing import form_set
from shared.working_time import business_date

# The row stays locked until the commit, so it is taken last: a refused signature gives its number
# back, and two heads wait for each other no longer than a commit takes.
NUMBER = text("""
insert into apology_number as taken (agency, year, last) values (:agency, :year, 1)
on conflict (agency, year) do update set last = taken.last + 1
returning last
""")


async def sign(
    session: AsyncSession,
    desk: Desk,
    letter_id: UUID,
    *,
    signer: str | None,
    signer_title: str | None,
    channel: str | None,
) -> Apology:
    """Sign a submitted letter; for lateness this is the one new day the dossier gets.

    The clock hears of it by the event. Raises Conflict when the dossier moved on meanwhile.
    """
    letter = await letters.hold(session, desk, letter_id)
    letter.state = after(State(letter.state), Act.APPROVE)
    await writing.check_promise(session, desk, letter)
    connection = await driver_of(await session.connection())
    said = content.opened(desk.vault, letter).model_copy(
        update={
            "unit": await matters.unit(connection, letter),
            "matter": await matters.matter(connection, letter),
            "signer": signer,
            "signer_title": signer_title,
        }
    )
    content.seal(desk.vault, letter, said)
    letter.approved_by, letter.approved_at = desk.principal.subject, desk.now
    today = business_date(desk.now)
    letter.year, letter.form_set = today.year, form_set(today).circular
    if channel is not None:
        await queue.enqueue(session, desk, letter, channel)
    try:
        await _issue(session, letter)
    except IntegrityError as raced:
        raise promise.reappointed() from raced
    return letter


async def reject(session: AsyncSession, desk: Desk, letter_id: UUID, ground: str) -> Apology:
    """Send a submitted letter back to be written better."""
    letter = await letters.hold(session, desk, letter_id)
    letter.state = after(State(letter.state), Act.REJECT)
    letter.rejection = ground
    return letter


async def _issue(session: AsyncSession, letter: Apology) -> None:
    numbered = {"agency": letter.agency, "year": letter.year}
    letter.number = (await session.execute(NUMBER, numbered)).scalar_one()
    if letter.dossier is None or letter.approved_at is None:
        # The facts of letters are about dossiers; an error at the counter moves no clock.
        await session.flush()
        return
    fact = ApologyIssued(
        dossier=str(letter.dossier),
        kind=ApologyKind(letter.kind),
        number=letter.number,
        cause=letter.cause or "",
        promised=letter.promised_at,
        issued_at=letter.approved_at,
    )
    await outbox.record(session, "sla", letter, fact)
