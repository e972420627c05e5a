"""The survey's tables; who was invited and what was answered are kept in tables of their own."""

from services.survey.models.answers import Answer, Remark
from services.survey.models.copies import AgencyCopy, CalendarCopy, DossierCopy, ProcedureCopy
from services.survey.models.instruments import InstrumentVersion
from services.survey.models.invitations import Invitation
from services.survey.models.kiosks import Kiosk, KioskCode
from services.survey.models.metadata import METADATA, Base
from services.survey.models.occasions import OccasionRule
from services.survey.models.petitions import Petition, PetitionStep
from services.survey.models.polls import Poll, PollOption, PollVote
from services.survey.models.samples import (
    ReturnedDossier,
    Sample,
    SampleStratum,
    SampleUnit,
)
from services.survey.models.scores import IndexEntry, Score, ScoreOption, ScoreQuestion
from services.survey.models.sendings import Sending
from services.survey.models.suspicions import SourceKey, Suspicion
from services.survey.models.visits import Site, SiteDay, SiteVisitor
from shared import tables

tables.add_outbox(METADATA)
tables.add_consumer(METADATA)
tables.add_idempotency(METADATA)
tables.add_rates(METADATA)

__all__ = [
    "METADATA",
    "AgencyCopy",
    "Answer",
    "Base",
    "CalendarCopy",
    "DossierCopy",
    "IndexEntry",
    "InstrumentVersion",
    "Invitation",
    "Kiosk",
    "KioskCode",
    "OccasionRule",
    "Petition",
    "PetitionStep",
    "Poll",
    "PollOption",
    "PollVote",
    "ProcedureCopy",
    "Remark",
    "ReturnedDossier",
    "Sample",
    "SampleStratum",
    "SampleUnit",
    "Score",
    "ScoreOption",
    "ScoreQuestion",
    "Sending",
    "Site",
    "SiteDay",
    "SiteVisitor",
    "SourceKey",
    "Suspicion",
]
