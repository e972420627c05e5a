"""Writes a dossier's log as the rows of CapNhatTienDoHoSoMC, from status 2 to status 9."""

from collections.abc import Iterator
from datetime import datetime

from services.intake.lifecycle import Action, Status, is_work, label_of
from services.intake.models import Step, Transition
from services.intake.national.codes import HANDLER_MAX, moment, text
from services.intake.national.facts import Facts

SERVICE = "CapNhatTienDoHoSoMC"
ROWS_A_REQUEST = 10
REQUIRED = ("MaHoSo", "NguoiXuLy", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai")

Row = dict[str, str]


def rows(facts: Facts) -> list[Row]:
    """The rows so far, oldest first; later ones only come behind them, as in the log itself."""
    steps = iter(facts.steps)
    written: list[Row] = []
    since: datetime | None = None
    for line in _processing(facts):
        step = next(steps, None) if line.action == Action.COMPLETE_STEP else None
        written.append(_row(facts, line, step, since or line.happened_at))
        since = line.happened_at
    return written


def _processing(facts: Facts) -> Iterator[Transition]:
    """The lines from acceptance on that move the dossier; handing over the result is none."""
    accepted = False
    for line in facts.lines:
        accepted = accepted or line.action == Action.ACCEPT
        if accepted and line.status_after != Status.RETURNED and not is_work(line.action):
            yield line


def _row(facts: Facts, line: Transition, step: Step | None, since: datetime) -> Row:
    officer = step.officer if step else facts.people.get(line.actor, line.actor)
    done = step.name if step else label_of(line.action)
    return {
        "MaHoSo": facts.dossier.code,
        "NguoiXuLy": text(officer, HANDLER_MAX),
        "ChucDanh": "",
        "ThoiDiemXuLy": moment(line.happened_at),
        "PhongBanXuLy": text(step.unit if step else facts.agency),
        "NoiDungXuLy": text(f"{done}: {line.ground}" if line.ground else done),
        "TrangThai": str(line.status_after),
        "NgayBatDau": moment((step.given_at if step else None) or since),
        "NgayKetThucTheoQuyDinh": moment(step.due_at if step else None),
    }
