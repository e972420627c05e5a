"""An acceptance names the same owner's dossier that ended without a result shortly before."""

import json
from typing import Any

import pytest

from tests.intake.conftest import Office
from tests.intake.factories import NO_LIMIT

OTHER = {"name": "Nguyễn Văn Thử", "identity_number": "087200009999"}
NAMELESS = {"name": "Nguyễn Văn Thử"}


async def _named(office: Office, dossier: dict[str, Any]) -> str | None:
    fact = next(one for one in await office.told(dossier) if one["type"] == "dossier.accepted.v1")
    named: str | None = fact["data"].get("refiled_after")
    return named


async def test_a_new_filing_after_a_withdrawal_is_named_without_the_person(office: Office) -> None:
    first = await office.accepted()
    await office.do(first, "withdrawal")
    office.clock("2026-03-20 08:00")
    second = await office.accepted()

    assert await _named(office, first) is None
    assert await _named(office, second) == first["id"]
    assert "087" not in json.dumps([one["data"] for one in await office.told(second)])


async def test_of_several_the_last_is_named(office: Office) -> None:
    codes = []
    for day in ("02", "03"):
        office.clock(f"2026-03-{day} 08:00")
        dossier = await office.accepted()
        await office.do(dossier, "withdrawal")
        codes.append(dossier["id"])

    assert await _named(office, await office.accepted()) == codes[-1]


@pytest.mark.parametrize("second", [{"applicant": OTHER}, {"procedure": NO_LIMIT}])
async def test_another_owner_or_procedure_is_no_refiling(
    office: Office, second: dict[str, Any]
) -> None:
    await office.do(await office.accepted(), "withdrawal")

    assert await _named(office, await office.accepted(**second)) is None


async def test_who_has_no_number_is_nobody_who_filed_before(office: Office) -> None:
    await office.do(await office.accepted(applicant=NAMELESS), "withdrawal")

    assert await _named(office, await office.accepted(applicant=NAMELESS)) is None


async def test_what_is_open_was_never_accepted_or_ended_long_ago_is_not_named(
    office: Office,
) -> None:
    office.clock("2026-01-05 08:00")
    await office.do(await office.accepted(), "withdrawal")
    office.clock("2026-03-02 08:00")
    await office.accepted()
    await office.do(await office.file(), "withdrawal")

    assert await _named(office, await office.accepted()) is None
