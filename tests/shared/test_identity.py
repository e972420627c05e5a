import time
from pathlib import Path

import pytest

from shared import issuer
from shared.errors import Unauthenticated
from shared.identity import PUBLIC_KEYS, Principal, Role, Verifier


def test_names_the_caller_of_a_signed_token(keys_dir: Path) -> None:
    signed = issuer.issue(keys_dir, subject="cb-01", roles=[Role.COUNTER], agencies=["H20.40"])

    principal = Verifier(keys_dir).verify(signed)

    assert principal == Principal("cb-01", frozenset({Role.COUNTER}), ("H20.40",))


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_refuses_what_is_not_a_token(keys_dir: Path, token: str) -> None:
    with pytest.raises(Unauthenticated):
        Verifier(keys_dir).verify(token)


def test_refuses_a_token_of_another_issuer(keys_dir: Path, tmp_path: Path) -> None:
    issuer.make_keys(tmp_path)
    foreign = issuer.issue(tmp_path, subject="cb-01", roles=[Role.ADMIN], agencies=["*"])

    with pytest.raises(Unauthenticated):
        Verifier(keys_dir).verify(foreign)


def test_refuses_an_expired_token_even_when_it_was_seen_before(keys_dir: Path) -> None:
    moment = 0.0
    signed = issuer.issue(
        keys_dir, subject="cb-01", roles=[Role.COUNTER], agencies=["*"], lifetime_seconds=60
    )
    start = time.time()
    verifier = Verifier(keys_dir, clock=lambda: start + moment)
    verifier.verify(signed)

    moment = 3600.0

    with pytest.raises(Unauthenticated):
        verifier.verify(signed)


def test_a_scope_covers_the_agency_and_all_below_but_not_its_namesakes() -> None:
    principal = Principal("cb-01", frozenset({Role.COUNTER}), ("H20.40",))

    assert principal.covers("H20.40")
    assert principal.covers("H20.40.13")
    assert not principal.covers("H20.401")
    assert not principal.covers("H20")


def test_an_administrator_may_do_what_any_role_may() -> None:
    assert Principal("a", frozenset({Role.ADMIN}), ()).may(Role.CATALOGUE)
    assert not Principal("b", frozenset({Role.COUNTER}), ()).may(Role.CATALOGUE)


def test_the_private_key_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    issuer.make_keys(tmp_path)

    assert (tmp_path / issuer.PRIVATE_KEY).stat().st_mode & 0o077 == 0
    assert b'"d"' not in (tmp_path / PUBLIC_KEYS).read_bytes()
