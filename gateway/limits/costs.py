"""The visible table: what a request costs its caller, in units of one cheap read."""

import re
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import unquote_to_bytes

from gateway.routes import READ, VERSION, Route, noun_of


class Cost(IntEnum):
    """How dear a request is, in coarse classes."""

    FREE = 0
    READ = 1
    """One thing by its code."""
    LIST = 2
    """A page of a list or a search."""
    WRITE = 3
    """One transaction with its events."""
    PRINT = 5
    """A form drawn as PDF, or a dossier put together from all services."""
    REPORT = 10
    """Figures over a province."""
    WHOLE = 20
    """All of a kind at once: imports, batches, exports."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Paths of one noun that are dearer or cheaper than their method tells."""

    noun: str
    methods: frozenset[str]
    rest: re.Pattern[str]
    """What must follow the noun, wholly."""
    cost: Cost


def _rule(noun: str, methods: frozenset[str], rest: str, cost: Cost) -> Rule:
    return Rule(noun, methods, re.compile(rest), cost)


POST = frozenset({"POST"})
ANY = ".*"

# The first that matches decides; what none matches costs what its method says.
RULES = (
    _rule("imports", POST, "/[^/]+", Cost.WHOLE),
    _rule("imports", READ, "/.+/(report|refusals)", Cost.WHOLE),
    _rule("dossiers", POST, ":batch", Cost.WHOLE),
    _rule("dossiers", POST, ":find", Cost.LIST),
    _rule("dossiers", READ | POST, "/[^/]+/forms/.+", Cost.PRINT),
    _rule("procedures", READ, "(/[^/]+)?/export", Cost.WHOLE),
    _rule("calendars", POST, "/[^/]+/previews", Cost.WHOLE),
    _rule("recalculations", POST, "", Cost.WHOLE),
    _rule("tracking-books", POST, "/.+/print", Cost.WHOLE),
    _rule("reports", READ | POST, ANY, Cost.REPORT),
    _rule("targets", READ, "/results.*", Cost.REPORT),
    _rule("indices", READ, "/.+/(scores|ranking|officers|dossiers)", Cost.REPORT),
    _rule("signals", READ, ANY, Cost.REPORT),
    _rule("limit-cuts", READ, ANY, Cost.REPORT),
    _rule("statistics", READ, ANY, Cost.REPORT),
    _rule("surveys", READ, "/(scores|satisfaction|sipas|indices|collected|forms/.+)", Cost.REPORT),
    _rule("apologies", READ, "/[^/]+/form", Cost.PRINT),
    _rule("inbox", READ, ANY, Cost.LIST),
    _rule("tracking", POST, "", Cost.LIST),
    _rule("petitions", POST, ":track", Cost.LIST),
    _rule("webhooks", READ, "/standings", Cost.REPORT),
    _rule("deadlines", POST, ":simulate", Cost.READ),
)
AS_FILE = re.compile(rb"=(csv|xlsx)(&|$)")
"""How a list or a report is asked for as a file of all its rows."""
IN_FULL = b"view=full"
FILE = ".csv"
OPERATORS = ("/health/", "/metrics")


def _by_noun() -> dict[str, tuple[Rule, ...]]:
    nouns: dict[str, tuple[Rule, ...]] = {}
    for rule in RULES:
        nouns[rule.noun] = (*nouns.get(rule.noun, ()), rule)
    return nouns


_RULES_BY_NOUN = _by_noun()


def of(route: Route | None, method: str, path: str, query: bytes) -> Cost:
    """What this request costs; probes and measures, which only operators reach, cost nothing."""
    if route is None:
        return Cost.FREE if path.startswith(OPERATORS) else Cost.READ
    if b"%" in query:
        # The service reads `%63sv` as `csv`: it costs the same.
        query = unquote_to_bytes(query)
    if path.endswith(FILE) or (query and AS_FILE.search(query)):
        return Cost.WHOLE
    if query and IN_FULL in query:
        return Cost.PRINT
    noun = noun_of(path)
    for rule in _RULES_BY_NOUN.get(noun, ()):
        if method in rule.methods and rule.rest.fullmatch(path, len(VERSION) + len(noun)):
            return rule.cost
    if method not in READ:
        return Cost.WRITE
    return Cost.LIST if path == route.prefix else Cost.READ
