"""What stands in a letter of itself: who signs, and what the matter is."""

from typing import Final

import asyncpg

from services.sla.apologies.content import Matter, Unit
from services.sla.models import Apology
from shared.printing.wording import place_of

AGENCY: Final = """
select agency_copy.name, above.name as parent
  from agency_copy left join agency_copy as above on above.code = agency_copy.parent
 where agency_copy.code = $1
"""
DOSSIER: Final = """
select clock.code, clock.procedure, clock.accepted_at, clock.promised_at, procedure_copy.name
  from clock
  left join procedure_copy
    on (procedure_copy.code, procedure_copy.version) = (clock.procedure, clock.procedure_version)
 where clock.dossier = $1
"""
FOUND: Final = "select found_on from incident where id = $1"


async def unit(connection: asyncpg.Connection, letter: Apology) -> Unit:
    """Name the agency as it is called now; by its code where it was never told."""
    row = await connection.fetchrow(AGENCY, letter.agency)
    if row is None:
        return Unit(name=letter.agency)
    place = place_of(row["name"]) or (place_of(row["parent"]) if row["parent"] else None)
    return Unit(name=row["name"], parent=row["parent"], place=place)


async def matter(connection: asyncpg.Connection, letter: Apology) -> Matter:
    """Tell what the letter is about as it stands now."""
    found_on = None
    if letter.incident is not None:
        found_on = await connection.fetchval(FOUND, letter.incident)
    if letter.dossier is None:
        return Matter(found_on=found_on)
    row = await connection.fetchrow(DOSSIER, letter.dossier)
    return Matter(
        code=row["code"],
        procedure=row["procedure"],
        procedure_name=row["name"],
        accepted_at=row["accepted_at"],
        due_at=row["promised_at"],
        found_on=found_on,
    )
