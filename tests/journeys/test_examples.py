"""The examples of the document are sent through the door, and taken."""

from typing import Any

from deploy.local.testing import RunningSystem
from gateway.examples import kept
from shared.identity import Role
from tests.journeys import office_day
from tests.journeys.examples import DAY, WITHOUT, missing
from tests.journeys.recording import Document, recording, shape


async def _document(doors: Any) -> Document:
    anybody = await doors(Role.PORTAL)
    document: Document = await anybody.until(
        "/openapi.json", lambda found: "x-missing-services" not in found["info"]
    )
    return document


async def test_what_a_day_at_an_agency_sends_is_what_the_examples_show(
    at_the_door: RunningSystem, doors: Any
) -> None:
    with recording(await _document(doors)) as sent:
        await office_day.tell()

    shown = {name: one["body"] for name, one in kept().items() if one["told_by"] == DAY}
    assert {name: shape(body) for name, body in sent.items()} == {
        name: shape(body) for name, body in shown.items()
    }


async def test_every_example_is_in_the_document_and_new_operations_bring_theirs(
    doors: Any,
) -> None:
    document = await _document(doors)
    known = {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
    }

    assert kept().keys() <= known
    assert len(missing(document)) <= WITHOUT
