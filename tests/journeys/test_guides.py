"""The commands in docs/api pass, in their order, on a running system."""

import asyncio
from pathlib import Path

import pytest

from deploy.local.testing import RunningSystem
from tests.journeys import guides

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {path.stem: path.read_text() for path in (ROOT / "docs" / "api").glob("*.md")}


def test_each_user_has_a_guide() -> None:
    assert GUIDES.keys() >= {"portal", "post", "mobile", "webhooks"}


@pytest.mark.parametrize("guide", sorted(GUIDES))
async def test_a_guide_is_true(
    at_the_door: RunningSystem, monkeypatch: pytest.MonkeyPatch, guide: str
) -> None:
    monkeypatch.setenv("MOTCUA", at_the_door.gateway_url)
    told = guides.steps(GUIDES[guide])
    assert len(told) > 3

    printed = await asyncio.to_thread(guides.printed, told, ROOT)

    for step, said in zip(told, printed, strict=True):
        if step.shown is not None:
            assert guides.agrees(step.shown, said), f"{step.commands}\nprinted:\n{said}"


def test_a_wrong_command_and_a_wrong_answer_are_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such command"):
        guides.printed(guides.steps("```sh\necho no such command; false\n```\n"), tmp_path)
    (step,) = guides.steps("```sh\necho mã 7\n```\n\n```text\nmã …\n```\n")
    (said,) = guides.printed([step], tmp_path)
    assert guides.agrees("mã …", said)
    assert not guides.agrees("mã 8", said)
