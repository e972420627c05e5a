"""The document of the events says of them what they are."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from jsonschema_rs import Draft7Validator

from gateway.asyncapi.document import document
from gateway.asyncapi.words import KINDS, TITLES
from shared.events import EVENTS, kind_of
from tests.contracts.examples import envelope, path_of

DOCUMENT = document()


def validator(name: str) -> Draft7Validator:
    """Read a message as an outsider who has only the document; AsyncAPI 3 is of draft 7."""
    payload = DOCUMENT["components"]["messages"][name]["payload"]
    schema = {**payload, "components": DOCUMENT["components"]}
    return Draft7Validator(schema, validate_formats=True)


def golden(name: str) -> dict[str, Any]:
    message: dict[str, Any] = orjson.loads(path_of(name).read_bytes())
    return message


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(reference: str) -> Any:
    found: Any = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_golden_message_is_as_described_and_another_is_not(name: str) -> None:
    describes, message = validator(name), golden(name)
    required = resolve(f"#/components/schemas/{EVENTS[name].__name__}").get("required", [])

    assert [str(error) for error in describes.iter_errors(message)] == []
    assert not describes.is_valid(message | {"type": "dossier.unheard.v1"})
    for member in ("id", "sequence", "agency", "data"):
        assert not describes.is_valid({k: v for k, v in message.items() if k != member}), member
    for member in required:
        data = {key: value for key, value in message["data"].items() if key != member}
        assert not describes.is_valid(message | {"data": data}), member


def test_every_fact_and_every_kind_has_its_words_and_no_word_is_left_over() -> None:
    assert {name.rpartition(".")[0] for name in EVENTS} == TITLES.keys()
    assert {kind_of(name) for name in EVENTS} == KINDS.keys()
    assert len(set(TITLES.values())) == len(TITLES)


def test_everything_that_an_envelope_can_bear_is_described() -> None:
    plain = envelope(EVENTS["dossier.filed.v1"])

    full = replace(plain, traceparent="x", request_id="x", procedure="x")

    described = resolve("#/components/schemas/Envelope/properties")
    assert orjson.loads(full.encode()).keys() == described.keys()


def test_every_reference_leads_somewhere() -> None:
    found = set(references(DOCUMENT))

    for reference in found:
        assert resolve(reference), reference
    assert len(found) > len(EVENTS)


def test_every_channel_is_the_brokers_own_subject() -> None:
    for name in EVENTS:
        sealed = envelope(EVENTS[name])
        channel = DOCUMENT["channels"][name.rpartition(".")[0]]
        assert channel["address"].format(agency=sealed.agency) == sealed.subject
        assert name in channel["messages"]


def test_what_the_code_says_under_a_field_is_said_in_the_document() -> None:
    parent = resolve("#/components/schemas/DossierAccepted/properties/parent")

    assert parent == {
        "type": "string",
        "description": "Of one linked life only the parent counts as received; its children "
        "name it here.",
    }
