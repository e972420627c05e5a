"""Migrates sla's database."""

from services.sla.models import METADATA
from shared.migrations import run_environment

run_environment(METADATA)
