"""What people of the first world say: slips, petitions, and those who count them."""

import os
import uuid
from datetime import date, timedelta
from typing import Any

import asyncpg

from tests.journeys.foreign.marks import WORD
from tests.journeys.foreign.world import AGENCY, PERSON, PHONE, SAYS, World
from tests.survey.test_instruments import FILLED, OWN

INSTRUMENT = "H20.141-PHIEU"
MAILBOX = "quyrunda@example.vn"
SUSPICION = """
    insert into suspicion (id, agency, month, reason, slips, status)
    values ($1, $2, $3, 'burst', 40, 'pending')
"""
ASKED_ON = "update invitation set instrument = $1, instrument_version = 1 where dossier_code = $2"


async def add(world: World, today: date) -> None:
    """Slips with remarks, a petition, a sample, a site and a poll on it."""
    await _slips(world)
    await _petition(world)
    drawn = {
        "title": f"Mẫu {WORD}",
        "agency": AGENCY,
        "from": str(today - timedelta(days=30)),
        "to": str(today),
        "size": 5,
        "seed": "1",
    }
    await _suspicion(world, today)
    await _asking(world, today)
    world.secret("sample", (await world.officer.post("/v1/samples", drawn))["id"])
    await _site(world)


async def _slips(world: World) -> None:
    """Two remarks: one is shown, one waits; a third dossier's slip is still open."""
    await world.catalogue.post("/v1/instruments", OWN | {"code": INSTRUMENT, "agency": AGENCY})
    await world.catalogue.post(f"/v1/instruments/{INSTRUMENT}:publish")
    world.open("instrument", INSTRUMENT)
    first = await _remark(world, world.known["second returned dossier"])
    await world.officer.post(f"/v1/surveys/remarks/{first}/decision", {"show": True})
    await _remark(world, world.known["third returned dossier"])
    invitation = await _invited(world, world.known["returned dossier"])
    world.secret("invitation", invitation["id"])
    world.secret("token", (await _handed(world, invitation)).rpartition("/")[2])


async def _asking(world: World, today: date) -> None:
    """A rule of whom to ask, a link on its way to a mailbox, a kiosk in the hall."""
    rule = {"agency": AGENCY, "trigger": "accepted", "valid_from": str(today), "ground": WORD}
    occasion = await world.officer.post("/v1/surveys/occasions", rule)
    world.secret("occasion", occasion["id"])
    path = f"/v1/surveys/invitations/{world.known['invitation']}/sendings"
    sending = await world.officer.post(path, {"carrier": "email", "to": MAILBOX})
    world.marks.add(sending["id"], MAILBOX)
    kiosk = await world.operator.post("/v1/kiosks", {"agency": AGENCY, "name": f"Sảnh {WORD}"})
    world.secret("kiosk", kiosk["id"])
    world.marks.add(kiosk["secret"])


async def _remark(world: World, dossier: str) -> str:
    invitation = await _invited(world, dossier)
    await _write(ASKED_ON, INSTRUMENT, dossier)
    said = {"choices": FILLED | {"said": WORD}}
    await world.citizen.post(await _handed(world, invitation), said)
    queue = await world.officer.get("/v1/surveys/remarks/queue")
    world.marks.add(queue["items"][0]["id"])
    return str(queue["items"][0]["id"])


async def _suspicion(world: World, today: date) -> None:
    """What hundreds of slips of one month would bring about."""
    suspicion = uuid.uuid4()
    await _write(SUSPICION, suspicion, AGENCY, today.replace(day=1))
    world.secret("suspicion", suspicion)


async def _write(statement: str, *values: Any) -> None:
    survey = await asyncpg.connect(os.environ["SURVEY_DATABASE_URL"])
    try:
        await survey.execute(statement, *values)
    finally:
        await survey.close()


async def _invited(world: World, dossier: str) -> dict[str, Any]:
    found = await world.officer.until(
        "/v1/surveys/invitations", lambda answer: answer["items"], dossier=dossier
    )
    invitation: dict[str, Any] = found["items"][0]
    handed = await world.officer.post(f"/v1/surveys/invitations/{invitation['id']}/handing")
    invitation.update(handed)
    return invitation


async def _handed(world: World, invitation: dict[str, Any]) -> str:
    path = f"/v1/surveys/invitations/{invitation['id']}/handing"
    return str((await world.officer.post(path))["link"])


async def _petition(world: World) -> None:
    person = {"name": PERSON["name"], "phone": PHONE}
    said = {"agency": AGENCY, "text": SAYS, "petitioner": person}
    taken = await world.citizen.post("/v1/petitions", said)
    world.secret("petition code", taken["code"])
    world.secret("petition secret", taken["secret"])
    listed = await world.officer.get("/v1/petitions", agency=AGENCY)
    world.secret("petition", listed["items"][0]["id"])


async def _site(world: World) -> None:
    site = {"code": "hoi-cu.vn", "name": "Trang thử", "agency": AGENCY}
    await world.operator.post("/v1/sites", site)
    world.open("site", site["code"])
    words = {"vi": "Có hài lòng không?", "en": "Are you satisfied?"}
    options = [{"id": one, "words": {"vi": one, "en": one}} for one in ("co", "khong")]
    asked = {"agency": AGENCY, "site": site["code"], "question": words, "options": options}
    world.open("poll", (await world.operator.post("/v1/polls", asked))["id"])
