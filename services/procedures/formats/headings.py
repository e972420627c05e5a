"""Tells headings from cases: a source has one list of groups for both (nhóm giấy tờ)."""

import re
from collections.abc import Sequence
from typing import Final

from services.procedures.formats.built import built
from services.procedures.records import ComponentRecord, GroupKind, GroupRecord

HEADINGS: Final = (
    r"giấy tờ phải (?:nộp|xuất trình)",
    r"lưu ý",
    r"thành phần hồ sơ",
    r"nhóm \d+ gồm",
    # Whose papers these are, or of what they consist; `Hồ sơ đăng ký …` names a case.
    r"hồ sơ (?:của|gồm) ",
    r"ngoài các ",
    r"người yêu cầu chứng thực (?:nộp|phải xuất trình) ",
    # The name of a paper over the list of its variants or parts.
    r"\d+ bản (?:chính|sao) ",
    r"bản khai ",
    r"yêu cầu xác định ",
)
"""How a heading begins. What no heading begins like is a case: a paper that is asked for in one
case too few can be asked for later, one that is asked for in a wrong case turns people away."""

_HEADING = re.compile("|".join(HEADINGS), re.IGNORECASE)


def kind_of(name: str | None) -> GroupKind:
    """What a group of papers is, by its name."""
    if name is None:
        return GroupKind.GENERAL
    return GroupKind.SECTION if _HEADING.match(name) else GroupKind.CASE


def group_of(
    code: str, number: int, name: str | None, papers: Sequence[ComponentRecord]
) -> GroupRecord:
    """The group of a number, counted from 1; its papers are numbered in it."""
    identity = f"{code}-c{number:02d}"
    return built(
        GroupRecord,
        id=identity,
        kind=kind_of(name),
        name=name,
        components=tuple(
            paper.model_copy(update={"id": f"{identity}-{place:02d}"})
            for place, paper in enumerate(papers, 1)
        ),
    )
