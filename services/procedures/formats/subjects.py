"""Who may apply (đối tượng thực hiện), told as a list or in one text."""

import re
from typing import Final

from services.procedures.formats.source import TEXT_MAX, Source
from services.procedures.records import UNNAMED

SEPARATOR: Final = "; "

# A comma inside a name is followed by a small letter, or stands in brackets.
_BETWEEN = re.compile(r"\s*(?:;|,(?=\s*[A-ZĐ])(?![^()]*\)))\s*")


def subjects_of(source: Source) -> tuple[str, ...]:
    """Each kind of subject once, in the source's order."""
    if isinstance(source.value, list):
        named = [subject.name() or UNNAMED for subject in source.texts()]
    else:
        named = _BETWEEN.split(source.name(TEXT_MAX) or "")
    return tuple(dict.fromkeys(name for name in named if name))
