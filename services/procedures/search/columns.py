"""What a version's row keeps beside its document, so that lists and figures need not open it."""

from typing import Any, Final

from services.procedures.records import MethodRecord, ProcedureRecord
from services.procedures.search.folding import bare, named, padded, spelled

KEYWORDS_MAX: Final = 2000
"""Characters of the record's own keywords that are searched."""


def columns_of(record: ProcedureRecord) -> dict[str, Any]:
    """The columns that follow from the record and serve search and statistics."""
    keywords = (record.keywords or "")[:KEYWORDS_MAX]
    return search_keys(record.code, record.name, record.field, keywords) | {
        "linked": record.linked,
        "charges": any(fee.amount != 0 for row in record.methods for fee in row.fees),
        "cuts_limit": any(_is_cut(row) for row in record.methods),
    }


def search_keys(code: str, name: str, field: str, keywords: str) -> dict[str, str]:
    """The texts that a search looks into and ranks by."""
    return {
        "search_key": padded(bare(f"{code} {name} {field} {keywords}")),
        "search_name": padded(named(bare(name))),
        "search_spelling": padded(named(spelled(name))),
    }


def _is_cut(row: MethodRecord) -> bool:
    if row.committed is None or row.limit is None:
        return False
    promised, legal = row.committed.measured, row.limit.measured
    return (promised.minutes, promised.count) < (legal.minutes, legal.count)
