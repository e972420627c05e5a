from typing import Any

import orjson
import pytest

from shared.events import EVENTS, decode
from tests.contracts.examples import GOLDEN, path_of

TYPES = sorted(path.stem for path in GOLDEN.glob("*.json"))
PERSONAL = {
    "name", "applicant", "owner", "identity_number", "phone", "email", "address", "recipient",
}  # fmt: skip
NAMES_OF_THINGS = {"procedure.published.v1", "agency.changed.v1", "dossier.step_completed.v1"}


def test_every_event_has_a_golden_message() -> None:
    assert sorted(EVENTS) == TYPES


@pytest.mark.parametrize("name", TYPES)
def test_a_golden_message_is_still_understood_and_nothing_of_it_is_gone(name: str) -> None:
    golden = orjson.loads(path_of(name).read_bytes())

    now = orjson.loads(decode(orjson.dumps(golden)).encode())

    assert missing(golden, now) == []


@pytest.mark.parametrize("name", sorted(set(TYPES) - NAMES_OF_THINGS))
def test_events_carry_no_personal_data(name: str) -> None:
    assert PERSONAL.isdisjoint(EVENTS[name].model_fields)


@pytest.mark.parametrize("body", [b"{}", b"[]", b"x", b'{"type": "dossier.unheard.v1"}'])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"envelope|unexpected character"):
        decode(body)


def missing(before: Any, after: Any, at: str = "") -> list[str]:
    """Members of the golden message that are gone or changed."""
    if isinstance(before, dict):
        return [
            gap
            for key, value in before.items()
            for gap in (
                missing(value, after[key], f"{at}/{key}")
                if isinstance(after, dict) and key in after
                else [f"{at}/{key}"]
            )
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [
            gap for at_item, (old, new) in pairs for gap in missing(old, new, f"{at}/{at_item}")
        ]
    return [] if before == after else [f"{at}: {before!r} became {after!r}"]
