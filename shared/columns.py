"""Rows as the arrays that `unnest` takes, so that a batch is one statement."""

from collections.abc import Sequence
from typing import Any


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Turn rows into columns; raises ValueError when a row is shorter than another."""
    return [list(column) for column in zip(*rows, strict=True)]
