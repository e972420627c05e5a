from pathlib import Path

import orjson
import pytest
from cryptography.exceptions import InvalidTag

from shared.personal_data import (
    KEY_FILE,
    KeysMissing,
    Vault,
    mask_email,
    mask_number,
    masked,
    new_keys,
)

DATA = {"identity_number": "087200001234", "phone": None}


def test_what_is_sealed_opens_again_and_is_never_sealed_alike(tmp_path: Path) -> None:
    vault = Vault.load(tmp_path, create=True)

    first, second = (vault.seal(DATA, of="row/owner") for _ in range(2))

    assert first is not None
    assert first != second
    assert b"087200001234" not in first
    opened = vault.open(first, key_id=vault.current, of="row/owner")
    assert opened == {"identity_number": "087200001234"}


def test_nothing_given_seals_nothing(tmp_path: Path) -> None:
    vault = Vault.load(tmp_path, create=True)

    assert vault.seal({"phone": None}, of="row") is None
    assert vault.open(None, key_id="k1", of="row") == {}


def test_a_seal_moved_to_another_row_does_not_open(tmp_path: Path) -> None:
    vault = Vault.load(tmp_path, create=True)
    sealed = vault.seal(DATA, of="row/owner")

    with pytest.raises(InvalidTag):
        vault.open(sealed, key_id=vault.current, of="other/owner")


def test_after_a_rotation_old_seals_open_and_numbers_are_still_found(tmp_path: Path) -> None:
    before = Vault.load(tmp_path, create=True)
    sealed = before.seal(DATA, of="row")
    path = tmp_path / KEY_FILE
    path.write_bytes(orjson.dumps(new_keys(orjson.loads(path.read_bytes()))))

    after = Vault.load(tmp_path, create=False)

    assert (before.current, after.current) == ("k1", "k2")
    assert after.open(sealed, key_id="k1", of="row") == {"identity_number": "087200001234"}
    assert after.hash("087200001234") == before.hash("087200001234")
    with pytest.raises(InvalidTag):
        after.open(after.seal(DATA, of="row"), key_id="k1", of="row")


def test_two_first_starts_share_one_key_file(tmp_path: Path) -> None:
    first = Vault.load(tmp_path, create=True)
    second = Vault.load(tmp_path, create=True)

    assert first.hash("1") == second.hash("1")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_without_its_key_file_a_deployment_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="personal-data"):
        Vault.load(tmp_path, create=False)


def test_a_number_is_found_however_it_was_typed(tmp_path: Path) -> None:
    vault = Vault.load(tmp_path, create=True)

    assert vault.hash("087 200.001-234") == vault.hash("087200001234")
    assert vault.hash("087200001235") != vault.hash("087200001234")
    assert vault.hash(None) is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("087200001234", "087*****1234"),
        ("331234567", "33*****67"),
        ("0901234567", "09******67"),
        ("1234", "***"),
        (None, None),
    ],
)
def test_the_middle_of_a_number_is_hidden(number: str | None, shown: str | None) -> None:
    assert mask_number(number) == shown


def test_contact_is_hidden_too() -> None:
    assert mask_email("an.nguyen@example.vn") == "a***@example.vn"
    assert masked({"address": "12 Lê Lợi"})["address"] == "***"
