"""Issues a form in the transaction of its transition: what it says sealed, its number gapless."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.desk import Desk
from services.intake.models import Dossier
from services.intake.printed.facts import Facts, gather
from services.intake.schemas.actions import MissingPaper
from services.intake.schemas.printed import (
    FormContent,
    ReceiptPart,
    RefusalPart,
    StopPart,
    SupplementPart,
)
from services.intake.views import limit_of
from shared.events import FormKind
from shared.printing import form_set
from shared.working_time import business_date

SETS = 1
"""One set (bộ) is what the catalogue's counts speak of."""

# The row of the sequence stays locked until the commit, so this comes last in its transaction:
# a rolled back transition gives its number back, and two counters wait for each other no longer
# than a commit takes.
_ISSUE = """
with taken as (
    insert into form_sequence as s (agency, kind, year, last) values ($1, $2, $3, 1)
    on conflict (agency, kind, year) do update set last = s.last + 1
    returning last
)
insert into printed_form (agency, kind, year, number, dossier_id, ordinal, suffix, form_set,
    issued_at, issued_by, content, key_id)
select $1, $2, $3, last, $4, $5, $6, $7, $8, $9, $10, $11 from taken
"""


async def receipt(session: AsyncSession, desk: Desk, dossier: Dossier) -> None:
    """Issue the receipt with its promised date (form 01; D118/2025 17(3))."""
    if dossier.accepted_at is None or dossier.counts_from is None:
        raise ValueError("a receipt is issued for an accepted dossier")
    facts = await gather(session, desk, dossier)
    part = ReceiptPart(
        papers=await facts.papers(dossier),
        sets=SETS,
        limit=limit_of(dossier),
        same_day=dossier.same_day,
        received_at=dossier.accepted_at,
        counts_from=dossier.counts_from,
        due_at=dossier.due_at,
        way_of_return=dossier.way_of_return,
    )
    content = facts.content.model_copy(update={"receipt": part})
    await _issue(facts, desk, dossier, content, kind=FormKind.RECEIPT)


async def supplement(
    session: AsyncSession,
    desk: Desk,
    dossier: Dossier,
    asked: tuple[MissingPaper, ...],
    override_ground: str | None,
) -> None:
    """Issue the request for missing papers (form 02)."""
    facts = await gather(session, desk, dossier)
    part = SupplementPart(items=facts.missing(asked), override_ground=override_ground)
    content = facts.content.model_copy(update={"supplement": part})
    number = dossier.supplement_requests
    await _issue(facts, desk, dossier, content, kind=FormKind.SUPPLEMENT, ordinal=number)


async def refusal(session: AsyncSession, desk: Desk, dossier: Dossier, ground: str) -> None:
    """Issue the refusal to receive (form 03)."""
    facts = await gather(session, desk, dossier)
    content = facts.content.model_copy(update={"refusal": RefusalPart(ground=ground)})
    await _issue(facts, desk, dossier, content, kind=FormKind.REFUSAL)


async def stop(
    session: AsyncSession, desk: Desk, dossier: Dossier, *, ground: str, stage: str
) -> None:
    """Issue the notice that processing has ended (form 05; Circular 03/2025 Art 7)."""
    facts = await gather(session, desk, dossier)
    part = StopPart(
        ground=ground,
        stage=stage,
        filed_at=dossier.filed_at,
        papers=await facts.papers(dossier),
        paid=await facts.paid(dossier),
    )
    content = facts.content.model_copy(update={"stop": part})
    await _issue(facts, desk, dossier, content, kind=FormKind.STOP)


def sealed_form(dossier_id: object, kind: str, ordinal: int) -> str:
    """What a form's content is bound to, so that it cannot be moved to another row."""
    return f"{dossier_id}/form/{kind}/{ordinal}"


async def _issue(
    facts: Facts,
    desk: Desk,
    dossier: Dossier,
    content: FormContent,
    *,
    kind: FormKind,
    ordinal: int = 1,
) -> None:
    today = business_date(desk.now)
    in_force = form_set(today)
    sealed = desk.vault.encrypt(
        content.model_dump_json().encode(), of=sealed_form(dossier.id, kind, ordinal)
    )
    await facts.connection.execute(
        _ISSUE,
        dossier.receiving_agency,
        str(kind),
        today.year,
        dossier.id,
        ordinal,
        in_force.forms[kind].suffix or content.unit.letters,
        in_force.circular,
        desk.now,
        desk.principal.subject,
        sealed,
        desk.vault.current,
    )
