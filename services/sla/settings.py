"""What the sla service is told by its environment (`SLA_…`)."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class SlaSettings(ServiceSettings):
    """Settings of both sla processes."""

    model_config = SettingsConfigDict(env_prefix="SLA_", extra="ignore")

    service: str = "sla"
    default_calendar: str = "VN-HANH-CHINH"


def load() -> SlaSettings:
    """Read the environment now."""
    return SlaSettings()
