"""Routes of kiosks: officers set them up and make codes, people fill slips in there."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.survey import tokens
from services.survey.admission import bounded
from services.survey.api import slips
from services.survey.api.settings import settings_of
from services.survey.kiosks import codes, devices
from services.survey.schemas.collected import Collected
from services.survey.schemas.invitations import SlipTaken
from services.survey.schemas.kiosks import (
    CodeIn,
    KioskCodeView,
    KioskIn,
    KioskKey,
    KioskSlip,
    KioskSlipView,
    KioskView,
)
from services.survey.sources import Sources
from shared.clock import Now
from shared.database import Databases, Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page

router = APIRouter(prefix="/v1", tags=["kiosks"], responses=PROBLEM_RESPONSES)

SETTING_UP = requires(Role.LEADER, Role.OPERATOR)


def _key(request: Request) -> bytes:
    return tokens.secret_of(settings_of(request).kernel)


Key = Annotated[bytes, Depends(_key)]


@router.post(
    "/kiosks",
    operation_id="register_kiosk",
    summary="Đăng ký máy đánh giá tại quầy / set a kiosk up",
    status_code=201,
    dependencies=[SETTING_UP],
)
async def register_kiosk(
    given: KioskIn, principal: Caller, session: Transaction, now: Now
) -> KioskKey:
    """Its secret is shown this once; nothing keeps it, not even under an idempotency key."""
    return await devices.register(session, principal, given, now)


@router.get(
    "/kiosks",
    operation_id="list_kiosks",
    summary="Các máy đánh giá / kiosks",
    dependencies=[SETTING_UP],
)
async def list_kiosks(
    principal: Caller, session: Reading, after: Cursor = None, limit: Limit = 50
) -> Page[KioskView]:
    """Of the caller's agencies, retired ones too."""
    found, following = await devices.list_of(session, principal, after=after, limit=limit)
    return Page(items=found, next=following)


@router.post(
    "/kiosks/{kiosk}:retire",
    operation_id="retire_kiosk",
    summary="Ngừng dùng máy đánh giá / take a kiosk out of use",
    response_model=KioskView,
    dependencies=[SETTING_UP],
)
async def retire_kiosk(
    kiosk: UUID, principal: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """For good: a lost device opens nothing any more."""
    return await once(session, lambda: devices.retire(session, principal, kiosk, now))


@router.post(
    "/surveys/invitations/{invitation}/codes",
    operation_id="make_kiosk_code",
    summary="Lấy mã ngắn để đánh giá tại quầy / a short code for a kiosk",
    status_code=201,
    dependencies=[requires(Role.COUNTER, Role.LEADER)],
)
async def make_kiosk_code(
    invitation: UUID, principal: Caller, session: Transaction, now: Now, key: Key
) -> KioskCodeView:
    """Valid for some minutes, once; a new one takes the place of the last."""
    return await codes.issue(session, key, principal, invitation, now)


@router.post(
    "/kiosks/{kiosk}:open",
    operation_id="open_kiosk_slip",
    summary="Nhập mã tại máy đánh giá / exchange a code for its slip",
    dependencies=[bounded("slips")],
)
async def open_kiosk_slip(
    *,
    kiosk: UUID,
    given: CodeIn,
    session: Transaction,
    database: Databases,
    now: Now,
    key: Key,
) -> KioskSlipView:
    """Public, by the device's secret; every try is counted."""
    async with database.statements() as connection:
        device = await devices.known(connection, kiosk, given.secret)
        await codes.admit(connection, device, now)
    invitation = await codes.redeem(session, key, device, given.code, now)
    slip = await slips.shown(session, invitation, now)
    return KioskSlipView(token=tokens.token(key, invitation.id), **dict(slip))


@router.post(
    "/kiosks/{kiosk}:answer",
    operation_id="answer_at_kiosk",
    summary="Gửi phiếu tại máy đánh giá / send a slip filled in at a kiosk",
    status_code=201,
    dependencies=[bounded("slips")],
)
async def answer_at_kiosk(
    *,
    kiosk: UUID,
    slip: KioskSlip,
    request: Request,
    session: Transaction,
    database: Databases,
    now: Now,
) -> SlipTaken:
    """Public, by the device's secret; counted as collected at a kiosk."""
    async with database.statements() as connection:
        await devices.known(connection, kiosk, slip.secret)
    source = await cast(Sources, request.app.state.sources).hashed(f"kiosk/{kiosk}", now)
    await slips.admit(request, source, now)
    return await slips.take(
        request,
        session,
        slip.token,
        slip.choices,
        now=now,
        source=source,
        collected=Collected.KIOSK,
    )
