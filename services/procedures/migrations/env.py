"""Alembic's entry into the catalogue's migrations."""

from services.procedures.models import METADATA
from shared.migrations import run_environment

run_environment(METADATA)
