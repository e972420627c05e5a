"""Birth, residence and health insurance card of a child, one after the other (liên thông)."""

from typing import Any

from deploy.door import Door
from shared.identity import Role
from tests.procedures.factories import make_component, make_method, make_record
from tests.waiting import until

COMMUNE, POLICE, INSURER = "H20.104", "H20.105", "H20.106"
CARD = "1.999106"
LINKED = "2.000986"


async def test_birth_residence_and_card_are_one_life_and_counted_once(doors: Any) -> None:
    catalogue = await doors(Role.CATALOGUE)
    await publish(catalogue, CARD, "Cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi")
    counter = await doors(Role.COUNTER, agencies=[COMMUNE], subject="mot-cua")
    reporter = await doors(Role.REPORTER, agencies=["H20"])

    parent = await accepted(counter)
    linked = await begin(counter, parent)
    today = parent["accepted_at"][:10]

    for place, agency in enumerate((COMMUNE, POLICE, INSURER)):
        part = linked["parts"][place]
        assert part["held_up"] is None
        assert part["agency"] == agency
        assert [one["dossier"] is None for one in linked["parts"][place + 1 :]] == [True] * (
            2 - place
        )
        await refused_too_early(counter, parent)
        officer = await doors(Role.SPECIALIST, agencies=[agency], subject=f"cb-{agency}")
        path = f"/v1/dossiers/{part['dossier']['code']}"
        clock = await officer.until(f"/v1/clocks/{part['dossier']['code']}", known)
        assert clock["due_at"] == part["dossier"]["due_at"]
        await officer.post(f"{path}/resolution", {"outcome": "approved"})
        linked = await counter.get(f"/v1/dossiers/{parent['code']}/children")

    await counter.post(f"/v1/dossiers/{parent['code']}/resolution", {"outcome": "approved"})
    await counter.post(f"/v1/dossiers/{parent['code']}/return")

    linked = await counter.get(f"/v1/dossiers/{parent['code']}/children")
    codes = [part["dossier"]["code"] for part in linked["parts"]]
    assert [part["dossier"]["status"]["code"] for part in linked["parts"]] == [10, 10, 10]
    for code in codes:
        await reporter.until(
            f"/v1/clocks/{code}", lambda clock: clock["verdicts"]["report"] is not None
        )
    for agency, received in ((COMMUNE, 1), (POLICE, 0), (INSURER, 0)):
        report = await reporter.until(
            "/v1/reports/ii06a",
            lambda report, count=received: report["totals"]["resolved"] == count,
            agency=agency,
            **{"from": today, "to": today},
        )
        assert report["totals"]["received"] == received, agency


def known(clock: dict[str, Any]) -> bool:
    return clock["due_at"] is not None


async def publish(catalogue: Door, code: str, name: str) -> None:
    record = make_record(
        code=code,
        name=name,
        methods=[make_method(f"{code}-m01")],
        groups=[
            {
                "id": f"{code}-c01",
                "kind": "general",
                "components": [make_component(f"{code}-c01-01")],
            }
        ],
    )
    await catalogue.post("/v1/procedures", record)
    await catalogue.post(f"/v1/procedures/{code}/versions/1/publication")


async def accepted(counter: Door) -> dict[str, Any]:
    dossier = await counter.post(
        "/v1/dossiers",
        {
            "procedure": LINKED,
            "agency": COMMUNE,
            "channel": "counter",
            "applicant": {"name": "Nguyễn Văn Thử", "identity_number": "000187001234"},
        },
    )
    answer: dict[str, Any] = await counter.post(f"/v1/dossiers/{dossier['code']}/acceptance")
    return answer


async def begin(counter: Door, parent: dict[str, Any]) -> dict[str, Any]:
    """Link, as soon as intake has heard of the group and its procedures."""
    body = {
        "parts": [
            {"member": "khai-sinh"},
            {"member": "thuong-tru", "agency": POLICE},
            {"member": "the-bhyt", "agency": INSURER, "procedure": CARD},
        ],
    }
    path = f"/v1/dossiers/{parent['code']}/children"

    async def linked() -> bool:
        return (await counter.http.post(path, json=body)).status_code == 201

    await until(linked, seconds=30, what="the group is known to intake")
    answer: dict[str, Any] = await counter.get(path)
    return answer


async def refused_too_early(counter: Door, parent: dict[str, Any]) -> None:
    answer = await counter.http.post(
        f"/v1/dossiers/{parent['code']}/resolution", json={"outcome": "approved"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "children_open")
