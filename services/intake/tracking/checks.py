"""What proves that somebody may follow a dossier: digits of a number, or the receipt's token."""

import hmac
from collections.abc import Sequence

from services.intake.schemas.tracking import CHECK_DIGITS_MIN
from shared.personal_data import Vault, keyed

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter in it is read as another sign."""

TOKEN_SIGNS = 8
_BITS_A_SIGN = 5
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def receipt_token(vault: Vault, code: str) -> str:
    """Make the token (mã tra cứu) that a receipt bears: `7K3Q-0ZBM`."""
    number = int.from_bytes(keyed(vault, "receipt", code)[: TOKEN_SIGNS * _BITS_A_SIGN // 8])
    signs = [
        ALPHABET[number >> (_BITS_A_SIGN * place) & (len(ALPHABET) - 1)]
        for place in range(TOKEN_SIGNS)
    ]
    return f"{''.join(signs[:4])}-{''.join(signs[4:])}"


def proves(check: str, *, token: str, numbers: Sequence[str]) -> bool:
    """Whether the check is the token or ends one of the numbers; every one is compared in full."""
    given = _plain(check)
    found = hmac.compare_digest(given.translate(_MISREAD), _plain(token))
    for number in numbers:
        whole = _plain(number)
        ends = hmac.compare_digest(whole[-len(given) :] if given else "", given)
        found |= ends and CHECK_DIGITS_MIN <= len(given) <= len(whole)
    return found


def _plain(text: str) -> str:
    # Only plain ASCII can be compared in constant time, and no number or token has anything else.
    return "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
