"""Personal data: sealed at rest by AES-GCM, found by keyed hash, shown masked."""

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE = "personal-data.json"
KEY_BYTES = 32
NONCE_BYTES = 12
LONG_IDENTITY_DIGITS = 12
HIDDEN = "***"
A_PERSON = "citizen"
NAME_DIGITS = 20


class KeysMissing(RuntimeError):
    """No key file where the deployment must have put one."""


class Vault:
    """Seals and opens personal data; old key ids stay readable after a rotation."""

    def __init__(self, current: str, keys: Mapping[str, bytes], hash_key: bytes) -> None:
        self.current = current
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._hash_key = hash_key

    @classmethod
    def load(cls, keys_dir: Path, *, create: bool, file: str = KEY_FILE) -> "Vault":
        """Read the key file, made at first use where `create` allows; raises KeysMissing.

        Each service that keeps personal data has a file of its own.
        """
        path = keys_dir / file
        if not path.exists():
            if not create:
                raise KeysMissing(f"{path} is missing; provide the key file before starting.")
            _make(path)
        stored = orjson.loads(path.read_bytes())
        keys = {key_id: base64.b64decode(key) for key_id, key in stored["keys"].items()}
        return cls(stored["current"], keys, base64.b64decode(stored["hash"]))

    def seal(self, data: Mapping[str, str | None], *, of: str) -> bytes | None:
        """Encrypt what is given of a person, bound to the row `of`; None when nothing is."""
        given = {name: value for name, value in data.items() if value}
        if not given:
            return None
        return self.encrypt(orjson.dumps(given), of=of)

    def open(self, sealed: bytes | None, *, key_id: str, of: str) -> dict[str, str]:
        """Decrypt a sealed row; raises InvalidTag when it was moved or tampered with."""
        if sealed is None:
            return {}
        return cast(dict[str, str], orjson.loads(self.decrypt(sealed, key_id=key_id, of=of)))

    def encrypt(self, plain: bytes, *, of: str) -> bytes:
        """Encrypt by the current key, bound to the row `of`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._ciphers[self.current].encrypt(nonce, plain, of.encode())

    def decrypt(self, sealed: bytes, *, key_id: str, of: str) -> bytes:
        """Decrypt; raises InvalidTag when it was moved or tampered with."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self._ciphers[key_id].decrypt(nonce, body, of.encode())

    def hash(self, value: str | None) -> bytes | None:
        """Hash a number for look-up by equality; its spaces and dots do not count."""
        if not value:
            return None
        plain = "".join(sign for sign in value if sign.isalnum()).lower()
        return hmac.new(self._hash_key, plain.encode(), hashlib.sha256).digest()


def keyed(vault: Vault, purpose: str, value: str) -> bytes:
    """Hash a text with the key of personal data, every sign of it counting."""
    # The vault's own hash drops dots and dashes, by which codes differ.
    exact = hashlib.sha256(f"{purpose}\n{value}".encode()).hexdigest()
    hashed = vault.hash(exact)
    if hashed is None:
        raise ValueError("a digest is never empty")
    return hashed


def kept_name(identity_hash: bytes) -> str:
    """Name a person where a log names who acted: a number's keyed hash, cut short."""
    return f"{A_PERSON}:{identity_hash.hex()[:NAME_DIGITS]}"


def mask_number(number: str | None) -> str | None:
    """Hide the middle of an identity number or phone: `087*****1234`."""
    if not number:
        return None
    head, tail = (3, 4) if len(number) >= LONG_IDENTITY_DIGITS else (2, 2)
    if len(number) <= head + tail:
        return HIDDEN
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def mask_email(email: str | None) -> str | None:
    """Hide a mail box's name and keep its host."""
    if not email:
        return None
    name, _, host = email.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{host}"


def masked(data: Mapping[str, str]) -> dict[str, str | None]:
    """Show what was sealed without giving it away."""
    return {
        "identity_number": mask_number(data.get("identity_number")),
        "phone": mask_number(data.get("phone")),
        "email": mask_email(data.get("email")),
        "address": HIDDEN if data.get("address") else None,
    }


def new_keys(kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Make the content of a key file, or rotate a kept one: a new current key, the old ones stay.

    The hash key never rotates: what is stored could not be found again.
    """
    keys: dict[str, str] = dict(kept["keys"]) if kept else {}
    key_id = f"k{len(keys) + 1}"
    keys[key_id] = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    fresh = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    return {"current": key_id, "keys": keys, "hash": kept["hash"] if kept else fresh}


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(orjson.dumps(new_keys()))
    try:
        # A link fails where a rename would overwrite: of two first starts one wins for both.
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink()
