"""Small files of each kind as they come from scanners and offices, and ways to send them."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import httpx

from tests.intake.conftest import Office

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 17
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20
SIGNED_XML = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<ToKhai><Signature '
    b'xmlns="http://www.w3.org/2000/09/xmldsig#"/></ToKhai>\n'
)


def a_zip(*names: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return written.getvalue()


DOCX = a_zip("docProps/app.xml", "word/document.xml", "[Content_Types].xml")
XLSX = a_zip("xl/workbook.xml", "[Content_Types].xml")
MACRO = a_zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def a_pdf(says: str) -> bytes:
    return PDF.replace(b"%%EOF", f"% {says}\n%%EOF".encode())


async def send(
    office: Office, content: bytes, name: str = "giay.pdf", **headers: str
) -> httpx.Response:
    told = {b"Content-Disposition": f'attachment; filename="{name}"'.encode()}
    plain = {key.encode(): value.encode() for key, value in headers.items()}
    return await office.http.post("/v1/files", content=content, headers=told | plain)


async def sent(office: Office, content: bytes = PDF) -> dict[str, Any]:
    answer = await send(office, content)
    assert answer.status_code == 201, answer.text
    file: dict[str, Any] = answer.json()
    return file


async def attach(
    office: Office, dossier: dict[str, Any], *items: dict[str, Any]
) -> list[dict[str, Any]]:
    answer = await office.ask(dossier, "attachments", {"items": items})
    assert answer.status_code == 200, answer.text
    attached: list[dict[str, Any]] = answer.json()["items"]
    return attached


async def in_goes(
    office: Office, content: bytes, goes: Sequence[int], digest: str | None = None
) -> dict[str, Any]:
    """Announce a file and send its first bytes in pieces of these lengths."""
    told = {"name": "ban-do.pdf", "size": len(content), "sha256": digest or sha256(content)}
    begun = await office.http.post("/v1/uploads", json=told)
    assert begun.status_code == 201, begun.text
    upload: dict[str, Any] = begun.json()
    offset = 0
    for length in goes:
        answer = await append(office, upload, offset, content[offset : offset + length])
        assert answer.status_code == 200, answer.text
        offset += length
    return upload


async def append(
    office: Office, upload: dict[str, Any], offset: int, piece: bytes
) -> httpx.Response:
    return await office.http.patch(
        f"/v1/uploads/{upload['id']}", content=piece, headers={"Upload-Offset": str(offset)}
    )
