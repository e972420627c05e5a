"""Gathers what a form says from the rows of its dossier and the version it is pinned to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import Dossier, PartyRole
from services.intake.printed.units import agency_name, issuing_unit
from services.intake.schemas.actions import MissingPaper
from services.intake.schemas.printed import (
    FormContent,
    FormPaper,
    FormPerson,
    MissingItem,
    PaidBack,
)
from services.intake.views import sealed_for
from shared.events import ProcedurePublished, PublishedComponent
from shared.working_time import business_date

# Straight to the driver: an acceptance waits for them.
_PARTIES = "select role, kind, name, sealed, key_id from party where dossier_id = $1"
_PAPERS = """
    select component, originals, copies, originals_held from paper where dossier_id = $1
    order by supplement, component
"""
_PAID = """
    select p.amount, d.currency, p.receipt_number
    from payment p join payment_demand d on (d.dossier_id, d.number) = (p.dossier_id, p.demand)
    where p.dossier_id = $1 order by p.demand, p.number
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What every form of a dossier says, and the published components by id."""

    connection: asyncpg.Connection
    content: FormContent
    components: Mapping[str, PublishedComponent]

    async def papers(self, dossier: Dossier) -> list[FormPaper]:
        """Read what was handed in, by its published name; what is not published bears its id."""
        return [
            FormPaper(
                name=self.name_of(row["component"]),
                originals=row["originals"],
                copies=row["copies"],
                originals_held=row["originals_held"],
            )
            for row in await self.connection.fetch(_PAPERS, dossier.id)
        ]

    async def paid(self, dossier: Dossier) -> list[PaidBack]:
        """Read what was paid for a dossier."""
        if not dossier.payment_demands:
            return []
        return [PaidBack(**row) for row in await self.connection.fetch(_PAID, dossier.id)]

    def missing(self, asked: Iterable[MissingPaper]) -> list[MissingItem]:
        """Name what is asked for, with how many of it are due."""
        items = []
        for item in asked:
            published = self.components.get(item.id)
            items.append(
                MissingItem(
                    name=self.name_of(item.id),
                    originals=published.originals if published else 1,
                    copies=published.copies if published else 0,
                    reason=item.reason,
                )
            )
        return items

    def name_of(self, component: str) -> str:
        """Name one component."""
        published = self.components.get(component)
        return published.name if published else component


async def gather(session: AsyncSession, desk: Desk, dossier: Dossier) -> Facts:
    """Read the people and the catalogue's words as they are at this moment."""
    catalogue, connection = await desk.catalogue(session)
    # An imported life may be pinned to a version that was never published here.
    versions = await catalogue.versions(connection, dossier.procedure)
    procedure = next(
        (v.told for v in versions if v.told.version == dossier.procedure_version), None
    )
    parties = await connection.fetch(_PARTIES, dossier.id)
    people = {party["role"]: _person(desk, dossier, party) for party in parties}
    today = business_date(desk.now)
    content = FormContent(
        unit=issuing_unit(catalogue, dossier.receiving_agency, today),
        code=dossier.code,
        procedure=dossier.procedure,
        procedure_name=procedure.name if procedure else dossier.procedure,
        competent_agency=agency_name(catalogue, dossier.competent_agency, today),
        channel=dossier.channel,
        officer=desk.principal.subject,
        owner=people[PartyRole.OWNER],
        submitter=people.get(PartyRole.SUBMITTER),
        authoriser=people.get(PartyRole.AUTHORISER),
    )
    return Facts(connection, content, _components(procedure) if procedure else {})


def _person(desk: Desk, dossier: Dossier, party: asyncpg.Record) -> FormPerson:
    bound = sealed_for(dossier.id, party["role"])
    data = desk.vault.open(party["sealed"], key_id=party["key_id"], of=bound)
    return FormPerson(name=party["name"], kind=party["kind"], **data)


def _components(procedure: ProcedurePublished) -> dict[str, PublishedComponent]:
    return {part.id: part for case in procedure.cases for part in case.components}
