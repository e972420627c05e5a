"""The examples of the document are sent through the door, and taken."""

import json
import re
from datetime import time

import jsonschema_rs
import pytest

from deploy.local.testing import RunningSystem
from gateway.examples import kept
from shared.clock import present
from shared.times import to_vietnam
from tests.journeys import office_day
from tests.journeys.examples import bodies, missing, whole_document
from tests.journeys.recording import Document, recording, shape

LAST_HOUR = time(23, 40)
INVENTED = {
    "identity numbers": (r"(?<![\w-])\d{12}(?!\w)", r"000\d{9}"),
    "phones": (r"(?<!\w)0[1-9]\d{8}(?!\w)", "0900000000"),
    "mailboxes": (r"[\w.]+@[\w.]+", r"[a-z.]+@([a-z]+\.)?example\.vn"),
}


@pytest.fixture
async def document(at_the_door: RunningSystem) -> Document:
    return await whole_document()


async def test_what_a_day_at_an_agency_sends_is_what_the_examples_show(
    at_the_door: RunningSystem, document: Document
) -> None:
    if to_vietnam(present()).time() > LAST_HOUR:
        pytest.skip("a visit that begins now would end tomorrow, and what is lent has run out")
    with recording(document) as sent:
        await office_day.tell(at_the_door)

    assert {name: shape(body) for name, body in sent.items()} == {
        name: shape(body) for name, body in kept().items()
    }


async def test_every_operation_that_takes_a_body_shows_one(document: Document) -> None:
    assert missing(document) == set()
    assert kept().keys() == {name for name, _ in bodies(document)}


async def test_every_example_is_what_its_own_schema_asks_for(document: Document) -> None:
    wrong = {}
    for name, body in bodies(document):
        schema = body["schema"] | {"components": document["components"]}
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        if complaints := [error.message for error in validator.iter_errors(kept()[name])]:
            wrong[name] = complaints

    assert wrong == {}


@pytest.mark.parametrize(("found", "allowed"), INVENTED.values(), ids=INVENTED)
def test_nobody_who_lives_is_in_an_example(found: str, allowed: str) -> None:
    said = re.findall(found, json.dumps(kept(), ensure_ascii=False))

    assert said
    assert [one for one in said if not re.fullmatch(allowed, one)] == []
