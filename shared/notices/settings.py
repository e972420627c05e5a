"""How mail leaves the house (`MOTCUA_SMTP_…`)."""

from enum import StrEnum

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Security(StrEnum):
    """How the connection to the mail server is kept private."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class SmtpSettings(BaseSettings):
    """The mail server that takes our messages over."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_SMTP_", extra="ignore")

    host: str | None = Field(default=None, description="No mail is sent without it.")
    port: int = Field(default=587, gt=0, le=65_535)
    security: Security = Security.STARTTLS
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(default="", description="Địa chỉ gửi / address in From.")
    timeout_seconds: float = Field(default=15.0, gt=0, le=30)
