"""What a letter says of people and of the matter, and how that is sealed."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.sla.models import Apology
from shared.personal_data import HIDDEN, Vault, mask_email, mask_number


class Addressee(BaseModel):
    """Whom the letter apologises to, as the caller names them."""

    model_config = ConfigDict(frozen=True)

    name: str
    identity_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None

    def masked(self) -> "Addressee":
        """The same person without numbers and addresses in clear."""
        return Addressee(
            name=self.name,
            identity_number=mask_number(self.identity_number),
            phone=mask_number(self.phone),
            email=mask_email(self.email),
            address=HIDDEN if self.address else None,
        )


class Unit(BaseModel):
    """The agency that signs, as it was called that day."""

    model_config = ConfigDict(frozen=True)

    name: str
    parent: str | None = None
    place: str | None = None


class Matter(BaseModel):
    """What the letter is about: the dossier as it stood, or an error found on a day."""

    model_config = ConfigDict(frozen=True)

    code: str | None = None
    procedure: str | None = None
    procedure_name: str | None = None
    accepted_at: datetime | None = None
    due_at: datetime | None = None
    found_on: date | None = None


class Content(BaseModel):
    """All that is written in a letter; unit, matter and signer once it is signed."""

    model_config = ConfigDict(frozen=True)

    addressee: Addressee | None = None
    reason: str | None = None
    unit: Unit | None = None
    matter: Matter | None = None
    signer: str | None = None
    signer_title: str | None = None

    def masked(self) -> "Content":
        """The same letter as it may be shown without writing down who read it."""
        if self.addressee is None:
            return self
        return self.model_copy(update={"addressee": self.addressee.masked()})


def opened(vault: Vault, letter: Apology) -> Content:
    """Read what a letter says."""
    if letter.content is None or letter.key_id is None:
        return Content()
    return unsealed(vault, letter.id, letter.content, letter.key_id)


def unsealed(vault: Vault, letter: UUID, content: bytes, key_id: str) -> Content:
    """Read what a letter's row keeps; raises InvalidTag when it was moved or tampered with."""
    return Content.model_validate_json(vault.decrypt(content, key_id=key_id, of=bound(letter)))


def seal(vault: Vault, letter: Apology, content: Content) -> None:
    """Keep what a letter says, readable with the key only."""
    plain = content.model_dump_json(exclude_none=True).encode()
    letter.content, letter.key_id = vault.encrypt(plain, of=bound(letter.id)), vault.current


def bound(letter: UUID) -> str:
    """What a letter's content is bound to, so that it cannot be moved to another row."""
    return f"apology/{letter}"
