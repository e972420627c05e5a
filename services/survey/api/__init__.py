"""The routes of the survey: slips, invitations, results, petitions, polls, samples, visits."""

from services.survey.api import instruments, invitations, petitions, polls, samples, scores, visits

ROUTERS = (
    instruments.router,
    invitations.router,
    scores.router,
    *petitions.ROUTERS,
    polls.router,
    samples.router,
    visits.router,
)
