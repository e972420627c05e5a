"""What a fee line costs: as published where the amount is known, else by its legal ground."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import Dossier
from services.intake.promise import rows_for
from services.intake.schemas.payments import FeeLine
from services.intake.schemas.receipts import LineKind
from shared.errors import FieldError, Unprocessable
from shared.events import Channel, PublishedFee

CURRENCY = "VND"
NAME_MAX = 500


@dataclass(frozen=True, slots=True)
class Priced:
    """A line with its amount and what is exempted of it."""

    kind: LineKind
    name: str
    amount: int
    currency: str
    ground: str | None
    exempted: int = 0
    exemption_ground: str | None = None
    exemption_paper: str | None = None


async def published_fees(
    session: AsyncSession, desk: Desk, dossier: Dossier
) -> tuple[PublishedFee, ...]:
    """The fees of the pinned version for the dossier's way of filing; none where unknown."""
    catalogue, connection = await desk.catalogue(session)
    # An imported life may be pinned to a version that was never published here.
    versions = await catalogue.versions(connection, dossier.procedure)
    pinned = next((v.told for v in versions if v.told.version == dossier.procedure_version), None)
    if pinned is None:
        return ()
    rows = rows_for(pinned, Channel(dossier.channel).method, dossier.case_id)
    row = next((row for row in rows if row.id == dossier.limit_row), rows[0] if rows else None)
    if row is None:
        return ()
    return row.fees or ((row.fee,) if row.fee else ())


def priced(lines: Sequence[FeeLine], published: Sequence[PublishedFee]) -> list[Priced]:
    """Price every line; raises Unprocessable that points at the first one that cannot be."""
    found = [_priced(place, line, published) for place, line in enumerate(lines)]
    if len({line.currency for line in found}) > 1:
        raise Unprocessable(
            "Mỗi thông báo chỉ dùng một loại tiền; hãy tách ra.", code="currencies_mixed"
        )
    return found


def kind_of(fee: PublishedFee) -> LineKind | None:
    """Whether the catalogue calls it a fee or a charge, where it tells them apart."""
    return LineKind(fee.kind) if fee.kind in set(LineKind) else None


def _priced(place: int, line: FeeLine, published: Sequence[PublishedFee]) -> Priced:
    fee = _published(place, line, published)
    kind = (fee and kind_of(fee)) or line.kind
    if kind is None:
        raise _refusal(place, "kind", "kind_needed", "Hãy nêu đây là phí hay lệ phí (kind).")
    name = fee.text if fee else line.name
    if name is None:
        raise _refusal(place, "name", "name_needed", "Hãy nêu tên khoản thu (name).")
    amount = _amount(place, line, fee)
    exempted, exemption = 0, line.exemption
    if exemption is not None:
        exempted = amount if exemption.amount is None else exemption.amount
        if exempted > amount:
            raise _refusal(
                place,
                "exemption/amount",
                "exemption_too_large",
                "Số miễn, giảm vượt khoản thu.",
            )
    return Priced(
        kind=kind,
        name=name[:NAME_MAX],
        amount=amount,
        currency=fee.currency if fee else CURRENCY,
        ground=line.ground,
        exempted=exempted,
        exemption_ground=exemption.ground if exemption else None,
        exemption_paper=exemption.paper if exemption else None,
    )


def _published(place: int, line: FeeLine, published: Sequence[PublishedFee]) -> PublishedFee | None:
    if line.published is None:
        return None
    if line.published >= len(published):
        raise _refusal(place, "published", "fee_unknown", "Không có khoản này trong biểu phí.")
    return published[line.published]


def _amount(place: int, line: FeeLine, fee: PublishedFee | None) -> int:
    """Take the published amount; what the catalogue does not know needs an amount and a ground."""
    if fee is not None and fee.amount is not None:
        amount = int(fee.amount * line.quantity)
        if line.amount not in {None, amount}:
            raise _refusal(
                place, "amount", "amount_published", f"Mức đã công bố là {amount} {fee.currency}."
            )
        return amount
    if line.amount is None or line.ground is None:
        raise _refusal(
            place,
            "ground",
            "ground_needed",
            "Khoản chưa có mức công bố phải nêu số tiền (amount) và căn cứ pháp lý (ground).",
        )
    return line.amount * line.quantity


def _refusal(place: int, member: str, code: str, detail: str) -> Unprocessable:
    pointer = f"/body/lines/{place}/{member}"
    return Unprocessable(
        detail, code=code, errors=[FieldError(pointer=pointer, detail=detail, code=code)]
    )
