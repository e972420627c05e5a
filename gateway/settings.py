"""Settings of the gateway (`GATEWAY_…`): where the services answer, and how long it waits."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.routes import Service
from shared.settings import KernelSettings


class GatewaySettings(BaseSettings):
    """What the gateway is told beside the kernel's settings."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore")

    port: int = 8080
    intake_url: str = "http://127.0.0.1:8101"
    procedures_url: str = "http://127.0.0.1:8102"
    sla_url: str = "http://127.0.0.1:8103"
    survey_url: str = "http://127.0.0.1:8104"
    connections_per_service_max: int = Field(default=100, gt=0)
    connect_seconds_max: float = Field(default=2, gt=0)
    answer_seconds_max: float = Field(default=35, gt=0)
    """Just above a service's own statement bound, so that its answer comes first."""
    import_seconds_max: float = Field(default=3600, gt=0)
    kernel: KernelSettings = Field(default_factory=KernelSettings)

    def upstreams(self) -> dict[Service, str]:
        """Where each service answers, without a slash at the end."""
        urls = {
            Service.INTAKE: self.intake_url,
            Service.PROCEDURES: self.procedures_url,
            Service.SLA: self.sla_url,
            Service.SURVEY: self.survey_url,
        }
        return {service: url.rstrip("/") for service, url in urls.items()}


def load() -> GatewaySettings:
    """Read the settings from the environment now."""
    return GatewaySettings()
