"""The routes of the survey: slips, invitations, results, petitions, polls, samples, visits."""

from services.survey.api import (
    forms,
    instruments,
    invitations,
    petitions,
    polls,
    remarks,
    results,
    samples,
    scores,
    visits,
)

ROUTERS = (
    instruments.router,
    invitations.router,
    scores.router,
    remarks.router,
    results.router,
    forms.router,
    *petitions.ROUTERS,
    polls.router,
    samples.router,
    visits.router,
)
