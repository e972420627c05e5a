"""Sets documents into PDF/A or pictures, in threads of its own that leave the interpreter free."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Final, Literal

import segno
import typst

from shared.errors import Unavailable
from shared.printing.document import Document, to_json

HERE: Final = Path(__file__).parent
TEMPLATE: Final = HERE / "templates" / "form.typ"
FONTS: Final = HERE / "fonts"
ARCHIVAL: Final = "a-2b"
"""PDF/A-2b: fonts inside, nothing from elsewhere, readable for as long as a dossier is kept."""

THREADS: Final = 2
WAITING_MAX: Final = 64
"""More prints than this at once are asked to come again."""

PIXELS_PER_INCH: Final = 110.0
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="printing")
_thread = threading.local()
_waiting = 0


async def pdf(document: Document) -> bytes:
    """Print a document without holding the event loop up; raises Unavailable."""
    return await _elsewhere(partial(set_pdf, document))


async def png(document: Document) -> bytes:
    """Show a document's first page as a picture; raises Unavailable."""
    return await _elsewhere(partial(set_png, document))


def set_pdf(document: Document) -> bytes:
    """Print here and now: the same document always gives the same bytes."""
    return _set(document, "pdf")[0]


def set_png(document: Document) -> bytes:
    """Draw the first page here and now."""
    return _set(document, "png")[0]


def set_pages(document: Document) -> list[bytes]:
    """Draw every page here and now."""
    return _set(document, "png")


async def _elsewhere(work: partial[bytes]) -> bytes:
    global _waiting  # noqa: PLW0603 -- one number of the process, touched by its one event loop
    if _waiting >= WAITING_MAX:
        raise Unavailable("Đang có quá nhiều bản in; hãy thử lại sau giây lát.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1


def _set(document: Document, into: Literal["pdf", "png"]) -> list[bytes]:
    told = to_json(document, qr=qr_code(document.code) if document.code else None)
    made = _compiler().compile(
        format=into,
        ppi=PIXELS_PER_INCH,
        sys_inputs={"document": told},
        pdf_standards=ARCHIVAL,
        # Whole seconds of the issue, never of the printing: a reprint is the same file.
        timestamp=int(document.issued_at.astimezone(UTC).timestamp()),
    )
    if made is None:
        raise RuntimeError("typst was told no output file and returned nothing")
    return [made] if isinstance(made, bytes) else made


def qr_code(content: str) -> str:
    """Draw a QR code as SVG."""
    return segno.make(content, error="m", micro=False).svg_inline(border=1)


def _compiler() -> typst.Compiler:
    """Get this thread's compiler; one is not shared, because it is changed while it works."""
    compiler: typst.Compiler | None = getattr(_thread, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(TEMPLATE, root=HERE, font_paths=[FONTS], ignore_system_fonts=True)
        _thread.compiler = compiler
    return compiler
