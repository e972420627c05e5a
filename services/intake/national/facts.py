"""Everything of one dossier that its messages are made of, read as of one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.copies import Copies
from services.intake.models import (
    Attachment,
    Dossier,
    Paper,
    Party,
    PartyRole,
    Payment,
    PaymentDemand,
    Step,
    SupplementItem,
    SupplementRequest,
    Transition,
)
from services.intake.views import sealed_for
from shared.database import Database, driver_of
from shared.events import ProcedurePublished
from shared.personal_data import Vault, kept_name
from shared.working_time import business_date


@dataclass(frozen=True, slots=True)
class Facts:
    """A dossier with its life; the owner's data in clear, so this is never stored nor logged."""

    dossier: Dossier
    procedure: ProcedurePublished
    agency: str
    owner: Party
    contact: Mapping[str, str]
    people: Mapping[str, str]
    """Names of the parties by the actor of a log line, for lines that a party wrote."""
    lines: Sequence[Transition]
    steps: Sequence[Step]
    papers: Sequence[Paper]
    requests: Sequence[SupplementRequest]
    items: Sequence[SupplementItem]
    demands: Sequence[PaymentDemand]
    payments: Sequence[Payment]
    attachments: Sequence[Attachment]

    @property
    def personal(self) -> frozenset[str]:
        """What must not be kept of an answer that repeats it."""
        return frozenset({self.owner.name, *self.people.values(), *self.contact.values()})


class DossierGone(LookupError):
    """The queue names a dossier that is not there."""


async def read(database: Database, vault: Vault, copies: Copies, dossier_id: UUID) -> Facts:
    """Read a dossier in one snapshot; raises DossierGone, and Unavailable on an unknown version."""
    async with database.sessions() as session:
        connection = await session.connection(
            execution_options={"isolation_level": "REPEATABLE READ"}
        )
        dossier = await session.get(Dossier, dossier_id)
        if dossier is None:
            raise DossierGone(str(dossier_id))
        driver = await driver_of(connection)
        catalogue = await copies.current(driver)
        procedure = await catalogue.pinned(driver, dossier.procedure, dossier.procedure_version)
        agency = catalogue.agency(dossier.competent_agency, business_date(dossier.filed_at))
        return await _with_life(
            session,
            vault,
            dossier,
            procedure,
            agency.told.name if agency else dossier.competent_agency,
        )


async def _with_life(
    session: AsyncSession,
    vault: Vault,
    dossier: Dossier,
    procedure: ProcedurePublished,
    agency: str,
) -> Facts:
    key = dossier.id
    parties = (await session.scalars(select(Party).where(Party.dossier_id == key))).all()
    owner = next(party for party in parties if party.role == PartyRole.OWNER)
    lines = await session.scalars(
        select(Transition)
        .where(Transition.dossier_id == key)
        .order_by(Transition.number, Transition.entry)
    )
    steps = select(Step).where(Step.dossier_id == key).order_by(Step.number)
    papers = select(Paper).where(Paper.dossier_id == key)
    requests = select(SupplementRequest).where(SupplementRequest.dossier_id == key)
    items = select(SupplementItem).where(SupplementItem.dossier_id == key)
    demands = select(PaymentDemand).where(PaymentDemand.dossier_id == key)
    payments = select(Payment).where(Payment.dossier_id == key)
    attached = select(Attachment).where(
        Attachment.dossier_id == key, Attachment.withdrawn_at.is_(None)
    )
    log = lines.all()
    return Facts(
        dossier=dossier,
        procedure=procedure,
        agency=agency,
        owner=owner,
        contact=_contact(vault, owner),
        people=_people(parties),
        lines=log,
        steps=(await session.scalars(steps)).all(),
        papers=(await session.scalars(papers.order_by(Paper.supplement, Paper.component))).all(),
        requests=(await session.scalars(requests.order_by(SupplementRequest.number))).all(),
        items=(await session.scalars(items.order_by(SupplementItem.component))).all(),
        demands=(await session.scalars(demands.order_by(PaymentDemand.number))).all(),
        payments=(await session.scalars(payments.order_by(Payment.demand, Payment.number))).all(),
        attachments=(await session.scalars(attached.order_by(Attachment.attached_at))).all(),
    )


def _contact(vault: Vault, owner: Party) -> dict[str, str]:
    return vault.open(
        owner.sealed, key_id=owner.key_id, of=sealed_for(owner.dossier_id, owner.role)
    )


def _people(parties: Sequence[Party]) -> dict[str, str]:
    """Names of the parties by how the log calls who acted for themselves."""
    return {kept_name(party.identity_hash): party.name for party in parties if party.identity_hash}
