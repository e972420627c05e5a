"""Rotating the key of personal data from the command line."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
import typer

from deploy.cli.keys import Sealing, rotate_keys
from services.sla.apologies import vault as letters
from services.survey.petitions import content as petitions
from shared.personal_data import KEY_FILE, Vault

ROTATIONS = 5


@pytest.fixture
def keys_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTCUA_KEYS_DIR", str(tmp_path))
    return tmp_path / KEY_FILE


def test_after_a_rotation_a_new_key_seals_and_the_old_one_still_opens(keys_file: Path) -> None:
    before = Vault.load(keys_file.parent, create=True)
    sealed = before.seal({"phone": "0901234567"}, of="a")
    mode = keys_file.stat().st_mode

    rotate_keys()

    after = Vault.load(keys_file.parent, create=False)
    assert (before.current, after.current) == ("k1", "k2")
    assert after.open(sealed, key_id="k1", of="a") == {"phone": "0901234567"}
    assert after.hash("0901234567") == before.hash("0901234567")
    assert keys_file.stat().st_mode == mode


def test_rotations_at_once_forget_no_key(keys_file: Path) -> None:
    Vault.load(keys_file.parent, create=True)

    with ThreadPoolExecutor(ROTATIONS) as pool:
        for done in [pool.submit(rotate_keys) for _ in range(ROTATIONS)]:
            done.result()

    stored = orjson.loads(keys_file.read_bytes())
    assert (len(stored["keys"]), stored["current"]) == (ROTATIONS + 1, f"k{ROTATIONS + 1}")


@pytest.mark.parametrize(
    ("service", "file"), [(Sealing.SLA, letters.FILE), (Sealing.SURVEY, petitions.KEY_FILE)]
)
def test_each_service_that_seals_has_a_key_of_its_own(
    keys_file: Path, service: Sealing, file: str
) -> None:
    keys_dir = keys_file.parent
    sealed = Vault.load(keys_dir, create=True, file=file).seal({"phone": "090"}, of="a")
    Vault.load(keys_dir, create=True)

    rotate_keys(service)

    after = Vault.load(keys_dir, create=False, file=file)
    assert after.current == "k2"
    assert after.open(sealed, key_id="k1", of="a") == {"phone": "090"}
    assert Vault.load(keys_dir, create=False).current == "k1"


def test_where_there_are_no_keys_none_are_made(keys_file: Path) -> None:
    with pytest.raises(typer.Exit):
        rotate_keys()

    assert not keys_file.exists()
