"""PROCEDURES_* environment."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class ProceduresSettings(ServiceSettings):
    """What the catalogue is told."""

    model_config = SettingsConfigDict(env_prefix="PROCEDURES_", extra="ignore")

    service: str = "procedures"


def load() -> ServiceSettings:
    """Read the settings from the environment now; raises ValidationError naming what lacks."""
    # The database's address has no default: it comes from the environment or nothing starts.
    return ProceduresSettings.model_validate({})
