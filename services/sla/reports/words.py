"""What reports call levels, channels, agencies and procedures in Vietnamese."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.models import AgencyCopy, ProcedureCopy
from services.sla.reports.questions import Group
from shared.events import AgencyLevel, Channel

LEVELS: Final = {
    AgencyLevel.MINISTRY: "Cấp bộ",
    AgencyLevel.PROVINCE: "Cấp tỉnh",
    AgencyLevel.DISTRICT: "Cấp huyện",
    AgencyLevel.COMMUNE: "Cấp xã",
    AgencyLevel.OTHER: "Cơ quan khác",
}
"""In the order in which a report names them."""

CHANNELS: Final = {
    Channel.COUNTER: "Trực tiếp tại Bộ phận Một cửa",
    Channel.ONLINE_PARTIAL: "Trực tuyến một phần (mức độ 3)",
    Channel.ONLINE_FULL: "Trực tuyến toàn trình (mức độ 4)",
    Channel.KIOSK: "Máy tự phục vụ",
    Channel.POSTAL: "Dịch vụ bưu chính công ích",
    Channel.HOME: "Tại nhà",
    Channel.MOBILE: "Lưu động",
    Channel.POST_OFFICE: "Bưu điện tiếp nhận thay",
}

GROUPS: Final = {
    Group.FIELD: "Lĩnh vực giải quyết",
    Group.LEVEL: "Cấp",
    Group.AGENCY: "Cơ quan, đơn vị",
    Group.PROCEDURE: "Thủ tục hành chính",
    Group.CHANNEL: "Kênh tiếp nhận",
}


async def names(session: AsyncSession, group: Group, codes: Collection[str]) -> dict[str, str]:
    """Name what stands in a column of groups; what nobody told keeps its code."""
    if group is Group.LEVEL:
        return {code: LEVELS[AgencyLevel(code)] for code in codes}
    if group is Group.CHANNEL:
        return {code: CHANNELS[Channel(code)] for code in codes}
    if group is Group.FIELD:
        return {code: code for code in codes}
    return {code: code for code in codes} | await _told(session, group, codes)


async def _told(session: AsyncSession, group: Group, codes: Collection[str]) -> dict[str, str]:
    if group is Group.AGENCY:
        agencies = select(AgencyCopy.code, AgencyCopy.name).where(AgencyCopy.code.in_(codes))
        return {row.code: row.name for row in await session.execute(agencies)}
    # The newest version of a procedure comes last and names it.
    procedures = (
        select(ProcedureCopy.code, ProcedureCopy.name)
        .where(ProcedureCopy.code.in_(codes))
        .order_by(ProcedureCopy.version)
    )
    return {row.code: f"{row.code} – {row.name}" for row in await session.execute(procedures)}
