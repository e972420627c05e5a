"""Makes the invitations that a dossier's steps are occasions for, once each, and tells of them."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg

from services.survey import tokens
from services.survey.following import Dossier, Met
from services.survey.instruments import packaged
from services.survey.occasions import rules
from services.survey.occasions.rules import Rule
from shared import outbox
from shared.columns import columns
from shared.events import Envelope, Event, SurveyInvited, seal
from shared.settings import KernelSettings
from shared.working_time import business_date

RULES = """
    select agency, trigger, channel, instrument, answer_within_days, valid_from, valid_to
    from public.occasion where trigger = any($1::text[])
"""
INSTRUMENTS = """
    select distinct on (code) code, version, (document->>'answer_within_days')::int as days
    from public.instrument where published_at is not null and code = any($1::text[])
    order by code, version desc
"""
# An invitation is a deed, not knowledge: a rebuild fills its own copies, finds the invitation made,
# and where it was not, makes it where everybody sees it. Hence the schema's name.
INVITE = """
    insert into public.invitation
        (id, sequence, dossier, dossier_code, agency, receiving_agency, procedure,
         procedure_version, field, channel, late, instrument, instrument_version, token_hash,
         invited_at, expires_at)
    select i.id, 1, i.dossier, i.code, i.agency, i.receiving_agency, i.procedure,
           i.procedure_version, i.field, i.channel, i.late, i.instrument, i.instrument_version,
           i.token_hash, i.invited_at, i.expires_at
    from unnest($1::uuid[], $2::bytea[], $3::text[], $4::int[], $5::timestamptz[],
                $6::timestamptz[],
                $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::int[],
                $13::text[], $14::text[], $15::bool[])
        as i(id, token_hash, instrument, instrument_version, invited_at, expires_at,
             dossier, code, agency, receiving_agency, procedure, procedure_version, field, channel,
             late)
    on conflict do nothing
    returning id
"""
# Who was asked with the receipt judges at the end: by then it may be another agency's, and late.
RENEW = """
    update public.invitation as known
    set agency = i.agency, late = known.late or i.late,
        expires_at = greatest(known.expires_at, i.expires_at)
    from unnest($1::uuid[], $2::text[], $3::bool[], $4::timestamptz[])
        as i(id, agency, late, expires_at)
    where known.id = i.id and (known.agency, known.late, known.expires_at)
        is distinct from (i.agency, known.late or i.late, greatest(known.expires_at, i.expires_at))
"""
TELL = """
    insert into public.outbox (id, subject, body)
    select * from unnest($1::uuid[], $2::text[], $3::bytea[])
"""


class Wanted(NamedTuple):
    """An invitation that should be there."""

    id: UUID
    dossier: Dossier
    instrument: str
    instrument_version: int
    invited_at: datetime
    expires_at: datetime
    cause: Envelope[Event]


class Asking(NamedTuple):
    """The newest version of an instrument, and how long there is to answer."""

    version: int
    days: int


async def invite(connection: asyncpg.Connection, met: Sequence[Met]) -> None:
    """Invite the people of dossiers, each to an instrument once; later steps prolong it."""
    # In one order everywhere, so that a rebuild and the live worker never wait for each other.
    wanted = sorted(await _wanted(connection, met), key=attrgetter("id"))
    if not wanted:
        return
    key = tokens.secret_of(KernelSettings())
    first = {one.id: one for one in reversed(wanted)}
    rows = [
        (
            one.id,
            tokens.fingerprint(tokens.token(key, one.id)),
            *one[2:-1],
            *astuple(one.dossier),
        )
        for one in reversed(first.values())
    ]
    made = await connection.fetch(INVITE, *columns(rows))
    new = {row["id"] for row in made}
    again = [
        (one.id, one.dossier.agency, one.dossier.late, one.expires_at)
        for one in {one.id: one for one in wanted}.values()
        if one.id not in new or one is not first[one.id]
    ]
    if again:
        await connection.execute(RENEW, *columns(again))
    told = [_told(one) for one in first.values() if one.id in new]
    if told:
        await connection.execute(TELL, *columns(told))


async def _wanted(connection: asyncpg.Connection, met: Sequence[Met]) -> list[Wanted]:
    """Every invitation that the rules in force on the day of each step ask for."""
    triggers = sorted({one.trigger for one in met})
    known = [*rules.everywhere(), *(Rule(*row) for row in await connection.fetch(RULES, triggers))]
    decided = [
        (one, rule.instrument, rule.answer_within_days)
        for one in met
        for rule in rules.deciding(
            known, one.trigger, one.dossier.agency, one.dossier.channel, business_date(one.at)
        )
        if rule.instrument is not None
    ]
    asking = await _asking(connection, {instrument for _, instrument, _ in decided})
    return [
        Wanted(
            invitation_id(step.dossier.id, instrument),
            step.dossier,
            instrument,
            asking[instrument].version,
            step.at,
            step.at + timedelta(days=days or asking[instrument].days),
            step.cause,
        )
        for step, instrument, days in decided
    ]


async def _asking(connection: asyncpg.Connection, codes: set[str]) -> Mapping[str, Asking]:
    """The newest published versions; those that come with the software are not in the database."""
    newest = {one.code: one for one in packaged.published()}
    found = {
        code: Asking(newest[code].version, newest[code].answer_within_days)
        for code in codes & newest.keys()
    }
    if own := sorted(codes - newest.keys()):
        rows = await connection.fetch(INSTRUMENTS, own)
        found |= {row["code"]: Asking(row["version"], row["days"]) for row in rows}
    return found


def _told(invitation: Wanted) -> tuple[str, str, bytes]:
    invited = SurveyInvited(
        dossier=str(invitation.dossier.id),
        instrument=invitation.instrument,
        instrument_version=invitation.instrument_version,
        invited_at=invitation.invited_at,
    )
    return outbox.row(
        seal(
            invited,
            source="survey",
            aggregate_id=str(invitation.id),
            sequence=1,
            agency=invitation.dossier.agency,
            procedure=invitation.dossier.procedure,
            cause=invitation.cause,
        )
    )


def invitation_id(dossier: UUID, instrument: str) -> UUID:
    """The id of a dossier's invitation to an instrument: the same, whoever makes it."""
    return uuid5(NAMESPACE_URL, f"urn:motcua:invitation:{dossier}:{instrument}")
