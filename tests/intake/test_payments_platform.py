import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import ValidationError

from services.intake.payments.platform import messages
from services.intake.settings import PaymentSettings
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import IDENTITY, at
from tests.intake.money import ACCOUNT, a_dossier_with_fees, money, waiting_for_payment
from tests.intake.payment_platform import PAYER, Cashier, Mishap, confirmation, joined

WORKED = "INIT|1.0.6|DT01|REF1|50000|PAY|1|1|vi-VN|VND|PAYMENT|Phi|20260302150500|10.0.0.1"
WORKED_HASH = "3a6951d9266fafd72798258e8f42d0dc6494d9795a1d5c32fdd0e72ebf7bc203"


@pytest.fixture
async def cashier(office: Office) -> AsyncIterator[Cashier]:
    async with joined(office) as made:
        yield made


def test_the_hash_is_that_of_the_worked_example() -> None:
    message = dict(zip(messages.INIT_ORDER, WORKED.split("|"), strict=True))

    assert messages.proof(message, messages.INIT_ORDER, "s") == WORKED_HASH


def test_the_afternoon_is_told_by_a_clock_of_24_hours() -> None:
    assert messages.moment(at("2026-03-02 15:05")) == "20260302150500"


@pytest.mark.parametrize("told", [{}, {"partner": "DT01"}, {"secret": "s"}])
def test_a_platform_needs_a_partner_code_and_a_secret(told: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="PARTNER"):
        PaymentSettings.model_validate({"endpoint": "http://127.0.0.1:1/"} | told)


async def test_without_a_platform_nothing_is_paid_online(office: Office) -> None:
    dossier = await waiting_for_payment(office)

    refused = await office.ask(dossier, "platform-payments", PAYER)

    assert (refused.status_code, refused.json()["code"]) == (409, "platform_not_configured")


async def test_a_person_is_sent_to_one_page_however_often_they_ask(cashier: Cashier) -> None:
    dossier = await waiting_for_payment(cashier.office)

    first = await cashier.start(dossier)
    again = await cashier.start(dossier)

    assert first["link"].endswith(f"/tra-tien/{first['reference']}")
    assert again == first
    (message,) = cashier.platform.received
    assert messages.is_proven(message, messages.INIT_ORDER, "s")
    assert (message["SoTien"], message["ThoiGianGD"]) == ("50000", "20260302080000")
    bill = message["ThongTinBienLai"]
    assert (bill["MaDVC"], bill["SoCMNDNguoiNop"]) == ("1.000001.01", IDENTITY)
    assert (await money(cashier.office, dossier))["demands"][0]["state"] == "pending"


async def test_a_confirmation_settles_the_demand_once_however_often_it_comes(
    cashier: Cashier,
) -> None:
    dossier = await waiting_for_payment(cashier.office)
    one = await cashier.start(dossier)
    cashier.office.clock("2026-03-03 08:00")

    answers = await asyncio.gather(*(cashier.confirm(confirmation(one)) for _ in range(4)))
    late_failure = await cashier.confirm(confirmation(one, MaLoi="24"))

    assert {answer["MaLoi"] for answer in [*answers, late_failure]} == {"00"}
    told = await money(cashier.office, dossier)
    assert (told["demands"][0]["paid"], len(told["demands"][0]["payments"])) == (50_000, 1)
    assert told["online"][0]["state"] == "paid"
    facts = [fact["type"] for fact in await cashier.office.told(dossier)]
    assert facts.count("dossier.payment_received.v1") == 1
    shown = (await cashier.office.get(f"/v1/dossiers/{dossier['code']}")).json()
    assert (shown["status"]["code"], shown["due_at"]) == (4, "2026-03-17T08:00:00+07:00")


async def test_a_lie_books_nothing(cashier: Cashier) -> None:
    dossier = await waiting_for_payment(cashier.office)
    one = await cashier.start(dossier)
    lies = [
        ({"SoTien": "5"}, "04"),
        ({"SoTien": "nan"}, "04"),
        ({"SoTien": "50000 đồng"}, "04"),
        ({"MaTienTe": "USD"}, "04"),
        ({"MaThamChieu": "NGUOI-KHAC"}, "01"),
        ({"MaThamChieu": "a\u0000b"}, "01"),
        ({"MaDoiTac": "DT02"}, "97"),
        ({"secret": "guessed"}, "97"),
    ]

    for changed, code in lies:
        answer = await cashier.confirm(confirmation(one, **changed))
        assert answer["MaLoi"] == code, changed

    assert await cashier.states() == ["pending"]
    assert (await money(cashier.office, dossier))["demands"][0]["paid"] == 0


async def test_a_proof_that_was_meant_for_another_message_proves_nothing(
    cashier: Cashier,
) -> None:
    dossier = await waiting_for_payment(cashier.office)
    told = confirmation(await cashier.start(dossier), MaLoi="24")

    answer = await cashier.confirm(told | {"MaLoi": "00"})
    unsigned = await cashier.confirm({k: v for k, v in told.items() if k != "MaXacThuc"})

    assert (answer["MaLoi"], unsigned["MaLoi"]) == ("97", "97")
    assert await cashier.states() == ["pending"]


async def test_after_a_failure_the_person_tries_again_under_a_new_reference(
    cashier: Cashier,
) -> None:
    dossier = await waiting_for_payment(cashier.office)
    first = await cashier.start(dossier)
    await cashier.confirm(confirmation(first, MaLoi="24"))
    cashier.office.clock("2026-03-02 08:10")

    second = await cashier.start(dossier)
    await cashier.confirm(confirmation(second))

    assert second["reference"] != first["reference"]
    assert await cashier.states() == ["failed", "paid"]


async def test_money_that_comes_twice_is_kept_as_excess_and_given_back_once(
    cashier: Cashier,
) -> None:
    dossier = await waiting_for_payment(cashier.office)
    one = await cashier.start(dossier)
    await cashier.office.do(dossier, "payments", {"amount": 50_000, "means": "cash"})

    answer = await cashier.confirm(confirmation(one))
    said = {"reference": one["reference"], "ground": "Nộp hai lần", "account": ACCOUNT}
    await cashier.office.do(dossier, "refunds", said)
    again = await cashier.office.ask(dossier, "refunds", said)

    assert (answer["MaLoi"], await cashier.states()) == ("00", ["excess"])
    told = await money(cashier.office, dossier)
    assert [(r["amount"], r["reference"]) for r in told["refunds"]] == [(50_000, one["reference"])]
    assert told["demands"][0]["state"] == "paid"
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_refund")


async def test_money_for_a_withdrawn_dossier_is_excess(cashier: Cashier) -> None:
    dossier = await waiting_for_payment(cashier.office)
    one = await cashier.start(dossier)
    await cashier.office.do(dossier, "withdrawal")

    await cashier.confirm(confirmation(one))

    assert await cashier.states() == ["excess"]
    shown = (await cashier.office.get(f"/v1/dossiers/{dossier['code']}")).json()
    assert shown["status"]["code"] == 7


async def test_fees_paid_online_get_their_receipts(cashier: Cashier) -> None:
    dossier = await a_dossier_with_fees(cashier.office)
    await cashier.office.do(dossier, "fee-demands", {"lines": [{"published": 0}, {"published": 1}]})

    one = await cashier.start(dossier, demand=1)
    await cashier.confirm(confirmation(one))

    told = await money(cashier.office, dossier)
    assert sorted((r["kind"], r["amount"]) for r in told["receipts"]) == [
        ("charge", 30_000),
        ("fee", 100_000),
    ]


async def test_without_a_page_the_try_has_failed_and_the_next_one_may_work(
    cashier: Cashier,
) -> None:
    dossier = await waiting_for_payment(cashier.office)

    for mishap in Mishap:
        cashier.platform.mishap = mishap
        failed = await cashier.start(dossier)
        assert (failed["state"], failed["link"]) == ("failed", None), mishap
    second = await cashier.start(dossier)

    assert (second["state"], second["link"] is None) == ("pending", False)


async def test_a_lost_confirmation_is_asked_for_after_half_an_hour(cashier: Cashier) -> None:
    dossier = await waiting_for_payment(cashier.office)
    one = await cashier.start(dossier)
    told = cashier.platform.states

    early = await cashier.ask("2026-03-02 08:29")
    still_pending = await cashier.ask("2026-03-02 08:30")
    at_rest = await cashier.ask("2026-03-02 08:59")
    told[one["reference"]] = {"TrangThaiGD": "1", "SoTien": "49999"}
    await cashier.ask("2026-03-02 09:00")
    assert await cashier.states() == ["pending"]
    told[one["reference"]] = {"TrangThaiGD": "1", "SoTien": "50000", "MaGiaoDich": "GD9"}
    await cashier.ask("2026-03-02 09:30")
    await cashier.confirm(confirmation(one))

    assert (early, still_pending, at_rest) == (0, 1, 0)
    (demand,) = (await money(cashier.office, dossier))["demands"]
    assert [p["receipt_number"] for p in demand["payments"]] == ["GD9"]


async def test_after_three_days_it_is_given_up_but_late_money_still_counts(
    cashier: Cashier,
) -> None:
    dossier = await waiting_for_payment(cashier.office)
    one = await cashier.start(dossier)

    await cashier.ask("2026-03-05 07:59")
    before = await cashier.states()
    await cashier.ask("2026-03-05 08:29")
    given_up = await cashier.states()
    asked_again = await cashier.ask("2026-03-06 08:00")
    cashier.office.clock("2026-03-06 09:00")
    await cashier.confirm(confirmation(one))

    assert (before, given_up, asked_again) == (["pending"], ["expired"], 0)
    assert await cashier.states() == ["paid"]


async def test_the_bill_is_there_once_it_is_paid(cashier: Cashier) -> None:
    dossier = await waiting_for_payment(cashier.office)
    one = await cashier.start(dossier)
    path = f"/v1/dossiers/{dossier['code']}/platform-payments/{one['reference']}/bill"

    unpaid = await cashier.office.get(path)
    await cashier.confirm(confirmation(one))
    paid = await cashier.office.get(path)

    assert (unpaid.status_code, unpaid.json()["code"]) == (409, "not_paid")
    assert paid.json()["url"].endswith(f"/bien-lai/{one['reference']}.pdf")


async def test_a_citizen_pays_for_their_own_dossier_only(
    cashier: Cashier, start_office: StartOffice, token: Token
) -> None:
    dossier = await waiting_for_payment(cashier.office)
    answers = []
    for subject in (IDENTITY, "087200009999"):
        citizen = await start_office(bearer=token("citizen", subject=subject))
        citizen.app.state.intake.settings.payments = (
            cashier.office.app.state.intake.settings.payments
        )
        answers.append(await citizen.ask(dossier, "platform-payments", PAYER))

    assert [answer.status_code for answer in answers] == [200, 404]
