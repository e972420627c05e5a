"""Names people by a keyed digest of their number, so that no row, log or event holds the number."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

from shared.keyfiles import make_once

SUBJECT_KEY = "subjects.key"
KEY_BYTES_MIN = 32
DIGITS = 20


class SubjectKeyMissing(RuntimeError):
    """Production was not given the key; one made here would not be the other hosts'."""


def pseudonyms(keys_dir: Path, *, create: bool) -> Callable[[str], str]:
    """Read the key, made first where that is allowed; raises SubjectKeyMissing.

    The key never rotates: a person would become another.
    """
    path = keys_dir / SUBJECT_KEY
    if create:
        make_once(path, secrets.token_bytes(KEY_BYTES_MIN))
    key = path.read_bytes() if path.exists() else b""
    if len(key) < KEY_BYTES_MIN:
        raise SubjectKeyMissing(f"{path}: provide {KEY_BYTES_MIN} random bytes before starting.")

    def pseudonym(number: str) -> str:
        # Spaces, dots and dashes in a number are writing, not difference.
        plain = "".join(sign for sign in number if sign.isalnum()).lower()
        return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:DIGITS]

    return pseudonym
