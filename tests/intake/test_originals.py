from typing import Any

from tests.conftest import Token
from tests.intake.conftest import Office, StartOffice
from tests.intake.factories import BIRTH_PAPER, COMMUNE, MARRIAGE_PAPER

HELD = [
    {"component": BIRTH_PAPER, "originals": 1, "originals_held": 2},
    {"component": MARRIAGE_PAPER, "originals": 1},
]
ONE = {"items": [{"component": BIRTH_PAPER}]}
PROXY = {"recipient": {"name": "Lê Văn Thay", "identity_number": "087200009999"}}


async def originals(office: Office, dossier: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = (await office.get(f"/v1/dossiers/{dossier['code']}/originals")).json()
    return told


async def give(office: Office, dossier: dict[str, Any], **said: Any) -> tuple[int, Any]:
    answer = await office.ask(dossier, "originals-returns", ONE | said)
    return answer.status_code, answer.json()


async def test_originals_are_given_back_until_none_is_held(office: Office) -> None:
    dossier = await office.accepted(papers=HELD)

    assert (await originals(office, dossier))["outstanding"] == 2
    await give(office, dossier)
    status, told = await give(office, dossier)
    refused = await give(office, dossier)

    assert (status, told["outstanding"]) == (201, 0)
    assert told["components"] == [{"component": BIRTH_PAPER, "held": 0, "given_back": 2}]
    assert [one["given_at"] for one in told["returns"]] == ["2026-03-02T08:00:00+07:00"] * 2
    assert (refused[0], refused[1]["code"]) == (422, "originals_not_held")
    assert refused[1]["errors"][0]["pointer"] == "/body/items/0"


async def test_what_was_never_held_is_not_given_back(office: Office) -> None:
    dossier = await office.accepted(papers=HELD)

    unheld = await give(office, dossier, items=[{"component": MARRIAGE_PAPER}])
    twice = await give(office, dossier, items=[{"component": BIRTH_PAPER}] * 2)

    assert (unheld[0], unheld[1]["code"]) == (422, "originals_not_held")
    assert (twice[0], twice[1]["code"]) == (422, "component_repeated")


async def test_a_withdrawn_dossiers_originals_go_to_a_proxy_who_is_sealed(
    office: Office,
) -> None:
    dossier = await office.accepted(papers=HELD)
    await office.do(dossier, "withdrawal")
    paper = {"proxy_paper": "Giấy ủy quyền số 7"}
    shown = {"identity_document": {"kind": "passport", "number": "C1234567"}}

    without = await give(office, dossier, **PROXY)
    status, told = await give(office, dossier, **PROXY, **paper, **shown)

    assert (without[0], without[1]["code"]) == (422, "proxy_paper_needed")
    assert (status, told["returns"][0]["by_proxy"]) == (201, True)
    (row,) = await office.rows("select recipient from originals_return")
    facts = str(await office.told(dossier))
    for secret in ("Lê Văn Thay", "087200009999", "C1234567", "số 7"):
        assert secret.encode() not in row["recipient"]
        assert secret not in facts
    opened = office.app.state.intake.vault.open(
        row["recipient"], key_id="k1", of=f"{dossier['id']}/originals/1"
    )
    assert (opened["document_number"], opened["proxy_paper"]) == ("C1234567", paper["proxy_paper"])


async def test_only_the_counter_gives_originals_back(
    start_office: StartOffice, token: Token
) -> None:
    office = await start_office()
    dossier = await office.accepted(papers=HELD)
    specialist = await start_office(bearer=token("specialist", agencies=(COMMUNE,)))

    assert (await give(specialist, dossier))[0] == 403


async def test_the_document_shown_at_the_return_is_sealed(office: Office) -> None:
    dossier = await office.accepted()
    await office.do(dossier, "resolution", {"outcome": "approved"})

    await office.do(
        dossier, "return", {"identity_document": {"kind": "vneid", "number": "087200001234"}}
    )

    (row,) = await office.rows("select recipient, identity_shown, by_proxy from handover")
    assert (row["identity_shown"], row["by_proxy"]) == (True, False)
    assert b"087200001234" not in row["recipient"]
