"""What processes and linked groups share on their way from draft to retired."""

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import Agency, LinkedGroup, Process, Standing
from shared import paging
from shared.errors import Conflict, Forbidden, NotFound, Unprocessable
from shared.identity import Principal

T = TypeVar("T", Process, LinkedGroup)

WORDS: dict[type[Process | LinkedGroup], str] = {
    Process: "quy trình",
    LinkedGroup: "nhóm thủ tục liên thông",
}


async def get(session: AsyncSession, kind: type[T], identity: UUID, *, drafts: bool) -> T:
    """The one of that id; raises NotFound, also for a draft unless the reader sees drafts."""
    found = await session.get(kind, identity)
    if found is None or (found.standing is Standing.DRAFT and not drafts):
        raise _absent(kind, identity)
    return found


async def lock(session: AsyncSession, kind: type[T], identity: UUID) -> T:
    """The one of that id, to be changed in this transaction; raises NotFound."""
    found = await session.get(kind, identity, with_for_update=True)
    if found is None:
        raise _absent(kind, identity)
    return found


def refuse_unless(found: Process | LinkedGroup, wanted: Standing) -> None:
    """Raise Conflict, naming what stands in the way, unless it has the wanted standing."""
    if found.standing is wanted:
        return
    words = WORDS[type(found)]
    match found.standing:
        case Standing.DRAFT:
            raise Conflict(f"Bản dự thảo {words} này chưa công bố.", code="not_published")
        case Standing.PUBLISHED:
            raise Conflict(
                f"Đã công bố {words} này nên không sửa được; hãy soạn bản mới.",
                code="already_published",
            )
        case Standing.RETIRED:
            raise Conflict(f"Đã ngừng dùng {words} này.", code="already_retired")


def in_use(kind: type[Process | LinkedGroup]) -> tuple[ColumnElement[bool], ...]:
    """What holds for the published ones that are not retired."""
    return kind.published_at.is_not(None), kind.retired_at.is_(None)


def with_standing(
    kind: type[Process | LinkedGroup], standing: Standing | None, *, drafts: bool
) -> Sequence[ColumnElement[bool]]:
    """What a list is filtered by; drafts are for those who see them."""
    wanted: dict[Standing | None, tuple[ColumnElement[bool], ...]] = {
        None: (),
        Standing.DRAFT: (kind.published_at.is_(None),),
        Standing.PUBLISHED: in_use(kind),
        Standing.RETIRED: (kind.retired_at.is_not(None),),
    }
    known = () if drafts else (kind.published_at.is_not(None),)
    return (*wanted[standing], *known)


def refuse_out_of_scope(principal: Principal, agency: str | None) -> None:
    """Raise Forbidden unless the officer's grant covers the agency.

    What is bound to no agency holds for a whole province, and takes a grant as wide as that.
    """
    if agency is not None:
        if not principal.covers(agency):
            raise Forbidden(
                f"Cơ quan {agency} không thuộc phạm vi của bạn.", code="agency_out_of_scope"
            )
    elif not principal.everywhere and all("." in grant for grant in principal.agencies):
        raise Forbidden(
            "Việc dùng chung cho nhiều cơ quan do cán bộ có phạm vi toàn tỉnh thực hiện.",
            code="province_scope_needed",
        )


def identity_of(cursor_part: str) -> UUID:
    """The id in a cursor; raises Unprocessable for one that we did not make."""
    try:
        return UUID(cursor_part)
    except ValueError as broken:
        raise paging.unreadable() from broken


async def refuse_unknown_agencies(session: AsyncSession, codes: Iterable[str | None]) -> None:
    """Raise Unprocessable naming the agencies that the catalogue does not have."""
    named = {code for code in codes if code is not None}
    known = await session.scalars(select(Agency.code).where(Agency.code.in_(named)))
    if unknown := named - set(known):
        raise Unprocessable(
            f"Không có cơ quan {', '.join(sorted(unknown))}.", code="agency_unknown"
        )


def _absent(kind: type[Process | LinkedGroup], identity: UUID) -> NotFound:
    return NotFound(f"Không có {WORDS[kind]} {identity}.")
