"""What a file is called: read from the sender, made harmless, written for the browser."""

import re
import unicodedata
from email.message import Message
from typing import Final
from urllib.parse import quote, unquote

from shared.files.kinds import Kind

NAME_SIGNS_MAX: Final = 120
UNNAMED: Final = "tep"
_EXTENDED = re.compile(r"filename\*=UTF-8''([^;\s]+)", re.IGNORECASE)
_UNWANTED = re.compile(r'[<>:"/\\|?*;%]+')


def sent_name(disposition: str | None) -> str:
    """Read the name out of `Content-Disposition`, plain or by RFC 5987; empty when none is."""
    if not disposition:
        return ""
    # Where both are given, the plain one is for readers that do not know the other.
    if (extended := _EXTENDED.search(disposition)) is not None:
        return unquote(extended[1])
    header = Message()
    header["Content-Disposition"] = disposition
    found = header.get_filename() or ""
    try:
        # Many clients send plain UTF-8, which a server reads as Latin-1.
        return found.encode("latin-1").decode()
    except UnicodeError:
        return found


def safe_name(sent: str, kind: Kind) -> str:
    """Keep of a name what no file system minds, with the extension that the content deserves."""
    last = unicodedata.normalize("NFC", sent).replace("\\", "/").rpartition("/")[2]
    shown = "".join(sign if sign.isprintable() else " " for sign in last)
    stem = _UNWANTED.sub(" ", shown).strip()
    whole, dot, extension = stem.rpartition(".")
    if dot and extension.isalnum():
        stem = whole
    stem = " ".join(stem.split()).strip(". ")[:NAME_SIGNS_MAX].strip()
    return f"{stem or UNNAMED}.{kind.extension}"


def attachment(name: str) -> str:
    """Write `Content-Disposition`, so that a browser saves the file and never shows it."""
    plain = unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
    ascii_name = "".join(sign for sign in plain if sign.isascii() and sign not in '"\\')
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
