"""The routes of the survey: slips, invitations, results, polls, visits."""

from services.survey.api import instruments, invitations, polls, scores, visits

ROUTERS = (
    instruments.router,
    invitations.router,
    scores.router,
    polls.router,
    visits.router,
)
