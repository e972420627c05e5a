"""The survey's settings, as the application carries them."""

from typing import cast

from fastapi import Request

from services.survey.settings import SurveySettings


def settings_of(request: Request) -> SurveySettings:
    """The settings that the application was built with."""
    return cast(SurveySettings, request.app.state.settings)
