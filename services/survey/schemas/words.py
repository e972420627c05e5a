"""Words in both languages."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
"""What PostgreSQL can keep, in a length that somebody reads."""


class Text(BaseModel):
    """The same words for Vietnamese and for English readers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vi: Words
    en: Words
