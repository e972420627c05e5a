"""Dossiers as lists show them, straight from rows: a page is too long to go by models.

What comes out is what `ListedDossier` would write; a test compares the two.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from services.intake.lifecycle import Status, allowed_actions
from services.intake.models import Pause
from services.intake.views import action_views, status_view
from shared.working_time import VIETNAM_TIME

LISTED: Final = """
select d.id::text as id, d.code, d.status, d.procedure, d.procedure_version as version, d.field,
       d.case_id as "case", d.channel, d.way_of_return, d.receiving_agency, d.competent_agency,
       d.support_agency, d.filed_at, d.accepted_at, d.counts_from,
       d.limit_value::text as limit_value, d.limit_unit,
       d.limit_row, d.same_day, d.calendar, d.calendar_version,
       case when d.paused_at is null then d.due_at end as due_at, d.resolved_at, d.outcome,
       d.returned_at, d.ended_at, d.paused_for, d.paused_at, d.supplement_requests,
       d.supplement_flagged, d.no_slip, d.holding_unit, d.holding_officer, d.in_transit,
       d.sequence, p.name as applicant_name
from unnest($1::uuid[]) with ordinality as asked(id, place)
join dossier d on d.id = asked.id
join party p on p.dossier_id = asked.id and p.role = 'owner'
order by asked.place
"""
MOMENTS: Final = (
    *("filed_at", "accepted_at", "counts_from", "due_at"),
    *("resolved_at", "returned_at", "ended_at"),
)


async def listed(connection: asyncpg.Connection, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Dossiers with their owners' names, ready to be written, in the order of their ids."""
    return [_shown(row) for row in await connection.fetch(LISTED, ids)]


def page(items: Sequence[Mapping[str, Any]], following: str | None) -> bytes:
    """Write a page as `Page` would."""
    return orjson.dumps({"items": items, "next": following})


def local(shown: dict[str, Any], moments: Sequence[str]) -> None:
    """Turn moments to Vietnam's time, in which they are written."""
    for name in moments:
        if shown[name] is not None:
            shown[name] = shown[name].astimezone(VIETNAM_TIME)


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    shown = dict(row)
    since, reason = shown.pop("paused_at"), shown.pop("paused_for")
    in_transit = shown.pop("in_transit")
    value, unit = shown.pop("limit_value"), shown.pop("limit_unit")
    shown["limit"] = None if value is None else {"value": value, "unit": unit}
    shown["waiting"] = None
    if reason is not None and since is not None:
        shown["waiting"] = {"reason": reason, "since": since.astimezone(VIETNAM_TIME)}
    accepted = shown["accepted_at"] is not None
    shown["allowed_actions"] = _actions(
        shown["status"], accepted, reason == Pause.SUSPENSION, in_transit
    )
    shown["status"] = _status(shown["status"])
    local(shown, MOMENTS)
    return shown


@cache
def _status(code: int) -> dict[str, Any]:
    return status_view(Status(code)).model_dump()


@cache
def _actions(code: int, accepted: bool, suspended: bool, in_transit: bool) -> list[dict[str, Any]]:
    may = allowed_actions(
        Status(code), accepted=accepted, suspended=suspended, in_transit=in_transit
    )
    return [action.model_dump() for action in action_views(may)]
