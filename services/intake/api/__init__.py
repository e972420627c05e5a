"""Intake's routes."""

from services.intake.api import dossiers, form_data, imports, transitions

ROUTERS = (dossiers.router, form_data.router, transitions.router, imports.router)
