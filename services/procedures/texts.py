"""Text of the catalogue as it is kept, and as it is searched: with or without Vietnamese marks."""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

WORDS_MAX: Final = 12

_WORD = re.compile(r"[0-9a-z]+(?:[.-][0-9a-z]+)*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _composed(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("Không được chứa ký tự điều khiển.")
    return unicodedata.normalize("NFC", text)


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_composed),
]
"""A sentence of the catalogue, composed (NFC) so that equal texts are equal bytes."""

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(_composed),
]
"""A name of the catalogue; national names run to a few hundred characters."""


LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50_000),
    AfterValidator(_composed),
]
"""A text of the catalogue that runs over pages, such as the order of doing it."""


def without_marks(text: str) -> str:
    """Lower case and bare letters: `Đăng ký khai sinh` becomes `dang ky khai sinh`."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The bare words of a text, at most WORDS_MAX of them; codes stay whole."""
    return _WORD.findall(without_marks(text))[:WORDS_MAX]


def search_key(*texts: str) -> str:
    """What a search looks into; it holds words and single spaces only."""
    return " ".join(_WORD.findall(without_marks(" ".join(texts))))
