"""Invented people: names by chance, identity numbers of a province that does not exist."""

import random
from typing import Any, Final

FAMILIES: Final = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
MIDDLES: Final = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Quốc", "Kim", "Hoàng", "Bích")
GIVENS: Final = (
    "An", "Bình", "Cường", "Dung", "Hạnh", "Hùng", "Lan", "Long", "Mai", "Nam",
    "Nga", "Phúc", "Quân", "Sơn", "Tâm", "Thảo", "Trang", "Tuấn", "Việt", "Yến",
)  # fmt: skip
NO_PROVINCE: Final = "000"
"""No place has this code, so that no number made here can be a living person's."""


def invent(chance: random.Random) -> dict[str, Any]:
    """Invent an applicant."""
    name = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVENS)}"
    number = f"{NO_PROVINCE}{chance.randrange(10**9):09d}"
    return {"name": name, "kind": "citizen", "identity_number": number}
