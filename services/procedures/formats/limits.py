"""Processing limits as sources say them: a number and perhaps a unit."""

import re
from decimal import Decimal

from pydantic import ValidationError

from services.procedures.formats.source import Source
from services.procedures.formats.words import unit_of
from services.procedures.records import LimitRecord
from shared.events import LimitUnit

UNKNOWN = frozenset({"không", "không quy định", "không có"})

_NUMBER_AND_UNIT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)(?: (\D+))?")


def limit_of(value: Source, unit: Source) -> LimitRecord | None:
    """The limit, nothing when it is not told or 0; raises Unreadable for what is no limit.

    A missing unit is taken for working days and marked as assumed.
    """
    said = value.name()
    if said is None or said.casefold() in UNKNOWN:
        return None
    if (found := _NUMBER_AND_UNIT.fullmatch(said)) is None:
        raise value.wrong("limit_unreadable", "số của thời hạn giải quyết")
    told = unit if unit.name() is not None else Source(found[2], value.pointer)
    known = told.word(unit_of, "Đơn vị thời hạn", "unit_unknown")
    number = Decimal(found[1].replace(",", "."))
    if number == 0:
        return None
    try:
        return LimitRecord(
            value=number, unit=known or LimitUnit.WORKING_DAY, unit_assumed=known is None
        )
    except ValidationError as refused:
        raise value.wrong("limit_unreadable", "thời hạn chẵn phút, ngày hoặc tháng") from refused


def plain_number(number: Decimal) -> int | float:
    """The number as JSON has it."""
    return int(number) if number == int(number) else float(number)
