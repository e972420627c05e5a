"""Forms are given with the transition, numbered without gaps, and printed again unchanged."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from services.intake import acceptance
from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import (
    BIRTH_PAPER,
    COMMUNE,
    IDENTITY,
    MARRIAGE_PAPER,
    OTHER_COMMUNE,
    a_procedure,
    an_agency,
    tell,
)
from tests.shared.pictures import qr_codes, words_of

UNDER_2018, UNDER_2025 = "2025-03-03 08:05", "2026-03-02 08:05"
MOMENTS = {"01/2018/TT-VPCP": UNDER_2018, "03/2025/TT-VPCP": UNDER_2025}
PHONE, SUBMITTER = "0912345678", "087199004321"
PEOPLE: dict[str, Any] = {
    "applicant": {
        "name": "Nguyễn Thị Ánh Nguyệt",
        "identity_number": IDENTITY,
        "phone": PHONE,
        "email": "nguyet@example.vn",
        "address": "Ấp Tân Hòa, xã Thanh Bình",
    },
    "submitter": {"name": "Trần Văn Được", "identity_number": SUBMITTER},
    "papers": [{"component": BIRTH_PAPER, "originals": 1, "copies": 2}],
}
MISSING = {"components": [{"id": MARRIAGE_PAPER, "reason": "Giấy đã nộp bị mờ"}]}
GROUND = "Không thuộc phạm vi giải quyết của xã"


@pytest.fixture
async def named(office: Office) -> Office:
    """The counter of a commune's centre that has a name, a telephone and a site."""
    await tell(
        office.database_url,
        [
            an_agency("H20", name="Ủy ban nhân dân tỉnh Đồng Tháp", site="dvc.dongthap.gov.vn"),
            an_agency(
                COMMUNE,
                name="Trung tâm Phục vụ hành chính công xã Thanh Bình",
                kind="one_stop_centre",
                phone="0277 3833 123",
                address="10 Lê Thị Riêng",
            ),
        ],
    )
    return office


Given = Callable[[Office], Awaitable[dict[str, Any]]]


async def with_receipt(office: Office) -> dict[str, Any]:
    return await office.accepted(**PEOPLE)


async def with_supplement(office: Office) -> dict[str, Any]:
    return await office.do(await office.file(**PEOPLE), "supplement-requests", MISSING)


async def with_refusal(office: Office) -> dict[str, Any]:
    return await office.do(await office.file(**PEOPLE), "intake-refusal", {"ground": GROUND})


async def with_stop(office: Office) -> dict[str, Any]:
    dossier = await office.accepted(**PEOPLE)
    step = {"name": "Thẩm định", "unit": "Phòng Tư pháp", "officer": "cb-01"}
    await office.do(dossier, "steps", step)
    return await office.do(dossier, "stop", {"ground": "Đơn đề nghị dừng ngày 02/3"})


GIVEN: dict[str, Given] = {
    "receipt": with_receipt,
    "supplement": with_supplement,
    "refusal": with_refusal,
    "stop": with_stop,
}
PARTIES = (
    "Trần Văn Được Số định danh: 087199004321",
    "Chủ hồ sơ: Nguyễn Thị Ánh Nguyệt Số định danh: 087200001234 Số điện thoại: 0912345678",
    "Địa chỉ: Ấp Tân Hòa, xã Thanh Bình Email: nguyet@example.vn",
    "Nội dung yêu cầu giải quyết: Thủ tục thử (1.000001)",
    "Hình thức nộp hồ sơ: Trực tiếp",
)
SAID: dict[str, tuple[str, ...]] = {
    "receipt": (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Số: 01/TTPVHCC",
        "Tiếp nhận hồ sơ của: Trần Văn Được",
        "TT Tên giấy tờ Bản chính Bản sao 1 Giấy c01-01 01 02",
        "Số lượng hồ sơ: 01 (bộ)",
        "Thời hạn giải quyết theo quy định: 10 ngày làm việc",
        "Đăng ký nhận kết quả: Trung tâm Phục vụ hành chính công xã Thanh Bình, 10 Lê Thị Riêng",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "Tra cứu tiến độ tại dvc.dongthap.gov.vn",
    ),
    "supplement": (
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Số: 01/PBS",
        "1 Giấy c01-02 01 00 Giấy đã nộp bị mờ",
        "Điện thoại liên hệ: 0277 3833 123",
        "NGƯỜI HƯỚNG DẪN",
    ),
    "refusal": (
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Số: 01/PTC",
        "với lý do cụ thể: Không thuộc phạm vi giải quyết của xã",
    ),
    "stop": (
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "Số: 01/TBD",
        "Giai đoạn khi dừng: Đang xử lý, Phòng Tư pháp",
        "theo yêu cầu, lý do sau: Đơn đề nghị dừng ngày 02/3",
        "Giấy tờ trả lại gồm: TT Tên giấy tờ Bản chính Bản sao 1 Giấy c01-01 01 02",
        "Phí, lệ phí đã nộp: không",
        "THỦ TRƯỞNG ĐƠN VỊ",
    ),
}
HEADS = {
    UNDER_2018: "Thanh Bình, ngày 03 tháng 3 năm 2025",
    UNDER_2025: "Thanh Bình, ngày 02 tháng 3 năm 2026",
}
TEMPLATES = {
    ("01/2018/TT-VPCP", "receipt"): "01",
    ("01/2018/TT-VPCP", "supplement"): "02",
    ("01/2018/TT-VPCP", "refusal"): "03",
    ("01/2018/TT-VPCP", "stop"): None,
    ("03/2025/TT-VPCP", "receipt"): "01",
    ("03/2025/TT-VPCP", "supplement"): "02",
    ("03/2025/TT-VPCP", "refusal"): "03",
    ("03/2025/TT-VPCP", "stop"): "05",
}


def path(dossier: dict[str, Any], kind: str = "") -> str:
    return f"/v1/dossiers/{dossier['code']}/forms{kind and '/'}{kind}"


async def printed(office: Office, dossier: dict[str, Any], kind: str, **query: Any) -> bytes:
    answer = await office.get(path(dossier, kind), **query)
    assert answer.status_code == 200, answer.text
    return answer.content


async def issued(office: Office, dossier: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await office.get(path(dossier))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def unmaskings(office: Office) -> list[str]:
    return [row["actor"] for row in await office.rows("select actor from unmasking order by id")]


@pytest.mark.parametrize("kind", GIVEN)
@pytest.mark.parametrize("circular", MOMENTS)
async def test_each_form_says_what_its_circular_lists(
    named: Office, kind: str, circular: str
) -> None:
    named.clock(MOMENTS[circular])
    dossier = await GIVEN[kind](named)
    words = words_of(await printed(named, dossier, kind))
    head = "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG XÃ THANH BÌNH"
    for said in (head, HEADS[MOMENTS[circular]], *PARTIES, *SAID[kind]):
        assert said in words
    assert f"Mã hồ sơ: {dossier['code']}" in words
    template = TEMPLATES[circular, kind]
    assert (f"Mẫu số {template}" in words) if template else ("Mẫu số" not in words)
    shown = (await issued(named, dossier))[-1]
    assert (shown["form_set"], shown["template"]) == (circular, template)


async def test_the_receipt_promises_the_date_to_the_minute(named: Office) -> None:
    named.clock(UNDER_2025)
    words = words_of(await printed(named, await with_receipt(named), "receipt"))
    assert "Thời gian nhận hồ sơ: 08 giờ 05 phút, ngày 02 tháng 3 năm 2026" in words
    assert "Thời gian trả kết quả: 08 giờ 05 phút, ngày 16 tháng 3 năm 2026" in words


async def test_the_qr_code_of_a_receipt_is_its_dossier_code(named: Office) -> None:
    named.clock(UNDER_2018)
    dossier = await with_receipt(named)
    picture = await printed(named, dossier, "receipt", **{"as": "png"})
    assert qr_codes(picture) == [dossier["code"]]


async def test_a_commune_had_no_centre_before_july_2025(office: Office) -> None:
    await tell(
        office.database_url,
        [an_agency(COMMUNE, name="UBND xã Thanh Bình", kind="people_committee")],
    )
    office.clock("2025-06-30 08:00")
    before = words_of(await printed(office, await with_receipt(office), "receipt"))
    office.clock("2025-07-01 08:00")
    after = words_of(await printed(office, await with_receipt(office), "receipt"))
    assert "UBND XÃ THANH BÌNH BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ" in before
    assert "Số: 01/BPTNTKQ" in before
    assert "UBND XÃ THANH BÌNH TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG" in after
    assert "Số: 02/TTPVHCC" in after


async def test_forms_given_at_once_are_numbered_without_a_gap(office: Office) -> None:
    filed = [await office.file() for _ in range(12)]
    await asyncio.gather(
        *(office.do(dossier, "intake-refusal", {"ground": GROUND}) for dossier in filed)
    )
    rows = await office.rows("select number from printed_form order by number")
    assert [row["number"] for row in rows] == list(range(1, 13))


async def test_a_transition_that_fails_gives_its_number_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = await office.file()
    with monkeypatch.context() as patched:
        patched.setattr(acceptance, "dossier_view", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await office.ask(dossier, "intake-refusal", {"ground": GROUND})
    await office.do(dossier, "intake-refusal", {"ground": GROUND})
    assert [form["number"] for form in await issued(office, dossier)] == ["01/PTC"]


async def test_each_agency_kind_and_year_counts_for_itself(office: Office) -> None:
    await with_refusal(office)
    await with_receipt(office)
    await office.do(await office.file(agency=OTHER_COMMUNE), "intake-refusal", {"ground": GROUND})
    office.clock("2027-01-04 08:00")
    await with_refusal(office)
    rows = await office.rows("select agency, kind, year, number from printed_form")
    assert {tuple(row.values()) for row in rows} == {
        (COMMUNE, "refusal", 2026, 1),
        (COMMUNE, "receipt", 2026, 1),
        (OTHER_COMMUNE, "refusal", 2026, 1),
        (COMMUNE, "refusal", 2027, 1),
    }


async def test_a_repeated_acceptance_gives_one_receipt(office: Office) -> None:
    dossier = await office.file()
    for _ in range(2):
        answer = await office.ask(dossier, "acceptance", idempotency_key="k1")
        assert answer.status_code == 200
    assert [form["number"] for form in await issued(office, dossier)] == ["01/TTPVHCC"]


async def test_years_later_the_same_paper_comes_out(named: Office) -> None:
    dossier = await with_receipt(named)
    first = await printed(named, dossier, "receipt")
    await tell(
        named.database_url,
        [an_agency(COMMUNE, name="Tên mới"), a_procedure(name="Thủ tục đổi tên")],
    )
    named.clock("2027-11-22 09:00")
    assert await printed(named, dossier, "receipt") == first


async def test_nobody_is_named_in_clear_where_forms_are_kept(named: Office) -> None:
    await with_receipt(named)
    [row] = await named.rows("select content from printed_form")
    for personal in (IDENTITY, PHONE, "Nguyễn", "nguyet@example.vn"):
        assert personal.encode() not in row["content"]


async def test_an_officer_reads_numbers_in_clear_and_it_is_written_down(named: Office) -> None:
    dossier = await with_receipt(named)
    assert await unmaskings(named) == []
    shown = (await named.get(path(dossier, "receipt"), **{"as": "json"})).json()
    assert shown["content"]["owner"]["identity_number"] == IDENTITY
    assert await unmaskings(named) == ["can-bo-thu"]


async def test_the_owner_reads_their_own_form_in_clear_and_it_is_written_down(
    named: Office, start_office: StartOffice, token: Token
) -> None:
    dossier = await with_receipt(named)
    owner = await start_office(bearer=token("citizen", agencies=[], subject=IDENTITY))
    assert f"Số định danh: {IDENTITY}" in words_of(await printed(owner, dossier, "receipt"))
    (reader,) = await unmaskings(named)
    assert reader.startswith("citizen:")
    assert IDENTITY not in reader


@pytest.mark.parametrize("reader", ["portal", "submitter"])
async def test_whoever_else_may_see_the_dossier_reads_it_masked(
    named: Office, start_office: StartOffice, token: Token, reader: str
) -> None:
    dossier = await with_receipt(named)
    bearer = {
        "portal": token("portal", agencies=[COMMUNE]),
        "submitter": token("citizen", agencies=[], subject=SUBMITTER),
    }[reader]
    office = await start_office(bearer=bearer)
    words = words_of(await printed(office, dossier, "receipt"))
    assert IDENTITY not in words
    assert PHONE not in words
    assert "087*****1234" in words
    assert await unmaskings(named) == []


async def test_forms_of_another_agency_do_not_exist(
    named: Office, start_office: StartOffice, token: Token
) -> None:
    dossier = await with_receipt(named)
    elsewhere = await start_office(bearer=token("counter", agencies=[OTHER_COMMUNE]))
    for asked in ("", "receipt"):
        answer = await elsewhere.get(path(dossier, asked))
        assert (answer.status_code, answer.json()["code"]) == (404, "dossier_unknown")


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("*/*", {}, "application/pdf"),
        ("application/json", {}, "application/json"),
        ("text/html, image/png;q=0.9", {}, "image/png"),
        ("application/json", {"as": "pdf"}, "application/pdf"),
    ],
)
async def test_a_form_comes_in_the_kind_that_was_asked_for_and_never_opens_by_itself(
    named: Office, accept: str, query: dict[str, str], media_type: str
) -> None:
    dossier = await with_receipt(named)
    answer = await named.http.get(
        path(dossier, "receipt"), params=query, headers={"Accept": accept}
    )
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{COMMUNE}')


async def test_every_supplement_request_keeps_its_own_form(named: Office) -> None:
    dossier = await with_supplement(named)
    await named.do(dossier, "supplements")
    second = {"components": [{"id": BIRTH_PAPER, "reason": "Sai mẫu"}], "override_ground": "Điều 9"}
    await named.do(dossier, "supplement-requests", second)
    newest = words_of(await printed(named, dossier, "supplement"))
    first = words_of(await printed(named, dossier, "supplement", number=1))
    assert "Số: 02/PBS" in newest
    assert "Căn cứ yêu cầu thêm một lần nữa: Điều 9" in newest
    assert "Số: 01/PBS" in first
    assert "Căn cứ" not in first


async def test_a_dossier_that_is_only_suspended_gets_no_notice(office: Office) -> None:
    dossier = await office.accepted()
    step = {"name": "Thẩm định", "unit": "Phòng Tư pháp", "officer": "cb-01"}
    await office.do(dossier, "steps", step)
    await office.do(dossier, "stop", {"ground": "Chờ bản án", "ended": False})
    answer = await office.get(path(dossier, "stop"))
    assert (answer.status_code, answer.json()["code"]) == (404, "form_unknown")


async def test_who_did_without_a_receipt_may_still_ask_for_it_once(office: Office) -> None:
    dossier = await office.do(await office.file(), "acceptance", {"no_slip": True})
    assert await issued(office, dossier) == []
    numbers = []
    for _ in range(2):
        answer = await office.http.post(path(dossier, "receipt"), headers={"Idempotency-Key": "r"})
        numbers.append(answer.json()["number"])
    numbers.append((await office.http.post(path(dossier, "receipt"))).json()["number"])
    assert numbers == ["01/TTPVHCC"] * 3


async def test_what_is_not_accepted_has_no_receipt_to_ask_for(office: Office) -> None:
    answer = await office.http.post(path(await office.file(), "receipt"))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_accepted")


async def slip(office: Office, *codes: str) -> httpx.Response:
    return await office.http.post("/v1/receipts", json={"codes": codes})


async def test_many_dossiers_share_one_slip_with_their_list(named: Office) -> None:
    dossiers = [await with_receipt(named) for _ in range(3)]
    codes = [dossier["code"] for dossier in dossiers]
    answer = await slip(named, *codes)
    assert answer.headers["content-type"] == "application/pdf"
    words = words_of(answer.content)
    assert "Tiếp nhận hồ sơ của: Trần Văn Được Số định danh: 087199004321" in words
    assert "Số lượng: 03 hồ sơ, theo danh sách kèm" in words
    for place, code in enumerate(codes, start=1):
        assert f"{place} {code} {place:02d}/TTPVHCC Thủ tục thử" in words
    assert await unmaskings(named) == ["can-bo-thu"]


async def test_a_slip_for_several_people_names_them_only_in_its_list(named: Office) -> None:
    codes = [(await with_receipt(named))["code"], (await named.accepted())["code"]]
    words = words_of((await slip(named, *codes)).content)
    assert "Tiếp nhận hồ sơ của: những người trong danh sách" in words
    assert await unmaskings(named) == []


async def test_a_slip_tells_which_dossiers_it_cannot_bear(named: Office) -> None:
    accepted, filed = await with_receipt(named), await named.file()
    absent = await slip(named, accepted["code"], "H20.100-260302-9999")
    assert (absent.status_code, absent.json()["codes"]) == (404, ["H20.100-260302-9999"])
    without = await slip(named, accepted["code"], filed["code"])
    assert (without.status_code, without.json()["codes"]) == (409, [filed["code"]])
    assert (await slip(named, *["H20-260302-0001"] * 201)).status_code == 422
