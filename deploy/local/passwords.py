"""The random passwords of the local database, made once and kept with it."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from deploy.local.directory import write_private
from deploy.local.refusal import Refusal

SUPERUSER = "postgres"
PASSWORD_BYTES = 24


def load(directory: Path, roles: Iterable[str]) -> dict[str, str]:
    """Read the passwords of the superuser and the roles; those missing are made and kept."""
    path = directory / "passwords.json"
    known: dict[str, str] = {}
    if path.exists():
        try:
            known = json.loads(path.read_text())
        except PermissionError:
            raise Refusal(
                f"{path} belongs to another account: the system was started as that one before. "
                "Start it as that account again, or set MOTCUA_DATA_DIR."
            ) from None
    missing = [role for role in (SUPERUSER, *roles) if role not in known]
    if missing:
        known |= {role: secrets.token_urlsafe(PASSWORD_BYTES) for role in missing}
        write_private(path, json.dumps(known, indent=2))
    return known
