"""Identifiers of the old and the new form are the same agencies."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procedures.codes import AGENCY
from services.procedures.identifiers import OLD, Unconvertible, find_old, same, to_new, to_old

OLD_IDENTIFIERS = st.from_regex(OLD, fullmatch=True)
NEW_IDENTIFIERS = st.from_regex(AGENCY, fullmatch=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("000.17.22.H56", "H56.22.17"),
        ("000.00.14.H20", "H20.14"),
        ("000.00.13.H40", "H40.13"),
        ("000.00.00.G12", "G12"),
        ("005.17.22.H56", "H56.22.17.005"),
    ],
)
def test_real_identifiers_turn_both_ways(old: str, new: str) -> None:
    assert (to_new(old), to_old(new)) == (new, old)


@pytest.mark.parametrize("new", ["H44.100", "G12.18.112.014", "H20.40.13.01", "H20.00", "H20.9"])
def test_what_has_no_old_form_says_so(new: str) -> None:
    with pytest.raises(Unconvertible, match=re.escape(new)):
        to_old(new)
    assert find_old(new) is None


@pytest.mark.parametrize("wrong", ["H20.14", "00.00.14.H20", "000.00.14.H2", ""])
def test_what_is_no_old_identifier_is_refused(wrong: str) -> None:
    with pytest.raises(Unconvertible):
        to_new(wrong)


@given(NEW_IDENTIFIERS)
def test_an_old_form_always_leads_back(new: str) -> None:
    old = find_old(new)
    assert old is None or to_new(old) == new


@given(OLD_IDENTIFIERS)
def test_every_old_identifier_has_a_valid_new_form_that_is_no_longer(old: str) -> None:
    new = to_new(old)
    assert re.fullmatch(AGENCY, new)
    # Empty levels between filled ones fall out, so such an identifier does not come back.
    assert find_old(new) in {old, None} or ".00." in old[3:]
    assert set(same(old)) >= {old, new}
