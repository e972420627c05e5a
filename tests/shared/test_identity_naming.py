from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.identity import EVERYWHERE, Principal, Role
from shared.identity.issuers import Issuers, configured
from shared.identity.naming import name
from shared.identity.rules import ClaimRules
from shared.settings import KernelSettings

ISSUER = "https://login.example.vn"
CITIZEN = {
    "sub": "1b5f",
    "LoaiTaiKhoan": "1",
    "SoDinhDanh": "087199001234",
    "HoVaTen": "Nguyễn Văn A",
    "TonGiao": "Không",
    "TechID": "T-1",
    "loAs": "LoA2",
}


def read(claims: dict[str, Any], **rules: Any) -> Principal:
    return name(
        claims, ClaimRules.model_validate(rules), issuer=ISSUER, pseudonym=lambda of: f"<{of}>"
    )


def test_a_citizen_of_the_national_portal_is_known_by_their_identity_number() -> None:
    principal = read(CITIZEN, like="national_portal")

    assert principal.roles == {Role.CITIZEN}
    assert principal.agencies == ()
    assert principal.number == "087199001234"
    assert principal.subject == "citizen:<087199001234>"
    assert principal.assurance == 2


@pytest.mark.parametrize(
    ("claims", "number"),
    [
        ({"LoaiTaiKhoan": 1, "SoCMND": "123456789"}, "123456789"),
        ({"LoaiTaiKhoan": "2", "MaSoThue": "0312345678-001"}, "0312345678-001"),
        ({"LoaiTaiKhoan": "3", "TechID": "TC.0001"}, "TC.0001"),
    ],
)
def test_each_kind_of_account_has_its_own_number(claims: dict[str, Any], number: str) -> None:
    assert read({"sub": "s", **claims}, like="national_portal").number == number


@pytest.mark.parametrize(
    "claims",
    [
        {"LoaiTaiKhoan": "3", "TechID": "087199001234"},
        {"LoaiTaiKhoan": "3", "SoDinhDanh": "087199001234"},
        {"LoaiTaiKhoan": "2", "MaSoThue": "087199001234", "SoDinhDanh": "087199001234"},
        {"LoaiTaiKhoan": "1", "SoDinhDanh": "08719900123"},
        {"LoaiTaiKhoan": "9", "SoDinhDanh": "087199001234"},
        {"SoDinhDanh": "087199001234"},
        {"LoaiTaiKhoan": "1", "SoDinhDanh": ["087199001234"]},
    ],
    ids=str,
)
def test_a_number_of_another_kind_opens_nobodys_dossiers(claims: dict[str, Any]) -> None:
    principal = read({"sub": "s", **claims}, like="national_portal")

    assert principal.identity_number is None
    assert principal.number == principal.subject == f"citizen:<{ISSUER} s>"


def test_vneid_tells_the_level_of_assurance() -> None:
    principal = read(CITIZEN | {"IAL": 1}, like="vneid")

    assert (principal.number, principal.assurance) == ("087199001234", 1)


def test_a_number_below_the_wanted_assurance_is_not_believed() -> None:
    assert read(CITIZEN, like="national_portal", assurance_min=3).identity_number is None
    assert read(CITIZEN, like="national_portal", assurance_min=2).number == "087199001234"


def test_a_providers_own_role_names_and_groups_are_translated() -> None:
    claims = {"sub": "u", "groups": ["mc-tiep-nhan", "khac"], "units": ["/tinh/xa-a", "/la"]}

    principal = read(
        claims,
        roles=["groups"],
        role_names={"mc-tiep-nhan": "counter"},
        agencies=["units"],
        agency_names={"/tinh/xa-a": "H20.100"},
        subject_prefix="so-noi-vu/",
    )

    assert principal == Principal("so-noi-vu/u", frozenset({Role.COUNTER}), ("H20.100",))


def test_a_role_nobody_named_is_ignored() -> None:
    assert read({"sub": "u", "roles": ["superuser", 7, None]}, roles=["roles"]).roles == frozenset()


def test_a_claim_whose_own_name_has_dots_is_found() -> None:
    claims = {"sub": "u", "https://example.vn/roles": "counter leader"}

    assert read(claims, roles=["https://example.vn/roles"]).roles == {Role.COUNTER, Role.LEADER}


CLIENTS = {
    "roles": ["roles"],
    "clients": {"post": {"roles": ["postal"], "agencies": ["H20"]}},
    "scopes": {"motcua.portal": {"roles": ["portal"], "agencies": [EVERYWHERE]}},
}


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "post", "client_id": "post"},
        {"sub": "7f", "azp": "post", "preferred_username": "service-account-post"},
    ],
)
def test_a_client_that_came_for_itself_has_its_grant(claims: dict[str, Any]) -> None:
    principal = read(claims, **CLIENTS)

    assert principal == Principal("post", frozenset({Role.POSTAL}), ("H20",))


def test_a_clients_scope_gives_what_the_rules_say() -> None:
    claims = {"sub": "gate", "client_id": "gate", "scope": "openid motcua.portal"}

    assert read(claims, **CLIENTS).roles == {Role.PORTAL}


def test_a_user_who_came_through_a_client_has_nothing_of_its_grant() -> None:
    claims = {"sub": "u", "azp": "post", "scope": "motcua.portal", "preferred_username": "u"}

    assert read(claims, **CLIENTS).roles == frozenset()


def test_an_officer_whose_account_is_their_identity_number_is_named_by_a_pseudonym() -> None:
    principal = read({"sub": "x", "preferred_username": "087199001234"}, like="keycloak")

    assert principal.subject == "account:<087199001234>"


def settings(tmp_path: Path, content: str) -> KernelSettings:
    path = tmp_path / "identity.json"
    path.write_text(content)
    return KernelSettings(profile="production", keys_dir=tmp_path, identity_file=path)


def test_the_identity_file_names_issuers_and_their_rules(tmp_path: Path) -> None:
    given = settings(
        tmp_path,
        """{"issuers": [
            {"issuer": "https://login.example.vn/realms/motcua", "claims": {"like": "keycloak",
              "role_names": {"can-bo": "counter"}}},
            {"issuer": "https://sso.example.vn", "audience": "dvc", "algorithms": ["RS256"],
             "claims": {"like": "vneid", "assurance_min": 2}}]}""",
    )

    officers, people = configured(given)

    assert officers.claims.role_names == {"can-bo": Role.COUNTER}
    assert officers.claims.agencies == ("agencies",)
    assert people.claims.always == {Role.CITIZEN}
    assert (people.audience, people.algorithms) == ("dvc", ("RS256",))


@pytest.mark.parametrize(
    "issuers",
    [
        [{"issuer": "http://login.example.vn"}],
        [{"issuer": ISSUER, "algorithms": ["HS256"]}],
        [{"issuer": ISSUER, "algorithms": ["none"]}],
        [{"issuer": ISSUER, "claims": {"like": "somebody"}}],
        [{"issuer": ISSUER, "claims": {"role_names": {"x": "king"}}}],
        [{"issuer": ISSUER, "claims": {"unknown": 1}}],
        [{"issuer": ISSUER}, {"issuer": "https://another.example.vn"}],
        [{"issuer": ISSUER}, {"issuer": ISSUER, "claims": {"subject_prefix": "b/"}}],
    ],
    ids=str,
)
def test_refuses_an_identity_file_that_would_let_strangers_in(
    issuers: list[dict[str, Any]],
) -> None:
    with pytest.raises(ValidationError):
        Issuers.model_validate({"issuers": issuers})
