"""Public tracking: progress for a code and a check, the same no for everybody else."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from services.intake.tracking.checks import proves, receipt_token
from shared.personal_data import Vault
from shared.rates import forget_rates
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, IDENTITY, MARRIAGE_PAPER, an_agency, tell
from tests.shared.pictures import words_of

PHONE, SUBMITTER, SUBMITTER_PHONE = "0912 345 678", "087199004321", "+84 987 654 329"
PEOPLE: dict[str, Any] = {
    "applicant": {"name": "Nguyễn Thị Ánh", "identity_number": IDENTITY, "phone": PHONE},
    "submitter": {
        "name": "Trần Văn Được",
        "identity_number": SUBMITTER,
        "phone": SUBMITTER_PHONE,
        "address": "Ấp Tân Hòa",
    },
}
UNKNOWN = "H20.100-260302-9999"
TOKEN = "7K3Q-0ZB1"


@pytest.fixture
async def public(office: Office, start_office: StartOffice) -> Office:
    """The same one-stop, asked by nobody in particular."""
    return await start_office(bearer="")


async def track(office: Office, code: str, check: str) -> httpx.Response:
    return await office.http.post("/v1/tracking", json={"code": code, "check": check})


async def told(office: Office, dossier: dict[str, Any], check: str = "1234") -> dict[str, Any]:
    answer = await track(office, dossier["code"], check)
    assert answer.status_code == 200, answer.text
    progress: dict[str, Any] = answer.json()
    return progress


@pytest.mark.parametrize(
    "check",
    ["1234", "001234", IDENTITY, "5678", "345.678", "4321", "4329", "0 987 654 329"[2:]],
)
async def test_the_end_of_a_number_of_owner_or_submitter_opens_the_progress(
    office: Office, public: Office, check: str
) -> None:
    dossier = await office.accepted(**PEOPLE)
    assert (await told(public, dossier, check))["code"] == dossier["code"]


async def test_the_token_on_the_receipt_opens_the_progress(office: Office, public: Office) -> None:
    dossier = await office.accepted(**PEOPLE)
    receipt = await office.get(f"/v1/dossiers/{dossier['code']}/forms/receipt")
    token = words_of(receipt.content).rpartition("mã tra cứu ")[2].rstrip(".")
    assert len(token) == 9
    assert (await told(public, dossier, token.lower().replace("-", " ")))["code"]


async def test_progress_tells_how_far_it_is_and_nothing_personal(
    office: Office, public: Office
) -> None:
    dossier = await office.accepted(**PEOPLE)
    step = {"name": "Thẩm định", "unit": "Phòng Tư pháp", "officer": "cb-01"}
    await office.do(dossier, "steps", step)
    answer = await track(public, dossier["code"], "1234")
    progress = answer.json()
    assert progress["status"] == {"code": 4, "name": "Đang xử lý"}
    assert progress["procedure"] == {"code": "1.000001", "name": "Thủ tục thử"}
    assert progress["receiving_agency"] == {"code": COMMUNE, "name": f"Cơ quan {COMMUNE}"}
    assert progress["due_at"] == "2026-03-16T08:00:00+07:00"
    assert [(done["name"], done["unit"]) for done in progress["steps"]] == [
        ("Thẩm định", "Phòng Tư pháp")
    ]
    assert answer.headers["cache-control"] == "no-store"
    for personal in ("Nguyễn", "Trần", IDENTITY, SUBMITTER, "0912", "987", "Tân Hòa", "cb-01"):
        assert personal not in answer.text


async def test_a_wait_names_the_missing_papers_and_hides_the_date(
    office: Office, public: Office
) -> None:
    dossier = await office.accepted(**PEOPLE)
    missing = {"components": [{"id": MARRIAGE_PAPER, "reason": "Mờ, không đọc được"}]}
    await office.do(dossier, "supplement-requests", missing)
    progress = await told(public, dossier)
    assert progress["waiting"]["papers"] == [f"Giấy {MARRIAGE_PAPER}"]
    assert progress["waiting"]["payment_due"] is False
    assert progress["due_at"] is None


async def test_a_ready_result_tells_where_it_is(office: Office, public: Office) -> None:
    await tell(office.database_url, [an_agency(COMMUNE, address="10 Lê Thị Riêng")])
    dossier = await office.accepted(**PEOPLE)
    assert (await told(public, dossier))["result"] is None
    await office.do(dossier, "resolution", {"outcome": "approved"})
    result = (await told(public, dossier))["result"]
    assert (result["way_of_return"], result["address"]) == ("counter", "10 Lê Thị Riêng")
    assert result["returned_at"] is None


async def test_an_unknown_code_and_a_wrong_check_get_the_same_answer(
    office: Office, public: Office
) -> None:
    dossier = await office.accepted(**PEOPLE)
    wrong = await track(public, dossier["code"], "0000")
    unknown = await track(public, UNKNOWN, "1234")
    nonsense = await track(public, "không phải mã", "1234")
    assert wrong.status_code == unknown.status_code == nonsense.status_code == 404
    assert wrong.json() == unknown.json() == nonsense.json()
    assert wrong.json()["code"] == "not_found"


async def test_an_unknown_code_costs_the_same_statements_as_a_wrong_check(
    office: Office, public: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = await office.accepted(**PEOPLE)
    work: list[str] = []

    def noted(kind: type[Any], name: str) -> None:
        plain = getattr(kind, name)

        def note(*arguments: Any, **named: Any) -> Any:
            work.append(f"{name} {arguments[1] if kind is asyncpg.Connection else ''}")
            return plain(*arguments, **named)

        monkeypatch.setattr(kind, name, note)

    noted(asyncpg.Connection, "fetch")
    noted(Vault, "open")
    await track(public, dossier["code"], "0000")
    for_wrong_check = work.copy()
    work.clear()
    await track(public, UNKNOWN, "0000")
    assert work == for_wrong_check
    assert [line.split()[0] for line in work] == [*["fetch"] * 3, *["open"] * 2, "fetch"]


def test_fewer_than_four_signs_prove_nothing() -> None:
    assert proves("1234", token=TOKEN, numbers=["087200001234"])
    assert not proves("234", token=TOKEN, numbers=["087200001234"])
    assert not proves("  - ", token=TOKEN, numbers=["", "087200001234"])
    assert not proves("9087200001234", token=TOKEN, numbers=["087200001234"])
    assert not proves("٠١٢٣", token=TOKEN, numbers=["0123"])


def test_a_token_is_read_with_the_signs_that_people_mix_up() -> None:
    assert proves("7k3q ozbl", token=TOKEN, numbers=[])
    assert not proves("7K3Q-0ZB2", token=TOKEN, numbers=[])
    assert not proves("7K3Q", token=TOKEN, numbers=[])


def test_codes_that_differ_only_by_a_dot_have_different_tokens() -> None:
    vault = a_vault()
    codes = ["H20.10-260302-0001", "H20.1-0260302-0001", "H20.10-260302-0002"]
    assert len({receipt_token(vault, code) for code in codes}) == 3


def a_vault() -> Vault:
    return Vault("k1", {"k1": bytes(32)}, bytes(32))


async def test_a_sixth_wrong_check_of_a_code_waits_even_with_the_right_one(
    office: Office, public: Office
) -> None:
    dossier = await office.accepted(**PEOPLE)
    for _ in range(5):
        assert (await track(public, dossier["code"], "0000")).status_code == 404
    refused = await track(public, dossier["code"], "1234")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_tries")
    assert 0 < int(refused.headers["retry-after"]) <= 900
    public.clock("2026-03-02 08:15")
    assert (await track(public, dossier["code"], "1234")).status_code == 200


async def test_unknown_codes_are_limited_just_the_same(public: Office) -> None:
    statuses = [(await track(public, UNKNOWN, "1234")).status_code for _ in range(6)]
    assert statuses == [404] * 5 + [429]


async def test_right_checks_are_never_too_many(office: Office, public: Office) -> None:
    dossier = await office.accepted(**PEOPLE)
    statuses = {(await track(public, dossier["code"], "1234")).status_code for _ in range(8)}
    assert statuses == {200}


async def test_many_tries_at_once_do_not_slip_by(office: Office, public: Office) -> None:
    dossier = await office.accepted(**PEOPLE)
    answers = await asyncio.gather(*(track(public, dossier["code"], f"{n:04d}") for n in range(30)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(404), statuses.count(429)) == (5, 25)


async def test_a_day_bears_only_so_many_wrong_checks_of_a_code(
    office: Office, public: Office
) -> None:
    dossier = await office.accepted(**PEOPLE)
    for quarter in range(4):
        public.clock(f"2026-03-02 1{quarter}:00")
        for _ in range(5):
            assert (await track(public, dossier["code"], "0000")).status_code == 404
    public.clock("2026-03-02 15:00")
    refused = await track(public, dossier["code"], "1234")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 3600


async def test_a_search_through_many_codes_is_stopped_for_a_minute(
    office: Office, start_office: StartOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_TRACKING_TRIES_TOGETHER_A_MINUTE", "10")
    public = await start_office(bearer="")
    statuses = [
        (await track(public, f"H20.100-260302-{n:04d}", "1234")).status_code for n in range(12)
    ]
    assert statuses == [404] * 10 + [429] * 2
    public.clock("2026-03-02 08:01")
    assert (await track(public, UNKNOWN, "1234")).status_code == 404


async def test_neither_code_nor_check_is_kept_and_windows_that_are_over_are_forgotten(
    office: Office, public: Office
) -> None:
    public.clock("2025-03-03 08:00")
    # Long enough not to stand in a digest by chance.
    check = "079203012345"
    await track(public, UNKNOWN, check)
    rows = await office.rows("select subject, counted from rate")
    assert len(rows) == 3
    kept = b"".join(row["subject"] for row in rows)
    for word in (UNKNOWN, check):
        assert word.encode() not in kept
        assert word not in kept.hex()
    await forget_rates(public.app.state.database)
    assert await office.rows("select 1 from rate") == []


async def test_what_is_asked_may_not_stand_in_the_address(public: Office) -> None:
    answer = await public.get("/v1/tracking", code=UNKNOWN, check="1234")
    assert answer.status_code == 405
