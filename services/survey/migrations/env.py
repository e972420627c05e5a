"""Migrates the survey's database."""

from services.survey.models import METADATA
from shared.migrations import run_environment

run_environment(METADATA)
