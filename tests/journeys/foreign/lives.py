"""Dossiers of the first world, with all that can hang on one."""

import hashlib
import io
from typing import Any

import httpx
from pypdf import PdfWriter

from tests.journeys.foreign.marks import WORD
from tests.journeys.foreign.world import AGENCY, OWNER, PERSON, PROCEDURE, SAYS, World
from tests.waiting import until


async def add(world: World) -> None:
    """One dossier with everything, one returned, one handed on, and what is not filed yet."""
    dossier = await _file(world)
    world.secret("dossier", dossier["code"])
    world.secret("dossier id", dossier["id"])
    await _attach(world, dossier)
    await _work(world, dossier)
    for name in ("returned dossier", "second returned dossier", "third returned dossier"):
        world.secret(name, await _returned(world))
    await _handed_on(world)
    await _unfiled(world)


async def _file(world: World, **changed: Any) -> dict[str, Any]:
    filing = {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "channel": "online_full",
        "applicant": PERSON,
        "form": {"ghi_chu": SAYS},
        "note": SAYS,
    }
    filed: list[dict[str, Any]] = []

    async def taken() -> bool:
        answer = await world.citizen.http.post("/v1/dossiers", json=filing | changed)
        filed.append(answer.json())
        return answer.is_success

    await until(taken, seconds=30, what="intake has heard of the procedure, and files")
    return filed[-1]


async def _attach(world: World, dossier: dict[str, Any]) -> None:
    content = _paper(SAYS)
    name = {"Content-Disposition": "attachment; filename*=UTF-8''quyrunda.pdf"}
    sent = (await world.citizen.http.post("/v1/files", content=content, headers=name)).json()
    kept = (
        await world.citizen.http.post("/v1/files", content=_paper(f"Bản sau. {SAYS}"), headers=name)
    ).json()
    world.secret("file", kept["id"])
    world.marks.add(sent["id"])
    announced = {
        "name": f"{WORD}.pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    upload = await world.citizen.post("/v1/uploads", announced)
    world.secret("upload", upload["id"])
    shown = await world.citizen.get(f"/v1/procedures/{PROCEDURE}")
    component = next(one for one in shown["cases"][0]["components"] if not one["is_note"])
    world.open("component", component["id"])
    attached = await world.citizen.post(
        f"/v1/dossiers/{dossier['code']}/attachments",
        {"items": [{"component": component["id"], "file": sent["id"]}]},
    )
    attachment = world.secret("attachment", attached["items"][0]["id"])
    link = await world.citizen.post(f"/v1/dossiers/{dossier['code']}/attachments/{attachment}/link")
    url = httpx.URL(link["url"])
    world.secret("download", url.path.rpartition("/")[2])
    world.open("until", url.params["until"])
    world.secret("signature", url.params["signature"])


async def _work(world: World, dossier: dict[str, Any]) -> None:
    officer, path = world.officer, f"/v1/dossiers/{dossier['code']}"
    await officer.post(f"{path}/acceptance")
    step = {"name": f"Thẩm định {WORD}", "unit": f"Tổ {WORD}", "officer": "can-bo-quyrunda"}
    await officer.post(f"{path}/steps", step)
    line = {"kind": "fee", "name": f"Phí {WORD}", "amount": 30_000, "ground": SAYS}
    await officer.post(f"{path}/fee-demands", {"lines": [line]})
    await officer.post(f"{path}/payments", {"demand": 1, "amount": 30_000, "means": "cash"})
    account = {"number": "0123456789", "name": PERSON["name"], "bank": f"Kho bạc {WORD}"}
    await officer.post(f"{path}/refunds", {"demand": 1, "ground": SAYS, "account": account})
    money = await officer.get(f"{path}/payments")
    world.secret("receipt", money["receipts"][0]["id"])
    await officer.post(f"{path}/forms/receipt")
    await officer.post(f"/v1/clocks/{dossier['code']}/control-slip")


async def _returned(world: World) -> str:
    officer = world.officer
    dossier = await _file(world)
    path = f"/v1/dossiers/{dossier['code']}"
    await officer.post(f"{path}/acceptance")
    await officer.post(f"{path}/resolution", {"outcome": "approved"})
    await officer.post(f"{path}/return", {"identity_shown": True, "receipt_shown": True})
    return str(dossier["code"])


async def _handed_on(world: World) -> None:
    """Filed again by the same person, so that they look like duplicates of each other."""
    dossier = await _file(world)
    world.secret("open dossier", dossier["code"])
    await world.officer.post(f"/v1/dossiers/{dossier['code']}/acceptance")


async def _unfiled(world: World) -> None:
    draft = {"content": {"procedure": PROCEDURE, "applicant": PERSON, "note": SAYS}}
    world.secret("draft", (await world.citizen.post("/v1/drafts", draft))["id"])
    block = await world.officer.post("/v1/code-blocks", {"agency": AGENCY, "count": 2})
    world.secret("block", block["id"])
    world.marks.add(*block["free"])
    world.open("owner", OWNER)
    world.open("check", OWNER[-6:])
    world.open("reference", "QUYRUNDA0000000000000001")


def _paper(says: str) -> bytes:
    """A real page that says this of itself."""
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": says})
    writer.write(written)
    return written.getvalue()
