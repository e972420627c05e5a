"""Route of what changed between two versions of a procedure."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from services.procedures import procedures
from services.procedures.api.answers import answer
from services.procedures.api.visitors import SeesDrafts
from services.procedures.codes import VERSION_MAX, ProcedureCode
from services.procedures.differences import differences
from services.procedures.imports.views import DifferenceView
from services.procedures.records import ProcedureRecord
from shared.database import Reading
from shared.errors import NotFound

router = APIRouter(prefix="/v1/procedures", tags=["procedures"])


class DifferencesView(BaseModel):
    """What one version says otherwise than another; pointers are into the later one's record."""

    code: ProcedureCode
    before: int
    after: int
    differences: list[DifferenceView]


@router.get(
    "/{code}/differences",
    operation_id="compare_procedure_versions",
    summary="So sánh hai phiên bản / compare two versions",
    response_model=DifferencesView,
)
async def compare_procedure_versions(
    *,
    code: ProcedureCode,
    session: Reading,
    sees_drafts: SeesDrafts,
    before: Annotated[int, Query(alias="from", ge=1, le=VERSION_MAX)],
    after: Annotated[int, Query(alias="to", ge=1, le=VERSION_MAX)],
) -> Response:
    """Each spot that differs; drafts only for catalogue officers."""
    records = []
    for number in (before, after):
        version = await procedures.get_version(session, code, number)
        if version.published_at is None and not sees_drafts:
            raise NotFound(f"Không có phiên bản {number} của thủ tục {code}.")
        records.append(ProcedureRecord.model_validate(version.document))
    found = [DifferenceView.model_validate(one) for one in differences(*records)]
    return answer(DifferencesView(code=code, before=before, after=after, differences=found))
