import asyncio
from typing import Any

import pytest

from services.intake.payments.amounts import in_words
from services.intake.payments.standing import Owed, shares
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, IDENTITY, OTHER_COMMUNE
from tests.intake.money import ACCOUNT, a_dossier_with_fees, money, waiting_for_payment

BOTH = {"lines": [{"published": 0}, {"published": 1}]}
GROUND = "Nghị quyết 12/2024/NQ-HĐND, khoản 3"


async def test_fees_and_charges_are_told_apart_and_the_dossier_does_not_wait(
    office: Office,
) -> None:
    dossier = await a_dossier_with_fees(office)

    asked = await office.do(dossier, "fee-demands", BOTH)

    assert (asked["status"]["code"], asked["waiting"]) == (2, None)
    (demand,) = (await money(office, dossier))["demands"]
    assert (demand["amount"], demand["state"], demand["label"]) == (
        130_000,
        "unpaid",
        "Chưa thanh toán",
    )
    assert [line["kind"] for line in demand["lines"]] == ["fee", "charge"]
    told = (await office.told(dossier))[-1]["data"]
    assert (told["fees"], told["charges"], told["exempted"]) == (100_000, 30_000, 0)


async def test_a_line_that_cannot_be_priced_is_pointed_at(office: Office) -> None:
    dossier = await a_dossier_with_fees(office)
    too_much = {"ground": GROUND, "paper": "Sổ", "amount": 30_001}
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"published": 3}, "fee_unknown"),
        ({"published": 0, "amount": 1}, "amount_published"),
        ({"published": 2, "kind": "fee", "amount": 5000}, "ground_needed"),
        ({"published": 2, "ground": GROUND, "amount": 5000}, "kind_needed"),
        ({"kind": "fee", "amount": 5000, "ground": GROUND}, "name_needed"),
        ({"kind": "obligation", "name": "Thuế", "amount": 1, "ground": GROUND}, "malformed"),
        ({"published": 1, "exemption": too_much}, "exemption_too_large"),
    ]

    for line, code in refusals:
        refused = await office.ask(dossier, "fee-demands", {"lines": [{"published": 0}, line]})
        assert (refused.status_code, refused.json()["code"]) == (422, code), line
        assert refused.json()["errors"][0]["pointer"].startswith("/body/lines/1")

    assert (await money(office, dossier))["demands"] == []


async def test_what_the_catalogue_does_not_know_needs_an_amount_with_its_ground(
    office: Office,
) -> None:
    dossier = await a_dossier_with_fees(office)
    line = {"published": 2, "kind": "charge", "amount": 5000, "ground": GROUND, "quantity": 3}

    await office.do(dossier, "fee-demands", {"lines": [line]})

    (demand,) = (await money(office, dossier))["demands"]
    assert (demand["amount"], demand["lines"][0]["ground"]) == (15_000, GROUND)


async def test_what_is_wholly_exempt_is_settled_at_once(office: Office) -> None:
    dossier = await a_dossier_with_fees(office)
    exempt = {"published": 1, "exemption": {"ground": GROUND, "paper": "Giấy hộ nghèo"}}

    await office.do(dossier, "fee-demands", {"lines": [exempt]})
    more = await office.ask(dossier, "payments", {"demand": 1, "amount": 1, "means": "cash"})

    (demand,) = (await money(office, dossier))["demands"]
    assert (demand["amount"], demand["state"]) == (0, "paid")
    assert demand["lines"][0]["exemption_paper"] == "Giấy hộ nghèo"
    assert (more.status_code, more.json()["code"]) == (409, "demand_closed")


async def test_each_payment_gives_receipts_of_both_series_for_what_it_pays(
    office: Office,
) -> None:
    dossier = await a_dossier_with_fees(office)
    await office.do(dossier, "fee-demands", BOTH)

    await office.do(dossier, "payments", {"demand": 1, "amount": 40_000, "means": "cash"})
    await office.do(dossier, "payments", {"demand": 1, "amount": 90_000, "means": "card"})

    told = await money(office, dossier)
    assert sorted((r["kind"], r["number"], r["amount"]) for r in told["receipts"]) == [
        ("charge", "0000001", 30_000),
        ("fee", "0000001", 40_000),
        ("fee", "0000002", 60_000),
    ]
    assert {(r["kind"], r["series"]) for r in told["receipts"]} == {
        ("fee", "AA-26E"),
        ("charge", "AB-26E"),
    }
    assert told["demands"][0]["state"] == "paid"
    assert [f["data"]["settled"] for f in (await office.told(dossier))[-2:]] == [False, True]


async def test_a_post_office_collects_under_numbers_of_its_own(office: Office) -> None:
    dossier = await a_dossier_with_fees(office)
    await office.do(dossier, "fee-demands", BOTH)
    paid = {"demand": 1, "amount": 10_000, "means": "post"}
    await office.do(dossier, "payments", paid)

    await office.do(dossier, "payments", paid | {"collected_by": OTHER_COMMUNE})
    nobody = await office.ask(dossier, "payments", paid | {"collected_by": "H99.9"})

    numbers = [(r["unit"], r["number"]) for r in (await money(office, dossier))["receipts"]]
    assert numbers == [(COMMUNE, "0000001"), (OTHER_COMMUNE, "0000001")]
    assert (nobody.status_code, nobody.json()["code"]) == (422, "agency_unknown")


async def test_receipt_numbers_have_no_gap_however_many_counters_pay_or_fail(
    office: Office,
) -> None:
    dossiers = [await a_dossier_with_fees(office) for _ in range(6)]
    for dossier in dossiers:
        await office.do(dossier, "fee-demands", BOTH)
    pay = {"demand": 1, "means": "cash"}

    await asyncio.gather(
        *(office.ask(one, "payments", pay | {"amount": 130_000}) for one in dossiers),
        *(office.ask(one, "payments", pay | {"amount": 130_001}) for one in dossiers),
    )

    for kind in ("fee", "charge"):
        rows = await office.rows("select number from receipt where kind = $1 order by 1", kind)
        assert [row["number"] for row in rows] == [1, 2, 3, 4, 5, 6]


async def test_a_replaced_receipt_keeps_its_number_and_names_its_successor(
    office: Office,
) -> None:
    dossier = await a_dossier_with_fees(office)
    await office.do(dossier, "fee-demands", BOTH)
    await office.do(dossier, "payments", {"demand": 1, "amount": 100_000, "means": "cash"})
    (wrong,) = (await money(office, dossier))["receipts"]
    cancel = f"receipts/{wrong['id']}/cancellation"

    made = await office.do(dossier, cancel, {"ground": "Sai tên", "replace": True})
    again = await office.ask(dossier, cancel, {"ground": "Sai tên"})

    assert (made["number"], made["replaces"]) == ("0000002", wrong["id"])
    assert made["content"]["amount_in_words"] == "Một trăm nghìn đồng"
    assert made["content"]["payer_identity"] == "087*****1234"
    first, second = (await money(office, dossier))["receipts"]
    assert (first["cancel_ground"], second["cancelled_at"]) == ("Sai tên", None)
    assert (again.status_code, again.json()["code"]) == (409, "receipt_cancelled")
    (row, _) = await office.rows("select content from receipt order by number")
    assert IDENTITY.encode() not in row["content"]


async def test_a_receipt_of_another_dossier_is_not_there(office: Office) -> None:
    dossier, other = await a_dossier_with_fees(office), await office.accepted()
    await office.do(dossier, "fee-demands", BOTH)
    await office.do(dossier, "payments", {"demand": 1, "amount": 5, "means": "cash"})
    (receipt,) = (await money(office, dossier))["receipts"]

    shown = await office.get(f"/v1/dossiers/{other['code']}/receipts/{receipt['id']}")

    assert (shown.status_code, shown.json()["code"]) == (404, "receipt_unknown")


async def test_only_what_nothing_was_paid_for_can_be_called_off(office: Office) -> None:
    dossier = await a_dossier_with_fees(office)
    await office.do(dossier, "fee-demands", BOTH)
    await office.do(dossier, "fee-demands", BOTH)
    await office.do(dossier, "payments", {"demand": 2, "amount": 5, "means": "cash"})
    said = {"ground": "Tính nhầm"}

    await office.do(dossier, "fee-demands/1/cancellation", said)
    paid = await office.ask(dossier, "fee-demands/2/cancellation", said)
    missing = await office.ask(dossier, "fee-demands/3/cancellation", said)

    assert (paid.status_code, paid.json()["code"]) == (409, "demand_closed")
    assert (missing.status_code, missing.json()["code"]) == (404, "demand_unknown")
    assert [d["state"] for d in (await money(office, dossier))["demands"]] == [
        "cancelled",
        "unpaid",
    ]


async def test_fees_beside_an_obligation_leave_its_wait_as_it_is(office: Office) -> None:
    dossier = await waiting_for_payment(office)
    line = {"kind": "fee", "name": "Phí sao lục", "amount": 7000, "ground": GROUND}
    await office.do(dossier, "fee-demands", {"lines": [line]})

    fee = await office.do(dossier, "payments", {"demand": 2, "amount": 7000, "means": "cash"})
    waited = await office.do(dossier, "payments", {"amount": 50_000, "means": "transfer"})

    assert (fee["status"]["code"], waited["status"]["code"]) == (6, 4)
    states = [demand["state"] for demand in (await money(office, dossier))["demands"]]
    assert states == ["paid", "paid"]
    # The State budget gives papers of its own: only the fee has a receipt of ours.
    assert [r["demand"] for r in (await money(office, dossier))["receipts"]] == [2]


async def test_money_is_given_back_up_to_what_was_paid_with_the_account_sealed(
    office: Office,
) -> None:
    dossier = await a_dossier_with_fees(office)
    await office.do(dossier, "fee-demands", BOTH)
    await office.do(dossier, "payments", {"demand": 1, "amount": 130_000, "means": "cash"})
    said = {"demand": 1, "ground": "Thu thừa", "account": ACCOUNT}

    await office.do(dossier, "refunds", said | {"amount": 30_000})
    more = await office.ask(dossier, "refunds", said | {"amount": 100_001})
    await office.do(dossier, "refunds", said)
    none = await office.ask(dossier, "refunds", said)

    told = await money(office, dossier)
    assert [(r["amount"], r["account"]) for r in told["refunds"]] == [
        (30_000, "01******89"),
        (100_000, "01******89"),
    ]
    assert (told["demands"][0]["state"], told["demands"][0]["label"]) == (
        "refunded",
        "Đã hoàn phí",
    )
    assert (more.status_code, more.json()["code"]) == (422, "refund_too_large")
    assert (none.status_code, none.json()["code"]) == (409, "nothing_to_refund")
    facts = str(await office.told(dossier))
    rows = await office.rows("select account from refund")
    assert ACCOUNT["number"] not in facts
    assert all(ACCOUNT["number"].encode() not in row["account"] for row in rows)


async def test_only_a_leader_gives_money_back(start_office: StartOffice, token: Token) -> None:
    counter = await start_office(bearer=token("counter", agencies=(COMMUNE,)))
    dossier = await counter.accepted()

    refused = await counter.ask(
        dossier, "refunds", {"demand": 1, "ground": "Thừa", "account": ACCOUNT}
    )

    assert refused.status_code == 403


@pytest.mark.parametrize(("accepted", "due"), [(False, 40_000), (True, 0)])
async def test_a_withdrawal_calls_demands_off_and_before_acceptance_gives_fees_back(
    office: Office, accepted: bool, due: int
) -> None:
    line = {"kind": "fee", "name": "Phí", "amount": 90_000, "ground": GROUND}
    dossier = await (office.accepted() if accepted else office.file())
    await office.do(dossier, "fee-demands", {"lines": [line]})
    await office.do(dossier, "payments", {"demand": 1, "amount": 40_000, "means": "cash"})

    await office.do(dossier, "withdrawal")

    (demand,) = (await money(office, dossier))["demands"]
    assert (demand["state"], demand["refund_due"]) == ("cancelled", due)
    late = await office.ask(dossier, "payments", {"demand": 1, "amount": 1, "means": "cash"})
    assert (late.status_code, late.json()["code"]) == (409, "demand_closed")


async def test_neither_withdrawal_nor_stop_undoes_a_decision(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "resolution", {"outcome": "approved"})

    withdrawn = await office.ask(dossier, "withdrawal")
    stopped = await office.ask(dossier, "stop", {"ground": "Theo đề nghị của người nộp"})

    assert [answer.status_code for answer in (withdrawn, stopped)] == [409, 409]


def test_money_pays_lines_in_their_order() -> None:
    lines = [Owed("fee", "a", 100), Owed("charge", "b", 0), Owed("charge", "c", 30)]

    assert list(shares(lines, 0, 100)) == [Owed("fee", "a", 100)]
    assert list(shares(lines, 90, 110)) == [Owed("fee", "a", 10), Owed("charge", "c", 10)]
    assert list(shares(lines, 110, 110)) == []


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (105, "Một trăm linh năm đồng"),
        (1_005_000, "Một triệu không trăm linh năm nghìn đồng"),
        (2_000_000_000, "Hai tỷ đồng"),
    ],
)
def test_a_sum_is_read_aloud_in_vietnamese(amount: int, words: str) -> None:
    assert in_words(amount) == words
