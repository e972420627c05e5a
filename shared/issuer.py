"""The local profile's token issuer: one key pair made at first run, never in the repository."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from shared.identity import ALGORITHM, AUDIENCE, PUBLIC_KEYS, Role

PRIVATE_KEY = "issuer.json"
ISSUER = "motcua-local"
LIFETIME_SECONDS = 12 * 3600


def make_keys(keys_dir: Path) -> None:
    """Make the issuer's key pair unless it is there."""
    keys_dir.mkdir(parents=True, exist_ok=True)
    private = keys_dir / PRIVATE_KEY
    if not private.exists():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        handle = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps(key.as_dict(private=True)))
    key = ECKey.import_key(orjson.loads(private.read_bytes()))
    public = KeySet([key]).as_dict(private=False)
    (keys_dir / PUBLIC_KEYS).write_bytes(orjson.dumps(public))


def issue(
    keys_dir: Path,
    *,
    subject: str,
    roles: Sequence[Role],
    agencies: Sequence[str],
    lifetime_seconds: int = LIFETIME_SECONDS,
) -> str:
    """Sign a token for a caller of the local profile."""
    key = ECKey.import_key(orjson.loads((keys_dir / PRIVATE_KEY).read_bytes()))
    issued_at = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "roles": [str(role) for role in roles],
        "agencies": list(agencies),
        "iat": issued_at,
        "exp": issued_at + lifetime_seconds,
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)
