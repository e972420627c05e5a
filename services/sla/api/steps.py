"""Routes of steps: whose hands a dossier went through, holders' figures, the control slip."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.sla import watching
from services.sla.api.clocks import Reference, Watcher
from services.sla.schemas.steps import (
    HoldersView,
    SlipView,
    StaysView,
    holder_view,
    stay_view,
)
from services.sla.steps import holders, numbering, slip, slips
from services.sla.steps.holders import HolderGroup
from shared import printing
from shared.clock import Now
from shared.database import Databases
from shared.errors import Forbidden
from shared.identity import Principal, Role, requires
from shared.times import Day

router = APIRouter(prefix="/v1", tags=["steps"])
Issuer = Annotated[Principal, requires(Role.COUNTER, Role.SPECIALIST, Role.LEADER)]
Reporter = Annotated[Principal, requires(Role.REPORTER, Role.LEADER)]
Wanted = Annotated[Literal["json", "pdf", "png"], Query(alias="as")]
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png"}


@router.get(
    "/clocks/{dossier}/holders",
    operation_id="list_holders",
    summary="Hồ sơ qua tay ai / whose hands a dossier went through",
)
async def list_holders(dossier: Reference, principal: Watcher, database: Databases) -> StaysView:
    """Each stay with its planned end, minutes and verdict."""
    async with database.statements() as connection:
        followed = (await watching.watch(connection, dossier, principal)).followed
        rows = await holders.of_dossier(connection, UUID(followed.dossier))
    return StaysView(
        dossier=UUID(followed.dossier), code=followed.code, items=[stay_view(row) for row in rows]
    )


@router.get(
    "/reports/holders",
    operation_id="report_holders",
    summary="Ai giữ hồ sơ, đúng hạn đến đâu / how holders keep the limits of their steps",
)
async def report_holders(
    *,
    principal: Reporter,
    database: Databases,
    now: Now,
    first: Annotated[Day, Query(alias="from")],
    last: Annotated[Day, Query(alias="to")],
    agency: Annotated[str | None, Query(max_length=64, pattern=r"^[A-Z0-9.]+$")] = None,
    group_by: HolderGroup = HolderGroup.UNIT,
) -> HoldersView:
    """Officers' figures are for heads only."""
    if group_by is HolderGroup.OFFICER and not principal.may(Role.LEADER):
        raise Forbidden("Số liệu của từng cán bộ chỉ dành cho thủ trưởng.", code="heads_only")
    async with database.statements() as connection:
        rows = await holders.count(
            connection, principal, group_by, agency=agency, first=first, last=last, now=now
        )
    return HoldersView(first=first, last=last, items=[holder_view(row) for row in rows])


@router.post(
    "/clocks/{dossier}/control-slip",
    operation_id="issue_control_slip",
    summary="Lập phiếu kiểm soát / issue the control slip",
)
async def issue_control_slip(
    dossier: Reference, principal: Issuer, database: Databases, now: Now
) -> SlipView:
    """It gets its number once, however often it is asked for."""
    async with database.raw() as connection:
        followed = (await watching.watch(connection, dossier, principal)).followed
        await numbering.issue(
            connection, UUID(followed.dossier), followed.key.agency, now, principal.subject
        )
        return await slips.gather(connection, followed)


@router.get(
    "/clocks/{dossier}/control-slip",
    operation_id="get_control_slip",
    summary="Phiếu kiểm soát quá trình giải quyết hồ sơ / the control slip",
    response_model=SlipView,
    responses={200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}}},
)
async def get_control_slip(
    dossier: Reference,
    principal: Watcher,
    database: Databases,
    now: Now,
    wanted: Wanted = "json",
) -> Response:
    """A row per hand-over, by the set of forms in force when it was issued."""
    async with database.statements() as connection:
        followed = (await watching.watch(connection, dossier, principal)).followed
        view = await slips.gather(connection, followed)
        numbered = await numbering.known(connection, UUID(followed.dossier))
    if wanted == "json":
        return Response(view.model_dump_json(), media_type="application/json")
    paper = slip.document(view, now if numbered is None else numbered.issued_at)
    content = await (printing.pdf(paper) if wanted == "pdf" else printing.png(paper))
    name = f'attachment; filename="phieu-kiem-soat-{view.code}.{wanted}"'
    return Response(content, media_type=MEDIA_TYPES[wanted], headers={"Content-Disposition": name})
