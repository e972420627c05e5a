"""Migrates intake's database."""

from services.intake.models import METADATA
from shared.migrations import run_environment

run_environment(METADATA)
