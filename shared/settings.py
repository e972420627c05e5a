"""Settings of every process, read from the environment and never from code."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class KernelSettings(BaseSettings):
    """What every process of the system is told (`MOTCUA_…`)."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    profile: Literal["local", "production"] = "production"
    nats_url: str = "nats://127.0.0.1:14222"
    keys_dir: Path = Path("var/keys")
    files_dir: Path = Path("var/files")
    oidc_issuer: str = ""
    """The OpenID provider of officers and clients, read as Keycloak writes; more in the file."""
    oidc_audience: str = "motcua"
    identity_file: Path | None = None
    """Further issuers and what their claims mean."""
    stream_max_bytes: int = Field(default=20 * 2**30, gt=0)
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class ServiceSettings(BaseSettings):
    """What one service is told beside that; subclasses name it and set the prefix."""

    model_config = SettingsConfigDict(extra="ignore")

    service: str
    database_url: str
    database_connections_max: int = Field(default=16, gt=0)
    worker_port: int = 0
    kernel: KernelSettings = Field(default_factory=KernelSettings)
