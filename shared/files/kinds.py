"""Which kinds of file are taken in, told by what they contain and never by what they are called."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

EDGE_BYTES: Final = 64 * 1024
"""How much of a file's beginning and end is looked at; a zip's directory must lie in the end."""

SIGNATURE_NAMESPACE: Final = b"http://www.w3.org/2000/09/xmldsig#"
XML_DECLARATION: Final = b"<?xml"
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
MARKS: Final = (
    b"%PDF-",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    XML_DECLARATION,
    BYTE_ORDER_MARK + XML_DECLARATION,
)
MARK_BYTES_MAX: Final = max(map(len, MARKS))

_DIRECTORY_END: Final = struct.Struct("<4sHHHHIIH")
_DIRECTORY_ENTRY: Final = struct.Struct("<4s24xHHH12x")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file as the web and people name it."""

    media_type: str
    extension: str


PDF: Final = Kind("application/pdf", "pdf")
PNG: Final = Kind("image/png", "png")
JPEG: Final = Kind("image/jpeg", "jpg")
DOCX: Final = Kind(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"
)
XLSX: Final = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
SIGNED_XML: Final = Kind("application/xml", "xml")
KINDS: Final = (PDF, PNG, JPEG, DOCX, XLSX, SIGNED_XML)


def may_be_taken(head: bytes) -> bool:
    """Whether a file that begins so can still turn out to be of a kind that is taken."""
    return any(head.startswith(mark[: len(head)]) for mark in MARKS)


def kind_of(head: bytes, tail: bytes) -> Kind | None:
    """Tell a file's kind by its first and last bytes; None when it is of none that is taken."""
    if head.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in tail else None
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG if head[12:16] == b"IHDR" else None
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(set(_names_in_zip(tail)))
    return SIGNED_XML if _is_signed_xml(head, tail) else None


def _office_kind(names: set[str]) -> Kind | None:
    # A document that brings a program along is no paper.
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    if "[Content_Types].xml" not in names:
        return None
    if "word/document.xml" in names:
        return DOCX
    return XLSX if "xl/workbook.xml" in names else None


def _names_in_zip(tail: bytes) -> Iterator[str]:
    """Read the names in a zip's directory, which alone tells what is in it; none if it is cut."""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < _DIRECTORY_END.size:
        return
    *_, length, _, comment = _DIRECTORY_END.unpack_from(tail, end)
    place = end - length
    # Something hung on behind a zip would make it two files in one.
    if place < 0 or end + _DIRECTORY_END.size + comment != len(tail):
        return
    while place + _DIRECTORY_ENTRY.size <= end:
        mark, name, extra, remark = _DIRECTORY_ENTRY.unpack_from(tail, place)
        if mark != b"PK\x01\x02":
            return
        begins = place + _DIRECTORY_ENTRY.size
        yield tail[begins : begins + name].decode("utf-8", "replace")
        place = begins + name + extra + remark


def _is_signed_xml(head: bytes, tail: bytes) -> bool:
    begun = head.removeprefix(BYTE_ORDER_MARK)
    # A document type is where entities are declared, by which a reader can be made to burst.
    return (
        begun.startswith(XML_DECLARATION)
        and tail.rstrip().endswith(b">")
        and b"<!DOCTYPE" not in head
        and (SIGNATURE_NAMESPACE in head or SIGNATURE_NAMESPACE in tail)
    )
