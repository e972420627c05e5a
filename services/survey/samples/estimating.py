"""What a stratified sample says about all: a proportion and its margin; pure."""

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

CONFIDENCE_95: Final = 1.96
"""Normal quantile of a margin that holds in 95 of 100 samples."""


class Stratum(NamedTuple):
    """How many there are, how many were asked, how many of them said yes."""

    population: int
    asked: int
    yes: int


class Estimate(NamedTuple):
    """A share of all between 0 and 1, and how far it may be off; none where it cannot be told."""

    share: float
    margin: float | None


def estimate(strata: Sequence[Stratum]) -> Estimate | None:
    """Weighted proportion p = Σ W·p_h with W = N_h/N, and 1.96·√Σ W²(1-n/N_h)·p(1-p)/(n-1).

    Cochran, Sampling Techniques, 5A.10. A stratum in which nobody was asked leaves None; one in
    which a single one of several was asked leaves the margin None.
    """
    total = sum(stratum.population for stratum in strata)
    if not total or any(not stratum.asked for stratum in strata if stratum.population):
        return None
    share, variance, known = 0.0, 0.0, True
    for population, asked, yes in strata:
        if not population:
            continue
        weight, part = population / total, yes / asked
        share += weight * part
        if asked == population:
            continue
        if asked == 1:
            known = False
            continue
        variance += weight**2 * (1 - asked / population) * part * (1 - part) / (asked - 1)
    return Estimate(share, CONFIDENCE_95 * sqrt(variance) if known else None)
