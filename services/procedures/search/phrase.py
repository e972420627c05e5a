"""What is asked for, read once: its words, how they rank a procedure, what finds them."""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from services.procedures.search.folding import WORDS_MAX, bare, named, padded, spelled
from services.procedures.search.fragments import Fragment, joined
from services.procedures.search.sayings import meant_by
from services.procedures.texts import without_marks
from shared.errors import Unprocessable

_NUMBER: Final = re.compile(r"[0-9][0-9.]*")


class Match(IntEnum):
    """How well a procedure matches, best first; within one the shorter names come first."""

    CODE = 0
    NAME_SPELLED = 1
    """The whole name, marks and all."""
    NAME = 2
    PHRASE_SPELLED = 3
    """The words in this order, marks and all, somewhere in the name."""
    PHRASE = 4
    PHRASE_BEGUN = 5
    """The same, the last word still being typed."""
    CORRECTED = 6
    """The phrase with a mistyped word put right, where no name holds it as typed."""
    WORDS_OF_NAME = 7
    WORDS = 8
    """Every word, in code, name, field or keywords."""
    CORRECTED_WORDS = 9
    NONE = 10


NAME: Final = "procedure_version.search_name"
KEY: Final = "procedure_version.search_key"
SPELLING: Final = "procedure_version.search_spelling"

# One text for every phrase, whatever its words are: nothing is built anew for a search.
MATCH: Final = f"""
case when procedure_version.code = ? then {Match.CODE:d}
     when strpos({NAME}, ?) = 0 then
          case when {NAME} like all (?) and {NAME} like any (?) then {Match.WORDS_OF_NAME:d}
               when {KEY} like all (?) and {KEY} like any (?) then {Match.WORDS:d}
               else {Match.NONE:d} end
     when strpos({NAME}, ?) = 0 then {Match.PHRASE_BEGUN:d}
     when {SPELLING} = ? then {Match.NAME_SPELLED:d}
     when {NAME} = ? then {Match.NAME:d}
     when strpos({SPELLING}, ?) > 0 then {Match.PHRASE_SPELLED:d}
     else {Match.PHRASE:d} end
"""
MATCH_CORRECTED: Final = f"""
case when strpos({NAME}, ?) > 0 then {Match.CORRECTED:d}
     when {KEY} like all (?) and {KEY} like any (?) then {Match.CORRECTED_WORDS:d}
     else {Match.NONE:d} end
"""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One reading of a query: words with marks in one spelling, and the last one as typed."""

    words: tuple[str, ...]
    typed: str

    @classmethod
    def readings(cls, text: str) -> tuple[Self, ...]:
        """What is typed and, if it holds a saying, what is meant; raises Unprocessable."""
        words = named(spelled(text))[:WORDS_MAX]
        if not any(map(without_marks, words)):
            raise Unprocessable("Hãy nhập ít nhất một từ để tìm.", code="search_without_words")
        typed = without_marks(text.rsplit(maxsplit=1)[-1].lower())
        first = cls(tuple(words), typed if typed.isalpha() else bare(words[-1])[0])
        meant = meant_by(words, marked=first.is_marked)
        return (first,) if meant is None else (first, cls(tuple(meant), bare(meant[-1])[0]))

    @property
    def is_marked(self) -> bool:
        """Whether it was typed with marks, which then count in the ranking."""
        return [*self.words] != self.bare

    @property
    def bare(self) -> list[str]:
        """The words without marks."""
        return [without_marks(word) for word in self.words]

    def found_in(self, column: str) -> Fragment:
        """Whether every word stands in the text; the last one may be the beginning of a word."""
        # Words hold letters, digits and dots only, so nothing in them is a wildcard.
        whole = [Fragment(f"{column} like ?", (pattern,)) for pattern in self._whole]
        ends = [Fragment(f"{column} like ?", (pattern,)) for pattern in self._ends]
        return joined(" and ", [*whole, joined(" or ", ends)])

    def match(self) -> Fragment:
        """How well a version matches."""
        text, marked = padded(self.bare), padded([*self.words]) if self.is_marked else None
        # What the bare phrase does not begin, no finer kind of phrase can hold.
        given = (text.strip(), text.rstrip(), *self._patterns, *self._patterns, text)
        return Fragment(MATCH, (*given, marked, text, marked))

    def match_corrected(self) -> Fragment:
        """How well a version matches, this being a correction of what was typed."""
        return Fragment(MATCH_CORRECTED, (padded(self.bare), *self._patterns))

    @property
    def _whole(self) -> list[str]:
        return [_begun(word) if _is_number(word) else f"% {word} %" for word in self.bare[:-1]]

    @property
    def _ends(self) -> list[str]:
        return sorted({_begun(self.bare[-1]), f"% {self.typed}%"})

    @property
    def _patterns(self) -> tuple[list[str], list[str]]:
        return self._whole, self._ends


def _begun(word: str) -> str:
    """The pattern of a word that begins so; a number is also found inside a code."""
    return f"%{word}%" if _is_number(word) else f"% {word}%"


def _is_number(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None
