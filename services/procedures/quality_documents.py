"""Quality documents (quy trình ISO 9001): which an agency has for which procedure."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.agencies import find_locked
from services.procedures.models import Procedure, QualityDocument
from services.procedures.schemas import QualityDocumentContent
from shared import paging
from shared.errors import NotFound

Documents = Sequence[QualityDocumentContent]


async def hold(session: AsyncSession, agency: str, procedure: str) -> None:
    """Keep others from changing the agency's documents meanwhile; raises NotFound."""
    if await find_locked(session, agency) is None:
        raise NotFound(f"Không có cơ quan {agency}.")
    if await session.get(Procedure, procedure) is None:
        raise NotFound(f"Không có thủ tục {procedure}.")


async def put(session: AsyncSession, agency: str, procedure: str, documents: Documents) -> None:
    """Make the agency's documents for a procedure these and no others; raises NotFound."""
    await hold(session, agency, procedure)
    await session.execute(
        delete(QualityDocument).where(
            QualityDocument.agency == agency, QualityDocument.procedure == procedure
        )
    )
    session.add_all(
        QualityDocument(agency=agency, procedure=procedure, **document.model_dump())
        for document in documents
    )
    await session.flush()


async def get_documents(
    session: AsyncSession, agency: str, procedure: str
) -> Sequence[QualityDocument]:
    """All documents of an agency for a procedure, by number."""
    found = await session.scalars(
        select(QualityDocument)
        .where(QualityDocument.agency == agency, QualityDocument.procedure == procedure)
        .order_by(QualityDocument.number)
    )
    return found.all()


async def list_documents(
    session: AsyncSession, agency: str, *, on: date | None, after: str | None, limit: int
) -> tuple[Sequence[QualityDocument], str | None]:
    """One page of an agency's documents by procedure and number; and its next cursor."""
    key = (QualityDocument.procedure, QualityDocument.number)
    statement = (
        select(QualityDocument)
        .where(QualityDocument.agency == agency)
        .order_by(*key)
        .limit(limit + 1)
    )
    if on is not None:
        still = or_(QualityDocument.valid_to.is_(None), QualityDocument.valid_to >= on)
        statement = statement.where(QualityDocument.approved_on <= on, still)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*paging.decode_texts(after, 2)))
    found = (await session.scalars(statement)).all()
    page = found[:limit]
    more = len(found) > limit
    return page, paging.encode(page[-1].procedure, page[-1].number) if more else None
