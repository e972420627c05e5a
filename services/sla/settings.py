"""What the sla service is told by its environment (`SLA_…`)."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import ServiceSettings


class RulesSettings(BaseSettings):
    """Where an agency keeps rules of its own (`SLA_RULES_…`)."""

    model_config = SettingsConfigDict(env_prefix="SLA_RULES_", extra="ignore")

    file: Path | None = None


class SlaSettings(ServiceSettings):
    """Settings of both sla processes."""

    model_config = SettingsConfigDict(env_prefix="SLA_", extra="ignore")

    service: str = "sla"
    default_calendar: str = "VN-HANH-CHINH"


def load() -> SlaSettings:
    """Read the environment now."""
    return SlaSettings()
