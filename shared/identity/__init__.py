"""Who is calling, told by a signed token; every service verifies it again by itself."""

from shared.identity.callers import Caller, Visitor, caller_of, requires
from shared.identity.issuers import AUDIENCE, LOCAL_ISSUER, PUBLIC_KEYS, NoIssuer
from shared.identity.principals import EVERYWHERE, Principal, Role, covered
from shared.identity.subjects import SubjectKeyMissing
from shared.identity.verifying import Verifier

__all__ = [
    "AUDIENCE",
    "EVERYWHERE",
    "LOCAL_ISSUER",
    "PUBLIC_KEYS",
    "Caller",
    "NoIssuer",
    "Principal",
    "Role",
    "SubjectKeyMissing",
    "Verifier",
    "Visitor",
    "caller_of",
    "covered",
    "requires",
]
