"""Makes a caller of verified claims by the issuer's rules; reads no claim they do not name."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.identity.principals import Principal, Role
from shared.identity.rules import PERSON_NUMBER, ClaimRules, Grant

PERSON = "citizen:"
"""How the pseudonym of a person begins, and no account's name does."""
ACCOUNT = "account:"
"""The same for an officer whose account is the number of their electronic identity."""
SUBJECT_CHARACTERS_MAX = 200
AGENCIES_MAX = 200
AGENCY = re.compile(r"\*|[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LEVEL = re.compile(r"\d")

Claims = Mapping[str, Any]


def name(
    claims: Claims, rules: ClaimRules, *, issuer: str, pseudonym: Callable[[str], str]
) -> Principal:
    """Name the caller; raises ValueError when the claims tell no fit subject."""
    client = _client(claims)
    roles, agencies = {*rules.always, *_roles(claims, rules)}, [*_agencies(claims, rules)]
    for grant in _grants(claims, rules, client) if client else ():
        roles |= grant.roles
        agencies += grant.agencies
    level = _level(claims, rules)
    number = None
    if Role.CITIZEN in roles:
        number = _number(claims, rules) if (level or 0) >= rules.assurance_min else None
        subject = PERSON + pseudonym(number or f"{issuer} {_text(claims, 'sub')}")
    else:
        account = _subject(claims, rules, client)
        if re.fullmatch(PERSON_NUMBER, account):
            account = ACCOUNT + pseudonym(account)
        subject = rules.subject_prefix + account
    return Principal(subject, frozenset(roles), tuple(agencies[:AGENCIES_MAX]), number, level)


def _client(claims: Claims) -> str | None:
    """The client that got this token for itself and for no user (RFC 9068 §2.2, and Keycloak)."""
    client = _text(claims, "client_id") or _text(claims, "azp")
    account = f"service-account-{client}"
    if client and (claims.get("sub") == client or claims.get("preferred_username") == account):
        return client
    return None


def _grants(claims: Claims, rules: ClaimRules, client: str) -> Iterator[Grant]:
    if client in rules.clients:
        yield rules.clients[client]
    for scope in _texts(claims.get("scope")):
        if scope in rules.scopes:
            yield rules.scopes[scope]


def _roles(claims: Claims, rules: ClaimRules) -> Iterator[Role]:
    own = {str(role): role for role in Role}
    names = own if rules.role_names is None else rules.role_names
    for path in rules.roles:
        for value in _texts(_at(claims, path)):
            if value in names:
                yield names[value]


def _agencies(claims: Claims, rules: ClaimRules) -> Iterator[str]:
    for path in rules.agencies:
        for value in _texts(_at(claims, path)):
            code = value if rules.agency_names is None else rules.agency_names.get(value, "")
            if AGENCY.fullmatch(code):
                yield code


def _number(claims: Claims, rules: ClaimRules) -> str | None:
    kind = _text(claims, rules.account_type) if rules.account_type else ""
    rule = rules.numbers.get(kind)
    for claim in rule.claims if rule else ():
        value = _text(claims, claim)
        if rule and re.fullmatch(rule.pattern, value):
            return value
    return None


def _subject(claims: Claims, rules: ClaimRules, client: str | None) -> str:
    subject = client or next(filter(None, (_text(claims, path) for path in rules.subject)), "")
    reserved = subject.startswith((PERSON, ACCOUNT))
    if not subject or len(subject) > SUBJECT_CHARACTERS_MAX or reserved:
        raise ValueError("no fit subject")
    return subject


def _level(claims: Claims, rules: ClaimRules) -> int | None:
    """The level in `2`, `LoA2` or `["LoA1", "LoA2"]`."""
    for path in rules.assurance:
        digits = [found for text in _texts(_at(claims, path)) if (found := LEVEL.search(text))]
        if digits:
            return max(int(found.group()) for found in digits)
    return None


def _at(claims: Claims, path: str) -> Any:
    """Follow the dots, unless the claim's own name has them (`https://…`)."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def _text(claims: Claims, path: str) -> str:
    value = _at(claims, path)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split()
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
