"""What will leave the API: since when it is deprecated, and until when it still answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from functools import cached_property
from typing import Any, Final

from gateway import routes
from shared.working_time import VIETNAM_TIME

Headers = list[tuple[bytes, bytes]]
Document = dict[str, Any]

NOTICE_DAYS_MIN: Final = 184
"""Six months: nobody is asked to change over faster."""

TOLD: Final[Document] = {
    "Deprecation": {
        "description": "Từ lúc nào không nên dùng nữa / deprecated since (RFC 9745).",
        "schema": {"type": "string"},
    },
    "Sunset": {
        "description": "Đến lúc nào còn phục vụ / answers until then (RFC 8594).",
        "schema": {"type": "string"},
    },
}


@dataclass(frozen=True)
class Deprecation:
    """One operation that will leave; both days begin at midnight in Vietnam."""

    method: str
    path: str
    """As in the document: `/v1/dossiers/{dossier}`."""
    since: date
    sunset: date
    see: str
    """Where its users read what to do instead: a page of the change log or of `/redoc`."""

    def __post_init__(self) -> None:
        if (self.sunset - self.since).days < NOTICE_DAYS_MIN:
            raise ValueError(f"{self.method} {self.path}: less than six months until {self.sunset}")

    @cached_property
    def headers(self) -> Headers:
        """What its answers bear: Deprecation (RFC 9745), Sunset (RFC 8594) and the link."""
        since, sunset = _midnight(self.since), _midnight(self.sunset)
        return [
            (b"deprecation", f"@{int(since.timestamp())}".encode()),
            (b"sunset", format_datetime(sunset, usegmt=True).encode()),
            (b"link", f'<{self.see}>; rel="deprecation"; type="text/html"'.encode()),
        ]

    @cached_property
    def _addresses(self) -> re.Pattern[str]:
        parts = re.split(r"(\{[^}]+\})", self.path)
        return re.compile("".join("[^/:]+" if p[:1] == "{" else re.escape(p) for p in parts))

    def answers(self, method: str, path: str) -> bool:
        """Tell whether a request is one of this operation."""
        return method == self.method and self._addresses.fullmatch(path) is not None


DEPRECATED: tuple[Deprecation, ...] = ()
"""The operations that will leave, every one of them; now there is none."""


class Deprecations:
    """The table as the door and the document use it."""

    def __init__(self, rows: Sequence[Deprecation]) -> None:
        self._rows = rows
        self._nouns = frozenset(routes.noun_of(row.path) for row in rows)

    def headers(self, method: str, path: str) -> Headers:
        """What an answer to the request bears; nothing for nearly all."""
        if not self._nouns or routes.noun_of(path) not in self._nouns:
            return []
        return next((row.headers for row in self._rows if row.answers(method, path)), [])

    def describe(self, document: Document) -> None:
        """Mark the operations in the merged document; a service that is away is left out."""
        for row in self._rows:
            operation = document["paths"].get(row.path, {}).get(row.method.lower())
            if operation is not None:
                components = document["components"]
                components["headers"] = components.get("headers", {}) | TOLD
                _mark(operation, row)

    def unfounded(self, document: Document) -> list[str]:
        """What is wrong with the table: rows for no operation, rows that hit another's address."""
        wrong = []
        for row in self._rows:
            item = document["paths"].get(row.path, {})
            if row.method.lower() not in item:
                wrong.append(f"{row.method} {row.path} is no operation")
            wrong += [
                f"{row.method} {row.path} hits {path}"
                for path, other in document["paths"].items()
                if path != row.path
                and row.method.lower() in other
                and row.answers(row.method, path.replace("{", "").replace("}", ""))
            ]
        return wrong


def _mark(operation: Document, row: Deprecation) -> None:
    operation["deprecated"] = True
    said = (
        f"**Không nên dùng từ {row.since:%d/%m/%Y}, còn phục vụ đến {row.sunset:%d/%m/%Y}** / "
        f"deprecated since {row.since}, answers until {row.sunset}: {row.see}"
    )
    operation["description"] = f"{said}\n\n{operation.get('description', '')}".rstrip()
    for response in operation["responses"].values():
        headers = response.setdefault("headers", {})
        headers |= {name: {"$ref": f"#/components/headers/{name}"} for name in TOLD}


def _midnight(day: date) -> datetime:
    """The moment at which a day begins in Vietnam, in UTC, as HTTP writes it."""
    return datetime.combine(day, time(), VIETNAM_TIME).astimezone(UTC)
