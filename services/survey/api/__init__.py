"""The routes of the survey: slips, invitations, results, petitions, polls, visits."""

from services.survey.api import instruments, invitations, petitions, polls, scores, visits

ROUTERS = (
    instruments.router,
    invitations.router,
    scores.router,
    *petitions.ROUTERS,
    polls.router,
    visits.router,
)
