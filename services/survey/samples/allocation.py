"""How many are drawn from each stratum; pure."""

from collections.abc import Mapping
from fractions import Fraction

from services.survey.schemas.samples import Method


def allocate(populations: Mapping[str, int], size: int, method: Method) -> dict[str, int]:
    """Share a size out by largest remainders: never more than there are, one each if it reaches.

    The same populations and size always give the same shares.
    """
    wanted = min(size, sum(populations.values()))
    least = 1 if wanted >= len(populations) else 0
    shares = dict.fromkeys(sorted(populations), least)
    while (left := wanted - sum(shares.values())) > 0:
        room = [stratum for stratum in shares if shares[stratum] < populations[stratum]]
        weights = {
            stratum: populations[stratum] if method is Method.PROPORTIONAL else 1
            for stratum in room
        }
        for stratum, more in _rounded(weights, left, shares).items():
            shares[stratum] = min(shares[stratum] + more, populations[stratum])
    return shares


def _rounded(weights: Mapping[str, int], left: int, shares: Mapping[str, int]) -> dict[str, int]:
    """What each stratum still lacks of its exact share, in whole numbers that add up to `left`."""
    total = sum(weights.values())
    target = sum(shares[stratum] for stratum in weights) + left
    lacking = {
        stratum: max(Fraction(0), Fraction(target * weight, total) - shares[stratum])
        for stratum, weight in weights.items()
    }
    scale = sum(lacking.values())
    exact = {
        stratum: lack * left / scale if scale else Fraction(left, len(weights))
        for stratum, lack in lacking.items()
    }
    whole = {stratum: int(share) for stratum, share in exact.items()}
    by_remainder = sorted(exact, key=lambda stratum: (whole[stratum] - exact[stratum], stratum))
    for stratum in by_remainder[: left - sum(whole.values())]:
        whole[stratum] += 1
    return whole
