"""What is open to more than its owner, each with the reason; all else is closed."""

from typing import Final

LAW = "the catalogue of procedures is published by law (NĐ 63/2010, Điều 24)"
AGENCIES = "who does what where is published with the catalogue (NĐ 63/2010, Điều 24)"
CALENDARS = "whoever is given an appointment may count it again"
TARGETS = "targets and the state's own figures are published (NQ 76/NQ-CP; QĐ 766/QĐ-TTg)"

PUBLIC: Final = {
    "list_procedures": LAW,
    "get_procedure": LAW,
    "list_procedure_versions": LAW,
    "compare_procedure_versions": LAW,
    "export_procedures": LAW,
    "export_procedure": LAW,
    "get_form_schema": LAW,
    "get_applying_process": LAW,
    "list_processes": LAW,
    "list_linked_groups": LAW,
    "list_fields": LAW,
    "get_field": LAW,
    "list_agencies": AGENCIES,
    "get_agency": AGENCIES,
    "list_successors": AGENCIES,
    "list_agency_procedures": AGENCIES,
    "list_competences": AGENCIES,
    "get_competences": AGENCIES,
    "list_quality_documents": AGENCIES,
    "get_quality_documents": AGENCIES,
    "list_calendars": CALENDARS,
    "get_calendar": CALENDARS,
    "get_calendar_version": CALENDARS,
    "compare_calendar_versions": CALENDARS,
    "simulate_deadline": CALENDARS,
    "list_targets": TARGETS,
    "list_formulas": TARGETS,
    "get_target": TARGETS,
    "list_target_versions": TARGETS,
    "get_procedure_statistics": TARGETS,
    "list_procedure_statistics_items": TARGETS,
    "get_agency_statistics": TARGETS,
    "list_agency_statistics_items": TARGETS,
    "get_limit_cut_statistics": TARGETS,
    "list_limit_cut_items": TARGETS,
    "get_publication_statistics": TARGETS,
    "list_publication_statistics_items": TARGETS,
    "get_online_level_history": TARGETS,
    "estimate_procedure_time": "an honest estimate names no dossier, and few lives are not told",
    "list_published_petitions": "answers are published in words that name nobody (NĐ 20/2008)",
    "list_polls": "a poll asks everybody",
    "get_poll": "a poll asks everybody",
    "get_visits": "a portal shows its visits to its visitors",
}
"""Read by everybody, without a token; nothing secret may stand in there either."""

SHARED: Final = {
    "list_home_slots": "free times are offered to whoever may book a visit, and name nobody",
    "list_recalculations": "an order counts the clocks of a calendar, whoever's they are",
    "get_recalculation": "an order counts the clocks of a calendar, whoever's they are",
    "list_indices": "a scheme judges every agency, so every reporter reads it",
    "get_index": "a scheme judges every agency, so every reporter reads it",
    "list_index_formulas": "a scheme judges every agency, so every reporter reads it",
    "list_instruments": "a questionnaire has no answers in it; whoever has a token reads it",
    "get_instrument": "a questionnaire has no answers in it; whoever has a token reads it",
}
"""Read by roles of the whole tenant: it belongs to no agency and names no dossier or person."""

GUARDED: Final = {"track_dossier", "track_petition"}
"""Read with what only the person knows; who guesses is soon told to wait (429)."""

ADMINISTERED: Final = {
    "list_webhook_standings": "who runs the system sees that a receiver is given up, and whose",
}
"""Told to administrators alone, who otherwise prove nothing: they have every role."""

UNPROVEN: Final = {
    "list_destructions": "nothing is destroyed before years are over; tests/shared/test_retention",
    "list_collected": "fewer than five slips are not shown; tests/survey/test_recorded",
    "get_platform_bill": "needs a payment platform; tests/intake/test_payments_platform",
}
"""Closed to strangers here as all others, but what their owner is told is shown elsewhere."""

STANDING: Final = {
    "get_dossier",
    "get_dossier_history",
    "get_draft",
    "get_file",
    "get_home_booking",
    "get_incident",
    "get_petition",
    "get_postal_order",
    "list_attachments",
    "get_dossier_steps",
    "list_extensions",
}
"""What stands still until somebody does something: by these a change would show."""
