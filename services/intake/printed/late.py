"""A receipt that was not given at acceptance, and is asked for afterwards."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import dossiers
from services.intake.desk import Desk
from services.intake.models import PrintedForm
from services.intake.printed import issuing, showing
from services.intake.schemas.printed import IssuedForm
from shared.errors import Conflict
from shared.events import FormKind


async def ask_receipt(session: AsyncSession, desk: Desk, reference: str) -> IssuedForm:
    """Give a receipt to who did without one (D61 17(4)), once; later asking shows the same."""
    dossier = await dossiers.locked(session, desk, reference)
    if dossier.accepted_at is None:
        raise Conflict("Hồ sơ chưa được tiếp nhận.", code="not_accepted")
    first = (dossier.id, str(FormKind.RECEIPT), 1)
    if await session.get(PrintedForm, first) is None:
        await issuing.receipt(session, desk, dossier)
    return showing.head(await session.get_one(PrintedForm, first))
