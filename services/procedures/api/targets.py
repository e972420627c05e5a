"""Routes of targets."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.procedures import targets
from services.procedures.api.answers import answer, etag_of, refuse_stale
from services.procedures.codes import AgencyCode
from services.procedures.formulas import MEANINGS, Formula
from services.procedures.schemas import (
    FormulasView,
    FormulaView,
    TargetCode,
    TargetDescription,
    TargetView,
)
from shared.database import Reading, Transaction
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/targets", tags=["targets"])


@router.get(
    "",
    operation_id="list_targets",
    summary="Các chỉ tiêu / targets",
    response_model=Page[TargetView],
)
async def list_targets(
    *,
    session: Reading,
    formula: Formula | None = None,
    agency: Annotated[
        AgencyCode | None, Query(description="Chỉ tiêu có phạm vi gồm cơ quan này.")
    ] = None,
    on: Annotated[Day | None, Query(description="Chỉ tiêu có kỳ tính gồm ngày này.")] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Each target in its newest version, or in that of a day."""
    wanted = targets.Filter(on=on, formula=formula, agency=agency)
    found, following = await targets.list_targets(session, wanted, after=after, limit=limit)
    items = [TargetView.model_validate(version) for version in found]
    return answer(Page[TargetView](items=items, next=following))


@router.get(
    "/formulas",
    operation_id="list_formulas",
    summary="Các công thức của chỉ tiêu / figures that targets are set for",
    response_model=FormulasView,
)
async def list_formulas() -> Response:
    """Every figure with its numerator, denominator and unit."""
    items = [
        FormulaView(
            formula=formula,
            title=meaning.title,
            numerator=meaning.numerator,
            denominator=meaning.denominator,
            unit=meaning.unit,
        )
        for formula, meaning in MEANINGS.items()
    ]
    return answer(FormulasView(items=items))


@router.get(
    "/{code}",
    operation_id="get_target",
    summary="Xem một chỉ tiêu / one target",
    response_model=TargetView,
)
async def get_target(
    code: TargetCode,
    session: Reading,
    on: Annotated[Day | None, Query(description="Mặc định bản mới nhất.")] = None,
) -> Response:
    """The newest version, or the one in effect on a day."""
    return answer(TargetView.model_validate(await targets.get_target(session, code, on)))


@router.get(
    "/{code}/versions",
    operation_id="list_target_versions",
    summary="Các phiên bản của chỉ tiêu / a target's versions",
    response_model=Page[TargetView],
)
async def list_target_versions(code: TargetCode, session: Reading) -> Response:
    """Every version, newest first; there is one page only."""
    found = await targets.list_versions(session, code)
    items = [TargetView.model_validate(version) for version in found]
    return answer(Page[TargetView](items=items, next=None))


@router.put(
    "/{code}/versions/{effective_from}",
    operation_id="put_target",
    summary="Đặt chỉ tiêu từ một ngày / set a target from a day on",
    response_model=TargetView,
    dependencies=[requires(Role.CATALOGUE)],
)
async def put_target(
    *,
    request: Request,
    code: TargetCode,
    effective_from: Day,
    description: TargetDescription,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
) -> Response:
    """Write what the target says from the day on; a scope of all agencies needs a grant for all."""

    def covers(scope: str | None) -> bool:
        return principal.everywhere if scope is None else principal.covers(scope)

    async def change() -> TargetView:
        present = await targets.find_held(session, code, effective_from)
        refuse_stale(request, TargetView.model_validate(present) if present else None)
        version = await targets.put(session, code, effective_from, description, covers=covers)
        return TargetView.model_validate(version)

    return await once(session, change, headers=etag_of)
