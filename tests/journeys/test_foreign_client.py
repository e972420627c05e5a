"""A foreign client walks everything that can be read, and finds nothing of another's."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from unittest import mock

import pytest

from deploy.local.testing import RunningSystem
from tests.journeys.foreign import building, callers, world
from tests.journeys.foreign.naming import ask_twice
from tests.journeys.foreign.openness import (
    ADMINISTERED,
    GUARDED,
    PUBLIC,
    SHARED,
    STANDING,
    UNPROVEN,
)
from tests.journeys.foreign.operations import (
    Document,
    Operation,
    Unfilled,
    operations,
    questions,
    reading,
)
from tests.journeys.foreign.places import READING
from tests.journeys.foreign.walk import Asked, Strangers, Walk
from tests.journeys.foreign.world import World

CHOICES_MAX, ALL_CHOICES = 2, 1000
OF_THE_GATEWAY = {
    *("read_events", "list_webhooks", "get_webhook", "list_webhook_deliveries"),
    "list_webhook_standings",
}
"""What no service's document tells; the merged one must."""


@dataclass(frozen=True)
class Worlds:
    """The first world, those who are far away from it, and what can be read."""

    first: World
    strangers: Strangers
    document: Document
    operations: Sequence[Operation]
    figures: Mapping[str, str]
    """What strangers were told of their own before anything was in the first world."""


@pytest.fixture(scope="module")
async def worlds(whole_system: RunningSystem) -> AsyncIterator[Worlds]:
    with mock.patch.dict(os.environ, whole_system.settings):
        async with AsyncExitStack() as stack:
            first = await world.enter(stack)
            strangers = await callers.enter(stack)
            document = await _complete_document(first)
            can_be_read = reading(document)
            figures = await Walk(first, strangers, choices_max=1).figures(can_be_read)
            await building.build(first)
            yield Worlds(first, strangers, document, can_be_read, figures)


@pytest.fixture(scope="module")
async def asked(worlds: Worlds) -> list[Asked]:
    walk = Walk(worlds.first, worlds.strangers, choices_max=CHOICES_MAX)
    return await walk(_fillable(worlds))


async def test_everything_that_can_be_read_can_be_asked_of_the_first_world(
    worlds: Worlds,
) -> None:
    assert _unfilled(worlds) == []


async def test_a_foreign_client_finds_nothing(asked: list[Asked]) -> None:
    assert [leak for one in asked for leak in one.leaks] == []


async def test_whoever_may_know_is_told(asked: list[Asked]) -> None:
    untold = {one.operation.identity for one in asked if one.told_to is None}

    _tell(asked)
    assert untold == UNPROVEN.keys()


async def test_no_figure_of_a_foreign_client_moves(worlds: Worlds) -> None:
    after = await Walk(worlds.first, worlds.strangers, choices_max=1).figures(worlds.operations)

    moved = [asked for asked, told in worlds.figures.items() if after[asked] != told]
    assert [f"{asked}: {worlds.figures[asked]} is now {after[asked]}" for asked in moved] == []
    assert any(figure.startswith("200") for figure in worlds.figures.values())


async def test_a_foreign_client_changes_nothing(worlds: Worlds) -> None:
    walk = Walk(worlds.first, worlds.strangers, choices_max=1)
    known = {one.identity for one in worlds.operations}
    acts = [one for one in operations(worlds.document) if one.identity not in known]
    before = await walk.seen(worlds.operations)

    meddled = await walk.meddle(acts, worlds.document)

    requests = sum(one.requests for one in meddled)
    print(f"\n{len(meddled)} acts on the first world's things, {requests} requests")
    assert [leak for one in meddled for leak in one.leaks] == []
    assert await walk.seen(worlds.operations) == before
    assert known >= STANDING


async def test_what_is_said_to_be_open_is_there(worlds: Worlds) -> None:
    there = {one.identity for one in worlds.operations}

    named = {*PUBLIC, *SHARED, *ADMINISTERED, *UNPROVEN, *GUARDED, *READING, *OF_THE_GATEWAY}
    assert named - there == set()


async def test_every_answer_bears_a_name_and_is_not_sent_twice(worlds: Worlds) -> None:
    named = await ask_twice(worlds.first, _fillable(worlds))

    told = [one for one in named if one.told_to is not None]
    print(
        f"\n{len(told)} of {len(named)} GETs showed JSON to somebody and were asked again by name"
    )
    assert {str(one.operation): one.wrong for one in told if one.wrong is not None} == {}
    assert len(told) > len(named) / 2


@pytest.mark.slow
async def test_a_foreign_client_finds_nothing_whatever_the_filter(worlds: Worlds) -> None:
    walk = Walk(worlds.first, worlds.strangers, choices_max=ALL_CHOICES)

    asked = await walk(_fillable(worlds))

    _tell(asked)
    assert [leak for one in asked for leak in one.leaks] == []


async def _complete_document(first: World) -> Document:
    document: Document = await first.officer.until(
        "/openapi.json", lambda document: "x-missing-services" not in document["info"]
    )
    return document


def _unfilled(worlds: Worlds) -> list[str]:
    unfilled = []
    for operation in worlds.operations:
        try:
            questions(operation, worlds.first.known, choices_max=1)
        except Unfilled as unknown:
            unfilled.append(str(unknown))
    return unfilled


def _fillable(worlds: Worlds) -> list[Operation]:
    unfilled = " ".join(_unfilled(worlds))
    return [one for one in worlds.operations if f"{one}: " not in unfilled]


def _tell(asked: Sequence[Asked]) -> None:
    strangers = set[str]().union(*(one.strangers for one in asked))
    told = sum(one.told_to is not None for one in asked)
    requests = sum(one.requests for one in asked)
    print(f"\n{len(asked)} operations, {len(strangers)} foreign clients, {requests} requests,")
    print(f"{told} operations told their owner or everybody what they know")
