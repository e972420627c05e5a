"""The local profile's token issuer: keys made at first run, never in the repository."""

import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import BaseModel

from shared import keyfiles
from shared.identity import AUDIENCE, EVERYWHERE, LOCAL_ISSUER, PUBLIC_KEYS, Role

ALGORITHM: Final = "ES256"
PRIVATE_KEY: Final = "issuer.json"
CLIENTS: Final = "clients.json"
LIFETIME_SECONDS: Final = 12 * 3600
LIFETIME_SECONDS_MAX: Final = 30 * 24 * 3600
SECRET_BYTES: Final = 32
RETIRED_AT = "retired_at"


class Client(BaseModel):
    """A machine's account of the local profile (client credentials)."""

    secret: str
    roles: list[Role]
    agencies: list[str]


def make_keys(keys_dir: Path) -> None:
    """Make the issuer's key pair and its clients unless they are there."""
    keyfiles.make_once(keys_dir / PRIVATE_KEY, _new_key())
    keyfiles.make_once(keys_dir / CLIENTS, _new_clients())
    if _current(keys_dir)["kid"] not in {key["kid"] for key in _public(keys_dir)}:
        _publish(keys_dir, time.time())


def rotate_keys(keys_dir: Path) -> str:
    """Sign by a new key from now on and give its id; tokens of the old one stand until they end."""
    keyfiles.replace(keys_dir / PRIVATE_KEY, _new_key())
    _publish(keys_dir, time.time())
    return str(_current(keys_dir)["kid"])


def issue(
    keys_dir: Path,
    *,
    subject: str,
    roles: Sequence[Role],
    agencies: Sequence[str],
    lifetime_seconds: int = LIFETIME_SECONDS,
    **more: str,
) -> str:
    """Sign a token for a caller of the local profile."""
    key = ECKey.import_key(_current(keys_dir))
    issued_at = int(time.time())
    claims = more | {
        "iss": LOCAL_ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "roles": [str(role) for role in roles],
        "agencies": list(agencies),
        "iat": issued_at,
        "exp": issued_at + min(lifetime_seconds, LIFETIME_SECONDS_MAX),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)


def clients(keys_dir: Path) -> dict[str, Client]:
    """Read the local profile's clients by their ids."""
    stored = orjson.loads((keys_dir / CLIENTS).read_bytes())
    return {name: Client.model_validate(client) for name, client in stored.items()}


def _publish(keys_dir: Path, now: float) -> None:
    """Write the public keys: the current one, and those whose tokens may still stand."""
    current = ECKey.import_key(_current(keys_dir)).as_dict(private=False)
    kept = [
        {RETIRED_AT: int(now), **key}
        for key in _public(keys_dir)
        if key.get(RETIRED_AT, now) > now - LIFETIME_SECONDS_MAX and key["kid"] != current["kid"]
    ]
    keyfiles.replace(keys_dir / PUBLIC_KEYS, orjson.dumps({"keys": [current, *kept]}))


def _current(keys_dir: Path) -> dict[str, Any]:
    key: dict[str, Any] = orjson.loads((keys_dir / PRIVATE_KEY).read_bytes())
    return key


def _public(keys_dir: Path) -> list[dict[str, Any]]:
    path = keys_dir / PUBLIC_KEYS
    keys: list[dict[str, Any]] = orjson.loads(path.read_bytes())["keys"] if path.exists() else []
    return keys


def _new_key() -> bytes:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return orjson.dumps(key.as_dict(private=True))


def _new_clients() -> bytes:
    def client(*roles: Role) -> dict[str, Any]:
        secret = secrets.token_urlsafe(SECRET_BYTES)
        return Client(secret=secret, roles=list(roles), agencies=[EVERYWHERE]).model_dump()

    return orjson.dumps({"portal": client(Role.PORTAL), "post": client(Role.POSTAL)})
