"""A dossier as it is taken in, and what tells of it: the fact, the answer, its headers."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.intake import dossiers
from services.intake.lifecycle import Status, allowed_actions
from services.intake.schemas.views import DossierView
from services.intake.views import action_views, status_view
from shared import outbox
from shared.events import Channel, DossierFiled, WayOfReturn, seal

FIRST_SEQUENCE = 1
FIRST_STATUS = status_view(Status.FILED)
FIRST_ACTIONS = action_views(allowed_actions(Status.FILED))
NOT_YET: dict[str, Any] = dict.fromkeys(
    (
        *("accepted_at", "counts_from", "limit", "limit_row", "calendar", "calendar_version"),
        *("due_at", "resolved_at", "outcome", "returned_at", "ended_at", "waiting"),
        *("holding_unit", "holding_officer"),
    )
) | {"same_day": False, "no_slip": False, "supplement_requests": 0, "supplement_flagged": False}
"""The members of a dossier's view that only its later life fills."""


class Taken(NamedTuple):
    """The row of a dossier that is taken in, in the statement's order; a model would cost more."""

    id: UUID
    procedure: str
    version: int
    field: str
    case: str
    channel: Channel
    way_of_return: WayOfReturn
    receiving_agency: str
    competent_agency: str
    support_agency: str | None
    filed_at: datetime
    national_code: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that bears the code, with a token where the statement is to put it."""

    token: str
    answer: str
    headers: str
    fact_id: str
    subject: str
    fact: str


def write_letter(taken: Taken) -> Letter:
    """Write the fact, the answer and its headers of a dossier that has no code yet."""
    # The code is known only inside the statement, which puts it where this token stands. Nobody
    # can guess the token, so that no text of an applicant's ever contains it.
    token = uuid.uuid4().hex
    fact = DossierFiled(
        code=token,
        procedure=taken.procedure,
        procedure_version=taken.version,
        field=taken.field,
        case=taken.case,
        channel=taken.channel,
        way_of_return=taken.way_of_return,
        support_agency=taken.support_agency,
        receiving_agency=taken.receiving_agency,
        competent_agency=taken.competent_agency,
        filed_at=taken.filed_at,
    )
    envelope = seal(
        fact,
        source=dossiers.SOURCE,
        aggregate_id=str(taken.id),
        sequence=FIRST_SEQUENCE,
        agency=taken.competent_agency,
        procedure=taken.procedure,
    )
    fact_id, subject, body = outbox.row(envelope)
    headers = {"Location": f"/v1/dossiers/{token}", "ETag": dossiers.etag(FIRST_SEQUENCE)}
    answer = _view(taken, token).model_dump_json()
    return Letter(token, answer, orjson.dumps(headers).decode(), fact_id, subject, body.decode())


def _view(taken: Taken, code: str) -> DossierView:
    """Show what was just filed; nothing has happened to it yet, so nothing needs validation."""
    return DossierView.model_construct(
        id=taken.id,
        code=code,
        status=FIRST_STATUS,
        procedure=taken.procedure,
        version=taken.version,
        field=taken.field,
        case=taken.case,
        channel=taken.channel,
        way_of_return=taken.way_of_return,
        receiving_agency=taken.receiving_agency,
        competent_agency=taken.competent_agency,
        support_agency=taken.support_agency,
        filed_at=taken.filed_at,
        allowed_actions=FIRST_ACTIONS,
        sequence=FIRST_SEQUENCE,
        **NOT_YET,
    )
