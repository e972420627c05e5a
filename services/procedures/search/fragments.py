"""Pieces of SQL with what they are given, far cheaper to put together than expressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from sqlalchemy import ARRAY, Text, TextClause, bindparam, text

TEXT: Final = Text()
TEXTS: Final = ARRAY(TEXT)

Given = str | list[str] | None


@dataclass(frozen=True, slots=True)
class Fragment:
    """SQL with a question mark for each given text or list of texts."""

    sql: str
    given: tuple[Given, ...] = ()

    def clause(self, name: str) -> TextClause:
        """The same for SQLAlchemy; the name sets its parameters apart from another's."""
        number = count()
        pieces = self.sql.split("?")
        numbered = "".join(f"{piece}:{name}_{next(number)}" for piece in pieces[:-1]) + pieces[-1]
        values = (
            bindparam(f"{name}_{at}", value, TEXTS if isinstance(value, list) else TEXT)
            for at, value in enumerate(self.given)
        )
        return text(numbered).bindparams(*values)


def joined(by: str, fragments: Sequence[Fragment]) -> Fragment:
    """The fragments with a word of SQL between them, in brackets."""
    given = tuple(value for each in fragments for value in each.given)
    return Fragment(f"({by.join(each.sql for each in fragments)})", given)
