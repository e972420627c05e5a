"""A subscription as it is kept: who asked for which events, and where they go."""

import base64
import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from gateway.feed.filters import Filter
from gateway.webhooks import signing
from shared.personal_data import Vault
from shared.settings import KernelSettings

KEY_FILE = "webhooks.json"
"""The file of the keys that seal secrets and addresses, in the keys directory."""

LIVE_SECRETS_MAX = 2


class State(StrEnum):
    """Whether events are sent: `paused` by the owner or the receiver, `dead` after three days."""

    ACTIVE = "active"
    PAUSED = "paused"
    DEAD = "dead"


class Reason(StrEnum):
    """Why nothing is sent."""

    OWNER = "owner"
    GONE = "gone"
    FAILING = "failing"


class Secret(BaseModel):
    """What deliveries are signed with; the older one ends at a moment."""

    model_config = ConfigDict(frozen=True)

    value: str
    until: datetime | None = None


class Sealed(BaseModel):
    """What only the gateway may read of a subscription."""

    model_config = ConfigDict(frozen=True)

    secrets: tuple[Secret, ...]
    notify: str | None = None

    def live(self, now: datetime) -> list[str]:
        """The secrets to sign with now, newest first."""
        return [one.value for one in self.secrets if one.until is None or now < one.until]

    def rotated(self, now: datetime, overlap: timedelta) -> "Sealed":
        """Put a new secret in front; the one before it stays alive for a while, older ones end."""
        newest = self.secrets[0]
        kept = newest.model_copy(update={"until": now + overlap})
        secrets = (Secret(value=signing.new_secret()), kept)[:LIVE_SECRETS_MAX]
        return self.model_copy(update={"secrets": secrets})


class Subscription(BaseModel):
    """One subscription; `scope` is what its owner might have when it was made."""

    model_config = ConfigDict(frozen=True)

    id: str
    owner: str
    url: str
    description: str = ""
    types: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    scope: tuple[str, ...]
    state: State = State.ACTIVE
    reason: Reason | None = None
    state_at: datetime
    created_at: datetime
    replayed_at: datetime | None = None
    request_hash: str
    key_id: str
    sealed: str

    @property
    def key(self) -> str:
        """Where it is kept."""
        return key_of(self.owner, self.id)

    @property
    def filter(self) -> Filter:
        """The events it is for."""
        agencies = self.agencies or self.scope
        return Filter(agencies, frozenset(self.types), frozenset(self.procedures))

    def open(self, vault: Vault) -> Sealed:
        """Unseal its secrets."""
        opened = vault.decrypt(base64.b64decode(self.sealed), key_id=self.key_id, of=self.id)
        return Sealed.model_validate_json(opened)

    def standing(self, state: State, reason: Reason | None, now: datetime) -> "Subscription":
        """The same in another state."""
        return self.model_copy(update={"state": state, "reason": reason, "state_at": now})


def seal(vault: Vault, identity: str, content: Sealed) -> tuple[str, str]:
    """Seal it, bound to the subscription's id; the key's id and what was sealed."""
    sealed = vault.encrypt(content.model_dump_json().encode(), of=identity)
    return vault.current, base64.b64encode(sealed).decode()


def load_vault(kernel: KernelSettings) -> Vault:
    """The keys that seal subscriptions; raises KeysMissing where the deployment gave none."""
    return Vault.load(kernel.keys_dir, create=kernel.profile == "local", file=KEY_FILE)


def folder_of(owner: str) -> str:
    """An owner's part of the bucket; a subject may hold what no key can."""
    return hashlib.sha256(owner.encode()).hexdigest()[:32]


def key_of(owner: str, identity: str) -> str:
    """Where a subscription is kept."""
    return f"{folder_of(owner)}.{identity}"
