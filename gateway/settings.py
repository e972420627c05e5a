"""Settings of the gateway (`GATEWAY_…`): where the services answer, and how long it waits."""

from ipaddress import IPv4Network, IPv6Network

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
    requests_per_service_max: int = Field(default=64, gt=0)
    """How many requests one service answers at once; its database carries fewer still."""
    waiting_per_service_max: int = Field(default=128, ge=0)
    wait_seconds_max: float = Field(default=2, gt=0)
    streams_per_service_max: int = Field(default=32, gt=1)
    """How many long bodies, up or down, are on their way at once; one caller gets half of them."""
    budget_scale: float = Field(default=1, gt=0)
    """Multiplies every caller's budget: 1/n where n gateway processes share the callers."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Whose `X-Forwarded-For` names the sender (a JSON list of networks)."""
    connect_seconds_max: float = Field(default=2, gt=0)
    answer_seconds_max: float = Field(default=35, gt=0)
    """Just above a service's own statement bound, so that its answer comes first."""
    part_seconds_max: float = Field(default=2, gt=0)
    """How long `view=full` waits for a part before it names it as missing."""
    import_seconds_max: float = Field(default=3600, gt=0)
    worker_port: int = 0
    webhook_ports: tuple[int, ...] = (443, 8443)
    """Where receivers of webhooks may listen (a JSON list)."""
    webhook_loopback: bool = True
    """Whether webhooks may go to this very machine by http; heeded in the local profile only."""
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
