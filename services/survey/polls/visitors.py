"""Visitor tokens: handed out to whoever asks, so that one of them votes once."""

import base64
import binascii
import hmac
import secrets
from typing import Final

NONCE_BYTES: Final = 16
SEAL_BYTES: Final = 16


def hand_out(key: bytes) -> str:
    """Make a token that nobody had before and nobody else can make."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _seal(key, nonce)).decode().rstrip("=")


def is_ours(key: bytes, token: str) -> bool:
    """Whether a token was handed out here."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    nonce, seal = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    return len(nonce) == NONCE_BYTES and hmac.compare_digest(seal, _seal(key, nonce))


def known_as(key: bytes, poll: bytes, token: str) -> bytes:
    """What a poll keeps of a visitor: the same for the same token, another one in every poll."""
    return hmac.digest(key, b"vote/" + poll + token.encode(), "sha256")


def _seal(key: bytes, nonce: bytes) -> bytes:
    return hmac.digest(key, b"visitor/" + nonce, "sha256")[:SEAL_BYTES]
