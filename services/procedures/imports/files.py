"""Walks a kept file of any form, record by record, from any place on."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

from services.procedures.imports.archives import Archive, Member, Unusable
from services.procedures.imports.checking import Reason
from services.procedures.imports.chunks import Kept
from services.procedures.imports.splitting import Element, Lines, Place, Splitter
from services.procedures.imports.structure import Values
from services.procedures.models import ImportForm

FORMS_BY_SUFFIX: Final[Mapping[str, ImportForm]] = {
    ".json": ImportForm.JSON,
    ".ndjson": ImportForm.LINES,
    ".jsonl": ImportForm.LINES,
}
SPLITTERS: Final[Mapping[ImportForm, type[Lines] | type[Values]]] = {
    ImportForm.JSON: Values,
    ImportForm.LINES: Lines,
}
NO_RECORDS: Final = Reason(
    "member_unknown", f"Chỉ đọc tệp {', '.join(FORMS_BY_SUFFIX)} trong tệp ZIP."
)


@dataclass(frozen=True, slots=True)
class Position:
    """From where a file can be read on: which member of an archive, and where in it."""

    member: int
    place: Place

    def to_json(self) -> dict[str, Any]:
        """The position as it is kept."""
        return {"member": self.member, "place": self.place.to_json()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> "Position":
        """The position as it was kept; the beginning when none was."""
        return cls(kept["member"], Place.from_json(kept["place"])) if kept else BEGINNING


BEGINNING: Final = Position(0, Place())


@dataclass(frozen=True, slots=True)
class Piece:
    """One element, of which member, and where to go on behind it; or why there is none."""

    member: str | None
    element: Element
    behind: Position
    bytes_read: int
    problem: Reason | None = None


async def pieces(kept: Kept, form: ImportForm, since: Position) -> AsyncIterator[Piece]:
    """Every element behind a position; raises Unusable when an archive cannot be opened."""
    if form is ImportForm.ZIP:
        async for piece in _of_archive(Archive(kept), since):
            yield piece
        return
    stream = kept.since(since.place.offset)
    async for element in _split(SPLITTERS[form](since.place), stream):
        yield Piece(None, element, Position(0, element.behind), element.behind.offset)


async def _of_archive(archive: Archive, since: Position) -> AsyncIterator[Piece]:
    for number, member in enumerate(await archive.members()):
        if number < since.member:
            continue
        place = since.place if number == since.member else Place()
        behind = Position(number + 1, Place())
        form = FORMS_BY_SUFFIX.get(PurePosixPath(member.name).suffix.lower())
        if form is None:
            yield _problem(member, place, behind, NO_RECORDS)
            continue
        try:
            stream = archive.since(number, place.offset)
            async for element in _split(SPLITTERS[form](place), stream):
                place = element.behind
                share = place.offset / max(1, member.size)
                read = member.begins + int(member.packed * min(1.0, share))
                yield Piece(member.name, element, Position(number, place), read)
        except Unusable as unusable:
            reason = Reason(unusable.code, unusable.detail)
            yield _problem(member, place, behind, reason)


def _problem(member: Member, place: Place, behind: Position, reason: Reason) -> Piece:
    read = member.begins + member.packed
    return Piece(member.name, Element(place.line, b"", None, place), behind, read, reason)


async def _split(splitter: Splitter, stream: AsyncIterator[bytes]) -> AsyncIterator[Element]:
    async for data in stream:
        for element in splitter.feed(data, last=False):
            yield element
    for element in splitter.feed(b"", last=True):
        yield element
