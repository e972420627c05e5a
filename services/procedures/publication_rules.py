"""When a decision must be signed and published to be on time: pure, with rules as data."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from shared.working_time import WorkingTime

ONE_DAY: Final = timedelta(days=1)
WALK_DAYS_MAX: Final = 400
"""Days walked at most while so many working days are counted."""


class Issuer(StrEnum):
    """Who signed the decision that publishes a procedure (cơ quan công bố)."""

    MINISTRY = "ministry"
    PROVINCE = "province"


class PublicationRule(BaseModel):
    """Working days that decisions signed from `valid_from` on must keep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    issuer: Issuer
    effect_after_days: int = Field(ge=0, le=100)
    """At least so many lie between signing and the first day in force."""
    publish_within_days: int = Field(ge=0, le=100)
    """At most so many after signing it stands in the catalogue."""


DECISION_766: Final = (
    PublicationRule(
        valid_from=date(2022, 6, 23),
        issuer=Issuer.PROVINCE,
        effect_after_days=5,
        publish_within_days=5,
    ),
    PublicationRule(
        valid_from=date(2022, 6, 23),
        issuer=Issuer.MINISTRY,
        effect_after_days=20,
        publish_within_days=10,
    ),
)
"""Indices 1.1 and 1.2 of Decision 766/QĐ-TTg, in force since its signing."""


class Index(StrEnum):
    """Which of the two times is judged."""

    DECISION = "decision"
    """1.1: signed early enough before it takes effect."""
    CATALOGUE = "catalogue"
    """1.2: published soon enough after it was signed."""


class Verdict(StrEnum):
    """On time, late, or not to be told from what is known; the last is never on time."""

    ON_TIME = "on_time"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Times:
    """The days of one version's publication."""

    issuer: Issuer | None
    signed_on: date | None
    valid_from: date
    published_on: date


@dataclass(frozen=True, slots=True)
class Judgement:
    """By which days it should have been done, and whether it was."""

    sign_by: date | None
    publish_by: date | None
    verdicts: dict[Index, Verdict]


NOT_TOLD: Final = Judgement(None, None, dict.fromkeys(Index, Verdict.UNKNOWN))

_PROVINCE: Final = re.compile(r"^H[0-9]{2}\b|QĐ-(?:CT)?UBND|QĐ-CTUBND", re.IGNORECASE)
_MINISTRY: Final = re.compile(r"^G[0-9]{2}\b|QĐ-B[A-ZĐ]|QĐ-(?:TTCP|VPCP|NHNN|UBDT)\b")


def issuer_of(publishing_agency: str | None, decision: str) -> Issuer | None:
    """Tell who signed, by the publishing agency's code, otherwise by the decision's number."""
    for text in filter(None, (publishing_agency, decision)):
        if _PROVINCE.search(text):
            return Issuer.PROVINCE
        if _MINISTRY.search(text):
            return Issuer.MINISTRY
    return None


def judge(times: Times, rules: Sequence[PublicationRule], calendar: WorkingTime) -> Judgement:
    """Hold one publication against the rule of its day; what lacks a day or a rule is unknown.

    Working days are counted from the neighbouring day (Civil Code 2015, Article 147(2)): back from
    the first day in force for the signing, on from the signing for the publication.
    """
    signed = times.signed_on
    if signed is None or times.issuer is None:
        return NOT_TOLD
    rule = _rule_on(signed, times.issuer, rules)
    if rule is None:
        return NOT_TOLD
    sign_by = _walk(times.valid_from, rule.effect_after_days, -ONE_DAY, calendar)
    publish_by = _walk(signed, rule.publish_within_days, ONE_DAY, calendar)
    verdicts = {
        Index.DECISION: _verdict(signed, sign_by),
        Index.CATALOGUE: _verdict(times.published_on, publish_by),
    }
    return Judgement(sign_by, publish_by, verdicts)


def sum_up(verdicts: Iterable[Verdict]) -> Verdict:
    """A procedure's verdict: one late publication makes it late, unknown ones do not count."""
    known = {verdict for verdict in verdicts if verdict is not Verdict.UNKNOWN}
    if Verdict.LATE in known:
        return Verdict.LATE
    return Verdict.ON_TIME if known else Verdict.UNKNOWN


def _rule_on(day: date, issuer: Issuer, rules: Sequence[PublicationRule]) -> PublicationRule | None:
    begun = [rule for rule in rules if rule.issuer is issuer and rule.valid_from <= day]
    return max(begun, key=lambda rule: rule.valid_from, default=None)


def _walk(day: date, working_days: int, step: timedelta, calendar: WorkingTime) -> date | None:
    """The working day so many further; None where the calendar does not say."""
    published = calendar.calendar
    for _ in range(WALK_DAYS_MAX):
        if working_days == 0:
            return day
        day += step
        if not published.first_on <= day <= published.last_on:
            return None
        working_days -= calendar.is_working_day(day)
    return None


def _verdict(done_on: date, by: date | None) -> Verdict:
    if by is None:
        return Verdict.UNKNOWN
    return Verdict.ON_TIME if done_on <= by else Verdict.LATE
