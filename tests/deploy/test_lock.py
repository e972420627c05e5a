import re
import tomllib
from pathlib import Path

LOCK = Path("requirements.lock").read_text()
PINNED = r"^(\S+)==\S+(?: ;[^\\\n]*)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n"
NAMES = set(re.findall(PINNED, LOCK, re.MULTILINE))


def test_the_lock_names_no_place_to_fetch_from() -> None:
    assert not re.search(r"://|index|find-links|trusted|@ ", LOCK.lower())


def test_every_package_is_pinned_with_its_hashes() -> None:
    assert len(NAMES) == len(re.findall(r"^\S", LOCK, re.MULTILINE)) > 50


def test_every_declared_package_is_locked() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    declared = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    # An extra may take in another one of the project's own.
    names = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in declared}

    assert names - {project["name"]} <= NAMES
