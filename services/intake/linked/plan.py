"""What a linked group asks for: which parts, where, in which order; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.intake.schemas.processing import PartIn
from shared.errors import FieldError, Problem, Unprocessable
from shared.events import LinkedGroupPublished, PublishedMember


@dataclass(frozen=True, slots=True)
class Lead:
    """The parent's side: who decides there, on which level."""

    agency: str
    level: str | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A part that will be begun: a member with everything that was left open filled in."""

    member: PublishedMember
    procedure: str
    agency: str
    case: str | None
    limit_row: str | None


def plan(group: LinkedGroupPublished, said: Iterable[PartIn], lead: Lead) -> list[Planned]:
    """Tell the parts in their order; raises Unprocessable naming what has to be said.

    A member that is not required is done only where it is named.
    """
    named: Mapping[str, PartIn] = {part.member: part for part in said}
    known = {member.id for member in group.members}
    if unknown := sorted(set(named) - known):
        raise _wrong("member_unknown", "Nhóm không có thủ tục thành viên này.", unknown)
    wanted = [one for one in group.members if one.required or one.id in named]
    return [
        _planned(member, named.get(member.id) or PartIn(member=member.id), lead)
        for member in sorted(wanted, key=lambda member: member.order)
    ]


def _planned(member: PublishedMember, said: PartIn, lead: Lead) -> Planned:
    procedure = member.procedure or said.procedure
    if procedure is None:
        raise _wrong(
            "member_procedure_needed", "Nhóm chỉ nêu tên thủ tục này; hãy nêu mã.", [member.id]
        )
    if said.procedure not in {None, procedure}:
        raise _wrong("member_procedure_fixed", "Nhóm đã nêu mã thủ tục này.", [member.id])
    here = lead.agency if member.level in {None, lead.level} else None
    agency = said.agency or member.agency or here
    if agency is None:
        raise _wrong("member_agency_needed", "Hãy nêu cơ quan giải quyết thủ tục này.", [member.id])
    return Planned(member, procedure, agency, said.case, said.limit_row)


def _wrong(code: str, detail: str, members: list[str]) -> Problem:
    return Unprocessable(
        detail,
        code=code,
        errors=[FieldError(pointer="/body/parts", detail=name, code=code) for name in members],
        members=members,
    )
