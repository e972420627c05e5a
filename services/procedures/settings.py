"""PROCEDURES_* environment."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.procedures.publication_rules import DECISION_766, PublicationRule
from shared.settings import ServiceSettings


class ProceduresSettings(ServiceSettings):
    """What the catalogue is told."""

    model_config = SettingsConfigDict(env_prefix="PROCEDURES_", extra="ignore")

    service: str = "procedures"
    default_calendar: str = "VN-HANH-CHINH"
    publication_rules: tuple[PublicationRule, ...] = Field(
        default=DECISION_766,
        description="Working days around a publication, by issuer and first day of signing.",
    )
    import_bytes_max: int = Field(default=256 * 2**20, gt=0)
    """A catalogue file may be so long; the national catalogue whole is some tens of MiB."""
    import_files_kept_days: int = Field(default=90, gt=0)
    """How long a file's raw bytes stay after it was read."""


def load() -> ProceduresSettings:
    """Read the settings from the environment now; raises ValidationError naming what lacks."""
    # The database's address has no default: it comes from the environment or nothing starts.
    return ProceduresSettings.model_validate({})
