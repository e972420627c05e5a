"""Lists of dossiers: what the caller may see, narrowed by filters, walked by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import access, listing, pages
from services.intake.copies import Catalogue
from services.intake.desk import Desk
from services.intake.names import asked_keys, name_key
from services.intake.search_statement import LATERAL_AGENCIES_MAX, Statement
from shared.errors import FieldError, Forbidden, Unprocessable
from shared.events import Channel
from shared.identity import Role


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is asked for; None asks for nothing."""

    agency: str | None = None
    status: int | None = None
    procedure: str | None = None
    channel: Channel | None = None
    due_before: datetime | None = None
    name: str | None = None
    identity_number: str | None = None
    code_prefix: str | None = None


async def find(
    session: AsyncSession, desk: Desk, filters: Filters, *, after: str | None, limit: int
) -> bytes:
    """Write a page of the caller's dossiers: newest first, or by due date if one is asked for."""
    catalogue, connection = await desk.catalogue(session)
    agencies = _agencies(desk, catalogue, filters.agency)
    statement = _statement(desk, filters, agencies)
    if after is not None:
        statement.beyond(*pages.place(after))
    text = statement.text(agencies, limit + 1)
    found = await connection.fetch(text, *statement.arguments)
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return listing.page(
        await listing.listed(connection, [row["id"] for row in page]),
        pages.mark(last[statement.key], last["id"]) if last else None,
    )


def _agencies(desk: Desk, catalogue: Catalogue, below: str | None) -> list[str] | None:
    """Tell the agencies to look in; None for all of them, when nothing narrows the view."""
    principal = desk.principal
    if not principal.may(*access.READERS):
        return catalogue.below([below]) if below else None
    if below is None:
        return None if principal.everywhere else catalogue.below(principal.agencies)
    return [code for code in catalogue.below([below]) if principal.covers(code)]


def _statement(desk: Desk, filters: Filters, agencies: Sequence[str] | None) -> Statement:
    statement = Statement()
    if not desk.principal.may(*access.READERS):
        if Role.CITIZEN not in desk.principal.roles:
            raise Forbidden("Vai trò của bạn không được xem hồ sơ.", code="role_missing")
        statement.of_person(desk.vault.hash(desk.principal.number))
    if filters.identity_number is not None:
        statement.of_person(desk.vault.hash(filters.identity_number))
    if filters.name is not None:
        statement.named(_searchable(filters.name, agencies, statement), agencies)
    if filters.code_prefix is not None:
        statement.with_code(filters.code_prefix)
    if filters.status is not None:
        statement.of_status(filters.status)
    statement.equal("procedure", filters.procedure)
    statement.equal("channel", filters.channel)
    if filters.due_before is not None:
        statement.due_before(filters.due_before)
    return statement


def _searchable(name: str, agencies: Sequence[str] | None, statement: Statement) -> str:
    """Refuse names that too many bear for so wide a search; raises Unprocessable."""
    key = name_key(name)
    keys = asked_keys(key)
    few = agencies is not None and len(agencies) <= LATERAL_AGENCIES_MAX
    if not keys or (len(keys) == 1 and not few and not statement.candidates):
        detail = "Tên quá ngắn cho phạm vi này; hãy thêm một âm tiết hoặc chọn cơ quan."
        raise Unprocessable(
            detail,
            code="name_too_short",
            errors=[FieldError(pointer="/query/name", detail=detail, code="name_too_short")],
        )
    return key
