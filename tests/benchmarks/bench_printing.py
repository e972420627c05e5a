"""How many receipts one core prints in a second, as PDF/A with table and QR code.

Run it as `python -m tests.benchmarks.bench_printing`.
"""

from dataclasses import replace
from datetime import UTC, datetime
from time import process_time

from shared.printing import (
    Column,
    Document,
    Field,
    Fields,
    Paper,
    Side,
    Signature,
    Signatures,
    Table,
    typesetting,
)

PRINTS = 100
TARGET_PER_SECOND = 20
ISSUED_AT = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)


def a_receipt() -> Document:
    """A receipt of ordinary length."""
    fields = [
        [Field(f"Dòng thứ {n}", "Ấp Tân Hòa, xã Thanh Bình, tỉnh Đồng Tháp")] for n in range(12)
    ]
    papers = [(str(n), "Giấy chứng nhận kết hôn của cha, mẹ", "01", "00") for n in range(1, 7)]
    columns = (
        Column("TT"),
        Column("Tên", 1),
        Column("Bản chính", align=Side.CENTER),
        Column("Bản sao"),
    )
    return Document(
        title="Giấy tiếp nhận hồ sơ\nvà hẹn trả kết quả",
        unit="Trung tâm Phục vụ hành chính công xã Thanh Bình",
        parent="Ủy ban nhân dân xã Thanh Bình",
        place_and_date="Thanh Bình, ngày 02 tháng 3 năm 2026",
        issued_at=ISSUED_AT,
        paper=Paper.A5,
        blocks=(
            Fields(fields),
            Table(columns, papers),
            Signatures([Signature("Người nộp", "Nguyễn Văn Thử"), Signature("Người nhận", "")]),
        ),
    )


def main() -> None:
    """Print a line."""
    receipt = a_receipt()
    began = process_time()
    typesetting.set_pdf(receipt)
    first = process_time() - began
    began = process_time()
    codes = [f"H20.100-260302-{n:04d}" for n in range(PRINTS)]
    sizes = [len(typesetting.set_pdf(replace(receipt, code=code))) for code in codes]
    rate = PRINTS / (process_time() - began)
    print(
        f"receipts printed                 {rate:10,.0f} a CPU second (first {1000 * first:.0f} ms)"
    )
    print(f"the largest                      {max(sizes) / 1024:10,.0f} KiB")
    print(f"target for receipts              {TARGET_PER_SECOND:10,} a second")


if __name__ == "__main__":
    main()
