"""Reports over any period and subtree of agencies, and the dossiers behind every number."""

from services.sla.reports.counting import count
from services.sla.reports.questions import Group, Question, in_subtree

__all__ = ["Group", "Question", "count", "in_subtree"]
