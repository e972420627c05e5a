"""Everything of the first world is recognisable, and is looked for in whole answers of any form."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator

import httpx
from pypdf import PdfReader

WORD = "Quyrunđa"
"""A word that nobody has in the second world; names, sentences and officers' names bear it."""
SHORT_MAX = 12
"""Up to here a secret counts only where it stands alone, as agencies' codes do."""


class Marks:
    """What is secret: the word, each id and code of the first world, and where it is."""

    def __init__(self) -> None:
        self._secrets = {folded(WORD)}
        self._places = set[str]()
        self._pattern = _pattern(self._secrets)

    def add(self, *secrets: str) -> None:
        """Let these be secret too."""
        self._secrets |= set(map(folded, secrets))
        self._pattern = _pattern(self._secrets | self._places)

    def add_places(self, *places: str) -> None:
        """Let these codes or names of agencies be secret, except where agencies are published."""
        self._places |= set(map(folded, places))
        self._pattern = _pattern(self._secrets | self._places)

    def found_in(self, answer: httpx.Response, *, places: bool = True) -> set[str]:
        """The secrets that an answer tells: in its headers, its text, its pages or its cells."""
        found = set[str]().union(*map(self.found_in_text, _texts(answer)))
        return found if places else found - self._places

    def found_in_text(self, text: str) -> set[str]:
        """The secrets in a text."""
        return set(self._pattern.findall(folded(text)))


def folded(text: str) -> str:
    """Lower case without marks, as names are also kept for searching."""
    plain = text.replace("đ", "d").replace("Đ", "D")
    parts = unicodedata.normalize("NFD", plain)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()


def _pattern(secrets: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_alone, sorted(secrets, key=len, reverse=True))))


def _alone(secret: str) -> str:
    escaped = re.escape(secret)
    if secret == folded(WORD):
        return escaped
    return rf"(?<![\w.]){escaped}(?![\w])" if len(secret) <= SHORT_MAX else escaped


def _texts(answer: httpx.Response) -> Iterator[str]:
    yield "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
    content = answer.content
    if content.startswith(b"%PDF"):
        document = PdfReader(io.BytesIO(content))
        yield from map(str, (document.metadata or {}).values())
        yield from (page.extract_text() for page in document.pages)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            # A text may be cut by the tags between two runs of a document.
            yield from (
                re.sub(r"<[^>]+>", " ", parts.read(name).decode("utf-8", "replace"))
                for name in parts.namelist()
            )
    else:
        yield content.decode("utf-8", "replace")
