"""Files what a counter received without the network, under the code the person was given then."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from fastapi import Response

from services.intake import filing
from services.intake.code_blocks import leasing
from services.intake.desk import Desk
from services.intake.filing_rules import CLOCK_SKEW, wrong
from services.intake.models import CodeBlock
from services.intake.schemas.code_blocks import BlockState, OfflineFiling
from shared.events import Method
from shared.idempotency import Once
from shared.working_time import business_date


async def file(desk: Desk, once: Once, identity: UUID, given: OfflineFiling) -> Response:
    """File as of the moment of receipt; when it was written down stays in the log beside it."""
    if (kept := await filing.answered(desk, once)) is not None:
        return kept
    async with desk.database.sessions() as session:
        block = await leasing.find(session, desk, identity)
    if leasing.state_of(block, desk.now) is not BlockState.LENT:
        raise leasing.over()
    _check_code(block, given)
    _check_moment(block, given, desk)
    received = replace(desk, now=given.received_at)
    return await filing.file(received, once, given.filing, lent_code=given.code)


def _check_code(block: CodeBlock, given: OfflineFiling) -> None:
    inside = given.filing
    if given.code not in leasing.codes_of(block):
        raise wrong("code", "code_not_lent", "Mã này không thuộc dải mã đã mượn.")
    if inside.agency != block.agency:
        raise wrong("filing/agency", "agency_not_lent", f"Dải mã này của {block.agency}.")
    if inside.national_code is not None or inside.hand_over is not None:
        raise wrong("filing", "not_offline", "Hồ sơ ngoại tuyến chỉ mang mã đã mượn.")
    if inside.channel.method is Method.ONLINE:
        raise wrong("filing/channel", "not_offline", "Kênh trực tuyến không nộp ngoại tuyến.")


def _check_moment(block: CodeBlock, given: OfflineFiling, desk: Desk) -> None:
    hours = desk.settings.offline_hours
    received = given.received_at
    if not desk.now - timedelta(hours=hours) <= received <= desk.now + CLOCK_SKEW:
        detail = f"Thời điểm nhận phải trong {hours} giờ qua và không ở tương lai."
        raise wrong("received_at", "received_at_time", detail)
    if business_date(received) != block.day:
        detail = f"Dải mã này chỉ dùng cho ngày {block.day:%d/%m/%Y}."
        raise wrong("received_at", "received_at_day", detail)
