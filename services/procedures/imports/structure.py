"""Finds the records of a JSON document: a list of them, an object around a list, or single ones."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from services.procedures.imports.splitting import (
    ELEMENT_BYTES_MAX,
    Damage,
    Element,
    Inside,
    Place,
)

OPENING: Final = {ord("}"): ord("{"), ord("]"): ord("[")}
BEHIND_LIST: Final = {Inside.LIST: Inside.NOTHING, Inside.WRAPPED_LIST: Inside.WRAPPER}
UNFINISHED: Final = frozenset({Inside.LIST, Inside.WRAPPED_LIST, Inside.WRAPPER})
LINE_BEGIN_MAX: Final = 64 * 1024
"""So much of a line is kept to see, with what comes, whether a record begins on it."""

_BLANK = re.compile(rb"(?:\xef\xbb\xbf|[\s,])*+")
# Strings are passed over whole. One with a line end in it is no JSON, yet its record can be told.
_NEXT = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+([{}\[\]"])', re.DOTALL)
_KEY_OF_LIST = re.compile(rb'"(?:procedures|data|result|items)"\s*+:\s*+\[\Z')
_STRAY = re.compile(rb'"[^"\n]*+"|.[^,\n\[\]{}"]*+', re.DOTALL)
_INDENT = re.compile(rb"[ \t]*+")


class _MoreNeeded(Exception):
    """What is at hand ends in the middle of something."""


class Values:
    """Records of a JSON document of any layout."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._held = b""
        self._at = 0
        self._last = False

    def feed(self, data: bytes, *, last: bool) -> Iterator[Element]:
        """The elements that end in these bytes."""
        self._held, self._at, self._last = self._held[self._at :] + data, 0, last
        while True:
            try:
                element = self._step()
            except _MoreNeeded:
                break
            if element is not None:
                yield element
        if last and self._place.inside in UNFINISHED:
            yield self._passed(len(self._held), Inside.NOTHING, Damage.CUT_OFF)

    def _step(self) -> Element | None:
        """Pass one thing by; raises _MoreNeeded at the end of what is at hand."""
        inside = self._place.inside
        if inside is Inside.WRECK:
            self._leave_wreck()
            return None
        if inside is Inside.WRAPPER:
            return self._pass_value(b"{")
        self._skip_blank()
        first = self._held[self._at : self._at + 1]
        if not first:
            raise _MoreNeeded
        if first == b"]" and inside in BEHIND_LIST:
            self._passed(self._at + 1, BEHIND_LIST[inside])
            return None
        if first == b"[" and inside is Inside.NOTHING:
            self._passed(self._at + 1, Inside.LIST)
            return None
        if first in b"{[":
            return self._pass_value(b"")
        return self._pass_stray()

    def _pass_value(self, open_brackets: bytes) -> Element | None:
        """Pass an object or list by, up to its end or to the list of records within it."""
        inside, stack, at = self._place.inside, bytearray(open_brackets), self._at
        while found := _NEXT.match(self._held, at):
            bracket, at = found[1][0], found.end()
            if bracket in b"{[":
                wrapped = stack == b"{" and inside in (Inside.NOTHING, Inside.WRAPPER)
                if wrapped and _KEY_OF_LIST.search(found[0]):
                    self._passed(at, Inside.WRAPPED_LIST)
                    return None
                stack.append(bracket)
            elif bracket not in OPENING:
                # A quote: its string does not end in what is at hand.
                break
            elif stack.pop() != OPENING[bracket]:
                return self._broken(Damage.UNBALANCED)
            elif not stack:
                passed = self._passed(at, Inside.NOTHING if open_brackets else inside)
                return None if open_brackets else passed
        return self._broken(self._await_rest())

    def _await_rest(self) -> Damage:
        """Wait for the rest of a record; tells what is wrong when there can be none."""
        if len(self._held) - self._at > ELEMENT_BYTES_MAX:
            return Damage.TOO_LARGE
        if not self._last:
            raise _MoreNeeded
        return Damage.UNBALANCED

    def _broken(self, damage: Damage) -> Element:
        """Give the broken record up to where the next line begins like its own did."""
        inside, begin = self._place.inside, self._at
        back = Inside.NOTHING if inside is Inside.WRAPPER else inside
        where = self._next_like_this(begin)
        if where is None:
            return self._passed(self._end_of_lines(), Inside.WRECK, damage, back)
        return self._passed(where, back, damage)

    def _leave_wreck(self) -> None:
        where = self._next_like_this(self._at)
        back = self._place.after_wreck
        if where is not None:
            self._passed(where, back)
            return
        self._passed(self._end_of_lines(), Inside.WRECK, after_wreck=back)
        raise _MoreNeeded

    def _end_of_lines(self) -> int:
        """How far what is at hand can be given up: its last line may go on."""
        end = len(self._held)
        last_line = self._held.rfind(b"\n", self._at)
        keeps = not self._last and last_line >= 0 and end - last_line < LINE_BEGIN_MAX
        return last_line if keeps else end

    def _next_like_this(self, begin: int) -> int | None:
        indent = re.escape(self._place.indent.encode())
        found = re.compile(rb"\n" + indent + rb"(?:,[ \t]*)?(?=\{)").search(self._held, begin)
        return found.end() if found else None

    def _pass_stray(self) -> Element:
        """Pass by what is neither object nor list."""
        found = _STRAY.match(self._held, self._at)
        end = found.end() if found else len(self._held)
        if end == len(self._held) and not self._last and end - self._at < ELEMENT_BYTES_MAX:
            raise _MoreNeeded
        return self._passed(end, self._place.inside)

    def _skip_blank(self) -> None:
        found = _BLANK.match(self._held, self._at)
        if not found or found.end() == self._at:
            return
        unfinished = not self._last and found.end() == len(self._held)
        if unfinished and len(found[0]) < LINE_BEGIN_MAX:
            raise _MoreNeeded
        _, line_end, begun = found[0].rpartition(b"\n")
        self._passed(found.end(), self._place.inside)
        if line_end and (indent := _INDENT.match(begun)):
            self._place = replace(self._place, indent=indent[0].decode())

    def _passed(
        self,
        end: int,
        inside: Inside,
        damage: Damage | None = None,
        after_wreck: Inside = Inside.NOTHING,
    ) -> Element:
        """Move on to `end`; what was passed is an element only if the caller wants it as one."""
        was, raw = self._place, self._held[self._at : end]
        self._at = end
        self._place = Place(
            was.offset + len(raw), was.line + raw.count(b"\n"), inside, after_wreck, was.indent
        )
        return Element(was.line, raw, damage, self._place)
