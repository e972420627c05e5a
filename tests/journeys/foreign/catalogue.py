"""What the first world has in the catalogue: a procedure of its own, and what is unpublished."""

import json
from datetime import date

from tests.journeys.foreign.marks import WORD
from tests.journeys.foreign.world import AGENCY, PROCEDURE, World
from tests.procedures.factories import make_calendar, make_method, make_record
from tests.procedures.making_processes import make_group, make_process
from tests.waiting import until

SENT_PROCEDURE, CALENDAR = "1.999142", "VN-HANH-CHINH"
FORM = {"type": "object", "properties": {"ghi_chu": {"title": "Ghi chú", "type": "string"}}}
WAYS = ("direct", "online", "postal")


async def add(world: World, today: date) -> None:
    """A published procedure with a form, and drafts, imports and previews beside it."""
    catalogue = world.catalogue
    methods = [make_method(f"{PROCEDURE}-{way}", method=way) for way in WAYS]
    record = make_record(
        code=PROCEDURE, form_schema=FORM, methods=methods, boundary_free="province"
    )
    await catalogue.post("/v1/procedures", record)
    await catalogue.post(f"/v1/procedures/{PROCEDURE}/versions/1/publication")
    await _drafts(world)
    await _import(world)
    await _calendars(world, today)


async def _drafts(world: World) -> None:
    catalogue = world.catalogue
    draft = make_record(code=PROCEDURE, name=f"Bản nháp {WORD}", valid_from="2030-01-01")
    await catalogue.post("/v1/procedures", draft)
    process = make_process(procedure=PROCEDURE, number=f"QT {WORD}", agency=AGENCY)
    world.secret("process", (await catalogue.post("/v1/processes", process))["id"])
    group = make_group(code="NHOM-QUYRUNDA", name=f"Nhóm {WORD}")
    world.secret("group", (await catalogue.post("/v1/linked-groups", group))["id"])


async def _import(world: World) -> None:
    record = make_record(code=SENT_PROCEDURE, name=f"Bản gửi {WORD}")
    del record["valid_from"]
    sent = await world.catalogue.http.post(
        "/v1/imports/procedures",
        content=json.dumps(record).encode() + b"\n",
        headers={"Content-Type": "application/x-ndjson"},
    )
    location = sent.raise_for_status().headers["location"]
    world.secret("import", location.rpartition("/")[2])

    async def read() -> bool:
        items = await world.catalogue.get(f"{location}/items")
        return bool(items["items"])

    await until(read, seconds=30, what="the file that was sent is read")
    world.open("number", 1)


async def _calendars(world: World, today: date) -> None:
    """What a calendar would move is counted for each officer within their own agencies."""
    content = make_calendar(
        first_on="2018-12-31",
        last_on="2027-12-31",
        weekly={str(day): [{"start": "08:00", "end": "12:00"}] for day in range(5)},
    )
    asked = await world.catalogue.post(f"/v1/calendars/{CALENDAR}/previews", content)
    world.open("preview", asked["id"])
    ordered = {"calendar": CALENDAR, "version": 1, "ground": f"Tính lại {today:%d/%m/%Y}"}
    order = await world.catalogue.post("/v1/recalculations", ordered)
    world.open("recalculation", order["id"])
