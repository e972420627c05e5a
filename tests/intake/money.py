"""A catalogue with fees, and a dossier that they are asked for."""

from decimal import Decimal
from typing import Any

from shared.events import Method, ProcedurePublished, PublishedFee
from tests.intake.conftest import Office
from tests.intake.factories import a_procedure, a_row, tell

WITH_FEES = "1.000009"
STEP = {"name": "Thẩm định", "unit": "Địa chính", "officer": "an"}
ACCOUNT = {"number": "0123456789", "name": "Nguyễn Văn Thử", "bank": "Kho bạc"}


def a_fee(amount: str | None, kind: str | None, text: str) -> PublishedFee:
    known = None if amount is None else Decimal(amount)
    return PublishedFee(amount=known, currency="VND", kind=kind, text=text)


def a_priced_procedure() -> ProcedurePublished:
    fees = (
        a_fee("100000", "fee", "Phí thẩm định"),
        a_fee("30000", "charge", "Lệ phí cấp giấy"),
        a_fee(None, None, "Theo biểu của tỉnh"),
    )
    row = a_row("direct", Method.DIRECT, "10").model_copy(update={"fees": fees})
    return a_procedure(WITH_FEES, methods=(row,))


async def a_dossier_with_fees(office: Office, **changed: Any) -> dict[str, Any]:
    await tell(office.database_url, [a_priced_procedure()])
    return await office.accepted(procedure=WITH_FEES, **changed)


async def money(office: Office, dossier: dict[str, Any]) -> dict[str, Any]:
    answer = await office.get(f"/v1/dossiers/{dossier['code']}/payments")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def waiting_for_payment(office: Office, amount: int = 50_000) -> dict[str, Any]:
    """A dossier in status 6."""
    dossier = await office.accepted()
    await office.do(dossier, "steps", STEP)
    asked = {"amount": amount, "reason": "Tiền sử dụng đất"}
    return await office.do(dossier, "payment-demand", asked)
