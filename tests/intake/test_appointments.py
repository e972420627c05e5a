from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.intake.settings import TwoLimits
from tests.intake.conftest import Office
from tests.intake.factories import PLAIN
from tests.intake.money import STEP, money

DEMAND = {"amount": 1_000, "reason": "Tiền sử dụng đất"}
SIX_AND_FOUR = {
    "first": {"value": 6, "unit": "working_day"},
    "second": {"value": 4, "unit": "working_day"},
}


@pytest.fixture
async def land(office: Office) -> AsyncIterator[Office]:
    """An office whose plain procedure has two appointments, of 6 and 4 working days."""
    settings = office.app.state.intake.settings
    settings.two_appointments = {PLAIN: TwoLimits.model_validate(SIX_AND_FOUR)}
    yield office
    settings.two_appointments = {}


async def demanded(office: Office, moment: str) -> dict[str, Any]:
    dossier = await office.accepted()
    await office.do(dossier, "steps", STEP)
    office.clock(moment)
    await office.do(dossier, "payment-demand", DEMAND)
    return dossier


@pytest.mark.parametrize("moment", ["2026-03-10 08:00", "2026-03-05 09:00", "2026-03-11 16:00"])
async def test_the_second_appointment_counts_by_itself_from_the_proof_of_payment(
    land: Office, moment: str
) -> None:
    dossier = await demanded(land, moment)
    land.clock("2026-03-19 10:00")

    paid = await land.do(dossier, "payments", {"amount": 1_000, "means": "transfer"})

    assert paid["due_at"] == "2026-03-25T10:00:00+07:00"
    both = (await money(land, dossier))["appointments"]
    assert both["first_due_at"] == "2026-03-10T08:00:00+07:00"
    assert both["second_counts_from"] == "2026-03-19T10:00:00+07:00"
    assert both["second_due_at"] == paid["due_at"]
    fact = (await land.told(dossier))[-1]["data"]
    assert fact["limit"] == {"value": "4", "unit": "working_day"}


async def test_the_first_appointment_is_what_acceptance_promises(land: Office) -> None:
    accepted = await land.accepted()

    assert accepted["due_at"] == "2026-03-10T08:00:00+07:00"
    assert (await land.told(accepted))[-1]["data"]["limit"]["value"] == "6"


async def test_a_part_of_the_payment_is_no_proof(land: Office) -> None:
    dossier = await demanded(land, "2026-03-10 08:00")

    partly = await land.do(dossier, "payments", {"amount": 999, "means": "cash"})

    assert (partly["status"]["code"], partly["due_at"]) == (6, None)
    assert (await money(land, dossier))["appointments"]["second_counts_from"] is None


async def test_a_second_payment_after_the_second_appointment_only_puts_it_off(
    land: Office,
) -> None:
    dossier = await demanded(land, "2026-03-10 08:00")
    land.clock("2026-03-19 10:00")
    await land.do(dossier, "payments", {"amount": 1_000, "means": "cash"})
    land.clock("2026-03-20 10:00")
    await land.do(dossier, "payment-demand", DEMAND)
    land.clock("2026-03-23 10:00")

    paid = await land.do(dossier, "payments", {"amount": 1_000, "means": "cash"})

    assert paid["due_at"] == "2026-03-26T10:00:00+07:00"
    assert (await money(land, dossier))["appointments"]["second_due_at"].startswith("2026-03-25")


async def test_other_procedures_have_one_appointment(office: Office) -> None:
    dossier = await demanded(office, "2026-03-10 08:00")
    office.clock("2026-03-19 10:00")

    paid = await office.do(dossier, "payments", {"amount": 1_000, "means": "cash"})

    assert paid["due_at"] == "2026-03-25T10:00:00+07:00"
    assert (await money(office, dossier))["appointments"] is None
    assert "limit" not in (await office.told(dossier))[-1]["data"]
