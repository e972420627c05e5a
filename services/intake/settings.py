"""What the intake service is told by its environment (`INTAKE_…`)."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.events import PauseEnd
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """Settings of both intake processes."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore")

    service: str = "intake"
    default_calendar: str = "VN-HANH-CHINH"
    if_match_required: bool = False
    supplement_pause_end: PauseEnd = Field(
        default=PauseEnd.RESTART,
        description="What papers completed after acceptance do to the limit; D61 19(4) restarts.",
    )


def load() -> IntakeSettings:
    """Read the settings from the environment now; raises ValidationError naming what lacks."""
    # The database's address has no default: it comes from the environment or nothing starts.
    return IntakeSettings.model_validate({})
