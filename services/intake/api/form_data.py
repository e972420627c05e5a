"""The route of what was filled into a dossier's interactive form."""

from fastapi import APIRouter, Response

from services.intake import form_data
from services.intake.desk import AtDesk
from services.intake.schemas.form_data import FormDataView
from shared.database import Transaction

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])


@router.get(
    "/{dossier}/form-data",
    operation_id="get_form_data",
    summary="Biểu mẫu điện tử đã điền / the filled-in form",
)
async def get_form_data(
    dossier: str, response: Response, session: Transaction, desk: AtDesk
) -> FormDataView:
    """In clear, for who filed the dossier and for officers at work on it; theirs is logged."""
    shown = await form_data.show(session, desk, dossier)
    response.headers["Cache-Control"] = "no-store"
    return shown
