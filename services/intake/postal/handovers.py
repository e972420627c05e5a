"""Records of hand-over (biên bản giao nhận): when both sides sign, the dossiers count as filed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import uuid_utils.compat as uuid7s
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import batches, dossiers, supplements
from services.intake.batches import Keyed
from services.intake.desk import Desk
from services.intake.filing_rules import CLOCK_SKEW, HAND_OVER_AGE_MAX
from services.intake.lifecycle import Status
from services.intake.models import PostalHandover, PostalHandoverItem, PostalOrder
from services.intake.models.postal import Direction, Sign
from services.intake.postal import orders, scope, tracking
from services.intake.postal.carriers import carrier
from services.intake.schemas.actions import Supplement
from services.intake.schemas.batches import ItemResult
from services.intake.schemas.filing import PaperIn
from services.intake.schemas.postal import (
    HandoverDetail,
    HandoverIn,
    HandoverItemIn,
    HandoverItemView,
    HandoverView,
)
from shared.errors import Conflict, FieldError, Problem, Unprocessable
from shared.events import Channel
from shared.working_time import business_date

FILED, SUPPLEMENTED, SENT, REFUSED = "filed", "supplemented", "sent", "refused"

NUMBERED_AS: Final = "postal_handover"

# As for printed forms: the row stays locked until the commit, so no number is ever left out.
_NUMBER: Final = text("""
    insert into form_sequence as s (agency, kind, year, last) values (:agency, :kind, :year, 1)
    on conflict (agency, kind, year) do update set last = s.last + 1
    returning last
""")


@dataclass(frozen=True, slots=True)
class Effect:
    """What signing did to one parcel's dossier."""

    kind: str
    dossier: UUID | None = None
    refusal: str | None = None


def check(desk: Desk, given: HandoverIn) -> None:
    """Refuse a record that cannot have been signed so; raises Unprocessable, NotFound."""
    carrier(given.carrier)
    if not desk.now - HAND_OVER_AGE_MAX <= given.signed_at <= desk.now + CLOCK_SKEW:
        raise _wrong(
            "signed_at",
            "hand_over_time",
            "Thời điểm ký biên bản phải trong 30 ngày qua và không ở tương lai.",
        )
    for place, item in enumerate(given.items):
        wanted = item.dossier is not None, item.filing is not None
        if given.direction is Direction.DELIVER and wanted != (True, False):
            detail = "Giao kết quả cho bưu điện phải nêu hồ sơ (dossier)."
            raise _wrong(f"items/{place}", "dossier_needed", detail)
        if given.direction is Direction.COLLECT and wanted not in {(True, False), (False, True)}:
            detail = "Nêu hồ sơ mới (filing) hoặc hồ sơ đã có (dossier), không cả hai."
            raise _wrong(f"items/{place}", "filing_or_dossier", detail)


async def file_new(desk: Desk, given: HandoverIn) -> dict[str, ItemResult]:
    """File the new dossiers of a record as of its signing (QĐ45 7(4)), each once by its order."""
    async with desk.database.sessions() as session:
        before = await _handed_over(session, given)
    new = [i for i in given.items if i.filing is not None and i.order_number not in before]
    results = await batches.file_keyed(desk, [_filing(given, item) for item in new])
    return {item.order_number: result for item, result in zip(new, results, strict=True)}


async def record(
    session: AsyncSession, desk: Desk, given: HandoverIn, filed: dict[str, ItemResult]
) -> HandoverDetail:
    """Write the signed record down: supplements are complete, parcels are taken over, by it."""
    await scope.check(session, desk, given.agency)
    if before := await _handed_over(session, given):
        raise Conflict(
            "Có phiếu gửi đã được giao nhận trong biên bản khác.",
            code="already_handed_over",
            order_numbers=sorted(before),
        )
    parcels = await _parcels(session, given)
    effects = [await _effect(session, desk, given, item, filed) for item in given.items]
    kept = await _numbered(session, desk, given)
    items = []
    for place, (item, effect) in enumerate(zip(given.items, effects, strict=True), start=1):
        order = parcels.get(item.order_number)
        if order is not None and effect.kind != REFUSED:
            await _move(session, desk, given, order, effect)
        items.append(
            PostalHandoverItem(
                handover_id=kept.id,
                position=place,
                carrier=given.carrier,
                direction=str(given.direction),
                order_number=item.order_number,
                order_id=order.id if order else None,
                dossier_id=effect.dossier,
                effect=effect.kind,
                refusal=effect.refusal,
                papers=[paper.model_dump() for paper in item.papers],
            )
        )
    session.add_all(items)
    return _detail(kept, items)


async def show(session: AsyncSession, desk: Desk, identity: UUID) -> HandoverDetail:
    """Show a record with everything in it."""
    query = select(PostalHandover).where(
        PostalHandover.id == identity, scope.within(desk.principal, PostalHandover.agency)
    )
    kept = scope.known((await session.execute(query)).scalar_one_or_none(), "handover")
    items = await session.scalars(
        select(PostalHandoverItem)
        .where(PostalHandoverItem.handover_id == kept.id)
        .order_by(PostalHandoverItem.position)
    )
    return _detail(kept, items.all())


async def _handed_over(session: AsyncSession, given: HandoverIn) -> set[str]:
    """Find the parcels of a record that another one, by whomever, has taken over."""
    found = await session.scalars(
        select(PostalHandoverItem.order_number).where(
            PostalHandoverItem.carrier == given.carrier,
            PostalHandoverItem.direction == str(given.direction),
            PostalHandoverItem.order_number.in_([item.order_number for item in given.items]),
            PostalHandoverItem.effect != REFUSED,
        )
    )
    return set(found)


def _filing(given: HandoverIn, item: HandoverItemIn) -> Keyed:
    """Read a filing whose channel, agency and moment are the record's."""
    by_record = {
        "agency": given.agency,
        "channel": str(Channel.POSTAL),
        "hand_over": {"signed_at": given.signed_at.isoformat()},
    }
    written = {"papers": [paper.model_dump() for paper in item.papers]} | (item.filing or {})
    return batches.keyed(f"{given.carrier}/{item.order_number}", written | by_record)


async def _effect(
    session: AsyncSession,
    desk: Desk,
    given: HandoverIn,
    item: HandoverItemIn,
    filed: dict[str, ItemResult],
) -> Effect:
    """Do what signing does; a refusal is kept in the record, which was signed all the same."""
    try:
        if item.filing is not None:
            result = filed[item.order_number]
            if result.problem is not None:
                return Effect(REFUSED, refusal=result.problem["code"])
            found = await dossiers.get(session, desk, result.code or "")
            return Effect(FILED, found.id)
        async with session.begin_nested():
            return await _known(session, desk, given, item)
    except Problem as refused:
        return Effect(REFUSED, refusal=refused.code)


async def _known(
    session: AsyncSession, desk: Desk, given: HandoverIn, item: HandoverItemIn
) -> Effect:
    at_signing = replace(desk, now=_signed(desk, given), if_match="*")
    dossier = await dossiers.locked(session, at_signing, item.dossier or "")
    if given.direction is Direction.DELIVER:
        if dossier.status is not Status.RESOLVED:
            raise Conflict("Hồ sơ chưa có kết quả để giao.", code="not_resolved")
        return Effect(SENT, dossier.id)
    if dossier.paused_at is not None and at_signing.now < dossier.paused_at:
        raise Conflict("Biên bản ký trước khi yêu cầu bổ sung.", code="signed_before_request")
    await supplements.provide(
        session, at_signing, str(dossier.id), Supplement(papers=item.papers or None)
    )
    return Effect(SUPPLEMENTED, dossier.id)


async def _parcels(session: AsyncSession, given: HandoverIn) -> dict[str, PostalOrder]:
    """Lock the orders that the parcels travelled under, before any dossier, as tracking does."""
    found = await session.scalars(
        select(PostalOrder)
        .where(
            PostalOrder.carrier == given.carrier,
            PostalOrder.order_number.in_([item.order_number for item in given.items]),
            PostalOrder.direction == str(given.direction),
            scope.below(PostalOrder.agency, given.agency),
        )
        .order_by(PostalOrder.order_number)
        .with_for_update()
    )
    return {order.order_number: order for order in found}


async def _numbered(session: AsyncSession, desk: Desk, given: HandoverIn) -> PostalHandover:
    year = business_date(given.signed_at).year
    numbered = {"agency": given.agency, "kind": NUMBERED_AS, "year": year}
    kept = PostalHandover(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        year=year,
        number=(await session.execute(_NUMBER, numbered)).scalar_one(),
        recorded_by=desk.principal.subject,
        recorded_at=desk.now,
        **given.model_dump(exclude={"items"}),
    )
    session.add(kept)
    await session.flush()
    return kept


async def _move(
    session: AsyncSession, desk: Desk, given: HandoverIn, order: PostalOrder, effect: Effect
) -> None:
    """The signing delivers a collected parcel, or sets a result on its way."""
    order.dossier_id = order.dossier_id or effect.dossier
    collected = given.direction is Direction.COLLECT
    sign = Sign.DELIVERED if collected else Sign.HANDED_OVER
    session.add(orders.own_message(desk, order.id, sign, at=_signed(desk, given)))
    await session.flush()
    await tracking.follow(session, desk, order)


def _signed(desk: Desk, given: HandoverIn) -> datetime:
    """A clock a little ahead of ours signs now."""
    return min(given.signed_at.astimezone(UTC), desk.now)


def view(kept: PostalHandover) -> HandoverView:
    """A record without what is in it."""
    return HandoverView.model_validate(kept, from_attributes=True)


def _detail(kept: PostalHandover, items: Sequence[PostalHandoverItem]) -> HandoverDetail:
    shown = [
        HandoverItemView(
            order_number=item.order_number,
            order=item.order_id,
            dossier=item.dossier_id,
            effect=item.effect,
            refusal=item.refusal,
            papers=[PaperIn(**paper) for paper in item.papers],
        )
        for item in items
    ]
    return HandoverDetail(**dict(view(kept)), items=shown)


def _wrong(member: str, code: str, detail: str) -> Unprocessable:
    pointed = FieldError(pointer=f"/body/{member}", detail=detail, code=code)
    return Unprocessable(detail, code=code, errors=[pointed])
