"""What is asked for, read once: its words, how they rank a procedure, what finds them."""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Self

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, func, or_

from services.procedures.models import ProcedureVersion
from services.procedures.search.folding import WORDS_MAX, bare, named, padded, spelled
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

    def found_in(self, column: SQLColumnExpression[str]) -> ColumnElement[bool]:
        """Whether every word stands in the text; the last one may be the beginning of a word."""
        *whole, last = self.bare
        # Words hold letters, digits and dots only, so nothing in them is a wildcard.
        ends = {_begun(last), f"% {self.typed}%"}
        return and_(
            *(column.like(_begun(word) if _is_number(word) else f"% {word} %") for word in whole),
            or_(*(column.like(pattern) for pattern in sorted(ends))),
        )

    def match(self) -> ColumnElement[int]:
        """How well a version matches."""
        name, spelling = ProcedureVersion.search_name, ProcedureVersion.search_spelling
        text, marked = padded(self.bare), padded([*self.words])
        ranks: list[tuple[ColumnElement[bool], Match]] = [
            (ProcedureVersion.code == text.strip(), Match.CODE)
        ]
        if self.is_marked:
            ranks += [(spelling == marked, Match.NAME_SPELLED)]
        ranks += [(name == text, Match.NAME)]
        if self.is_marked:
            ranks += [(func.strpos(spelling, marked) > 0, Match.PHRASE_SPELLED)]
        ranks += [
            (func.strpos(name, text) > 0, Match.PHRASE),
            (func.strpos(name, text.rstrip()) > 0, Match.PHRASE_BEGUN),
            (self.found_in(name), Match.WORDS_OF_NAME),
            (self.found_in(ProcedureVersion.search_key), Match.WORDS),
        ]
        return case(*((holds, int(rank)) for holds, rank in ranks), else_=int(Match.NONE))

    def match_corrected(self) -> ColumnElement[int]:
        """How well a version matches, this being a correction of what was typed."""
        held = func.strpos(ProcedureVersion.search_name, padded(self.bare)) > 0
        return case(
            (held, int(Match.CORRECTED)),
            (self.found_in(ProcedureVersion.search_key), int(Match.CORRECTED_WORDS)),
            else_=int(Match.NONE),
        )


def _begun(word: str) -> str:
    """The pattern of a word that begins so; a number is also found inside a code."""
    return f"%{word}%" if _is_number(word) else f"% {word}%"


def _is_number(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None
