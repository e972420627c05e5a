"""SIPAS: criterion, factor and the whole, by the share of answers that mean satisfied; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.survey.schemas.instruments import Content, Instrument, Kind
from services.survey.schemas.words import Text
from services.survey.scores.means import percent

Counted = Mapping[tuple[str, str], int]
"""Answers by question and option."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many; all three are None where too few people answered."""

    answers: int | None
    satisfied: int | None
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion's share, and its factor."""

    factor: int
    criterion: int
    text: Text
    share: Share


@dataclass(frozen=True, slots=True)
class Result:
    """What an instrument with factors comes to."""

    criteria: list[Criterion]
    factors: dict[int, Share]
    overall: Share


def result(instrument: Instrument, counted: Counted, *, answers_min: int) -> Result:
    """Work the shares out: a factor over its criteria, the whole over what asks if satisfied."""
    criteria: list[Criterion] = []
    by_factor: dict[int, list[tuple[int, int]]] = defaultdict(list)
    whole: list[tuple[int, int]] = []
    for question in instrument.questions:
        if question.kind != Kind.SCALE:
            continue
        counts = {option: counted.get((question.id, option.id), 0) for option in question.options}
        pair = (sum(n for option, n in counts.items() if option.satisfied), sum(counts.values()))
        if question.content == Content.SATISFACTION:
            whole.append(pair)
        elif question.factor is not None and question.criterion is not None:
            by_factor[question.factor].append(pair)
            share = _share([pair], answers_min)
            criteria.append(Criterion(question.factor, question.criterion, question.text, share))
    factors = {factor: _share(pairs, answers_min) for factor, pairs in by_factor.items()}
    return Result(criteria, factors, _share(whole, answers_min))


def _share(pairs: Iterable[tuple[int, int]], answers_min: int) -> Share:
    """Of several questions together; shown when each was answered by enough people, or by none."""
    known = list(pairs)
    if any(0 < answers < answers_min for _, answers in known):
        return Share(None, None, None)
    satisfied = sum(part for part, _ in known)
    answers = sum(whole for _, whole in known)
    return Share(answers, satisfied, percent(satisfied, answers))
