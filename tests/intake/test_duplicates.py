"""The same person with the same request twice: a warning and nothing more."""

from typing import Any

from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import COMMUNE, IDENTITY, NO_LIMIT, OTHER_COMMUNE, PLAIN


async def _of(office: Office, dossier: dict[str, Any]) -> dict[str, Any]:
    answer = await office.get(f"/v1/dossiers/{dossier['code']}/duplicates")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _codes(found: dict[str, Any]) -> list[str]:
    return [item["code"] for item in found["items"]]


async def test_a_second_filing_within_days_is_pointed_at_from_both_sides(office: Office) -> None:
    first = await office.file()
    office.clock("2026-04-01 08:00")
    second = await office.file()

    assert _codes(await _of(office, first)) == [second["code"]]
    assert _codes(await _of(office, second)) == [first["code"]]


async def test_another_person_procedure_or_month_is_no_duplicate(office: Office) -> None:
    first = await office.file()
    await office.file(procedure=NO_LIMIT)
    await office.file(applicant={"name": "Nguyễn Văn Thử", "identity_number": "087200009999"})
    await office.file(applicant={"name": "Nguyễn Văn Thử"})
    office.clock("2026-04-02 08:00")
    await office.file()

    assert await _of(office, first) == {"days": 30, "items": [], "elsewhere": 0}


async def test_who_has_no_number_is_compared_with_nobody(office: Office) -> None:
    nameless = await office.file(applicant={"name": "Nguyễn Văn Thử"})
    await office.file(applicant={"name": "Nguyễn Văn Thử"})

    assert (await _of(office, nameless))["items"] == []


async def test_what_was_taken_back_or_refused_may_be_filed_again(office: Office) -> None:
    await office.do(await office.file(), "withdrawal")
    await office.do(await office.file(), "intake-refusal", {"ground": "Thiếu giấy tờ"})

    assert (await _of(office, await office.file()))["items"] == []


async def test_the_counter_asks_before_filing(office: Office) -> None:
    dossier = await office.file()

    answer = await office.http.post(
        "/v1/duplicates", json={"identity_number": IDENTITY, "procedure": PLAIN}
    )

    assert _codes(answer.json()) == [dossier["code"]]


async def test_elsewhere_only_the_number_is_told(
    office: Office, start_office: StartOffice, token: Token
) -> None:
    await office.file(agency=OTHER_COMMUNE)
    own = await office.file()
    counter = await start_office(bearer=token("counter", agencies=[COMMUNE]))

    assert await _of(counter, own) == {"days": 30, "items": [], "elsewhere": 1}
    citizen = await start_office(bearer=token("citizen", agencies=[], subject=IDENTITY))
    asked = {"identity_number": IDENTITY, "procedure": PLAIN}
    assert (await citizen.http.post("/v1/duplicates", json=asked)).status_code == 403
