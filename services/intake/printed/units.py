"""Which one-stop a form comes from: its name, letters, parent and place on a day."""

from collections.abc import Iterator
from datetime import date

from services.intake.copies import Catalogue
from services.intake.schemas.printed import IssuingUnit
from shared.events import AgencyChanged, AgencyLevel
from shared.printing.wording import place_of

ONE_STOPS = frozenset({"one_stop", "one_stop_centre", "reception_point"})
"""Kinds of agency that are a one-stop themselves; any other has one."""

DEPARTMENT = ("Bộ phận Tiếp nhận và Trả kết quả", "BPTNTKQ")
CENTRE = ("Trung tâm Phục vụ hành chính công", "TTPVHCC")
NAMED = (("Trung tâm", CENTRE[1]), ("Bộ phận", DEPARTMENT[1]))
"""How the name of a one-stop begins tells its letters, whatever the day."""

CENTRES_SINCE = date(2025, 7, 1)
"""From here on communes have centres too (D118/2025 7(3)); before, only provinces had."""

ANCESTORS_MAX = 6


def issuing_unit(catalogue: Catalogue, agency: str, on: date) -> IssuingUnit:
    """Tell who gives the forms of the agency that received a dossier."""
    line = list(_upwards(catalogue, agency, on))
    own = line[0] if line else None
    level = own.level if own else AgencyLevel.OTHER
    is_centre = level is AgencyLevel.PROVINCE or on >= CENTRES_SINCE
    name, letters = CENTRE if is_centre else DEPARTMENT
    parent: str | None = own.name if own else agency
    if own is not None and own.kind in ONE_STOPS:
        name, parent = own.name, line[1].name if len(line) > 1 else None
        letters = next(
            (own_letters for begin, own_letters in NAMED if name.startswith(begin)), letters
        )
    return IssuingUnit(
        parent=parent,
        name=name,
        letters=letters,
        place=next(filter(None, (place_of(known.name) for known in line)), None),
        address=own.address if own else None,
        phone=(own.phone or own.hotline) if own else None,
        site=next((known.site for known in line if known.site), None),
    )


def agency_name(catalogue: Catalogue, code: str, on: date) -> str:
    """Name an agency as it was called on a day, or last; the code where none is known."""
    told = _told(catalogue, code, on)
    return told.name if told else code


def agency_address(catalogue: Catalogue, code: str, on: date) -> str | None:
    """Find where an agency is."""
    told = _told(catalogue, code, on)
    return told.address if told else None


def _told(catalogue: Catalogue, code: str, on: date) -> AgencyChanged | None:
    known = catalogue.agency(code, on)
    if known is not None:
        return known.told
    ended = catalogue.agencies.get(code, ())
    return ended[-1].told if ended else None


def _upwards(catalogue: Catalogue, agency: str, on: date) -> Iterator[AgencyChanged]:
    code: str | None = agency
    for _ in range(ANCESTORS_MAX):
        told = _told(catalogue, code, on) if code else None
        if told is None:
            return
        yield told
        code = told.parent
