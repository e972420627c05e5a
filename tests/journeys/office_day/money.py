"""Fees: asked for, paid, receipted, cancelled and given back."""

from tests.journeys.office_day.office import OF_COPY, Office

FEE = {
    "kind": "fee",
    "name": "Phí cấp bản sao trích lục hộ tịch",
    "amount": 8000,
    "ground": "Thông tư 281/2016/TT-BTC",
}
ACCOUNT = {
    "number": "0000000000",
    "name": "NGUYEN THI HOA",
    "bank": "Ngân hàng Nông nghiệp và Phát triển nông thôn",
}


async def fees(office: Office) -> None:
    """One demand is cancelled, the next one paid, its receipt replaced, the money returned."""
    officer, path = office.officer, await office.accepted()
    reason = "Phí cấp bản sao trích lục hộ tịch"
    await officer.post(f"{path}/fee-demands", {"lines": [FEE], "reason": reason})
    exempt = {"ground": "Người nộp thuộc hộ nghèo, được miễn phí."}
    await officer.post(f"{path}/fee-demands/1/cancellation", exempt)
    await officer.post(f"{path}/fee-demands", {"lines": [FEE | {"quantity": 2}]})
    paid = {"demand": 2, "amount": 16_000, "means": "cash"}
    await officer.post(f"{path}/payments", paid)
    receipt = (await officer.get(f"{path}/payments"))["receipts"][0]["id"]
    wrong = {"ground": "Ghi sai họ tên người nộp.", "replace": True}
    await officer.post(f"{path}/receipts/{receipt}/cancellation", wrong)
    back = {"demand": 2, "ground": "Thu nhầm: người nộp được miễn phí.", "account": ACCOUNT}
    await officer.post(f"{path}/refunds", back)


async def obligation(office: Office) -> None:
    """What is owed to the State stops the clock until it is paid."""
    path = await office.accepted(**OF_COPY)
    await office.officer.post(f"{path}/claim", {"unit": "Địa chính - Xây dựng"})
    await office.officer.post(f"{path}/steps")
    duty = {"amount": 3_000_000, "reason": "Tiền sử dụng đất theo thông báo của cơ quan thuế"}
    await office.officer.post(f"{path}/payment-demand", duty)


STORIES = (fees, obligation)
