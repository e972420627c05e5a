"""Turns counted options into the law's means and percentages; pure (TT01/2018 Art 15)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from services.survey import instruments
from services.survey.instruments import Question
from services.survey.schemas.words import Text

ONE_DECIMAL = Decimal("0.1")


class Chosen(NamedTuple):
    """How often an option of a version was chosen."""

    instrument: str
    instrument_version: int
    question: str
    option: str
    answers: int


@dataclass(frozen=True, slots=True)
class OptionShare:
    """How often an option was chosen, and its part of all answers to the question."""

    option: str
    text: Text
    points: int | None
    answers: int
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """One question's result; the mean is None when no answer with points was given."""

    instrument: str
    question: str
    index: int | None
    text: Text
    answers: int
    scored: int
    mean: Decimal | None
    options: Sequence[OptionShare]


def question_scores(chosen: Iterable[Chosen]) -> list[QuestionScore]:
    """Score each question over all versions of its instrument, worded as in the newest one."""
    counts: dict[tuple[str, str], list[Chosen]] = defaultdict(list)
    newest: dict[str, int] = {}
    for row in chosen:
        counts[row.instrument, row.question].append(row)
        newest[row.instrument] = max(newest.get(row.instrument, 0), row.instrument_version)
    return [
        _score(code, question, counts[code, question.id])
        for code, version in sorted(newest.items())
        for question in instruments.get(code, version).questions
    ]


def mean(points: int, scored: int) -> Decimal | None:
    """Σ points over the answers that have points, rounded half up to one decimal."""
    if not scored:
        return None
    return (Decimal(points) / scored).quantize(ONE_DECIMAL, ROUND_HALF_UP)


def _score(code: str, question: Question, rows: Sequence[Chosen]) -> QuestionScore:
    by_option: dict[str, int] = defaultdict(int)
    answers = scored = points = 0
    for row in rows:
        by_option[row.option] += row.answers
        answers += row.answers
        worth = _worth(row)
        if worth is not None:
            scored += row.answers
            points += worth * row.answers
    return QuestionScore(
        instrument=code,
        question=question.id,
        index=question.index,
        text=question.text,
        answers=answers,
        scored=scored,
        mean=mean(points, scored),
        options=[
            OptionShare(
                option=option.id,
                text=option.text,
                points=option.points,
                answers=by_option[option.id],
                percent=mean(100 * by_option[option.id], answers),
            )
            for option in question.options
        ],
    )


def _worth(row: Chosen) -> int | None:
    instrument = instruments.get(row.instrument, row.instrument_version)
    question = next(q for q in instrument.questions if q.id == row.question)
    return question.points(row.option)
