"""Reads what stands on a printed page: the text of a PDF, the QR codes of a picture."""

import io
import struct
import zlib

import zxingcpp
from pypdf import PdfReader

SIGNATURE_BYTES, CHUNK_HEAD_BYTES, CHECKSUM_BYTES = 8, 8, 4
SIGNS_A_PIXEL = {0: 1, 2: 3, 6: 4}


def words_of(pdf: bytes) -> str:
    """All pages' text with single spaces, wherever its lines were broken."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def qr_codes(png: bytes) -> list[str]:
    width, height, red = _red_of(png)
    picture = memoryview(red).cast("B", shape=[height, width])
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def _red_of(png: bytes) -> tuple[int, int, bytes]:
    """One colour of every pixel of the upper third, where the code stands."""
    at, packed, head = SIGNATURE_BYTES, b"", b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + CHUNK_HEAD_BYTES])
        body = png[at + CHUNK_HEAD_BYTES : at + CHUNK_HEAD_BYTES + length]
        at += CHUNK_HEAD_BYTES + length + CHECKSUM_BYTES
        head = body if kind == b"IHDR" else head
        packed += body if kind == b"IDAT" else b""
    width, whole_height, _, colour = struct.unpack(">IIBB", head[:10])
    height = whole_height // 3
    signs = SIGNS_A_PIXEL[colour]
    lines, rows, before = zlib.decompress(packed), [], bytearray(width * signs)
    for row in range(height):
        start = row * (width * signs + 1)
        line = bytearray(lines[start + 1 : start + 1 + width * signs])
        before = _unfiltered(lines[start], line, before, signs)
        rows.append(bytes(before[::signs]))
    return width, height, b"".join(rows)


def _unfiltered(kind: int, line: bytearray, above: bytearray, signs: int) -> bytearray:
    if kind == 0:
        return line
    for place, value in enumerate(line):
        left, corner = (line[place - signs], above[place - signs]) if place >= signs else (0, 0)
        up = above[place]
        if kind == 4:
            guess = left + up - corner
            added = min(
                (abs(guess - left), 0, left),
                (abs(guess - up), 1, up),
                (abs(guess - corner), 2, corner),
            )[2]
        else:
            added = (0, left, up, (left + up) // 2)[kind]
        line[place] = (value + added) % 256
    return line
