"""Text of the catalogue as it is kept."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _composed(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("Không được chứa ký tự điều khiển.")
    return unicodedata.normalize("NFC", text)


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_composed),
]
"""A sentence of the catalogue, composed (NFC) so that equal texts are equal bytes."""

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    AfterValidator(_composed),
]
"""A name of the catalogue; national names run to a few hundred characters."""


LongText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50_000),
    AfterValidator(_composed),
]
"""A text of the catalogue that runs over pages, such as the order of doing it."""


def without_marks(text: str) -> str:
    """Lower case and bare letters: `Đăng ký khai sinh` becomes `dang ky khai sinh`."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
