"""Routes that warn of the same request made twice."""

from fastapi import APIRouter

from services.intake import duplicates
from services.intake.desk import AtDesk
from services.intake.schemas.duplicates import DuplicatesIn, DuplicatesView
from shared.database import Reading
from shared.identity import Role, requires

OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER, Role.POSTAL)

router = APIRouter(tags=["dossiers"], dependencies=[OFFICER])


@router.get(
    "/v1/dossiers/{dossier}/duplicates",
    operation_id="list_duplicates",
    summary="Hồ sơ có thể trùng",
)
async def list_duplicates(dossier: str, session: Reading, desk: AtDesk) -> DuplicatesView:
    """What the owner filed for the same procedure around the same days."""
    return await duplicates.of_dossier(session, desk, dossier)


@router.post(
    "/v1/duplicates",
    operation_id="check_duplicates",
    summary="Kiểm tra trùng trước khi nộp",
)
async def check_duplicates(asked: DuplicatesIn, session: Reading, desk: AtDesk) -> DuplicatesView:
    """What somebody filed lately for a procedure; only looks, so it needs no key."""
    return await duplicates.before_filing(session, desk, asked)
