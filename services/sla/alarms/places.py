"""Says in SQL whose rows are asked for, so that a subtree of agencies is a range of an index."""

from collections.abc import Sequence


def within(column: str, first: int, agencies: Sequence[str]) -> str:
    """The condition for these subtrees, the agencies being the values from `$first` on."""
    places = (f"${first + number}::text" for number in range(len(agencies)))
    subtrees = [
        f"{column} = {place} or ({column} >= {place} || '.' and {column} < {place} || '/')"
        for place in places
    ]
    return f"({' or '.join(subtrees) or 'false'})"
