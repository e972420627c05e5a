"""Puts a dossier and its parts into one answer."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gateway.composition.asking import SHOWN, Asking, Found
from gateway.composition.parts import AROUND, EXPLANATION, PARTS, PROCEDURE, Part
from gateway.routes import Service
from gateway.upstream.connection import Answer
from shared.answers import versioned_name
from shared.fields import Tree

DOSSIER = Part("dossier", Service.INTAKE, "/v1/dossiers/{dossier}")


async def compose(asking: Asking, reference: str, query: bytes, wanted: Tree | None) -> Answer:
    """The dossier with its parts, or intake's refusal as it is; raises Unavailable."""
    members: dict[str, Any] = {"dossier": reference}
    parts = _asked_for(wanted)
    around = [asyncio.create_task(asking.part(part, members)) for part in AROUND if part in parts]
    try:
        target = DOSSIER.target(members) + (b"?" + query if query else b"")
        answer = await asking.dossier(DOSSIER, target)
        if answer.status != SHOWN or answer.whole is None:
            return answer
        dossier = orjson.loads(answer.whole)
        found = [await asking.part(PROCEDURE, dossier)] if PROCEDURE in parts else []
        found += await asyncio.gather(*around)
    finally:
        for task in around:
            task.cancel()
    return _whole(answer, dossier, found)


def _asked_for(wanted: Tree | None) -> Sequence[Part]:
    """The parts that `fields` leaves in the answer: of the others nobody is asked."""
    if wanted is None:
        return PARTS
    named = wanted.get("parts")
    if named is None:
        return ()
    return [part for part in PARTS if not named or part.name in named]


def _whole(answer: Answer, dossier: dict[str, Any], found: Sequence[Found]) -> Answer:
    parts = {one.part.name: orjson.Fragment(one.content or b"null") for one in found}
    shown = {one.part.name for one in found if one.content is not None}
    body = orjson.dumps(
        dossier
        | {
            "parts": {part.name: parts.get(part.name) for part in PARTS},
            "links": _links(dossier["code"], shown),
            "missing": [one.missing() for one in found if one.gap is not None],
        }
    )
    # Begins with the dossier's version, so that it stands in If-Match as the dossier's own does.
    etag = versioned_name(b"%d" % dossier["sequence"], body)
    headers = [
        (b"content-type", b"application/json"),
        (b"etag", etag),
        (b"cache-control", b"no-store"),
    ]
    return Answer(answer.status, headers, body)


def _links(code: str, shown: set[str]) -> Mapping[str, str | None]:
    explanation = EXPLANATION.format(dossier=code) if "clock" in shown else None
    return {"explanation": explanation, "history": f"/v1/dossiers/{code}/history"}
