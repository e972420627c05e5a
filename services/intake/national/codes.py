"""The one table between our words and the national portal's codes, and how it writes values."""

from datetime import UTC, datetime
from typing import Final

from services.intake.models import Dossier
from services.intake.schemas.filing import SubjectKind
from shared.events import Channel, Method, WayOfReturn
from shared.times import to_vietnam

NAME: Final = "Cổng Dịch vụ công quốc gia"

WAYS_OF_FILING: Final = {Method.DIRECT: "1", Method.ONLINE: "2", Method.POSTAL: "3"}
"""KenhThucHien."""

WAYS_OF_RETURN: Final = {
    WayOfReturn.COUNTER: "0",
    WayOfReturn.POST: "1",
    # The portal knows two ways only; what no postman carries counts as the counter's.
    WayOfReturn.ONLINE: "0",
    WayOfReturn.HOME: "0",
}
"""HinhThuc."""

SUBJECTS: Final = {
    SubjectKind.CITIZEN: "1",
    SubjectKind.ENTERPRISE: "2",
    SubjectKind.STATE_AGENCY: "3",
    SubjectKind.OTHER: "4",
}
"""LoaiDoiTuong; what a history calls by another word is “khác”."""

IDENTITY_KINDS: Final = {12: "1", 9: "2"}
"""LoaiDinhDanh by the number of digits: căn cước, chứng minh nhân dân; others are not sent."""

FILED_AT_PORTAL, FILED_HERE = "1", "2"
"""NoiNopHoSo."""

PAID_AT_LOCAL_GATEWAY, NOT_PAID_ONLINE = "2", "3"
"""DuocThanhToanTrucTuyen; 1, through the portal itself, is for payments it confirmed."""

YES, NO = "1", "0"
TRUE, FALSE = "True", "False"

ACCOUNTS_ARE_IDENTITIES_SINCE: Final = datetime(2026, 7, 19, 17, tzinfo=UTC)
"""From 20/07/2026 the portal is entered with the electronic identity (Decision 29/2026)."""

ABSTRACT_MAX: Final = 1000
HANDLER_MAX: Final = 50
FILE_NAME_MAX: Final = 4000
TEXT_MAX: Final = 2000
CUT: Final = "…"


def moment(at: datetime | None) -> str:
    """Write a moment as the portal does, `20260302080000` on a Vietnamese clock; empty for none."""
    return to_vietnam(at).strftime("%Y%m%d%H%M%S") if at is not None else ""


def text(words: str | None, longest: int = TEXT_MAX) -> str:
    """Write words in at most so many characters; a cut is shown."""
    written = " ".join((words or "").split())
    return written if len(written) <= longest else written[: longest - len(CUT)] + CUT


def subject(kind: str) -> str:
    """LoaiDoiTuong of a party's kind."""
    return SUBJECTS[SubjectKind(kind)] if kind in set(SubjectKind) else "4"


def way_of_filing(dossier: Dossier) -> str:
    """KenhThucHien of a dossier."""
    return WAYS_OF_FILING[Channel(dossier.channel).method]


def account_verified(dossier: Dossier) -> str:
    """TaiKhoanDuocXacThucVoiVNeID: yes where filing needed such an account, else not known."""
    online = Channel(dossier.channel) in {Channel.ONLINE_PARTIAL, Channel.ONLINE_FULL}
    return YES if online and dossier.filed_at >= ACCOUNTS_ARE_IDENTITIES_SINCE else NO
