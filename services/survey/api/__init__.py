"""The routes of the survey: slips, invitations, results, petitions, polls, samples, visits."""

from services.survey.api import (
    forms,
    instruments,
    invitations,
    kiosks,
    occasions,
    petitions,
    polls,
    recorded,
    remarks,
    results,
    samples,
    scores,
    sendings,
    suspicions,
    visits,
)

ROUTERS = (
    instruments.router,
    sendings.router,
    recorded.router,
    invitations.router,
    occasions.router,
    kiosks.router,
    scores.router,
    remarks.router,
    suspicions.router,
    results.router,
    forms.router,
    *petitions.ROUTERS,
    polls.router,
    samples.router,
    visits.router,
)
