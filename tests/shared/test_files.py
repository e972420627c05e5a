"""What a file is, told by its bytes, and what it may be called."""

from collections.abc import AsyncIterator

import pytest

from shared.errors import TooLarge, Unprocessable
from shared.files import KINDS, Measure, attachment, safe_name, sent_name
from shared.files.kinds import EDGE_BYTES, kind_of
from tests.intake.papers import DOCX, JPEG, MACRO, PDF, PNG, SIGNED_XML, XLSX, a_zip

PDF_KIND = KINDS[0]


def a_name(content: bytes) -> str | None:
    kind = kind_of(content[:EDGE_BYTES], content[-EDGE_BYTES:])
    return kind.extension if kind else None


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (JPEG, "jpg"),
        (DOCX, "docx"),
        (XLSX, "xlsx"),
        (SIGNED_XML, "xml"),
        (b"\xef\xbb\xbf" + SIGNED_XML, "xml"),
        (PDF[:9] + b"x" * 3 * EDGE_BYTES + PDF[9:], "pdf"),
        (
            a_zip(
                "word/media/a.png",
                *(f"word/{n}.xml" for n in range(200)),
                "word/document.xml",
                "[Content_Types].xml",
            ),
            "docx",
        ),
    ],
)
def test_a_kind_is_told_by_the_first_and_last_bytes(content: bytes, extension: str) -> None:
    assert a_name(content) == extension


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00",
        b"GIF89a",
        b"%PDF-1.7 cut off",
        b"\x89PNG\r\n\x1a\nnothing",
        a_zip("virus.exe"),
        a_zip("word/document.xml"),
        MACRO,
        DOCX[:-5],
        DOCX + b"MZ hung on behind",
        b"PK\x03\x04" + b"PK\x05\x06" + b"\xff" * 18,
        b'<?xml version="1.0"?><a>unsigned</a>',
        SIGNED_XML.replace(b"<ToKhai>", b'<!DOCTYPE a [<!ENTITY x "y">]><ToKhai>'),
        SIGNED_XML[:-12],
    ],
)
def test_what_is_of_no_kind_that_is_taken_has_none(content: bytes) -> None:
    assert a_name(content) is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Đơn xin.pdf", "Đơn xin.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Lan\\giấy khai sinh.docx", "giấy khai sinh.pdf"),
        ('a"b\r\nSet-Cookie: x.exe', "a b Set-Cookie x.pdf"),
        ("\u202egnp.exe\x00", "gnp.pdf"),
        ("...", "tep.pdf"),
        ("", "tep.pdf"),
        ("x" * 500 + ".png", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless_and_bears_the_extension_of_its_content(
    sent: str, kept: str
) -> None:
    assert safe_name(sent, PDF_KIND) == kept


def test_a_name_is_read_as_browsers_and_simple_clients_send_it() -> None:
    by_rfc = "attachment; filename=\"x.pdf\"; filename*=UTF-8''%C4%90%C6%A1n.pdf"
    raw = 'attachment; filename="Đơn.pdf"'.encode().decode("latin-1")

    assert sent_name(by_rfc) == "Đơn.pdf"
    assert sent_name(raw) == "Đơn.pdf"
    assert sent_name("attachment") == sent_name(None) == ""
    assert (
        attachment("Đơn.pdf")
        == "attachment; filename=\"Don.pdf\"; filename*=UTF-8''%C4%90%C6%A1n.pdf"
    )


async def test_a_stream_is_cut_as_soon_as_it_cannot_be_right() -> None:
    async def endless(first: bytes) -> AsyncIterator[bytes]:
        yield first
        while True:
            yield b"x" * 100

    async def take(first: bytes) -> None:
        async for _ in Measure(1000).along(endless(first)):
            continue

    for first, refusal in ((b"%PDF-", TooLarge), (b"%Q", Unprocessable), (b"M", Unprocessable)):
        with pytest.raises(refusal):
            await take(first)
