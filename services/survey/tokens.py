"""The invitation's token: unguessable, the same each time it is derived, stored only as a hash."""

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from functools import cache
from pathlib import Path
from uuid import UUID

from shared.settings import KernelSettings

SECRET_FILE = "survey-secret"  # noqa: S105 (the file's name, not what is in it)
SECRET_BYTES = 32


class SecretMissing(RuntimeError):
    """Production was not given the secret; one made here would not be the other hosts'."""


def secret_of(kernel: KernelSettings) -> bytes:
    """The service's secret; the local profile makes it at first need. Raises SecretMissing."""
    return read_secret(kernel.keys_dir, create=kernel.profile == "local")


@cache
def read_secret(keys_dir: Path, *, create: bool) -> bytes:
    """Read the secret file, made first where that is allowed; raises SecretMissing."""
    path = keys_dir / SECRET_FILE
    if not path.exists():
        if not create:
            raise SecretMissing(f"{path} is missing; provide 32 random bytes before starting.")
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Make the file whole or not at all: web and worker may both be the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{SECRET_FILE}-")
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
    # Of two who come first at once one link succeeds, and both read that one's secret.
    try:
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def token(key: bytes, invitation: UUID) -> str:
    """The 256-bit token of an invitation, fit for a URL and a QR code."""
    digest = hmac.digest(key, b"invitation/" + invitation.bytes, "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def fingerprint(given: str) -> bytes:
    """What the database keeps of a token: enough to recognise it, not enough to use it."""
    return hashlib.sha256(given.encode()).digest()


def answer_id(key: bytes, given: str) -> UUID:
    """The answer's id: one per token, and no way back to the invitation without the secret."""
    return UUID(bytes=hmac.digest(key, b"answer/" + given.encode(), "sha256")[:16], version=4)
