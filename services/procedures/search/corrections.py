"""Puts mistyped words right by the words that the published catalogue holds."""

from collections.abc import Sequence
from itertools import islice, product
from typing import Final

from sqlalchemy import exists, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.models import ProcedureVersion, SearchWord
from services.procedures.search.folding import padded
from services.procedures.search.phrase import Phrase

LETTERS_MAX: Final = 20
"""Longer words are no Vietnamese syllables."""
ALTERNATIVES_MAX: Final = 8
CORRECTIONS_MAX: Final = 12
"""Combinations that are looked for; the likeliest readings among them are searched."""
READINGS_MAX: Final = 3
COMBINATIONS_MAX: Final = 2000
SOUND_ALIKE: Final = (("ch", "tr"), ("d", "gi"), ("r", "gi"))
"""Beginnings that many people speak, and write, alike; the others differ in a single letter."""


async def corrections_of(session: AsyncSession, phrase: Phrase) -> tuple[Phrase, ...]:
    """The readings nearest to the typed phrase whose every word is known, likeliest first."""
    words = phrase.bare
    near = await _near(session, [word for word in dict.fromkeys(words) if _may_be_wrong(word)])
    combined = islice(product(*(near.get(word, [word]) for word in words)), COMBINATIONS_MAX)
    changed = [(_changes(words, chosen), chosen) for chosen in combined]
    # Whatever is changed in two places was meant less likely than what is changed in one.
    nearest = min((changes for changes, _ in changed if changes), default=None)
    likely = [Phrase(chosen, chosen[-1]) for changes, chosen in changed if changes == nearest]
    held = await _held(session, likely[:CORRECTIONS_MAX])
    return tuple((held or likely)[:READINGS_MAX])


async def _held(session: AsyncSession, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Those that stand in some published version word for word."""
    version = ProcedureVersion
    key = version.search_key
    # The single words tell PostgreSQL how rare the phrase is, so that it looks into the index.
    some = [
        exists().where(
            version.published_at.is_not(None),
            each.found_in(key),
            key.like(f"%{padded(each.bare)}%"),
        )
        for each in phrases
    ]
    if not some:
        return []
    row = (await session.execute(select(*some))).one()
    return [each for each, holds in zip(phrases, row, strict=True) if holds]


async def _near(session: AsyncSession, words: list[str]) -> dict[str, list[str]]:
    """Known words at most a letter, a swap or a sound away from each, itself first."""
    if not words:
        return {}
    known = SearchWord.word
    each = [
        select(literal(word).label("typed"), known.label("known"))
        .where(or_(func.levenshtein_less_equal(known, word, 1) <= 1, known.in_(_variants(word))))
        .order_by(known != word, known.not_in(_variants(word)), known)
        .limit(ALTERNATIVES_MAX)
        for word in words
    ]
    near: dict[str, list[str]] = {word: [] for word in words}
    for row in await session.execute(union_all(*(one.subquery().select() for one in each))):
        near[row.typed].append(row.known)
    return near


def _variants(word: str) -> list[str]:
    """The word with two neighbouring letters swapped, or with a beginning that sounds alike."""
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    pairs = SOUND_ALIKE + tuple((right, left) for left, right in SOUND_ALIKE)
    sounding = [right + word.removeprefix(left) for left, right in pairs if word.startswith(left)]
    return swapped + sounding


def _may_be_wrong(word: str) -> bool:
    return word.isascii() and word.isalpha() and 1 < len(word) <= LETTERS_MAX


def _changes(words: list[str], chosen: tuple[str, ...]) -> int:
    return sum(one != other for one, other in zip(words, chosen, strict=True))
