"""Routes of what is done with letters of apology: each is one use case, once per key."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.apologies import letters, proving, showing, signing, writing
from services.sla.apologies.desk import AtDesk, Desk
from services.sla.models import Apology
from services.sla.schemas.apologies import (
    DeliveryIn,
    LetterDetail,
    LetterEdit,
    NewLetter,
    Rejection,
    SendingIn,
    Signing,
    letter_detail,
)
from shared.database import Transaction
from shared.idempotency import Once, OncePerKey
from shared.identity import Role, requires

router = APIRouter(prefix="/v1/apologies", tags=["apologies"])
WRITER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)
HEAD = requires(Role.LEADER)


@router.post(
    "",
    operation_id="begin_apology",
    summary="Soạn thư xin lỗi / begin a letter",
    status_code=201,
    response_model=LetterDetail,
    dependencies=[WRITER],
)
async def begin_apology(
    given: NewLetter, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """For a late dossier (one letter, once), or for an entry of the register of errors."""

    async def begin() -> Apology:
        if given.incident is not None:
            return await letters.begin_for_incident(session, desk, given.incident)
        return await letters.begin_overdue(session, desk, given.dossier or "")

    return await _make(session, desk, once, begin, status=201)


@router.patch(
    "/{letter}",
    operation_id="edit_apology",
    summary="Sửa dự thảo / write in a draft",
    response_model=LetterDetail,
    dependencies=[WRITER],
)
async def edit_apology(
    letter: UUID, given: LetterEdit, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Addressee, reason, cause and new day; what is left out stays."""
    return await _make(
        session, desk, once, lambda: writing.write(session, desk, letter, given.given())
    )


@router.post(
    "/{letter}/submission",
    operation_id="submit_apology",
    summary="Trình người đứng đầu ký / lay before the head",
    response_model=LetterDetail,
    dependencies=[WRITER],
)
async def submit_apology(
    letter: UUID, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """The letter must be complete, and its new day one that can be promised."""
    return await _make(session, desk, once, lambda: writing.submit(session, desk, letter))


@router.post(
    "/{letter}/drop",
    operation_id="drop_apology",
    summary="Bỏ thư chưa ký / give up an unsigned letter",
    response_model=LetterDetail,
    dependencies=[WRITER],
)
async def drop_apology(
    letter: UUID, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """While the dossier still owes one, a new draft is begun by itself."""
    return await _make(session, desk, once, lambda: writing.drop(session, desk, letter))


@router.post(
    "/{letter}/approval",
    operation_id="approve_apology",
    summary="Ký thư, cấp số / sign, with the next number",
    response_model=LetterDetail,
    dependencies=[HEAD],
)
async def approve_apology(
    letter: UUID, given: Signing, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """The head signs; a late dossier gets its one new day (D61 19(9))."""
    return await _make(
        session, desk, once, lambda: signing.sign(session, desk, letter, **given.model_dump())
    )


@router.post(
    "/{letter}/rejection",
    operation_id="reject_apology",
    summary="Trả lại thư để sửa / send back to be written better",
    response_model=LetterDetail,
    dependencies=[HEAD],
)
async def reject_apology(
    letter: UUID, given: Rejection, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """It is a draft again, with the head's ground."""
    return await _make(
        session, desk, once, lambda: signing.reject(session, desk, letter, given.ground)
    )


@router.post(
    "/{letter}/sendings",
    operation_id="send_apology",
    summary="Gửi thư qua một kênh / send by a channel",
    response_model=LetterDetail,
    dependencies=[WRITER],
)
async def send_apology(
    letter: UUID, given: SendingIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Queued, tried again with growing pauses, and given up after the eighth time."""
    return await _make(
        session, desk, once, lambda: proving.send(session, desk, letter, given.channel)
    )


@router.post(
    "/{letter}/delivery",
    operation_id="prove_apology_delivered",
    summary="Ghi nhận người nhận đã có thư / note the proof of receipt",
    response_model=LetterDetail,
    dependencies=[WRITER],
)
async def prove_delivered(
    letter: UUID, given: DeliveryIn, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """Receipt number or who took it; also for letters handed over in person."""
    proof = given.model_dump(include={"receipt_number", "received_by", "note"})
    channel, at = given.channel, given.delivered_at
    return await _make(
        session,
        desk,
        once,
        lambda: proving.deliver(
            session, desk, letter, channel=channel, delivered_at=at, proof=proof
        ),
    )


@router.post(
    "/{letter}/return",
    operation_id="note_apology_returned",
    summary="Thư không giao được / the letter came back",
    response_model=LetterDetail,
    dependencies=[WRITER],
)
async def note_returned(
    letter: UUID, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Response:
    """It may be sent again, or handed over."""
    return await _make(session, desk, once, lambda: proving.give_up(session, desk, letter))


async def _make(
    session: AsyncSession,
    desk: Desk,
    once: Once,
    use_case: Callable[[], Awaitable[Apology]],
    status: int = 200,
) -> Response:
    """Do it once per key, and answer the letter as it is then, masked."""

    async def answer() -> LetterDetail:
        letter = await use_case()
        await session.flush()
        return letter_detail(await showing.shown(session, desk, letter, unmask=False))

    return await once(session, answer, status=status)
