"""What can be done with procedures: draft a version, change it, publish it, end it."""

from services.procedures.procedures.drafting import (
    discard,
    draft,
    get_draft,
    import_record,
    replace,
)
from services.procedures.procedures.publishing import publish, withdraw
from services.procedures.procedures.versions import get_version, in_force_on

__all__ = [
    "discard",
    "draft",
    "get_draft",
    "get_version",
    "import_record",
    "in_force_on",
    "publish",
    "replace",
    "withdraw",
]
