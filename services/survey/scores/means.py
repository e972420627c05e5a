"""Turns counted options into the law's means and percentages; pure (TT01/2018 Art 15)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from services.survey.instruments.registry import Versions
from services.survey.schemas.instruments import Kind, Question
from services.survey.schemas.words import Text

ONE_DECIMAL: Final = Decimal("0.1")
TWO_DECIMALS: Final = Decimal("0.01")
HUNDRED: Final = 100


class Chosen(NamedTuple):
    """How often an option of a version was chosen."""

    instrument: str
    instrument_version: int
    question: str
    option: str
    answers: int


class Answered(NamedTuple):
    """How many slips answer a question of a version, and the sum of the numbers they give."""

    instrument: str
    instrument_version: int
    question: str
    answers: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class OptionShare:
    """How often an option was chosen, and its part of all answers to the question."""

    option: str
    text: Text
    points: int | None
    level: int | None
    answers: int
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """One question's result.

    `mean` is of points, `average` of levels or numbers, `satisfied` the share of options that mean
    so; each is None where nothing was answered that has them.
    """

    instrument: str
    question: str
    kind: Kind
    index: int | None
    text: Text
    answers: int
    scored: int
    mean: Decimal | None
    average: Decimal | None
    satisfied: Decimal | None
    options: Sequence[OptionShare]


@dataclass(slots=True)
class _Tally:
    """What was counted of one question over all versions."""

    answers: int = 0
    total: Decimal = Decimal(0)
    scored: int = 0
    points: int = 0
    levelled: int = 0
    levels: int = 0
    judged: int = 0
    satisfied: int = 0
    by_option: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, question: Question, row: Chosen) -> None:
        option = question.option(row.option)
        self.by_option[row.option] += row.answers
        if option.points is not None:
            self.scored += row.answers
            self.points += option.points * row.answers
        if option.level is not None:
            self.levelled += row.answers
            self.levels += option.level * row.answers
        if option.satisfied is not None:
            self.judged += row.answers
            self.satisfied += int(option.satisfied) * row.answers


def question_scores(
    chosen: Iterable[Chosen],
    answered: Iterable[Answered],
    versions: Versions,
    *,
    answers_min: int,
) -> list[QuestionScore]:
    """Score each question over all versions of its instrument, worded as in the newest one.

    A question that fewer than `answers_min` answered is left out: a condition may have asked few.
    """
    questions = {
        (code, version, question.id): question
        for (code, version), instrument in versions.items()
        for question in instrument.questions
    }
    tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)
    newest: dict[str, int] = {}
    for counted in answered:
        tally = tallies[counted.instrument, counted.question]
        tally.answers += counted.answers
        tally.total += counted.total
        newest[counted.instrument] = max(
            newest.get(counted.instrument, 0), counted.instrument_version
        )
    for row in chosen:
        question = questions[row.instrument, row.instrument_version, row.question]
        tallies[row.instrument, row.question].add(question, row)
    return [
        _score(code, question, tallies[code, question.id])
        for code, version in sorted(newest.items())
        for question in versions[code, version].questions
        if question.kind != Kind.TEXT and not 0 < tallies[code, question.id].answers < answers_min
    ]


def mean(points: Decimal | int, answers: int) -> Decimal | None:
    """Σ points over the answers that have points, rounded half up to one decimal."""
    return _divided(points, answers, ONE_DECIMAL)


def percent(part: int, whole: int) -> Decimal | None:
    """A share in percent, rounded half up to two decimals; None of nothing."""
    return _divided(HUNDRED * part, whole, TWO_DECIMALS)


def _divided(amount: Decimal | int, by: int, places: Decimal) -> Decimal | None:
    return (Decimal(amount) / by).quantize(places, ROUND_HALF_UP) if by else None


def _score(code: str, question: Question, tally: _Tally) -> QuestionScore:
    average = _divided(tally.levels, tally.levelled, TWO_DECIMALS)
    if question.kind == Kind.NUMBER:
        average = _divided(tally.total, tally.answers, TWO_DECIMALS)
    return QuestionScore(
        instrument=code,
        question=question.id,
        kind=question.kind,
        index=question.index,
        text=question.text,
        answers=tally.answers,
        scored=tally.scored,
        mean=mean(tally.points, tally.scored),
        average=average,
        satisfied=percent(tally.satisfied, tally.judged),
        options=[
            OptionShare(
                option=option.id,
                text=option.text,
                points=option.points,
                level=option.level,
                answers=tally.by_option[option.id],
                percent=mean(HUNDRED * tally.by_option[option.id], tally.answers),
            )
            for option in question.options
        ],
    )
