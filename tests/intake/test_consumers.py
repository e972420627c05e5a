from datetime import date, datetime

from services.intake.consumers import HANDLERS, REBUILD
from services.intake.models import METADATA
from shared import migrations
from shared.database import Database
from shared.events import ClockDueDateChanged, ProcedureWithdrawn, seal
from tests.conftest import FreshDatabase
from tests.intake.conftest import Office
from tests.intake.factories import COMMUNE, PLAIN, a_filing, a_procedure, an_agency, at, tell


def _moved(due_at: datetime | None) -> ClockDueDateChanged:
    return ClockDueDateChanged(
        ground="calendar",
        due_before=None,
        due_at=due_at,
        calendar="VN-HANH-CHINH",
        calendar_version=2,
        changed_at=at("2026-03-03 08:00"),
    )


async def _tell_clock(office: Office, dossier_id: str, *due_dates: datetime | None) -> None:
    envelopes = [
        seal(_moved(due_at), source="sla", aggregate_id=dossier_id, sequence=n, agency=COMMUNE)
        for n, due_at in enumerate(due_dates, 1)
    ]
    async with office.connection() as connection:
        await HANDLERS[ClockDueDateChanged](connection, envelopes)


async def test_the_tables_are_those_of_the_migrations(fresh_database: FreshDatabase) -> None:
    database = Database(await fresh_database("intake"), connections_max=1)
    async with database.engine.connect() as connection:
        found = await connection.run_sync(migrations.differences, METADATA)
    await database.close()

    assert list(found) == []


async def test_a_change_of_the_catalogue_is_seen_by_the_next_request(office: Office) -> None:
    await office.file()
    await tell(office.database_url, [an_agency(COMMUNE, valid_to=date(2026, 3, 1))])

    refused = await office.http.post("/v1/dossiers", json=a_filing())

    assert refused.json()["code"] == "agency_not_in_force"


async def test_a_withdrawn_version_is_filed_no_more_and_stays_readable(office: Office) -> None:
    dossier = await office.accepted()
    withdrawn = ProcedureWithdrawn(code=PLAIN, version=1, valid_to=date(2026, 3, 1))
    await tell(office.database_url, [withdrawn])

    refused = await office.http.post("/v1/dossiers", json=a_filing())
    asked = {"components": [{"id": "c01-01", "reason": "Thiếu."}]}
    pinned = await office.ask(dossier, "supplement-requests", asked)

    assert refused.json()["code"] == "procedure_unknown"
    assert pinned.status_code == 200


async def test_facts_told_again_change_nothing_but_the_revision(office: Office) -> None:
    await tell(office.database_url, [a_procedure(), a_procedure()])

    rows = await office.rows("select count(*) as n from procedure_copy where code = $1", PLAIN)

    assert rows[0]["n"] == 1


async def test_a_due_date_that_the_clock_moved_is_followed(office: Office) -> None:
    dossier = await office.accepted()

    await _tell_clock(office, dossier["id"], at("2026-03-17 08:00"), at("2026-03-18 08:00"))

    shown = (await office.get(f"/v1/dossiers/{dossier['id']}")).json()
    assert shown["due_at"] == "2026-03-18T08:00:00+07:00"
    assert (shown["calendar_version"], shown["sequence"]) == (2, 2)


async def test_an_equal_or_empty_due_date_changes_nothing(office: Office) -> None:
    dossier = await office.accepted()
    before = await office.rows("select xmin::text as version from dossier")

    await _tell_clock(office, dossier["id"], at("2026-03-16 08:00"))
    await _tell_clock(office, dossier["id"], None)

    assert await office.rows("select xmin::text as version from dossier") == before


async def test_a_rebuild_counts_the_clocks_facts_and_leaves_dossiers_alone(office: Office) -> None:
    dossier = await office.accepted()
    told = [
        seal(
            _moved(at("2026-03-18 08:00")),
            source="sla",
            aggregate_id=dossier["id"],
            sequence=1,
            agency=COMMUNE,
        )
    ]

    async with office.connection() as connection:
        await REBUILD[ClockDueDateChanged](connection, told)

    shown = (await office.get(f"/v1/dossiers/{dossier['id']}")).json()
    assert set(REBUILD) == set(HANDLERS)
    assert shown["due_at"] == dossier["due_at"]
