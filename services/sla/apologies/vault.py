"""The keys that seal what letters say of people; a file of sla's own."""

from functools import cache
from pathlib import Path
from typing import Final

from shared.personal_data import Vault
from shared.settings import KernelSettings

FILE: Final = "sla-personal-data.json"


def vault_of(kernel: KernelSettings) -> Vault:
    """Open the key file, made at first use in the local profile only; raises KeysMissing."""
    return _opened(kernel.keys_dir, create=kernel.profile == "local")


@cache
def _opened(keys_dir: Path, *, create: bool) -> Vault:
    return Vault.load(keys_dir, create=create, file=FILE)
