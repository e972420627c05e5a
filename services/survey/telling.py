"""Tells of slips that count; neither the moment nor the request goes with it, only the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.survey.instruments import filling
from services.survey.models import Answer
from services.survey.schemas.instruments import Instrument
from shared import outbox
from shared.columns import columns
from shared.events import Envelope, Event, SurveyAnswered, seal
from shared.working_time import VIETNAM_TIME

_TELL: Final = text("""
    insert into outbox (id, subject, body)
    select * from unnest(cast(:ids as uuid[]), cast(:subjects as text[]), cast(:bodies as bytea[]))
""")


async def tell(
    session: AsyncSession, slips: Sequence[tuple[Answer, Instrument]], day: date
) -> None:
    """Record one fact of each slip, in the transaction that counts it."""
    rows = []
    for answer, instrument in slips:
        answer.sequence = 1
        rows.append(outbox.row(_sealed(answer, instrument, day)))
    if not rows:
        return
    await session.flush()
    told = dict(zip(("ids", "subjects", "bodies"), columns(rows), strict=True))
    await session.execute(_TELL, told)


def _sealed(answer: Answer, instrument: Instrument, day: date) -> Envelope[Event]:
    midnight = datetime.combine(day, time(), VIETNAM_TIME)
    fact = SurveyAnswered(
        instrument=answer.instrument,
        instrument_version=answer.instrument_version,
        procedure=answer.procedure,
        scores=filling.points(instrument, answer.choices),
        answered_at=midnight,
        indices=filling.indices(instrument, answer.choices),
        field=answer.field or None,
        channel=answer.channel or None,
        late=answer.late,
    )
    envelope = seal(
        fact,
        source="survey",
        aggregate_id=answer.aggregate_id,
        sequence=answer.sequence,
        agency=answer.event_agency,
    )
    # An id made in order, the moment, and a trace that began at a portal all lead to a person.
    return replace(
        envelope, id=str(uuid4()), recorded_at=midnight, traceparent=None, request_id=None
    )
