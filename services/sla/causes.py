"""Why dossiers are late: the causes that the system knows, and those of an agency's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import asyncpg

from shared.errors import Conflict, FieldError, NotFound, Unprocessable
from shared.identity import EVERYWHERE, Principal

OWN: Final = {
    "workload": "Khối lượng hồ sơ tăng đột biến",
    "officer_fault": "Cán bộ, công chức chậm xử lý",
    "supplement": "Phải yêu cầu bổ sung, hoàn thiện hồ sơ",
    "opinion": "Cơ quan phối hợp chậm trả lời",
    "verification": "Phải thẩm tra, xác minh thực tế",
    "complexity": "Nội dung hồ sơ phức tạp",
    "system_failure": "Sự cố hệ thống, hạ tầng kỹ thuật",
    "force_majeure": "Thiên tai, dịch bệnh, sự kiện bất khả kháng",
    "error": "Sai sót trong tiếp nhận, giải quyết",
    "other": "Nguyên nhân khác",
}
"""By code; counted everywhere, and never retired."""

LIST: Final = """
select distinct on (code) code, name, agency, retired from cause
 where agency = $1 or starts_with($1, agency || '.') or agency = '*'
 order by code, length(agency) desc
"""
KNOWN: Final = "select exists(select from agency_copy where code = $1)"
PUT: Final = """
insert into cause (agency, code, name, retired, set_by, set_at) values ($1, $2, $3, $4, $5, $6)
on conflict (agency, code) do update
   set name = excluded.name, retired = excluded.retired, set_by = excluded.set_by,
       set_at = excluded.set_at
"""


class Cause(NamedTuple):
    """A cause and the agency that named it; `*` is the system."""

    code: str
    name: str
    agency: str


async def of_agency(connection: asyncpg.Connection, agency: str) -> Sequence[Cause]:
    """The causes that an agency may name: the system's, those above it and its own."""
    found = {code: Cause(code, name, EVERYWHERE) for code, name in OWN.items()}
    for row in await connection.fetch(LIST, agency):
        if row["retired"]:
            found.pop(row["code"], None)
        else:
            found[row["code"]] = Cause(row["code"], row["name"], row["agency"])
    return [found[code] for code in sorted(found)]


async def check(connection: asyncpg.Connection, agency: str, code: str) -> None:
    """Refuse a cause that the agency's catalogue does not have; raises Unprocessable."""
    known = [cause.code for cause in await of_agency(connection, agency)]
    if code not in known:
        detail = "Nguyên nhân không có trong danh mục của cơ quan."
        pointer = FieldError(pointer="/body/cause", detail=detail, code="unknown")
        raise Unprocessable(detail, code="cause_unknown", errors=[pointer], causes=known)


async def put(
    connection: asyncpg.Connection,
    principal: Principal,
    cause: Cause,
    *,
    retired: bool,
    now: datetime,
) -> None:
    """Name a cause for an agency's subtree, or retire one; raises NotFound or Conflict."""
    everywhere = cause.agency == EVERYWHERE
    covered = principal.everywhere if everywhere else principal.covers(cause.agency)
    if not covered or not (everywhere or await connection.fetchval(KNOWN, cause.agency)):
        raise NotFound("Không có cơ quan này trong phạm vi của bạn.", code="agency_not_found")
    if cause.code in OWN:
        raise Conflict("Mã này thuộc danh mục chung của hệ thống.", code="cause_of_system")
    row = cause.agency, cause.code, cause.name, retired, principal.subject, now
    await connection.execute(PUT, *row)
