"""Originals held for comparison: what is still here, and to whom it was given back (D61 20(2))."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.lifecycle import Work
from services.intake.models import Dossier, OriginalsReturn, OriginalsReturnItem, Paper
from services.intake.schemas.originals import (
    DossierOriginals,
    HeldView,
    OriginalIn,
    OriginalsReturnIn,
    OriginalsReturnView,
)
from shared.errors import FieldError, Unprocessable
from shared.events import DossierOriginalsReturned

NOT_HELD: Final = "Không giữ đủ bản chính của thành phần này."


async def give_back(
    session: AsyncSession, desk: Desk, reference: str, given: OriginalsReturnIn
) -> DossierOriginals:
    """Give originals back, whatever the dossier's status; never more than are held."""
    if given.recipient is not None and given.proxy_paper is None:
        raise Unprocessable(
            "Người nhận thay phải có giấy ủy quyền (proxy_paper).", code="proxy_paper_needed"
        )
    dossier = await dossiers.locked(session, desk, reference)
    held, returned = await _counts(session, dossier)
    _refuse_more(given, held, returned)
    counted = select(func.count()).where(OriginalsReturn.dossier_id == dossier.id)
    number = 1 + (await session.execute(counted)).scalar_one()
    session.add(_row(desk, dossier, number, given))
    await session.flush()
    session.add_all(
        OriginalsReturnItem(
            dossier_id=dossier.id, number=number, component=item.component, count=item.count
        )
        for item in given.items
    )
    await dossiers.note(
        session,
        desk,
        dossier,
        work=Work.RETURN_ORIGINALS,
        event=DossierOriginalsReturned(
            number=number,
            components=tuple(item.component for item in given.items),
            by_proxy=given.recipient is not None,
            returned_at=desk.now,
        ),
        details={"number": number},
    )
    await session.flush()
    return await _show(session, dossier)


async def show(session: AsyncSession, desk: Desk, reference: str) -> DossierOriginals:
    """Tell which originals are still held, and when the others were given back."""
    return await _show(session, await dossiers.get(session, desk, reference))


def _refuse_more(
    given: OriginalsReturnIn, held: Mapping[str, int], returned: Mapping[str, int]
) -> None:
    named = [item.component for item in given.items]
    if len(set(named)) < len(named):
        raise Unprocessable("Mỗi thành phần chỉ được nêu một lần.", code="component_repeated")
    errors = [
        FieldError(pointer=f"/body/items/{place}", detail=NOT_HELD, code="originals_not_held")
        for place, item in enumerate(given.items)
        if item.count > held.get(item.component, 0) - returned.get(item.component, 0)
    ]
    if errors:
        raise Unprocessable(NOT_HELD, code="originals_not_held", errors=errors)


async def _show(session: AsyncSession, dossier: Dossier) -> DossierOriginals:
    held, returned = await _counts(session, dossier)
    rows = await session.scalars(
        select(OriginalsReturn)
        .where(OriginalsReturn.dossier_id == dossier.id)
        .order_by(OriginalsReturn.number)
    )
    items = await session.scalars(
        select(OriginalsReturnItem)
        .where(OriginalsReturnItem.dossier_id == dossier.id)
        .order_by(OriginalsReturnItem.component)
    )
    of_return: dict[int, list[OriginalIn]] = {}
    for item in items:
        given = OriginalIn(component=item.component, count=item.count)
        of_return.setdefault(item.number, []).append(given)
    return DossierOriginals(
        code=dossier.code,
        outstanding=held.total() - returned.total(),
        components=[
            HeldView(component=name, held=count - returned[name], given_back=returned[name])
            for name, count in sorted(held.items())
        ],
        returns=[
            OriginalsReturnView(
                number=row.number,
                given_at=row.given_at,
                given_by=row.given_by,
                by_proxy=row.by_proxy,
                items=of_return.get(row.number, []),
            )
            for row in rows
        ],
    )


async def _counts(session: AsyncSession, dossier: Dossier) -> tuple[Counter[str], Counter[str]]:
    """How many originals were taken of each component, and how many given back."""
    taken = await session.execute(
        select(Paper.component, func.sum(Paper.originals_held))
        .where(Paper.dossier_id == dossier.id, Paper.originals_held > 0)
        .group_by(Paper.component)
    )
    returned = await session.execute(
        select(OriginalsReturnItem.component, func.sum(OriginalsReturnItem.count))
        .where(OriginalsReturnItem.dossier_id == dossier.id)
        .group_by(OriginalsReturnItem.component)
    )
    held = Counter({name: int(count) for name, count in taken})
    return held, Counter({name: int(count) for name, count in returned})


def _row(desk: Desk, dossier: Dossier, number: int, given: OriginalsReturnIn) -> OriginalsReturn:
    who: dict[str, str | None] = given.recipient.model_dump() if given.recipient else {}
    shown = given.identity_document
    if shown is not None:
        who |= {"document": shown.kind, "document_number": shown.number}
    who |= {"proxy_paper": given.proxy_paper}
    return OriginalsReturn(
        dossier_id=dossier.id,
        number=number,
        recipient=desk.vault.seal(who, of=f"{dossier.id}/originals/{number}"),
        key_id=desk.vault.current,
        by_proxy=given.recipient is not None,
        given_by=desk.actor,
        given_at=desk.now,
    )
