"""The routes of the survey: slips, invitations, results."""

from services.survey.api import instruments, invitations, scores

ROUTERS = (instruments.router, invitations.router, scores.router)
