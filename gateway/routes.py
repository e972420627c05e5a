"""The visible table: which path belongs to which service, and who may enter there."""

from dataclasses import dataclass
from enum import StrEnum

from shared.identity import Role

VERSION = "/v1/"


class Service(StrEnum):
    """The services behind the gateway."""

    INTAKE = "intake"
    PROCEDURES = "procedures"
    SLA = "sla"
    SURVEY = "survey"


READ = frozenset({"GET", "HEAD"})
NOBODY = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Route:
    """A part of the public address space and its rules; the owner of the data decides the rest."""

    prefix: str
    service: Service | None
    """Whose it is; None: the gateway's own, answered behind the same door."""
    public: frozenset[str] = NOBODY
    """Methods that need no token."""
    roles: tuple[Role, ...] = ()
    """Who may enter; empty means every verified caller."""
    streams: bool = False
    """Whether a POST or a PATCH may send more than fits in memory."""

    def matches(self, path: str) -> bool:
        """Tell whether the path is this prefix, lies below it, or is an action on it (`:verb`)."""
        if not path.startswith(self.prefix):
            return False
        rest = path[len(self.prefix) :]
        if self.prefix.endswith("/"):
            return bool(rest)
        return not rest or rest[0] in "/:"


REPORTING = (Role.REPORTER, Role.LEADER)
FOLLOWING = (Role.PORTAL, Role.LEADER, Role.REPORTER, Role.OPERATOR)
"""Who may follow events; citizens and the post ask for their own dossiers and orders instead."""

# The longer prefix stands first: the first that matches decides.
ROUTES = (
    Route("/v1/dossiers", Service.INTAKE),
    Route("/v1/inbox", Service.INTAKE),
    Route("/v1/imports/procedures", Service.PROCEDURES, streams=True),
    Route("/v1/imports", Service.INTAKE, streams=True),
    Route("/v1/files", Service.INTAKE, streams=True),
    Route("/v1/uploads", Service.INTAKE, streams=True),
    Route("/v1/downloads", Service.INTAKE, public=READ),
    Route("/v1/people", Service.INTAKE),
    Route("/v1/destructions", Service.INTAKE),
    Route("/v1/national-sync", Service.INTAKE),
    Route("/v1/postal", Service.INTAKE),
    Route("/v1/receipts", Service.INTAKE),
    Route("/v1/home-availabilities", Service.INTAKE),
    Route("/v1/home-slots", Service.INTAKE),
    Route("/v1/home-bookings", Service.INTAKE),
    Route("/v1/transfers", Service.INTAKE),
    Route("/v1/drafts", Service.INTAKE),
    Route("/v1/duplicates", Service.INTAKE),
    Route("/v1/code-blocks", Service.INTAKE),
    Route("/v1/platform-confirmations", Service.INTAKE, public=frozenset({"POST"})),
    Route("/v1/tracking-books", Service.SLA),
    Route("/v1/tracking", Service.INTAKE, public=frozenset({"POST"})),
    Route("/v1/procedures", Service.PROCEDURES, public=READ),
    Route("/v1/agencies", Service.PROCEDURES, public=READ),
    Route("/v1/processes", Service.PROCEDURES, public=READ),
    Route("/v1/linked-groups", Service.PROCEDURES, public=READ),
    Route("/v1/calendars", Service.PROCEDURES, public=READ),
    Route("/v1/fields", Service.PROCEDURES, public=READ),
    Route("/v1/competences", Service.PROCEDURES, public=READ),
    Route("/v1/targets/results", Service.SLA, roles=REPORTING),
    Route("/v1/targets", Service.PROCEDURES, public=READ),
    Route("/v1/statistics", Service.PROCEDURES, public=READ),
    Route("/v1/clocks", Service.SLA),
    Route("/v1/calendar-previews", Service.SLA),
    Route("/v1/recalculations", Service.SLA),
    Route("/v1/deadlines:simulate", Service.SLA, public=frozenset({"POST"})),
    Route("/v1/deadlines", Service.SLA),
    Route("/v1/reports/petitions", Service.SURVEY, roles=REPORTING),
    Route("/v1/reports", Service.SLA, roles=REPORTING),
    Route("/v1/indices", Service.SLA),
    Route("/v1/alarms", Service.SLA),
    Route("/v1/alarm-ladders", Service.SLA),
    Route("/v1/apologies", Service.SLA),
    Route("/v1/incidents", Service.SLA),
    Route("/v1/lateness-causes", Service.SLA),
    Route("/v1/estimates", Service.SLA, public=READ),
    Route("/v1/limit-cuts", Service.SLA, roles=REPORTING),
    Route("/v1/signals", Service.SLA, roles=REPORTING),
    Route("/v1/surveys/invitations/", Service.SURVEY, public=READ | {"POST"}),
    Route("/v1/surveys/scores", Service.SURVEY, roles=REPORTING),
    Route("/v1/surveys", Service.SURVEY),
    Route("/v1/instruments", Service.SURVEY),
    Route("/v1/kiosks/", Service.SURVEY, public=frozenset({"POST"})),
    Route("/v1/kiosks", Service.SURVEY),
    Route("/v1/petitions/published", Service.SURVEY, public=READ),
    Route("/v1/petitions:track", Service.SURVEY, public=frozenset({"POST"})),
    Route("/v1/petitions:supply", Service.SURVEY, public=frozenset({"POST"})),
    Route("/v1/petitions:rate", Service.SURVEY, public=frozenset({"POST"})),
    Route("/v1/petitions:record", Service.SURVEY),
    Route("/v1/petitions/", Service.SURVEY),
    Route("/v1/petitions", Service.SURVEY, public=frozenset({"POST"})),
    Route("/v1/polls/", Service.SURVEY, public=READ | {"POST"}),
    Route("/v1/polls", Service.SURVEY, public=READ),
    Route("/v1/visitors", Service.SURVEY, public=frozenset({"POST"})),
    Route("/v1/visits", Service.SURVEY, public=READ | {"POST"}),
    Route("/v1/sites", Service.SURVEY),
    Route("/v1/samples", Service.SURVEY, roles=REPORTING),
    Route("/v1/events", None, roles=FOLLOWING),
    Route("/v1/webhooks", None, roles=FOLLOWING),
)


def _by_noun() -> dict[str, tuple[Route, ...]]:
    nouns: dict[str, tuple[Route, ...]] = {}
    for route in ROUTES:
        noun = noun_of(route.prefix)
        nouns[noun] = (*nouns.get(noun, ()), route)
    return nouns


def noun_of(path: str) -> str:
    """The noun that a path under the version speaks of: `dossiers` of `/v1/dossiers:batch`."""
    return path[len(VERSION) :].partition("/")[0].partition(":")[0]


_ROUTES_BY_NOUN = _by_noun()


def find(path: str) -> Route | None:
    """Find the route of a path, None when it belongs to no service."""
    if not path.startswith(VERSION):
        return None
    for route in _ROUTES_BY_NOUN.get(noun_of(path), ()):
        if route.matches(path):
            return route
    return None
