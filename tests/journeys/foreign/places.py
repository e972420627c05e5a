"""What of the first world belongs in each parameter, and which POSTs only ask."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.journeys.foreign.marks import WORD

Known = Mapping[str, str]

PLACES: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    ("/v1/agencies", {"code": "agency"}),
    ("/v1/apologies", {"code": "late dossier"}),
    (
        "/v1/calendars",
        {"code": "calendar", "number": "version", "from": "version", "to": "version"},
    ),
    ("/v1/downloads", {"file": "download"}),
    ("/v1/dossiers/{dossier}/children", {"dossier": "linked dossier"}),
    ("/v1/dossiers/{dossier}/reusable-papers", {"dossier": "open dossier"}),
    ("/v1/dossiers/{dossier}/transfers", {"dossier": "transferred dossier"}),
    ("/v1/dossiers", {"code": "dossier", "number": "version"}),
    ("/v1/fields", {"name": "field"}),
    ("/v1/imports/procedures", {"identity": "import"}),
    ("/v1/linked-groups", {"identity": "group"}),
    ("/v1/procedures/{code}/differences", {"from": "version", "to": "version"}),
    ("/v1/procedures/{code}/process", {"code": "procedure with a process"}),
    ("/v1/procedures", {"code": "procedure", "number": "version"}),
    ("/v1/processes", {"identity": "process"}),
    ("/v1/recalculations", {"order": "recalculation"}),
    ("/v1/surveys/instruments", {"code": "instrument"}),
    ("/v1/surveys/invitations", {"dossier": "returned dossier"}),
    ("/v1/targets", {"code": "target"}),
    ("/v1/targets/results", {"target": "target"}),
)
"""By the beginning of the path, the first that has it: a parameter's name in the world."""

QUESTIONS: Final = {"officer": "colleague", "q": "word", "words": "word", "days": "days"}
"""Parameters that are known by another name wherever they are asked."""

GUESSES: Final = {
    "token": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "signature": "0" * 64,
    "petition secret": "AAAAAAAAAAAAAAAA",
    "check": "000000",
}
"""Who has one of these may read by it; everybody else can only guess."""


def _tracking(known: Known) -> dict[str, Any]:
    return {"code": known["dossier"], "check": known["check"]}


def _petition(known: Known) -> dict[str, Any]:
    return {"code": known["petition code"], "secret": known["petition secret"]}


def _duplicates(known: Known) -> dict[str, Any]:
    return {"identity_number": known["owner"], "procedure": known["procedure"]}


def _simulation(known: Known) -> dict[str, Any]:
    return {
        "procedure": known["procedure"],
        "channel": "counter",
        "agency": known["agency"],
        "received_at": f"{known['to']}T08:00:00+07:00",
    }


READING: Final[Mapping[str, Callable[[Known], dict[str, Any]]]] = {
    "find_dossiers": lambda _: {"name": WORD},
    "check_duplicates": _duplicates,
    "find_papers": lambda known: {"identity_number": known["owner"]},
    "link_attachment": lambda _: {},
    "link_file": lambda _: {},
    "print_receipts": lambda known: {"codes": [known["dossier"]]},
    "print_tracking_book": lambda _: {},
    "simulate_deadline": _simulation,
    "track_dossier": _tracking,
    "track_petition": _petition,
}
"""POSTs that change nothing: their bodies hold what must stand in no address."""
