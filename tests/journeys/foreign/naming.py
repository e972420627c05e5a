"""Asks for every answer twice: the second time by its name, and nothing comes but its name."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from tests.journeys.foreign.operations import Operation, Question, questions
from tests.journeys.foreign.walk import timeless
from tests.journeys.foreign.world import World

AT_ONCE_MAX = 8
TRIES_MAX = 3
"""An answer that counts minutes can change between two questions, but not each time."""


@dataclass
class Named:
    """What came of an operation: who was told, and what is wrong with the name."""

    operation: Operation
    told_to: str | None = None
    wrong: str | None = None


async def ask_twice(world: World, operations: Sequence[Operation]) -> list[Named]:
    """Ask each GET of whoever may know, until one is told."""
    slots = asyncio.Semaphore(AT_ONCE_MAX)

    async def ask(operation: Operation) -> Named:
        async with slots:
            return await _ask(world, operation)

    return await asyncio.gather(*(ask(one) for one in operations if one.method == "GET"))


async def _ask(world: World, operation: Operation) -> Named:
    named = Named(operation)
    question = questions(operation, world.known, choices_max=1)[0]
    for name, door in world.callers.items():
        answer = await door.http.get(question.path, params=question.query)
        if answer.status_code == httpx.codes.OK and _is_json(answer):
            named.told_to = name
            named.wrong = await _wrong(door.http, question, answer)
            return named
    return named


async def _wrong(http: httpx.AsyncClient, question: Question, answer: httpx.Response) -> str | None:
    for _ in range(TRIES_MAX):
        if "etag" not in answer.headers:
            return "has no name"
        asked = {"If-None-Match": answer.headers["etag"]}
        again = await http.get(question.path, params=question.query, headers=asked)
        if again.status_code == httpx.codes.NOT_MODIFIED and not again.content:
            same = again.headers["etag"].removeprefix("W/") == asked["If-None-Match"].removeprefix(
                "W/"
            )
            return None if same else "is told unchanged under another name"
        if again.status_code == httpx.codes.OK and again.content == answer.content:
            return "is sent again though nothing changed"
        if timeless(again) == timeless(answer):
            # Figures that say as of when they are true: the next ones are others.
            return None
        answer = again
    return "changes all the time"


def _is_json(answer: httpx.Response) -> bool:
    """Whether it is whole; what streams as lines is long, and has no name before its end."""
    return answer.headers["content-type"].startswith("application/json")
