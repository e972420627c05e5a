"""What a petition says and who says it, sealed as one; and the petitioner's secret."""

import base64
import hmac
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from services.survey.models import Petition
from services.survey.schemas.petitions import Petitioner
from shared.personal_data import Vault, masked

KEY_FILE: Final = "survey-personal-data.json"
SECRET_BYTES: Final = 10


class Content(BaseModel):
    """Everything that is told in words."""

    text: str
    petitioner: Petitioner
    asked: str | None = None
    supplied: list[str] = []
    answer: str | None = None


def seal(vault: Vault, petition: Petition, content: Content) -> None:
    """Put the words into the petition."""
    petition.content = vault.encrypt(content.model_dump_json().encode(), of=_row(petition.id))
    petition.key_id = vault.current


def opened(vault: Vault, petition: Petition) -> Content:
    """Read the words; raises InvalidTag when they were tampered with."""
    plain = vault.decrypt(petition.content, key_id=petition.key_id, of=_row(petition.id))
    return Content.model_validate_json(plain)


def hidden(petitioner: Petitioner) -> dict[str, str | None]:
    """Show a person without giving numbers away."""
    data = petitioner.model_dump(exclude={"name"}, exclude_none=True)
    return {"name": petitioner.name, **masked(data)}


def secret(key: bytes, petition: UUID) -> str:
    """What its petitioner keeps: 80 bits that follow from the service's own secret."""
    digest = hmac.digest(key, b"petition/" + petition.bytes, "sha256")[:SECRET_BYTES]
    return base64.b32encode(digest).decode().lower()


def note_of(petition: UUID, number: int) -> str:
    """What a sealed note is bound to."""
    return f"petition/{petition}/{number}"


def _row(petition: UUID) -> str:
    return f"petition/{petition}"
