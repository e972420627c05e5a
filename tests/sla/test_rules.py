"""Rules as data with effective dates, and the one that decides by which date reports judge."""

import json
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from services.sla import rules
from services.sla.recount import recount
from shared.events import ApologyIssued, ApologyKind
from tests.sla.factories import at, life, make_accepted, wrap
from tests.sla.facts import resolved
from tests.sla.stream import deliver

ADJUSTED_FROM = date(2026, 1, 1)


@pytest.fixture
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An agency's own file: promises judge what is received from 2026 on."""
    own = [
        {
            "parameter": "lateness_basis",
            "value": word,
            "effective_from": str(first),
            "source": "Quy chế thử",
        }
        for word, first in (("adjusted", ADJUSTED_FROM), ("original", date(2018, 6, 21)))
    ]
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(own))
    monkeypatch.setenv("SLA_RULES_FILE", str(file))
    _forget()
    yield
    _forget()


def _forget() -> None:
    rules.rules.cache_clear()
    rules.value.cache_clear()


def test_every_rule_of_the_project_names_its_source() -> None:
    told = rules.read(rules.OWN)

    assert {"lateness_basis", "extensions_max", "recalculation_later_only"} <= told.keys()
    assert all(rule.source and rule.note for known in told.values() for rule in known)
    with pytest.raises(rules.UnknownRule):
        rules.value("no_such_rule", ADJUSTED_FROM)


@pytest.mark.usefixtures("own_rules")
def test_a_file_of_ones_own_replaces_a_parameter_and_leaves_the_others() -> None:
    words = [
        rules.value("lateness_basis", day)
        for day in (date(2010, 1, 1), date(2025, 12, 31), ADJUSTED_FROM)
    ]

    assert words == ["original", "original", "adjusted"]
    assert rules.value("extensions_max", ADJUSTED_FROM) == 1


@pytest.mark.usefixtures("own_rules")
async def test_the_day_of_receipt_decides_whether_the_promise_judges(
    connection: asyncpg.Connection,
) -> None:
    for received, ended in (("2025-12-29 08:00", "2026-01-14 08:00"), ("2026-03-02 08:00", None)):
        dossier = str(uuid.uuid4())
        await deliver(connection, life([make_accepted(at(received))], dossier))
        promised = at("2026-01-15 08:00" if ended else "2026-03-25 08:00")
        letter = ApologyIssued(
            dossier=dossier,
            kind=ApologyKind.OVERDUE,
            number=1,
            cause="qua_tai",
            promised=promised,
            issued_at=at("2026-01-09 08:00" if ended else "2026-03-13 08:00"),
        )
        await deliver(connection, [wrap(letter, f"thu-{dossier}")])
        assert await recount(connection) == []
        done = resolved(ended or "2026-03-20 08:00")
        await deliver(connection, [wrap(done, dossier, 2)])

    rows = await connection.fetch("select adjusted, verdict from clock order by accepted_at")
    assert [tuple(row) for row in rows] == [(False, "late"), (True, "early")]
    assert await recount(connection) == []
