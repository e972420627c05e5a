"""The instruments that come with the software, as data."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

import orjson

from services.survey.schemas.instruments import Instrument

PER_TRANSACTION: Final = "TT01-2018"
AGENCY_PART: Final = "TT01-2018-CO-QUAN"
SIPAS: Final = "SIPAS"
ONLINE_SERVICE: Final = "TT32-2017-DVC"


@cache
def published() -> Sequence[Instrument]:
    """All of them by code, the newest version of each last."""
    seeds = resources.files("services.survey") / "seeds" / "instruments"
    read = [
        Instrument.model_validate(_whole(orjson.loads(file.read_bytes())))
        for file in seeds.iterdir()
        if file.name.endswith(".json")
    ]
    return sorted(read, key=lambda instrument: (instrument.code, instrument.version))


def current(code: str = PER_TRANSACTION) -> Instrument:
    """The version that new invitations are made for; raises KeyError."""
    versions = [version for known, version in _by_version() if known == code]
    return get(code, max(versions, default=0))


def get(code: str, version: int) -> Instrument:
    """One version; raises KeyError for one that does not come with the software."""
    return _by_version()[code, version]


def _whole(document: dict[str, Any]) -> dict[str, Any]:
    """A seed with its shared scales written out where a question names one."""
    scales = document.pop("scales", {})
    for question in document["questions"]:
        if isinstance(named := question.get("options"), str):
            question["options"] = scales[named]
    return document


@cache
def _by_version() -> Mapping[tuple[str, int], Instrument]:
    return {(instrument.code, instrument.version): instrument for instrument in published()}
