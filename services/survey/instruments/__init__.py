"""Instruments: the slips of questions, each published version fixed for ever (D61 31, TT01 13)."""

from services.survey.instruments.packaged import current, get, published
from services.survey.schemas.instruments import Instrument, Option, Question

__all__ = ["Instrument", "Option", "Question", "current", "get", "published"]
