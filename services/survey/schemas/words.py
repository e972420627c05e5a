"""Words in both languages."""

from pydantic import BaseModel, ConfigDict


class Text(BaseModel):
    """The same words for Vietnamese and for English readers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vi: str
    en: str
