"""People's names as they are searched: without marks, by syllables and neighbouring pairs."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

SYLLABLES_MAX = 12
NAMES_REMEMBERED = 4096
"""Vietnamese names repeat: a few thousand make up most of a province."""
_WORDS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=NAMES_REMEMBERED)
def name_key(name: str) -> str:
    """Write a name small, without marks and with single spaces: `nguyen van an`."""
    flat = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    bare = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return " ".join(_WORDS.findall(bare))


def stored_keys(key: str) -> list[str]:
    """Take a name key apart into what is indexed: its syllables and their neighbouring pairs."""
    syllables = key.split()[:SYLLABLES_MAX]
    return list(dict.fromkeys([*syllables, *(f"{a}_{b}" for a, b in pairwise(syllables))]))


def asked_keys(key: str) -> list[str]:
    """Take a typed name apart into what a match must hold: the pairs, or the one syllable."""
    syllables = key.split()[:SYLLABLES_MAX]
    return [f"{a}_{b}" for a, b in pairwise(syllables)] or syllables
