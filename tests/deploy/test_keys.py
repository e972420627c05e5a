"""Rotating the key of personal data from the command line."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
import typer

from deploy.cli.keys import Sealing, rotate_keys
from gateway.webhooks import signing, subscriptions
from gateway.webhooks.subscriptions import Sealed, Secret, Subscription, load_vault
from services.sla.apologies import vault as letters
from services.survey.petitions import content as petitions
from shared.personal_data import KEY_FILE, Vault
from shared.settings import KernelSettings

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
    ("service", "file"),
    [
        (Sealing.SLA, letters.FILE),
        (Sealing.SURVEY, petitions.KEY_FILE),
        (Sealing.GATEWAY, subscriptions.KEY_FILE),
    ],
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


def subscribed(vault: Vault, secret: str) -> Subscription:
    """A webhook as it is kept, sealed by the vault's current key."""
    key_id, sealed = subscriptions.seal(vault, "w1", Sealed(secrets=(Secret(value=secret),)))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Subscription(
        id="w1", owner="cong", url="https://cong.example.vn/", scope=("H20",), state_at=now,
        created_at=now, request_hash="", key_id=key_id, sealed=sealed,
    )  # fmt: skip


def test_a_webhook_made_before_a_rotation_still_signs_and_a_new_one_is_sealed_anew(
    keys_file: Path,
) -> None:
    kernel = KernelSettings(profile="local", keys_dir=keys_file.parent)
    old_secret, new_secret = signing.new_secret(), signing.new_secret()
    old = subscribed(load_vault(kernel), old_secret)

    rotate_keys(Sealing.GATEWAY)

    vault = load_vault(kernel)
    new = subscribed(vault, new_secret)
    assert (old.key_id, new.key_id) == ("k1", "k2")
    assert [one.open(vault).secrets[0].value for one in (old, new)] == [old_secret, new_secret]


def test_where_there_are_no_keys_none_are_made(keys_file: Path) -> None:
    with pytest.raises(typer.Exit):
        rotate_keys()

    assert not keys_file.exists()
