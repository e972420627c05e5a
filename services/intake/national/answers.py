"""Judges what the portal answered: only a clear yes to this very dossier is an acknowledgement."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import orjson

OK: Final = "0"
ALREADY_THERE_CODES: Final = frozenset({"3", "-3"})
TEXT_MAX: Final = 300
DEPTH_MAX: Final = 6
HIDDEN: Final = "***"
LONG_NUMBER: Final = re.compile(r"\d{9,}")
SESSION_WORDS: Final = ("session", "phiên")
CODE_MAX: Final = 40

HTTP_OK, HTTP_UNAUTHORISED, HTTP_SERVER = 200, 401, 500
HTTP_BUSY: Final = frozenset({408, 425, 429})
TEXT_MEMBERS: Final = ("message", "error_message", "error", "msg")


class Kind(StrEnum):
    """What an answer means for us."""

    ACKNOWLEDGED = "acknowledged"
    ALREADY_THERE = "already_there"
    SESSION_OVER = "session_over"
    REFUSED = "refused"
    FAULT = "fault"
    """The portal, or the way to it, does not work; it says nothing about the dossier."""
    NOT_SENT = "not_sent"
    """We could not write the dossier; the portal was not asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's meaning, its code or our word for it, and its text."""

    kind: Kind
    code: str
    text: str = ""


def judge(status: int, body: bytes, dossier_code: str) -> Answer:
    """Tell what an answer to a message about this dossier means."""
    if status != HTTP_OK:
        return Answer(_kind_of_status(status), f"http_{status}")
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Answer(Kind.FAULT, "not_json")
    code = _code(told)
    if code is None:
        return Answer(Kind.FAULT, "half_answer")
    if any(named != dossier_code for named in _named(told)):
        return Answer(Kind.REFUSED, "other_dossier", _text(told))
    return Answer(_kind(code, _text(told)), code, _text(told))


def redacted(answer: Answer, personal: Iterable[str]) -> Answer:
    """The answer as it may be kept: what it repeats of people is hidden, and it is cut."""
    kept = answer.text
    for value in sorted(filter(None, personal), key=len, reverse=True):
        kept = re.sub(re.escape(value), HIDDEN, kept, flags=re.IGNORECASE)
    return Answer(answer.kind, answer.code, LONG_NUMBER.sub(HIDDEN, kept)[:TEXT_MAX])


def session_of(status: int, body: bytes) -> str | None:
    """Read the session that a login answered, if it did."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if status != HTTP_OK or _code(told) != OK:
        return None
    session = told.get("session")
    return session if isinstance(session, str) and session else None


def _kind_of_status(status: int) -> Kind:
    if status == HTTP_UNAUTHORISED:
        return Kind.SESSION_OVER
    return Kind.FAULT if status >= HTTP_SERVER or status in HTTP_BUSY else Kind.REFUSED


def _kind(code: str, words: str) -> Kind:
    if code == OK:
        return Kind.ACKNOWLEDGED
    if code in ALREADY_THERE_CODES:
        return Kind.ALREADY_THERE
    if any(word in words.casefold() for word in SESSION_WORDS):
        return Kind.SESSION_OVER
    return Kind.REFUSED


def _code(told: Any) -> str | None:
    code = told.get("error_code") if isinstance(told, dict) else None
    # A number is as clear as a text; true and false are neither.
    if isinstance(code, bool) or not isinstance(code, int | str):
        return None
    return str(code)[:CODE_MAX] or None


def _text(told: dict[str, Any]) -> str:
    words = next((told[name] for name in TEXT_MEMBERS if isinstance(told.get(name), str)), "")
    # PostgreSQL takes no NUL.
    return str(words).replace("\x00", "")


def _named(told: Any, depth: int = 0) -> Iterator[str]:
    """Every dossier code that the answer names, wherever it stands."""
    if depth > DEPTH_MAX:
        return
    if isinstance(told, dict):
        named = told.get("MaHoSo")
        if isinstance(named, str):
            yield named
        for inner in told.values():
            yield from _named(inner, depth + 1)
    elif isinstance(told, list):
        for inner in told:
            yield from _named(inner, depth + 1)
