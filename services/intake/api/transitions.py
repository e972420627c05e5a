"""Routes of what happens to a dossier; each is one use case, refused with what is allowed."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import acceptance, access, results, supplements
from services.intake.desk import AtDesk, Desk
from services.intake.dossiers import etag
from services.intake.payments import demands, receiving
from services.intake.processing import steps, stops
from services.intake.schemas.actions import (
    Acceptance,
    IntakeRefusal,
    PaymentDemandIn,
    PaymentIn,
    Recall,
    Resolution,
    Resumption,
    ReturnIn,
    StepIn,
    Stop,
    Supplement,
    SupplementRequestIn,
    Withdrawal,
)
from services.intake.schemas.views import DossierView
from shared.database import Transaction
from shared.idempotency import Once, OncePerKey
from shared.identity import Role, requires

router = APIRouter(prefix="/v1/dossiers/{dossier}", tags=["dossiers"])

COUNTER = requires(Role.COUNTER, Role.LEADER)
OFFICER = requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)
WORKER = requires(*access.READERS)
DECIDER = requires(Role.SPECIALIST, Role.LEADER)
LEADER = requires(Role.LEADER)
CASHIER = requires(Role.COUNTER, Role.PORTAL, Role.POSTAL)
HANDING_OVER = requires(Role.COUNTER, Role.POSTAL)
PERSON = requires(Role.CITIZEN, Role.PORTAL, Role.POSTAL, Role.COUNTER)

Route = TypeVar("Route", bound=Callable[..., Awaitable[Response]])
UseCase = Callable[[AsyncSession, Desk, str, Any], Awaitable[DossierView]]


class Transitions:
    """Runs one use case on one dossier, once per key."""

    def __init__(self, dossier: str, session: AsyncSession, desk: Desk, once: Once) -> None:
        self._dossier = dossier
        self._session = session
        self._desk = desk
        self._once = once

    async def make(self, use_case: UseCase, said: Any) -> Response:
        """Do it, and answer the dossier as it is then."""
        return await self._once(
            self._session,
            lambda: use_case(self._session, self._desk, self._dossier, said),
            headers=lambda view: {"ETag": etag(view.sequence)},
        )


async def _transitions(
    dossier: str, session: Transaction, desk: AtDesk, once: OncePerKey
) -> Transitions:
    return Transitions(dossier, session, desk, once)


Transit = Annotated[Transitions, Depends(_transitions, scope="function")]


def _route(path: str, operation: str, summary: str, who: Any) -> Callable[[Route], Route]:
    return router.post(
        path,
        operation_id=operation,
        summary=summary,
        dependencies=[who],
        response_model=DossierView,
    )


@_route("/acceptance", "accept_dossier", "Tiếp nhận hồ sơ, hẹn ngày trả", COUNTER)
async def accept_dossier(transit: Transit, said: Acceptance | None = None) -> Response:
    """Accept: pins the version in force, starts the limit and promises a date."""
    return await transit.make(acceptance.accept, said or Acceptance())


@_route("/intake-refusal", "refuse_dossier", "Từ chối tiếp nhận hồ sơ", COUNTER)
async def refuse_dossier(transit: Transit, said: IntakeRefusal) -> Response:
    """Refuse at the counter; the reason goes onto form 03."""
    return await transit.make(acceptance.refuse_intake, said)


@_route("/supplement-requests", "request_supplement", "Yêu cầu bổ sung giấy tờ", OFFICER)
async def request_supplement(transit: Transit, said: SupplementRequestIn) -> Response:
    """Ask for published components of the dossier's case, once; the clock waits."""
    return await transit.make(supplements.request, said)


@_route("/supplements", "provide_supplement", "Hoàn thành bổ sung", PERSON)
async def provide_supplement(transit: Transit, said: Supplement | None = None) -> Response:
    """Take in everything that was asked for; an accepted dossier's limit starts anew."""
    return await transit.make(supplements.provide, said or Supplement())


@_route("/steps", "complete_step", "Hoàn thành bước, bàn giao", WORKER)
async def complete_step(transit: Transit, said: StepIn) -> Response:
    """Finish a step and hand the dossier over."""
    return await transit.make(steps.complete_step, said)


@_route("/payment-demand", "demand_payment", "Yêu cầu nghĩa vụ tài chính", OFFICER)
async def demand_payment(transit: Transit, said: PaymentDemandIn) -> Response:
    """Ask for a payment; the clock waits until all of it is paid."""
    return await transit.make(demands.demand, said)


@_route("/payments", "receive_payment", "Ghi nhận thanh toán", CASHIER)
async def receive_payment(transit: Transit, said: PaymentIn) -> Response:
    """Take in money; the last of what the dossier waits for lets the clock run on."""
    return await transit.make(receiving.receive, said)


@_route("/resolution", "resolve_dossier", "Kết thúc xử lý", OFFICER)
async def resolve_dossier(transit: Transit, said: Resolution) -> Response:
    """Reach a result, also a refusal after examination; the clock ends."""
    return await transit.make(results.resolve, said)


@_route("/recall", "recall_result", "Thu hồi kết quả sai", LEADER)
async def recall_result(transit: Transit, said: Recall) -> Response:
    """Take a wrong result back before it is handed over."""
    return await transit.make(results.recall, said)


@_route("/return", "return_result", "Trả kết quả", HANDING_OVER)
async def return_result(transit: Transit, said: ReturnIn | None = None) -> Response:
    """Hand the result over, to the owner or to whoever bears their power of attorney."""
    return await transit.make(results.hand_over, said or ReturnIn())


@_route("/withdrawal", "withdraw_dossier", "Rút hồ sơ", PERSON)
async def withdraw_dossier(transit: Transit, said: Withdrawal | None = None) -> Response:
    """Give the dossier back on the person's own wish."""
    return await transit.make(results.withdraw, said or Withdrawal())


@_route("/stop", "stop_dossier", "Dừng xử lý", DECIDER)
async def stop_dossier(transit: Transit, said: Stop) -> Response:
    """Stop for good, or suspend with `ended: false`."""
    return await transit.make(stops.stop, said)


@_route("/resumption", "resume_dossier", "Tiếp tục xử lý hồ sơ tạm dừng", DECIDER)
async def resume_dossier(transit: Transit, said: Resumption | None = None) -> Response:
    """Go on with a suspended dossier."""
    return await transit.make(stops.resume, said or Resumption())
