import stat
import time
from pathlib import Path

import pytest

from shared import issuer
from shared.errors import Unauthenticated
from shared.identity import (
    PUBLIC_KEYS,
    NoIssuer,
    Principal,
    Role,
    SubjectKeyMissing,
    Verifier,
)
from shared.identity.subjects import SUBJECT_KEY
from shared.settings import KernelSettings


def local(keys_dir: Path) -> KernelSettings:
    return KernelSettings(profile="local", keys_dir=keys_dir)


async def test_names_the_caller_of_a_signed_token(keys_dir: Path) -> None:
    signed = issuer.issue(keys_dir, subject="cb-01", roles=[Role.COUNTER], agencies=["H20.40"])

    principal = await Verifier(local(keys_dir)).verify(signed)

    assert principal == Principal("cb-01", frozenset({Role.COUNTER}), ("H20.40",))


async def test_names_a_citizen_by_a_pseudonym_and_knows_the_number_only_in_memory(
    keys_dir: Path,
) -> None:
    number = "087199001234"
    signed = issuer.issue(keys_dir, subject=number, roles=[Role.CITIZEN], agencies=[])

    principal = await Verifier(local(keys_dir)).verify(signed)
    again = await Verifier(local(keys_dir)).verify(signed)

    assert principal.number == number
    assert principal.subject.startswith("citizen:")
    assert number not in repr(principal)
    assert principal.subject == again.subject


@pytest.mark.parametrize(
    "token",
    ["", "abc", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "e30.e30.e30", "W10.W10.W10", "." * 9000],
)
async def test_refuses_what_is_not_a_token(keys_dir: Path, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await Verifier(local(keys_dir)).verify(token)


async def test_refuses_a_token_of_another_installation(keys_dir: Path, tmp_path: Path) -> None:
    issuer.make_keys(tmp_path)
    foreign = issuer.issue(tmp_path, subject="cb-01", roles=[Role.ADMIN], agencies=["*"])

    with pytest.raises(Unauthenticated):
        await Verifier(local(keys_dir)).verify(foreign)


async def test_refuses_an_expired_token_even_when_it_was_seen_before(keys_dir: Path) -> None:
    moment = 0.0
    signed = issuer.issue(
        keys_dir, subject="cb-01", roles=[Role.COUNTER], agencies=["*"], lifetime_seconds=60
    )
    start = time.time()
    verifier = Verifier(local(keys_dir), clock=lambda: start + moment)
    await verifier.verify(signed)

    moment = 3600.0

    with pytest.raises(Unauthenticated):
        await verifier.verify(signed)


async def test_after_a_rotation_old_and_new_tokens_stand_in_a_running_process(
    tmp_path: Path,
) -> None:
    issuer.make_keys(tmp_path)
    before = issuer.issue(tmp_path, subject="cb-01", roles=[Role.COUNTER], agencies=[])
    moment = 0.0
    running = Verifier(local(tmp_path), pace=lambda: moment)
    await running.verify(before)

    issuer.rotate_keys(tmp_path)
    issuer.make_keys(tmp_path)
    moment = 2.0
    after = issuer.issue(tmp_path, subject="cb-02", roles=[Role.COUNTER], agencies=[])

    assert (await running.verify(after)).subject == "cb-02"
    assert (await Verifier(local(tmp_path)).verify(before)).subject == "cb-01"


def test_production_takes_no_tokens_of_the_local_issuer(keys_dir: Path) -> None:
    with pytest.raises(NoIssuer):
        Verifier(KernelSettings(profile="production", keys_dir=keys_dir))


def test_production_is_given_the_key_of_pseudonyms(tmp_path: Path) -> None:
    production = KernelSettings(
        profile="production", keys_dir=tmp_path, oidc_issuer="https://login.example.vn"
    )

    with pytest.raises(SubjectKeyMissing):
        Verifier(production)

    (tmp_path / SUBJECT_KEY).write_bytes(bytes(32))
    Verifier(production)


def test_a_scope_covers_the_agency_and_all_below_but_not_its_namesakes() -> None:
    principal = Principal("cb-01", frozenset({Role.COUNTER}), ("H20.40",))

    assert principal.covers("H20.40")
    assert principal.covers("H20.40.13")
    assert not principal.covers("H20.401")
    assert not principal.covers("H20")


def test_an_administrator_may_do_what_any_role_may() -> None:
    assert Principal("a", frozenset({Role.ADMIN}), ()).may(Role.CATALOGUE)
    assert not Principal("b", frozenset({Role.COUNTER}), ()).may(Role.CATALOGUE)


def test_keys_and_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    issuer.make_keys(tmp_path)
    Verifier(local(tmp_path))

    for name in (issuer.PRIVATE_KEY, issuer.CLIENTS, SUBJECT_KEY):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert b'"d"' not in (tmp_path / PUBLIC_KEYS).read_bytes()
