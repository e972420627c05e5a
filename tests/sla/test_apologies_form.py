"""Form 04 says what its circular lists; other letters are plain; a signed one never changes."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import ServiceClient, Token
from tests.shared.pictures import qr_codes, words_of
from tests.sla.factories import at, life, make_accepted, make_agency, working_days, wrap
from tests.sla.letters import ADDRESSEE, COMMUNE, PARTS, Letters, desk_at

BODY = (
    "ỦY BAN NHÂN DÂN HUYỆN THANH BÌNH",
    "ỦY BAN NHÂN DÂN XÃ TÂN THẠNH",
    "Mẫu số 04",
    "Số: 01/PXL",
    "Kính gửi: Nguyễn Thị Ánh Nguyệt",
    "Số định danh: 087200001234 Số điện thoại: 0912345678",
    "Địa chỉ: Ấp Tân Hòa, xã Thanh Bình",
    "Thủ tục hành chính: Đăng ký khai sinh (1.001193)",
    "không kịp trả kết quả giải quyết hồ sơ nêu trên đúng thời gian đã hẹn",
    "Lý do: Hồ sơ cần xác minh thực địa.",
    "xin lỗi Ông/Bà/Tổ chức vì sự chậm trễ này",
    "CHỦ TỊCH",
    "Lê Văn Sáu",
)
SAID = {
    2025: (
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "Tân Thạnh, ngày 14 tháng 3 năm 2025",
        "Tiếp nhận hồ sơ: 08 giờ 00 phút, ngày 03 tháng 3 năm 2025",
        "Thời gian hẹn trả kết quả: 08 giờ 00 phút, ngày 17 tháng 3 năm 2025",
        "Thời gian trả kết quả mới: 09 giờ 00 phút, ngày 20 tháng 3 năm 2025",
        *BODY,
    ),
    2026: (
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
        "Tân Thạnh, ngày 13 tháng 3 năm 2026",
        "Tiếp nhận hồ sơ: 08 giờ 00 phút, ngày 02 tháng 3 năm 2026",
        "Thời gian hẹn trả kết quả: 08 giờ 00 phút, ngày 16 tháng 3 năm 2026",
        "Thời gian trả kết quả mới: 09 giờ 00 phút, ngày 20 tháng 3 năm 2026",
        *BODY,
    ),
}
TIMES = {
    2025: ("2025-03-03 08:00", "2025-03-14 10:00", "2025-03-20T09:00:00+07:00"),
    2026: ("2026-03-02 08:00", "2026-03-13 10:00", "2026-03-20T09:00:00+07:00"),
}
SIGNER = {"signer": "Lê Văn Sáu", "signer_title": "Chủ tịch"}


@pytest.fixture
async def office(
    service_client: ServiceClient, token: Token, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Letters]:
    async with desk_at("2026-03-13 10:00", service_client, token, monkeypatch) as office:
        yield office


async def printed(office: Letters, letter: str, kind: str = "pdf") -> bytes:
    answer = await office.http.get(f"/v1/apologies/{letter}/form", params={"as": kind})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'.{kind}"')
    return answer.content


@pytest.mark.parametrize("year", TIMES)
async def test_form_04_says_what_its_circular_lists(office: Letters, year: int) -> None:
    accepted, signed, promised = TIMES[year]
    envelopes = life([make_accepted(at(accepted), limit=working_days(10))])
    await office.tell(*envelopes)
    office.clock(signed)
    letter = await office.submitted(envelopes[0].aggregate_id, promised_at=promised)
    await office.do(letter, "approval", **SIGNER)

    words = words_of(await printed(office, letter))

    for said in SAID[year]:
        assert said in words
    code = envelopes[0].data.code  # type: ignore[attr-defined]
    assert f"Mã hồ sơ: {code}" in words
    assert qr_codes(await printed(office, letter, "png")) == [code]


async def test_a_draft_has_no_number_and_a_signed_letter_never_changes(office: Letters) -> None:
    letter = await office.submitted(await office.begun())
    draft = words_of(await printed(office, letter))
    await office.do(letter, "approval")
    first = await printed(office, letter)
    renamed = make_agency(COMMUNE, name="Ủy ban nhân dân xã Tên Mới")
    await office.tell(wrap(renamed, COMMUNE, 2))
    await office.hear()
    office.clock("2026-11-22 10:00")

    assert "Số: ................/PXL" in draft
    assert await printed(office, letter) == first
    readings = await office.rows("select * from apology_reading")
    assert len(readings) == 3


async def test_an_error_gets_a_plain_letter_that_is_no_form_of_a_circular(
    office: Letters,
) -> None:
    incident = {"kind": "wrong_result", "found_on": "2026-03-12", "what": "Sai ngày sinh"}
    [row] = await office.rows("select code from clock where dossier = $1", await office.begun())
    registered = await office.http.post("/v1/incidents", json={**incident, "dossier": row["code"]})
    begun = await office.http.post("/v1/apologies", json={"incident": registered.json()["id"]})
    letter = begun.json()["id"]
    await office.do(letter, "edit", addressee=ADDRESSEE, reason=PARTS["reason"], cause="error")
    await office.do(letter, "submission")
    await office.do(letter, "approval")

    words = words_of(await printed(office, letter))

    for said in (
        "THƯ XIN LỖI",
        "Số: 01/PXL",
        "Phát hiện sai sót: ngày 12 tháng 3 năm 2026",
        "đã trả kết quả giải quyết không đúng cho Ông/Bà/Tổ chức",
        f"Mã hồ sơ: {row['code']}",
        "THỦ TRƯỞNG CƠ QUAN",
    ):
        assert said in words
    assert "Mẫu số" not in words
