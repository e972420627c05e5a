"""Checks a filled slip against its instrument, and tells what there is to count; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.survey.schemas.instruments import (
    TEXT_LENGTH_MAX,
    Instrument,
    Kind,
    Question,
    ShownIf,
)
from shared.errors import FieldError, Unprocessable

Filled = str | int | list[str]
"""An option's id, a number or a text, or the ids of several options."""
Choices = Mapping[str, Filled]

NUL: Final = "\x00"

UNKNOWN = ("unknown", "Không có câu hỏi này.")
HIDDEN = ("hidden", "Câu hỏi này không hiện ra với các câu trả lời đã chọn.")
MISSING = ("missing", "Chưa trả lời câu hỏi này.")
NOT_AN_OPTION = ("not_an_option", "Không có phương án này.")
TWICE = ("twice", "Một phương án được chọn hai lần.")
OUT_OF_BOUNDS = ("out_of_bounds", "Ngoài giới hạn cho phép.")
WRONG_KIND = ("wrong_kind", "Câu trả lời không đúng kiểu của câu hỏi.")

Wrong = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that stands: what is counted, and what is only read."""

    choices: dict[str, Filled]
    remarks: dict[str, str]


def check(instrument: Instrument, filled: Choices) -> Slip:
    """Take a slip apart; raises Unprocessable naming each spot that does not stand."""
    known = {question.id for question in instrument.questions}
    wrong: dict[str, Wrong] = {given: UNKNOWN for given in filled if given not in known}
    right: dict[str, Filled] = {}
    for question in instrument.questions:
        given = filled.get(question.id)
        if (refused := _refused(question, given, right)) is not None:
            wrong[question.id] = refused
        elif given is not None:
            right[question.id] = given
    if wrong:
        raise Unprocessable(
            "Phiếu chưa đúng; xem danh sách errors.",
            code="choices_invalid",
            errors=[
                FieldError(pointer=f"/choices/{_escaped(spot)}", detail=detail, code=code)
                for spot, (code, detail) in wrong.items()
            ],
        )
    texts = {one.id for one in instrument.questions if one.kind == Kind.TEXT}
    return Slip(
        choices={spot: given for spot, given in right.items() if spot not in texts},
        remarks={
            spot: given.strip()
            for spot, given in right.items()
            if spot in texts and isinstance(given, str) and given.strip()
        },
    )


def points(instrument: Instrument, choices: Choices) -> dict[str, Decimal]:
    """Points by question; an option without points says nothing about the agency."""
    worth = {
        question.id: question.points(chosen)
        for question in instrument.questions
        if question.kind in (Kind.SINGLE, Kind.SCALE)
        and isinstance(chosen := choices.get(question.id), str)
    }
    return {question: Decimal(one) for question, one in worth.items() if one is not None}


def indices(instrument: Instrument, choices: Choices) -> dict[str, Decimal]:
    """Points by the number of the index that they feed (TT01/2018 Art 13)."""
    worth = points(instrument, choices)
    return {
        str(question.index): worth[question.id]
        for question in instrument.questions
        if question.index is not None and question.id in worth
    }


def _refused(question: Question, given: Filled | None, so_far: Choices) -> Wrong | None:
    shown = question.shown_if is None or _holds(question.shown_if, so_far)
    if given is None:
        return MISSING if question.required and shown else None
    return _refused_answer(question, given) if shown else HIDDEN


def _refused_answer(question: Question, given: Filled) -> Wrong | None:
    match question.kind, given:
        case ((Kind.SINGLE | Kind.SCALE), str()):
            return None if _offers(question, [given]) else NOT_AN_OPTION
        case Kind.MULTIPLE, list():
            return _refused_many(question, given)
        case Kind.NUMBER, int():
            return None if _within(question, given) else OUT_OF_BOUNDS
        case Kind.TEXT, str():
            return None if _readable(question, given.strip()) else OUT_OF_BOUNDS
        case _:
            return WRONG_KIND


def _refused_many(question: Question, given: Sequence[str]) -> Wrong | None:
    if not _offers(question, given):
        return NOT_AN_OPTION
    if len(set(given)) != len(given):
        return TWICE
    least = max(question.least or 0, int(question.required))
    most = question.most or len(question.options)
    return None if least <= len(given) <= most else OUT_OF_BOUNDS


def _holds(condition: ShownIf, so_far: Choices) -> bool:
    given = so_far.get(condition.question)
    chosen = given if isinstance(given, list) else [given]
    return any(option in condition.any_of for option in chosen)


def _offers(question: Question, given: Sequence[str]) -> bool:
    return {option.id for option in question.options}.issuperset(given)


def _within(question: Question, given: int) -> bool:
    return (question.least or 0) <= given <= (question.most or 0)


def _readable(question: Question, given: str) -> bool:
    least = max(question.least or 0, int(question.required))
    return least <= len(given) <= (question.most or TEXT_LENGTH_MAX) and NUL not in given


def _escaped(spot: str) -> str:
    """As RFC 6901 writes a name in a pointer."""
    return spot.replace("~", "~0").replace("/", "~1")
