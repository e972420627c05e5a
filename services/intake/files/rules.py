"""Who may attach what to a dossier, and when; pure."""

from collections.abc import Iterable
from typing import Final

from services.intake.lifecycle import Status
from services.intake.schemas.files import AttachmentIn, Part
from shared.errors import Conflict, Forbidden

PERSONS_TURN: Final = frozenset({Status.FILED, Status.WAITING_FOR_SUPPLEMENT})
"""What was accepted as complete, a person changes no more unless asked to."""

UNDER_WAY: Final = PERSONS_TURN | {
    Status.ACCEPTED,
    Status.PROCESSING,
    Status.WAITING_FOR_PAYMENT,
    Status.RESOLVED,
}
"""Officers scan what came on paper until the result is handed over."""

RESULT_DUE: Final = frozenset({Status.ACCEPTED, Status.PROCESSING, Status.RESOLVED})


def check(
    items: Iterable[AttachmentIn], status: Status, *, officer: bool, in_transit: bool
) -> None:
    """Refuse what is not this caller's to attach, or not now; raises Forbidden, Conflict."""
    for item in items:
        if item.part is Part.RESULT and not officer:
            raise Forbidden("Chỉ cơ quan giải quyết đính kèm kết quả.", code="result_not_yours")
        if item.database is not None and not officer:
            raise Forbidden("Chỉ cán bộ ghi nhận dữ liệu từ CSDL.", code="database_not_yours")
        if in_transit or status not in _when(item.part, officer=officer):
            raise Conflict(
                f"Không đính kèm được khi hồ sơ ở trạng thái “{status.label}”.",
                code="attaching_closed",
            )


def _when(part: Part, *, officer: bool) -> frozenset[Status]:
    if part is Part.RESULT:
        return RESULT_DUE
    return UNDER_WAY if officer else PERSONS_TURN
