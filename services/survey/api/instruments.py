"""Routes of the slips: those published, and a province's own from draft to publication."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.survey.instruments import registry
from services.survey.schemas.instruments import Instrument, InstrumentDraft, InstrumentIn
from shared.clock import Now
from shared.database import Reading, Transaction
from shared.errors import PROBLEM_RESPONSES
from shared.idempotency import OncePerKey
from shared.identity import Caller, Role, requires
from shared.paging import Page

router = APIRouter(prefix="/v1", tags=["surveys"], responses=PROBLEM_RESPONSES)

AUTHOR = requires(Role.CATALOGUE)
Code = Annotated[str, Path(max_length=64, pattern=r"^[A-Z0-9][A-Z0-9.\-]+$")]


@router.get(
    "/surveys/instruments",
    operation_id="list_instruments",
    summary="Mẫu phiếu đánh giá đã công bố / published slips",
)
async def list_instruments(_: Caller, session: Reading) -> Page[Instrument]:
    """Every published version, whole."""
    return Page(items=list(await registry.published(session)), next=None)


@router.get(
    "/surveys/instruments/{code}/{version}",
    operation_id="get_instrument",
    summary="Một mẫu phiếu / one slip",
)
async def get_instrument(
    code: Code, version: Annotated[int, Path(ge=1, le=1_000_000)], _: Caller, session: Reading
) -> Instrument:
    """A published version never changes."""
    return await registry.find(session, code, version)


@router.post(
    "/instruments",
    operation_id="draft_instrument",
    summary="Soạn mẫu phiếu của địa phương / draft a province's own slip",
    status_code=201,
    response_model=InstrumentDraft,
    dependencies=[AUTHOR],
)
async def draft_instrument(
    given: InstrumentIn, principal: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """The next version of its code; takes the place of a draft that was not published yet."""
    return await once(session, lambda: registry.draft(session, principal, given, now), status=201)


@router.post(
    "/instruments/{code}:publish",
    operation_id="publish_instrument",
    summary="Công bố mẫu phiếu / publish the draft",
    response_model=InstrumentDraft,
    dependencies=[requires(Role.CATALOGUE, Role.LEADER)],
)
async def publish_instrument(
    code: Code, principal: Caller, session: Transaction, now: Now, once: OncePerKey
) -> Response:
    """From now on it stays as it is."""
    return await once(session, lambda: registry.publish(session, principal, code, now))
