"""An agency as others are told of it."""

from services.procedures.models import Agency
from shared.events import ActingAgency, AgencyChanged, AgencyLevel, SuccessorAgency


def changed(agency: Agency) -> AgencyChanged:
    """The fact that an agency was set up or changed, whole."""
    return AgencyChanged(
        code=agency.code,
        name=agency.name,
        level=AgencyLevel(agency.level),
        kind=agency.kind,
        parent=agency.parent,
        calendar=agency.calendar,
        valid_from=agency.valid_from,
        valid_to=agency.valid_to,
        successors=tuple(link["agency"] for link in agency.successors),
        succession=tuple(SuccessorAgency(**link) for link in agency.successors),
        acts_for=tuple(ActingAgency(**acting) for acting in agency.acts_for),
        old_identifier=agency.old_identifier,
        modern_since=agency.modern_since,
        address=agency.address,
        phone=agency.phone,
        hotline=agency.hotline,
        site=agency.site,
    )
