"""Hands a draft in: it is filed like any dossier, once, and is a draft no more."""

import hashlib
from uuid import UUID

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import delete

from services.intake import filing
from services.intake.desk import Desk
from services.intake.drafts import writing
from services.intake.models import Draft
from services.intake.schemas.filing import Filing
from shared.idempotency import Once


async def file(desk: Desk, identity: UUID) -> Response:
    """File a draft under a key of its own, so that it can be filed only once."""
    key = f"draft/{identity}"
    once = Once(desk.actor, key, hashlib.sha256(key.encode()).digest())
    if (kept := await filing.answered(desk, once)) is not None:
        return kept
    async with desk.database.sessions() as session:
        draft = await writing.find(session, desk, identity)
    given = _complete(writing.content_of(desk, draft))
    answer = await filing.file(desk, once, given)
    # Should we die before this, the kept answer still keeps it from being filed twice.
    async with desk.database.transaction() as session:
        await session.execute(delete(Draft).where(Draft.id == identity))
    return answer


def _complete(content: object) -> Filing:
    try:
        return Filing.model_validate(content)
    except ValidationError as invalid:
        wrong = invalid.errors(include_url=False, include_context=False)
        raise RequestValidationError(
            [{**error, "loc": ("body", "content", *error["loc"])} for error in wrong]
        ) from invalid
