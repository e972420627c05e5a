"""Sums of money in Vietnamese words, as receipts state them."""

from typing import Final

DIGITS: Final = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES: Final = ("", "nghìn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ")
CURRENCY: Final = "đồng"
LAST: Final = {0: "", 1: "mốt", 5: "lăm"}
"""How the last digit is said after tens."""


def in_words(amount: int) -> str:
    """Read a sum of đồng aloud: 1 005 000 is “Một triệu không trăm linh năm nghìn đồng”."""
    if amount == 0:
        return f"Không {CURRENCY}"
    groups = []
    while amount:
        amount, group = divmod(amount, 1000)
        groups.append(group)
    words = []
    for place in reversed(range(len(groups))):
        if groups[place]:
            words.append(_group(groups[place], leading=place == len(groups) - 1))
            words.append(SCALES[place])
    spoken = " ".join(filter(None, [*words, CURRENCY]))
    return spoken[0].upper() + spoken[1:]


def _group(value: int, *, leading: bool) -> str:
    hundreds, rest = divmod(value, 100)
    words = [] if leading and not hundreds else [DIGITS[hundreds], "trăm"]
    return " ".join(filter(None, [*words, _tens(rest, alone=not words)]))


def _tens(value: int, *, alone: bool) -> str:
    tens, ones = divmod(value, 10)
    if tens == 0:
        if ones == 0:
            return ""
        return DIGITS[ones] if alone else f"linh {DIGITS[ones]}"
    ten = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if ones == 1 and tens == 1:
        return f"{ten} {DIGITS[ones]}"
    return f"{ten} {LAST.get(ones, DIGITS[ones])}".strip()
