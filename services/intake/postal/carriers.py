"""Carriers and what their status codes mean: a table of data, keyed by carrier, API and code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import orjson

from services.intake.models.postal import Sign
from shared.errors import NotFound

TABLE: Final = Path(__file__).with_name("carrier_codes.json")
OURS: Final = "motcua"
"""The API under which our own facts stand among a carrier's: their codes are the signs."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A postal enterprise and the APIs it reports by."""

    code: str
    name: str
    apis: Mapping[str, Mapping[str, Sign]]

    def sign(self, api: str, code: str) -> Sign:
        """Tell what a code means; the same number means other things in another API."""
        if api == OURS:
            return Sign(code)
        return self.apis[api].get(code, Sign.UNKNOWN)


@lru_cache(maxsize=1)
def carriers() -> Mapping[str, Carrier]:
    """Read the table, once."""
    return {
        code: Carrier(
            code,
            told["name"],
            {
                api: {
                    str(number): Sign(sign) for sign, numbers in signs.items() for number in numbers
                }
                for api, signs in told["apis"].items()
            },
        )
        for code, told in orjson.loads(TABLE.read_bytes()).items()
    }


def carrier(code: str) -> Carrier:
    """Get a carrier; raises NotFound."""
    try:
        return carriers()[code]
    except KeyError as unknown:
        raise NotFound("Không có doanh nghiệp bưu chính này.", code="carrier_unknown") from unknown
