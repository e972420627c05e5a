"""Makes the invitations of returned dossiers, once each, and tells of them."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from operator import itemgetter
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg

from services.survey import instruments, tokens
from services.survey.following import Dossier
from shared import outbox
from shared.columns import columns
from shared.events import SurveyInvited, seal
from shared.settings import KernelSettings

# An invitation is a deed, not knowledge: a rebuild fills its own copies, finds the invitation made,
# and where it was not, makes it where everybody sees it. Hence the schema's name.
INVITE = """
    insert into public.invitation
        (id, sequence, dossier, dossier_code, agency, receiving_agency, procedure,
         procedure_version, field, channel, late, instrument, instrument_version, token_hash,
         invited_at, expires_at, used)
    select i.id, 1, i.dossier, i.code, i.agency, i.receiving_agency, i.procedure,
           i.procedure_version, i.field, i.channel, i.late, $1, $2, i.token_hash, i.invited_at,
           i.invited_at + $3::interval, false
    from unnest($4::uuid[], $5::bytea[], $6::timestamptz[],
                $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::int[],
                $13::text[], $14::text[], $15::bool[])
        as i(id, token_hash, invited_at,
             dossier, code, agency, receiving_agency, procedure, procedure_version, field, channel,
             late)
    on conflict do nothing
    returning id
"""
TELL = """
    insert into public.outbox (id, subject, body)
    select * from unnest($1::uuid[], $2::text[], $3::bytea[])
"""

Returned = tuple[Dossier, datetime]
"""A dossier, and when its result was handed over."""


async def invite(connection: asyncpg.Connection, returned: Sequence[Returned]) -> None:
    """Invite the people of dossiers that were not invited before."""
    instrument, key = instruments.current(), tokens.secret_of(KernelSettings())
    # In one order everywhere, so that a rebuild and the live worker never wait for each other.
    wanted = sorted(
        ((invitation_id(dossier.id, instrument.code), dossier, at) for dossier, at in returned),
        key=itemgetter(0),
    )
    rows = [
        (identity, tokens.fingerprint(tokens.token(key, identity)), at, *astuple(dossier))
        for identity, dossier, at in wanted
    ]
    days = timedelta(days=instrument.answer_within_days)
    made = await connection.fetch(INVITE, instrument.code, instrument.version, days, *columns(rows))
    new = {row["id"] for row in made}
    told = [_told(instrument, *invitation) for invitation in wanted if invitation[0] in new]
    if told:
        await connection.execute(TELL, *columns(told))


def _told(
    instrument: instruments.Instrument, identity: UUID, dossier: Dossier, returned_at: datetime
) -> tuple[str, str, bytes]:
    invited = SurveyInvited(
        dossier=str(dossier.id),
        instrument=instrument.code,
        instrument_version=instrument.version,
        invited_at=returned_at,
    )
    return outbox.row(
        seal(
            invited,
            source="survey",
            aggregate_id=str(identity),
            sequence=1,
            agency=dossier.agency,
        )
    )


def invitation_id(dossier: UUID, instrument: str) -> UUID:
    """The id of a dossier's invitation to an instrument: the same, whoever makes it."""
    return uuid5(NAMESPACE_URL, f"urn:motcua:invitation:{dossier}:{instrument}")
