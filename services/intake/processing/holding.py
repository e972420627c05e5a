"""Who may work on an open step: by role, agency, officer, and only once it was received."""

from collections.abc import Sequence

from services.intake.desk import Desk
from services.intake.models import Assignment, Dossier
from services.intake.processing import assignments
from shared.errors import Conflict, Forbidden, Unprocessable
from shared.events import PublishedStep
from shared.identity import Role

FREE_ROLES = (Role.COUNTER, Role.SPECIALIST, Role.LEADER)


def mine(desk: Desk, held: Sequence[Assignment], step: str | None) -> Assignment:
    """Tell which open step is meant; raises Conflict for one that is not open."""
    if step is not None:
        for one in held:
            if one.step == step:
                return one
    if step is not None or not held:
        raise Conflict(
            "Bước này chưa đến lượt hoặc đã xong; không được bỏ bước.",
            code="step_not_open",
            open=assignments.named(held),
        )
    own = [one for one in held if one.officer == desk.principal.subject] or held
    if len(own) > 1:
        raise Unprocessable(
            "Có nhiều bước đang mở; hãy nêu bước (step).",
            code="step_needed",
            open=assignments.named(own),
        )
    return own[0]


def refuse_others(desk: Desk, held: Assignment, step: PublishedStep | None) -> None:
    """Let only whoever holds the step finish it; raises Forbidden or Conflict."""
    refuse_strangers(desk, held, step)
    if held.confirmed_at is None:
        raise Conflict(
            "Chưa xác nhận nhận bàn giao; hồ sơ còn ở bên giao.",
            code="handover_unconfirmed",
            from_unit=held.from_unit,
            from_officer=held.from_officer,
        )
    refuse_held_by_another(desk, held)


def refuse_strangers(desk: Desk, held: Assignment, step: PublishedStep | None) -> None:
    """Let in only the roles and the agency that the step is for; raises Forbidden."""
    roles = tuple(Role(role) for role in step.may_act) if step else FREE_ROLES
    if not desk.principal.may(*roles):
        raise Forbidden(
            "Vai trò của bạn không làm bước này.", code="step_role", may_act=list(map(str, roles))
        )
    if not desk.principal.covers(held.agency):
        raise Forbidden("Bước này do cơ quan khác làm.", code="step_agency", agency=held.agency)


def refuse_held_by_another(desk: Desk, held: Assignment) -> None:
    """Let nobody take a step that an officer has; raises Conflict naming them."""
    if held.officer not in {None, desk.principal.subject}:
        raise Conflict(
            "Bước này đang do cán bộ khác giữ.", code="held_by_another", officer=held.officer
        )


def refuse_outsiders(desk: Desk, dossier: Dossier) -> None:
    """Let only officers of the dossier's own agencies finish free steps; raises Forbidden."""
    if not desk.principal.may(*FREE_ROLES):
        raise Forbidden("Vai trò của bạn không làm bước này.", code="role_missing")
    own = (dossier.competent_agency, dossier.receiving_agency, dossier.support_agency)
    if not any(agency and desk.principal.covers(agency) for agency in own):
        raise Forbidden("Bước này do cơ quan khác làm.", code="step_agency")
