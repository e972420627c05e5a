"""The routes of petitions: public ones first, whose paths are words and no ids."""

from services.survey.api.petitions import officers, public

ROUTERS = (public.router, officers.router)
