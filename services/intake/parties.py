"""The people of a dossier as they are stored: searchable names, sealed and hashed numbers."""

from uuid import UUID

from services.intake.models import PartyRole
from services.intake.names import name_key, stored_keys
from services.intake.schemas.filing import Filing, Person
from services.intake.views import sealed_for
from shared.personal_data import Vault

PartyRow = tuple[str, str, str, str, str, bytes | None, bytes | None, bytes | None]
"""Role, kind, name, name key, keys in one text, sealed data, identity and phone hash."""


def people_of(vault: Vault, dossier_id: UUID, given: Filing) -> list[PartyRow]:
    """Make the rows of everybody that a filing names."""
    named = {
        PartyRole.OWNER: given.applicant,
        PartyRole.SUBMITTER: given.submitter,
        PartyRole.AUTHORISER: given.authoriser,
    }
    return [_row(vault, dossier_id, role, person) for role, person in named.items() if person]


def _row(vault: Vault, dossier_id: UUID, role: PartyRole, person: Person) -> PartyRow:
    key = name_key(person.name)
    data = {
        "identity_number": person.identity_number,
        "phone": person.phone,
        "email": person.email,
        "address": person.address,
    }
    return (
        str(role),
        str(person.kind),
        person.name,
        key,
        " ".join(stored_keys(key)),
        vault.seal(data, of=sealed_for(dossier_id, str(role))),
        vault.hash(person.identity_number),
        vault.hash(person.phone),
    )
