"""Puts mistyped words right by the words that the published catalogue holds."""

from collections.abc import Sequence
from itertools import islice, product
from typing import Final

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.procedures.search.folding import padded
from services.procedures.search.fragments import TEXTS
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

HELD: Final = text(
    """
    select given.phrase
      from unnest(:phrases, :openings) as given (phrase, opening)
     where exists (
           select from procedure_version
            where published_at is not null
              and search_key like given.phrase and search_key like given.opening)
    """
).bindparams(bindparam("phrases", type_=TEXTS), bindparam("openings", type_=TEXTS))
NEAR: Final = text(
    """
    select given.typed, near.word as known
      from unnest(:words, :variants) as given (typed, variants)
     cross join lateral string_to_array(given.variants, ' ') as likely
     cross join lateral (
           select word
             from search_word
            where levenshtein_less_equal(word, given.typed, 1) <= 1 or word = any (likely)
            order by word <> given.typed, word <> all (likely), word
            limit :at_most) as near
    """
).bindparams(bindparam("words", type_=TEXTS), bindparam("variants", type_=TEXTS))


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
    """Those that stand in some published version word for word; every single word does."""
    if all(len(each.words) == 1 for each in phrases):
        return [*phrases]
    # Also the opening word, or PostgreSQL would look for a phrase so common, as it then thinks,
    # row after row.
    given = {
        "phrases": [f"%{padded(each.bare)}%" for each in phrases],
        "openings": [f"% {each.bare[0]} %" for each in phrases],
    }
    held = set((await session.scalars(HELD, given)).all())
    return [each for each, key in zip(phrases, given["phrases"], strict=True) if key in held]


async def _near(session: AsyncSession, words: list[str]) -> dict[str, list[str]]:
    """Known words at most a letter, a swap or a sound away from each, itself first."""
    if not words:
        return {}
    near: dict[str, list[str]] = {word: [] for word in words}
    variants = [" ".join(_variants(word)) for word in words]
    given = {"words": words, "variants": variants, "at_most": ALTERNATIVES_MAX}
    for row in await session.execute(NEAR, given):
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
