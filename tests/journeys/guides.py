"""Runs the commands of a guide as its reader would: in order, in one shell, and compares."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

FENCED: Final = re.compile(
    r"^```(?P<kind>sh|text)\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL
)
MARK: Final = "@@@ step {number} @@@"
ANYTHING: Final = "…"
SECONDS_MAX: Final = 100


class Step(NamedTuple):
    """Commands of one block, and what the block after it says they print, if one does."""

    commands: str
    shown: str | None


def steps(guide: str) -> list[Step]:
    """The steps of a guide, in order."""
    found: list[Step] = []
    for block in FENCED.finditer(guide):
        if block["kind"] == "sh":
            found.append(Step(block["content"], None))
        else:
            found[-1] = found[-1]._replace(shown=block["content"])
    return found


def printed(told: list[Step], where: Path) -> list[str]:
    """What each step printed; raises RuntimeError with everything printed when one fails."""
    script = "set -euo pipefail\n"
    for number, step in enumerate(told):
        script += f"printf '{MARK.format(number=number)}\\n'\n{step.commands}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=where,
        env=os.environ,
        check=False,
        timeout=SECONDS_MAX,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"exit {done.returncode}:\n{done.stdout}")
    pieces = re.split(MARK.format(number=r"\d+") + r"\n", done.stdout)
    return pieces[1:]


def agrees(shown: str, told: str) -> bool:
    """Whether what was printed is what the guide shows; `…` stands for anything within a line."""
    pattern = re.escape(shown.strip()).replace(re.escape(ANYTHING), ".*?")
    return re.fullmatch(pattern, told.strip()) is not None
