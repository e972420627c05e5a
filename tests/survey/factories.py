"""Facts of dossiers as the survey hears them, and slips as people fill them in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson

from services.survey.consumers import copy_agencies, copy_procedures, follow_dossiers
from shared.events import (
    AgencyChanged,
    AgencyLevel,
    Channel,
    DossierAccepted,
    DossierFiled,
    DossierImported,
    DossierReturned,
    Envelope,
    Event,
    ProcedurePublished,
    WayOfReturn,
    seal,
)

E = TypeVar("E", bound=Event)
CODE = "H20.40.01-260302-0001"
FILED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RETURNED = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
SLIP = {
    "time": "early",
    "each_agency": "early",
    "contacts": "never",
    "agencies": "none",
    "publication": "board_and_online",
    "attitude": "good",
    "convenience": "very_satisfied",
    "overall": "very_satisfied",
}


def make_filed(**changed: Any) -> DossierFiled:
    return DossierFiled.model_validate(
        {
            "code": CODE,
            "procedure": "1.001193",
            "procedure_version": 1,
            "field": "Hộ tịch",
            "case": "c01",
            "channel": Channel.COUNTER,
            "way_of_return": WayOfReturn.COUNTER,
            "receiving_agency": "H20.40.01",
            "competent_agency": "H20.40.01",
            "filed_at": FILED,
        }
        | changed
    )


def make_accepted(**changed: Any) -> DossierAccepted:
    return DossierAccepted.model_validate(
        make_filed().model_dump()
        | {
            "agency_level": AgencyLevel.COMMUNE,
            "accepted_at": FILED,
            "counts_from": FILED,
            "limit": None,
            "same_day": False,
            "calendar": "VN-HANH-CHINH",
            "calendar_version": 1,
            "due_at": None,
        }
        | changed
    )


def make_returned(at: datetime = RETURNED) -> DossierReturned:
    return DossierReturned(way_of_return=WayOfReturn.COUNTER, returned_at=at)


def make_imported(*facts: Event) -> DossierImported:
    told = [fact.model_dump(mode="json") | {"type": fact.type} for fact in facts]
    return DossierImported(batch="b1", facts=tuple(told))


def life(*facts: Event, dossier: UUID | None = None) -> list[Envelope[Event]]:
    """A dossier's facts in their envelopes, numbered from one."""
    identity = str(dossier or uuid4())
    return [
        seal(fact, source="intake", aggregate_id=identity, sequence=number, agency="H20.40.01")
        for number, fact in enumerate(facts, 1)
    ]


async def hear(
    database_url: str, envelopes: Sequence[Envelope[Event]], *, search_path: str = "public"
) -> None:
    """Apply facts of dossiers in one batch, as the worker does."""
    connection = await asyncpg.connect(database_url, server_settings={"search_path": search_path})
    try:
        async with connection.transaction():
            await follow_dossiers(connection, envelopes)
    finally:
        await connection.close()


async def invite(database_url: str, **changed: Any) -> UUID:
    """Let a dossier be filed, accepted and returned; its id."""
    dossier = uuid4()
    at = changed.pop("returned_at", RETURNED)
    facts = (make_filed(**changed), make_accepted(**changed), make_returned(at))
    await hear(database_url, life(*facts, dossier=dossier))
    return dossier


async def hand_out(http: httpx.AsyncClient, dossier: object) -> str:
    """Be the officer who gets the slip's link for a returned dossier."""
    listed = await http.get("/v1/surveys/invitations", params={"dossier": str(dossier)})
    [invitation] = listed.json()["items"]
    handed = await http.post(f"/v1/surveys/invitations/{invitation['id']}/handing")
    assert handed.status_code == 201, handed.text
    link: str = handed.json()["link"]
    return link


async def hear_names(database_url: str) -> None:
    """Tell the survey the names of a procedure and an agency."""
    procedure = ProcedurePublished(
        code="1.001193",
        version=1,
        name="Đăng ký khai sinh",
        field="Hộ tịch",
        levels=(AgencyLevel.COMMUNE,),
        valid_from=FILED.date(),
        valid_to=None,
        internal=False,
        same_day=True,
        cases=(),
        methods=(),
    )
    agency = AgencyChanged(
        code="H20.40.01",
        name="UBND xã Tân Bình",
        level=AgencyLevel.COMMUNE,
        kind="people_committee",
        parent="H20.40",
        calendar=None,
        valid_from=FILED.date(),
        valid_to=None,
    )
    connection = await asyncpg.connect(database_url)
    try:
        await copy_procedures(connection, [_published(procedure, procedure.code)])
        await copy_agencies(connection, [_published(agency, agency.code)])
    finally:
        await connection.close()


def _published(fact: E, code: str) -> Envelope[E]:
    return seal(fact, source="procedures", aggregate_id=code, sequence=1, agency="VN")


async def rows(database_url: str, query: str, *arguments: object) -> list[asyncpg.Record]:
    """Look into the service's own database."""
    connection = await asyncpg.connect(database_url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(query, *arguments)
        return found
    finally:
        await connection.close()


async def outbox_facts(database_url: str, fact: type[Event]) -> list[dict[str, Any]]:
    """The recorded envelopes of one type, oldest first."""
    found = await rows(database_url, "select body from outbox order by position")
    envelopes = [orjson.loads(row["body"]) for row in found]
    return [envelope for envelope in envelopes if envelope["type"] == fact.type]
