"""The papers of a record: groups as the source orders them, and the cases that follow from them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Self

from pydantic import Field, model_validator

from services.procedures.records.parts import NationalCode, Part, PartId
from services.procedures.texts import Name, Text

PAPERS_MAX: Final = 100_000
GENERAL_CASE: Final = "Trường hợp chung"


class ComponentRecord(Part):
    """One paper (thành phần hồ sơ); a note is an explanation in its place and never asked for.

    `from_database` tells that the State holds its content, so the paper is asked for only while
    that database cannot be reached (Decree 118/2025/NĐ-CP as amended by 309/2026, Article 4(2a)).
    """

    id: PartId
    name: Name
    originals: int = Field(ge=0, le=PAPERS_MAX)
    copies: int = Field(ge=0, le=PAPERS_MAX)
    is_note: bool
    code: NationalCode | None = None
    form: Name | None = None
    form_url: Text | None = None
    from_database: bool = False

    @model_validator(mode="after")
    def _note_asks_for_nothing(self) -> Self:
        if self.is_note and (self.originals or self.copies):
            raise ValueError("Ghi chú không phải giấy tờ: số bản chính và bản sao phải bằng 0.")
        return self


class GroupKind(StrEnum):
    """What a group of papers is (nhóm giấy tờ): the source has one list for all of them."""

    GENERAL = "general"
    """Due in every case, and by itself the general case."""
    SECTION = "section"
    """A heading, such as papers to present; due in every case."""
    CASE = "case"
    """Due only where this case (trường hợp) applies."""


class GroupRecord(Part):
    """Papers that stand together in the source, under a name or under none."""

    id: PartId
    kind: GroupKind
    name: Name | None = None
    components: tuple[ComponentRecord, ...] = Field(max_length=300)

    @model_validator(mode="after")
    def _case_has_a_name(self) -> Self:
        if self.kind is GroupKind.CASE and self.name is None:
            raise ValueError("Nhóm giấy tờ của một trường hợp phải có tên trường hợp.")
        return self


class CaseRecord(Part):
    """One case (trường hợp) with all its papers; exactly one applies to a dossier."""

    id: PartId
    name: Name
    components: tuple[ComponentRecord, ...]


def cases_of(code: str, groups: Sequence[GroupRecord]) -> tuple[CaseRecord, ...]:
    """Tell the cases of a procedure: what is due in every case, and with it each case's own."""
    common = [group for group in groups if group.kind is not GroupKind.CASE]
    own = [group for group in groups if group.kind is GroupKind.CASE]
    cases = []
    if not own or any(group.kind is GroupKind.GENERAL for group in common):
        identity = common[0].id if common else f"{code}-c00"
        cases.append(CaseRecord(id=identity, name=GENERAL_CASE, components=_papers(common)))
    for group in own:
        due = [other for other in groups if other.kind is not GroupKind.CASE or other is group]
        # A name is checked to be there when the group comes in.
        cases.append(CaseRecord(id=group.id, name=group.name or "", components=_papers(due)))
    return tuple(cases)


def _papers(groups: Sequence[GroupRecord]) -> tuple[ComponentRecord, ...]:
    return tuple(paper for group in groups for paper in group.components)
