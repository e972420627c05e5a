"""What the survey service is told by its environment (`SURVEY_…`)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class SurveySettings(ServiceSettings):
    """Settings of both survey processes."""

    model_config = SettingsConfigDict(env_prefix="SURVEY_", extra="ignore")

    service: str = "survey"
    default_calendar: str = "VN-HANH-CHINH"
    petition_limits_file: Path | None = Field(
        default=None, description="The province's own limits of petitions; none: the built-in ones."
    )
    slip_page: str = Field(
        default="http://127.0.0.1:8080/v1/surveys/invitations/{token}",
        pattern=r"^https?://[^{}]+\{token\}[^{}]*$",
        description="The portal's page on which a slip is filled in, as links that are sent name.",
    )
    slips_shown_min: int = Field(
        default=5,
        ge=2,
        description="Fewer slips than these are not shown: they could tell who answered what.",
    )
    slips_a_minute_plausible: int = Field(
        default=6, ge=1, description="More from one sender in a minute wait for a decision."
    )
    slips_alike_plausible: int = Field(
        default=10,
        ge=1,
        description="More of the same from one sender in a quarter of an hour wait as well.",
    )


def load() -> SurveySettings:
    """Read the environment now; raises ValidationError naming what lacks."""
    # The database's address has no default: it comes from the environment or nothing starts.
    return SurveySettings.model_validate({})
