"""What can be done with agencies: set one up or change it, find it, follow it through mergers."""

from services.procedures.agencies.changing import change, find_locked
from services.procedures.agencies.finding import (
    Filter,
    exists_on,
    get_agency,
    known_codes,
    list_agencies,
)
from services.procedures.agencies.succession import existing_successors, predecessors

__all__ = [
    "Filter",
    "change",
    "existing_successors",
    "exists_on",
    "find_locked",
    "get_agency",
    "known_codes",
    "list_agencies",
    "predecessors",
]
