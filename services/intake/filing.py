"""Filing a dossier: the busiest thing intake does, two round trips with hand-written SQL."""

from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uuid_utils.compat as uuid7s
from fastapi import Response

from services.intake import codes, form_data
from services.intake.code_blocks.lent import refuse_lent
from services.intake.copies import Catalogue
from services.intake.desk import Desk
from services.intake.filing_rules import (
    check_papers,
    check_procedure,
    check_reach,
    filed_at,
    places,
    wrong,
)
from services.intake.filing_statement import AND_FORM, WITH_GIVEN_CODE, WITH_NEXT_CODE
from services.intake.parties import people_of
from services.intake.promise import choose_case, offered_rows
from services.intake.schemas.filing import Filing
from services.intake.taken import Taken, write_letter
from shared.columns import columns
from shared.errors import Conflict, Problem
from shared.idempotency import Once, in_flight, replay
from shared.working_time import business_date

ASKED_BEFORE = """
    select coalesce(r.revision, 0) as revision, i.request_hash, i.status, i.body, i.headers
    from (select 1) as one
    left join copies_revision r on r.one
    left join idempotency i on i.client = $1 and i.key = $2
"""


async def file(desk: Desk, once: Once, given: Filing, *, lent_code: str | None = None) -> Response:
    """Take a dossier in, give it its code and keep the answer; all of it or nothing.

    A lent code is one of ours that an offline counter gave to the person before.
    """
    check_reach(desk.principal, desk.vault, given)
    async with desk.database.statements() as connection:
        asked = await connection.fetchrow(ASKED_BEFORE, once.client, once.key)
        revision, *kept = asked.values()
        if kept[0] is not None:
            return replay(once.request_hash, *kept)
        catalogue = await desk.resources.copies.at(connection, revision)
        taken = await _prepare(connection, catalogue, desk, given)
        if given.national_code is not None:
            await refuse_lent(connection, given.national_code)
        if lent_code is not None:
            # Kept like a code of the portal's, but told as one of ours.
            given = given.model_copy(update={"national_code": lent_code})
        return await _write(connection, desk, once, given, taken)


async def answered(desk: Desk, once: Once) -> Response | None:
    """Find the answer that was kept for this key, before anything else is looked at."""
    async with desk.database.statements() as connection:
        asked = await connection.fetchrow(ASKED_BEFORE, once.client, once.key)
    _, *kept = asked.values()
    return None if kept[0] is None else replay(once.request_hash, *kept)


async def _prepare(
    connection: asyncpg.Connection, catalogue: Catalogue, desk: Desk, given: Filing
) -> Taken:
    """Make the row of a filing that the catalogue allows; raises Unprocessable."""
    moment = filed_at(given, desk.now)
    competent = places(catalogue, given, business_date(desk.now))
    procedure = await catalogue.procedure_on(connection, given.procedure, business_date(moment))
    if procedure is None:
        detail = f"Thủ tục {given.procedure} không có hoặc không có hiệu lực."
        raise wrong("procedure", "procedure_unknown", detail)
    check_procedure(procedure)
    case = choose_case(procedure, given.case)
    offered_rows(procedure, given.channel, case.id)
    check_papers(given, procedure, case.id)
    form_data.check_form(given, procedure)
    return Taken(
        id=UUID(bytes=uuid7s.uuid7().bytes),
        procedure=procedure.code,
        version=procedure.version,
        field=procedure.field,
        case=case.id,
        channel=given.channel,
        way_of_return=given.way_of_return,
        receiving_agency=given.agency,
        competent_agency=competent,
        support_agency=given.support_agency,
        filed_at=moment,
        national_code=given.national_code is not None,
        note=given.note,
    )


async def _write(
    connection: asyncpg.Connection, desk: Desk, once: Once, given: Filing, taken: Taken
) -> Response:
    letter = write_letter(taken)
    given_code = given.national_code
    statement, *numbers = _next_code(taken) if given_code is None else _kept(taken, given_code)
    form = form_data.seal(desk.vault, taken.id, given)
    try:
        code = await connection.fetchval(
            AND_FORM[statement] if form else statement,
            once.client,
            once.key,
            *numbers,
            *taken,
            desk.vault.current,
            *columns(people_of(desk.vault, taken.id, given)),
            *_papers(given),
            desk.now,
            letter.fact_id,
            letter.subject,
            letter.fact,
            letter.token,
            once.request_hash,
            letter.answer,
            letter.headers,
            *form,
        )
    except asyncpg.UniqueViolationError as double:
        raise _refusal(double) from double
    if code is None:
        raise in_flight()
    headers: dict[str, str] = orjson.loads(letter.headers.replace(letter.token, code))
    body = letter.answer.replace(letter.token, code)
    return Response(body, 201, headers, "application/json")


def _next_code(taken: Taken) -> tuple[Any, ...]:
    on = business_date(taken.filed_at)
    agency = taken.receiving_agency
    return WITH_NEXT_CODE, agency, on, codes.prefix(agency, on), 1


def _kept(taken: Taken, code: str) -> tuple[Any, ...]:
    order = codes.own_order(code)
    if order is None:
        return WITH_GIVEN_CODE, taken.receiving_agency, None, code, None
    return WITH_GIVEN_CODE, order.agency, order.on, code, order.number


def _papers(given: Filing) -> tuple[list[Any], ...]:
    papers = given.papers
    return (
        [paper.component for paper in papers],
        [paper.originals for paper in papers],
        [paper.copies for paper in papers],
        [paper.originals_held for paper in papers],
    )


def _refusal(double: asyncpg.UniqueViolationError) -> Problem:
    # The answer of this key was committed after we had looked for it.
    if double.constraint_name == "idempotency_pkey":
        return in_flight()
    return Conflict("Mã hồ sơ này đã có.", code="code_taken")
