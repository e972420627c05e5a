"""The gateway's table and the real services' routes agree, and what is published is kept."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from openapi_spec_validator import validate

from deploy.contract.narrowing import broken
from deploy.contract.surface import surface, written
from deploy.documents.writing import CONTRACT
from gateway.deprecations import DEPRECATED, Deprecations
from gateway.every_answer import PROBLEM
from gateway.openapi import OWN, merge
from gateway.routes import VERSION, Route, Service, find
from gateway.tags import TAGS

Documents = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def merged(documents: Documents) -> dict[str, Any]:
    """What a running gateway gives."""
    return merge(documents)


def routed(path: str) -> Route | None:
    return find(re.sub(r"\{[^}]+\}", "x", path))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_every_route_of_a_service_is_reached_through_the_gateway(documents: Documents) -> None:
    for owner, document in documents.items():
        for path in document["paths"]:
            if path.startswith(VERSION):
                route = routed(path)
                assert route is not None, path
                assert route.service is (None if owner == OWN else Service(owner)), path


def test_a_route_that_is_not_public_asks_for_a_token_in_its_service_as_well(
    documents: Documents,
) -> None:
    for document in documents.values():
        for path, method, operation in operations(document):
            route = routed(path)
            if route is not None and method.upper() in route.public:
                continue
            assert route is None or operation.get("security"), (method, path)


def test_the_document_says_where_no_token_is_needed(merged: dict[str, Any]) -> None:
    for path, method, operation in operations(merged):
        route = routed(path)
        security = operation.get("security", [])
        assert route is not None
        assert (not security or {} in security) is (method.upper() in route.public), (method, path)


def test_the_real_documents_merge_into_a_valid_one(
    documents: Documents, merged: dict[str, Any]
) -> None:
    validate(merged)
    assert Deprecations(DEPRECATED).unfounded(merged) == []
    paths = {path for document in documents.values() for path in document["paths"]}
    assert set(merged["paths"]) == {path for path in paths if path.startswith(VERSION)}


def test_every_operation_has_a_readable_name_of_its_own_and_is_described(
    merged: dict[str, Any],
) -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations(merged))

    assert [name for name, times in names.items() if times > 1] == []
    for _, _, operation in operations(merged):
        name = operation["operationId"]
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+){0,4}", name), name
        assert not operation["summary"].isascii(), f"{name} has no Vietnamese summary"
        assert operation["description"], name
        assert len(operation["tags"]) == 1, name
        assert {"4XX", "5XX"} <= operation["responses"].keys(), name
        refusal = operation["responses"]["4XX"]["content"][PROBLEM]["schema"]
        assert refusal == {"$ref": "#/components/schemas/ProblemView"}, name


def test_every_tag_is_explained_and_no_explanation_is_left_over(merged: dict[str, Any]) -> None:
    used = {tag for _, _, operation in operations(merged) for tag in operation["tags"]}

    assert used == TAGS.keys()
    assert [tag["name"] for tag in merged["tags"]] == list(TAGS)


def test_nothing_that_clients_rely_on_is_gone_and_what_is_new_is_written_down(
    merged: dict[str, Any],
) -> None:
    contract = surface(merged)

    assert broken(orjson.loads(CONTRACT.read_bytes()), contract) == []
    assert written(contract) == CONTRACT.read_bytes(), "run `make docs`"
