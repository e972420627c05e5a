"""Which dossier of the same owner and procedure ended without a result shortly before."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased, with_expression
from sqlalchemy.orm.interfaces import ORMOption

from services.intake.lifecycle import Status
from services.intake.models import Dossier, Party, PartyRole

WITHOUT_RESULT = (int(Status.WITHDRAWN), int(Status.STOPPED))


def with_earlier(days: int) -> ORMOption:
    """Read with a dossier which one it follows: taken back or stopped within days of its filing.

    It is part of the statement that reads the dossier, and tells nothing of the person.
    """
    mine, theirs, earlier = aliased(Party), aliased(Party), aliased(Dossier)
    found = (
        select(earlier.id)
        .join(theirs, theirs.dossier_id == earlier.id)
        .join(mine, mine.identity_hash == theirs.identity_hash)
        .where(
            mine.dossier_id == Dossier.id,
            mine.role == str(PartyRole.OWNER),
            theirs.role == str(PartyRole.OWNER),
            earlier.id != Dossier.id,
            earlier.procedure == Dossier.procedure,
            earlier.accepted_at.is_not(None),
            earlier.status_code.in_(WITHOUT_RESULT),
            earlier.ended_at >= Dossier.filed_at - timedelta(days=days),
        )
        .order_by(earlier.ended_at.desc())
        .limit(1)
        .correlate(Dossier)
        .scalar_subquery()
    )
    return with_expression(Dossier.refiled_after, found)
