"""Routes that put versions in force and end them."""

from fastapi import APIRouter, Response

from services.procedures import procedures
from services.procedures.api.versions import view_of
from services.procedures.api.visitors import Today
from services.procedures.codes import ProcedureCode, Version
from services.procedures.schemas import ProcedureView, Publication, Withdrawal
from shared.clock import Now
from shared.database import Transaction
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires

router = APIRouter(
    prefix="/v1/procedures", tags=["procedures"], dependencies=[requires(Role.CATALOGUE)]
)


@router.post(
    "/{code}/versions/{number}/publication",
    operation_id="publish_procedure",
    summary="Công bố phiên bản / publish a version",
    response_model=ProcedureView,
)
async def publish_procedure(
    *,
    code: ProcedureCode,
    number: Version,
    publication: Publication | None = None,
    session: Transaction,
    once: OncePerKey,
    principal: Caller,
    now: Now,
    today: Today,
) -> Response:
    """Put a draft in force from its first day; the open-ended version before it ends then."""

    async def publish() -> ProcedureView:
        version = await procedures.publish(
            session,
            code,
            number,
            by=principal.subject,
            at=now,
            incomplete_reason=publication.incomplete_reason if publication else None,
        )
        return view_of(version, today)

    return await once(session, publish)


@router.post(
    "/{code}/versions/{number}/withdrawal",
    operation_id="withdraw_procedure",
    summary="Cho phiên bản hết hiệu lực / end a version",
    response_model=ProcedureView,
)
async def withdraw_procedure(
    *,
    code: ProcedureCode,
    number: Version,
    withdrawal: Withdrawal,
    session: Transaction,
    once: OncePerKey,
    today: Today,
) -> Response:
    """No dossier received after the day may use the version; accepted ones keep it."""

    async def withdraw() -> ProcedureView:
        version = await procedures.withdraw(session, code, number, valid_to=withdrawal.valid_to)
        return view_of(version, today)

    return await once(session, withdraw)
