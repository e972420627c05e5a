"""Keeps Python's cycle collector from walking the whole program again and again."""

import gc
from typing import Final

YOUNG_MAX: Final = 10_000
"""New objects between two young collections; a batch of events makes tens of thousands."""


def settle() -> None:
    """Set what start-up has made apart: it stays for good, so no collection need look at it.

    Without this a full collection walks some hundred thousand objects of loaded libraries, which
    cost a consumer of bulk events a noticeable part of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, 20, 20)
