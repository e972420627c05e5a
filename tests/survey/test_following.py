"""Who is invited is decided by the dossier's facts alone."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.survey.following import Followed, follow
from services.survey.schemas.occasions import Trigger
from shared.events import (
    DossierIntakeRefused,
    DossierStopped,
    DossierSupplementRequested,
    DossierTransferred,
    DossierWithdrawn,
    Event,
)
from tests.survey.factories import (
    FILED,
    RETURNED,
    life,
    make_accepted,
    make_filed,
    make_imported,
    make_returned,
)

DOSSIER = uuid4()


def followed(*facts: Event) -> Followed:
    return follow({}, life(*facts, dossier=DOSSIER))


def test_a_returned_dossier_is_invited_and_forgotten() -> None:
    result = followed(make_filed(), make_accepted(), make_returned())

    assert [(dossier.id, at) for dossier, at in result.returned] == [(DOSSIER, RETURNED)]
    assert result.remembered == {}
    assert result.forgotten == {DOSSIER}


def test_a_part_of_a_linked_life_is_not_asked_about() -> None:
    result = followed(make_filed(), make_accepted(parent=str(uuid4())), make_returned())

    assert not result.met


def test_the_agency_that_is_judged_is_the_one_that_decided() -> None:
    moved = DossierTransferred(from_agency="H20.40.01", to_agency="H20.40", transferred_at=FILED)

    result = followed(make_filed(), make_accepted(), moved, make_returned())

    assert result.returned[0][0].agency == "H20.40"
    assert result.returned[0][0].receiving_agency == "H20.40.01"


@pytest.mark.parametrize(
    "end",
    [
        DossierWithdrawn(after_acceptance=True, withdrawn_at=FILED),
        DossierStopped(ground="theo đơn", ended=True, stopped_at=FILED),
    ],
)
def test_a_dossier_that_ended_without_a_result_is_forgotten_and_nobody_asked(end: Event) -> None:
    result = followed(make_filed(), end)

    assert result.forgotten == {DOSSIER}
    assert not result.met


def test_each_step_with_which_a_slip_may_be_handed_over_is_met_in_its_order() -> None:
    asked = DossierSupplementRequested(
        number=1, components=("a",), before_acceptance=False, requested_at=FILED
    )

    result = followed(make_filed(), make_accepted(), asked, make_returned())

    assert [(met.trigger, met.at) for met in result.met] == [
        (Trigger.ACCEPTED, FILED),
        (Trigger.SUPPLEMENT_REQUESTED, FILED),
        (Trigger.RETURNED, RETURNED),
    ]


def test_a_dossier_that_was_refused_is_met_once_more_and_forgotten() -> None:
    refused = DossierIntakeRefused(refused_at=RETURNED, ground="thiếu")

    result = followed(make_filed(), refused)

    assert [(met.trigger, met.at) for met in result.met] == [(Trigger.INTAKE_REFUSED, RETURNED)]
    assert result.forgotten == {DOSSIER}


def test_a_dossier_waited_for_is_still_followed() -> None:
    asked = DossierSupplementRequested(
        number=1, components=("a",), before_acceptance=True, requested_at=FILED
    )

    assert set(followed(make_filed(), asked).remembered) == {DOSSIER}


def test_a_suspended_dossier_is_still_followed() -> None:
    suspended = DossierStopped(ground="chờ", ended=False, stopped_at=FILED)

    assert set(followed(make_filed(), suspended).remembered) == {DOSSIER}


def test_an_imported_life_that_is_over_leaves_nothing() -> None:
    result = followed(make_imported(make_filed(), make_accepted(), make_returned()))

    assert not result.met
    assert result.remembered == {}


def test_an_imported_life_that_goes_on_is_invited_when_it_is_returned_here() -> None:
    moved = DossierTransferred(from_agency="H20.40.01", to_agency="H20.40", transferred_at=FILED)

    result = followed(make_imported(make_filed(), make_accepted(), moved), make_returned())

    assert [dossier.agency for dossier, _ in result.returned] == ["H20.40"]


def test_how_a_life_is_cut_into_batches_changes_nothing() -> None:
    envelopes = life(make_filed(), make_accepted(), make_returned(), dossier=DOSSIER)
    whole = follow({}, envelopes)
    for cut in range(1, len(envelopes)):
        first = follow({}, envelopes[:cut])
        second = follow(first.remembered, envelopes[cut:])
        assert first.met + second.met == whole.met


def test_a_dossier_never_heard_of_is_nobody_to_invite() -> None:
    result = follow({}, life(make_returned(RETURNED + timedelta(days=1)), dossier=UUID(int=1)))

    assert not result.met
