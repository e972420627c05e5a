"""Documents become archival PDF: their text, their codes, and the same bytes every time."""

import asyncio
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from shared import printing
from shared.errors import Unavailable
from shared.events import FormKind
from shared.printing import (
    Column,
    Document,
    Field,
    Fields,
    PageBreak,
    Paper,
    Paragraph,
    Side,
    Table,
    form_set,
    typesetting,
)
from shared.printing.wording import day_in_words, moment_in_words, place_and_date, place_of
from tests.shared.pictures import qr_codes, words_of

ISSUED_AT = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
A5_POINTS, A4_POINTS = (420, 595), (595, 842)
LONG_NAME = "Công ty Trách nhiệm hữu hạn Một thành viên Xuất khẩu Nông sản Đồng bằng sông Cửu Long"


def a_document(*blocks: printing.Fields | printing.Table | Paragraph | PageBreak) -> Document:
    return Document(
        title="Giấy tiếp nhận hồ sơ\nvà hẹn trả kết quả",
        unit="Trung tâm Phục vụ hành chính công xã Thanh Bình",
        parent="Ủy ban nhân dân xã Thanh Bình",
        number="07/TTPVHCC",
        code="H20.100-260302-0001",
        place_and_date=place_and_date("Thanh Bình", ISSUED_AT),
        issued_at=ISSUED_AT,
        blocks=blocks,
    )


def size_of(pdf: bytes) -> tuple[int, int]:
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(box.width), round(box.height)


async def test_every_form_bears_the_national_name_and_motto() -> None:
    words = words_of(await printing.pdf(a_document()))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in words
    assert "ỦY BAN NHÂN DÂN XÃ THANH BÌNH TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG" in words
    assert "Thanh Bình, ngày 02 tháng 3 năm 2026" in words
    assert "Số: 07/TTPVHCC" in words
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in words


async def test_the_same_document_gives_the_same_bytes_in_any_thread() -> None:
    document = a_document(Paragraph("Xin thông báo."))
    prints = await asyncio.gather(*(printing.pdf(document) for _ in range(8)))
    assert len(set(prints)) == 1
    assert prints[0] == typesetting.set_pdf(document)


async def test_a_print_is_pdf_a_2b_dated_by_its_issue() -> None:
    reader = PdfReader(io.BytesIO(await printing.pdf(a_document())))
    assert reader.xmp_metadata is not None
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "B")
    assert reader.metadata is not None
    assert reader.metadata.creation_date == ISSUED_AT
    fonts = {str(font["/BaseFont"]) for font in _fonts(reader)}
    assert fonts
    assert all("+Tinos" in font for font in fonts)


def _fonts(reader: PdfReader) -> list[dict[str, object]]:
    resources = reader.pages[0]["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]  # type: ignore[index]


async def test_the_qr_code_says_the_dossier_code() -> None:
    assert qr_codes(await printing.png(replace(a_document(), paper=Paper.A5))) == [
        "H20.100-260302-0001"
    ]


@pytest.mark.parametrize("paper", Paper)
async def test_the_sheet_has_the_size_that_was_asked_for(paper: Paper) -> None:
    upright = replace(a_document(), paper=paper)
    assert size_of(await printing.pdf(upright)) == {"a5": A5_POINTS, "a4": A4_POINTS}[paper]


async def test_an_annex_lies_across_when_asked() -> None:
    lying = replace(a_document(Paragraph("a"), PageBreak(), Paragraph("b")), landscape=True)
    printed = await printing.pdf(lying)
    assert size_of(printed) == A4_POINTS[::-1]
    assert len(PdfReader(io.BytesIO(printed)).pages) == 2


async def test_text_is_shown_as_it_stands_and_never_read_as_markup() -> None:
    text = '#panic("no") *not bold* $x^2$ <label> @ref \\ "quoted" [b] // end'
    assert text in words_of(await printing.pdf(a_document(Paragraph(text))))


async def test_long_names_stay_in_their_column() -> None:
    unbroken = "X" * 300
    table = Table(
        [Column("TT", align=Side.CENTER), Column("Tên giấy tờ", 1), Column("Bản chính")],
        [("1", LONG_NAME, "01"), ("2", unbroken, "02")],
    )
    document = replace(a_document(Fields([[Field("Tên", LONG_NAME)]]), table), paper=Paper.A5)
    words = words_of(await printing.pdf(document))
    assert f"Tên: {LONG_NAME}" in words
    assert unbroken not in words, "the run was broken into lines"
    assert unbroken in words.replace(" ", "")


async def test_what_is_asked_for_beyond_the_queue_is_asked_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(typesetting, "WAITING_MAX", 2)
    prints = [printing.pdf(a_document()) for _ in range(3)]
    done = await asyncio.gather(*prints, return_exceptions=True)
    assert [type(one) for one in done] == [bytes, bytes, Unavailable]
    assert await printing.pdf(a_document())


@pytest.mark.parametrize(
    ("on", "circular", "stop"),
    [
        (date(2019, 1, 6), "01/2018/TT-VPCP", None),
        (date(2025, 9, 14), "01/2018/TT-VPCP", None),
        (date(2025, 9, 15), "03/2025/TT-VPCP", "05"),
    ],
)
def test_the_set_in_force_depends_on_the_day(on: date, circular: str, stop: str | None) -> None:
    in_force = form_set(on)
    assert in_force.circular == circular
    assert in_force.forms[FormKind.STOP].template == stop
    assert set(in_force.forms) == set(FormKind)


def test_the_control_slip_and_the_book_moved_on_by_one_number() -> None:
    old, new = form_set(date(2019, 1, 6)).forms, form_set(date(2025, 9, 15)).forms
    moved = [(old[kind].template, new[kind].template) for kind in (FormKind.CONTROL, FormKind.BOOK)]
    assert moved == [("05", "06"), ("06", "07")]


def test_days_and_months_are_written_so_that_no_digit_can_be_added() -> None:
    assert day_in_words(date(2026, 2, 9)) == "ngày 09 tháng 02 năm 2026"
    assert day_in_words(date(2026, 11, 22)) == "ngày 22 tháng 11 năm 2026"
    assert day_in_words(date(2026, 3, 10)) == "ngày 10 tháng 3 năm 2026"


def test_a_moment_is_told_by_a_vietnamese_clock() -> None:
    late = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    assert moment_in_words(late) == "00 giờ 30 phút, ngày 02 tháng 3 năm 2026"
    assert place_and_date(None, late) == "Ngày 02 tháng 3 năm 2026"


@pytest.mark.parametrize(
    ("agency", "place"),
    [
        ("UBND xã Tân Thạnh", "Tân Thạnh"),
        ("Trung tâm Phục vụ hành chính công xã Thanh Bình, tỉnh Đồng Tháp", "Thanh Bình"),
        ("Phòng Lao động - Thương binh và Xã hội huyện Thanh Bình", "Thanh Bình"),
        ("Sở Lao động - Thương binh và Xã hội tỉnh Đồng Tháp", "Đồng Tháp"),
        ("UBND phường Mỹ Ngãi thành phố Cao Lãnh", "Mỹ Ngãi"),
        ("Cơ quan H20.100", None),
    ],
)
def test_the_place_is_found_in_an_agency_s_name(agency: str, place: str | None) -> None:
    assert place_of(agency) == place
