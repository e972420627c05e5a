"""Asks everything of everybody, and says what was told to whom."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import httpx

from tests.journeys.foreign.marks import Marks
from tests.journeys.foreign.openness import ADMINISTERED, GUARDED, PUBLIC, SHARED, STANDING
from tests.journeys.foreign.operations import Document, Operation, Question, questions
from tests.journeys.foreign.places import GUESSES, Known
from tests.journeys.foreign.world import World
from tests.journeys.foreign.writing import body

AT_ONCE_MAX = 8
REFUSED_BEFORE_LOOKING = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
REFUSED = {*REFUSED_BEFORE_LOOKING, HTTPStatus.NOT_FOUND}
NOBODY = "nobody"
NOTHING = re.compile(r'"items":\[\]')
NOW = re.compile(r'"position":\d+|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(?:\+07:00|Z)')
"""Moments, and how far the stream has been read: they differ each time one asks."""

Strangers = Mapping[str, httpx.AsyncClient]


@dataclass
class Asked:
    """What came of one operation."""

    operation: Operation
    requests: int = 0
    strangers: set[str] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)
    told_to: str | None = None
    """The rightful caller who was told what strangers were not."""


class Walk:
    """One walk through operations, as thorough as there is time for."""

    def __init__(self, world: World, strangers: Strangers, *, choices_max: int) -> None:
        self._world = world
        self._strangers = strangers
        self._choices_max = choices_max
        self._slots = asyncio.Semaphore(AT_ONCE_MAX)

    async def __call__(self, operations: Sequence[Operation]) -> list[Asked]:
        """Ask each operation of all strangers, then of those who may know."""
        return await asyncio.gather(*(self._ask_all(one) for one in operations))

    async def _ask_all(self, operation: Operation) -> Asked:
        asked = Asked(operation)
        known = self._world.known
        if operation.identity in GUARDED:
            # After some wrong guesses nobody is let in for a while.
            await self._ask_owners(asked, known, {})
            await self._ask_strangers(asked, known | GUESSES)
        else:
            heard = await self._ask_strangers(asked, known | GUESSES)
            await self._ask_owners(asked, known, heard)
        return asked

    async def _ask_strangers(self, asked: Asked, known: Known) -> Mapping[str, set[str]]:
        heard: dict[str, set[str]] = {}
        first, *others = questions(asked.operation, known, choices_max=self._choices_max)
        public = asked.operation.identity in PUBLIC
        for name, client in self._strangers.items():
            answer = await self._heard(asked, name, client, first, heard)
            if answer.status_code in REFUSED_BEFORE_LOOKING or (public and name != NOBODY):
                continue
            for question in others:
                await self._heard(asked, name, client, question, heard)
        return heard

    async def _heard(
        self,
        asked: Asked,
        name: str,
        client: httpx.AsyncClient,
        question: Question,
        heard: dict[str, set[str]],
    ) -> httpx.Response:
        answer = await self._request(asked, client, question)
        asked.strangers.add(name)
        if complaint := judge(question, answer, self._world.marks):
            asked.leaks.append(f"{name}: {question}: {complaint}")
        heard.setdefault(str(question), set()).add(timeless(answer))
        return answer

    async def _ask_owners(self, asked: Asked, known: Known, heard: Mapping[str, set[str]]) -> None:
        """Until somebody is told what no stranger was: otherwise the walk proves nothing."""
        opened = asked.operation.identity in PUBLIC.keys() | SHARED.keys()
        callers = self._world.callers
        if asked.operation.identity in ADMINISTERED:
            callers = {"administrator": self._world.administrator}
        for question in questions(asked.operation, known, choices_max=self._choices_max):
            for name, door in callers.items():
                answer = await self._request(asked, door.http, question)
                if not answer.is_success:
                    continue
                said = timeless(answer)
                if opened or self._world.marks.found_in(answer):
                    asked.told_to = name
                    return
                if said not in heard.get(str(question), ()) and not NOTHING.search(said):
                    asked.told_to = name
                    return

    async def _request(
        self, asked: Asked, client: httpx.AsyncClient, question: Question
    ) -> httpx.Response:
        asked.requests += 1
        async with self._slots:
            return await client.request(
                question.operation.method, question.path, params=question.query, json=question.body
            )

    async def figures(self, operations: Sequence[Operation]) -> dict[str, str]:
        """What each stranger is told of their own, by who asks and what they ask."""
        closed = [one for one in operations if one.identity not in PUBLIC.keys() | SHARED.keys()]
        found = await asyncio.gather(
            *(
                self._figure(name, client, question)
                for one in closed
                for question in self._plain(one)[:1]
                for name, client in self._strangers.items()
                if name != NOBODY
            )
        )
        return dict(found)

    async def meddle(self, operations: Sequence[Operation], document: Document) -> list[Asked]:
        """Let strangers do to the first world's things whatever can be done."""
        known = self._world.known | GUESSES
        meddled = []
        for operation in operations:
            said = body(document, operation, known)
            for question in self._plain(operation)[:1]:
                done = replace(question, body=said)
                if done.names_a_secret(self._world.marks):
                    meddled.append(await self._meddle(done))
        return meddled

    async def _meddle(self, done: Question) -> Asked:
        asked = Asked(done.operation)
        for name, client in self._strangers.items():
            answer = await self._request(asked, client, done)
            asked.strangers.add(name)
            # What is malformed is told before anything is looked for: it changes nothing either.
            if answer.status_code not in {*REFUSED, HTTPStatus.UNPROCESSABLE_ENTITY}:
                asked.leaks.append(f"{name}: {done}: {answer.status_code} {answer.text[:200]}")
        return asked

    async def seen(self, operations: Sequence[Operation]) -> dict[str, str]:
        """What the first world's own people see of their things, as far as time leaves it alone."""
        found = await asyncio.gather(
            *(
                self._figure(name, door.http, question)
                for one in operations
                if one.identity in STANDING
                for question in self._plain(one)[:1]
                for name, door in self._world.callers.items()
            )
        )
        return dict(found)

    def _plain(self, operation: Operation) -> Sequence[Question]:
        try:
            return questions(operation, self._world.known | GUESSES, choices_max=1)
        except LookupError:
            return ()

    async def _figure(
        self, name: str, client: httpx.AsyncClient, question: Question
    ) -> tuple[str, str]:
        answer = await self._request(Asked(question.operation), client, question)
        return f"{name}: {question}", timeless(answer)


def judge(question: Question, answer: httpx.Response, marks: Marks) -> str | None:
    """What is wrong with an answer to a stranger; None when it tells nothing."""
    identity = question.operation.identity
    if answer.is_success:
        public = identity in PUBLIC.keys() | SHARED.keys()
        if not public and question.names_a_secret(marks):
            return f"{answer.status_code}: there is such a thing"
        told = marks.found_in(answer, places=not public)
        return f"tells {sorted(told)}" if told else None
    if answer.status_code in REFUSED:
        told = marks.found_in(answer) - marks.found_in_text(str(question))
        return f"{answer.status_code} tells {sorted(told)}" if told else None
    if identity in GUARDED and answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return None
    if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not question.names_a_secret(marks):
        return None
    return f"answered {answer.status_code} {answer.text[:200]}"


def timeless(answer: httpx.Response) -> str:
    """The answer without what it says of the present moment."""
    return f"{answer.status_code} {NOW.sub('', answer.text)}" if _is_text(answer) else ""


def _is_text(answer: httpx.Response) -> bool:
    kind = answer.headers.get("content-type", "")
    return "json" in kind or kind.startswith("text/")
