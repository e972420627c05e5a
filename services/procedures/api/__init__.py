"""The catalogue's routes: everybody may read what is published, catalogue officers write."""

from services.procedures.api import agencies, calendars, fields, procedures

ROUTERS = (procedures.router, agencies.router, calendars.router, fields.router)
