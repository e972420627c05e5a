"""Words as a search compares them: without marks, in one spelling, whole syllables."""

import re
import unicodedata
from typing import Final

from services.procedures.texts import without_marks

WORDS_MAX: Final = 12
"""Words of a query that count; the rest of a pasted paragraph does not."""

_WORD = re.compile(r"[0-9]+(?:\.[0-9]+)+|(?:[^\W_][\u0300-\u036f]*)+")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_Y_FOR_I: Final = {
    "i": "y", "hi": "hy", "ki": "ky", "li": "ly", "mi": "my", "si": "sy", "ti": "ty", "qui": "quy",
}  # fmt: skip
"""Syllables that are written both ways (kí and ký, lí and lý, quí and quý)."""
_PROCEDURE: Final = ("thủ", "tục")


def spelled(text: str) -> list[str]:
    """The words in lower case, marks kept, in one spelling; codes and numbers stay whole.

    The tone stands at the end of its syllable, so that hoà and hòa are one word.
    """
    return [_spelled(word) for word in _WORD.findall(unicodedata.normalize("NFD", text.lower()))]


def bare(text: str) -> list[str]:
    """The words without marks: `Đăng kí khai sinh` becomes dang, ky, khai, sinh."""
    return [without_marks(word) for word in spelled(text)]


def named(words: list[str]) -> list[str]:
    """The words without the opening “thủ tục”, which half of the catalogue's names have."""
    opening = tuple(map(without_marks, words[:2]))
    rest = words[2:]
    return rest if rest and opening == tuple(map(without_marks, _PROCEDURE)) else words


def padded(words: list[str]) -> str:
    """One text in which every word, first and last too, stands between single spaces."""
    return f" {' '.join(words)} "


def _spelled(word: str) -> str:
    tones = "".join(letter for letter in word if letter in _TONES)
    letters = "".join(letter for letter in word if letter not in _TONES)
    return _Y_FOR_I.get(letters, letters) + tones
