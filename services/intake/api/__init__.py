"""Intake's routes."""

from services.intake.api import dossiers, imports, transitions

ROUTERS = (dossiers.router, transitions.router, imports.router)
