"""What the law lets happen to a dossier, written down a second time, apart from the service."""

from dataclasses import dataclass, field
from datetime import datetime

FILED, ACCEPTED, REFUSED, PROCESSING, SUPPLEMENT = 1, 2, 3, 4, 5
PAYMENT, WITHDRAWN, STOPPED, RESOLVED, RETURNED = 6, 7, 8, 9, 10
ENDED = {REFUSED, WITHDRAWN, RETURNED}

# domain: 1→2, 1→3, 1→5, 1→7; 2→4, 2→5, 2→7, 2→9; 4→5, 4→6, 4→7, 4→8, 4→9; 5→1 or 4, 5→7, 5→8;
# 6→4, 6→7, 6→8; 8→4 when only suspended; 9→10, 9→4 before hand-over.
ALLOWED: dict[str, set[int]] = {
    "acceptance": {FILED},
    "intake-refusal": {FILED},
    "supplement-requests": {FILED, ACCEPTED, PROCESSING},
    "supplements": {SUPPLEMENT},
    "steps": {ACCEPTED, PROCESSING},
    "payment-demand": {PROCESSING},
    "payments": {PAYMENT},
    "resolution": {ACCEPTED, PROCESSING},
    "recall": {RESOLVED},
    "return": {RESOLVED},
    "withdrawal": {FILED, ACCEPTED, PROCESSING, SUPPLEMENT, PAYMENT},
    "stop": {PROCESSING, SUPPLEMENT, PAYMENT},
    "suspension": {PROCESSING},
    "resumption": {STOPPED},
}

AFTER: dict[str, int] = {
    "acceptance": ACCEPTED,
    "intake-refusal": REFUSED,
    "supplement-requests": SUPPLEMENT,
    "steps": PROCESSING,
    "payment-demand": PAYMENT,
    "resolution": RESOLVED,
    "recall": PROCESSING,
    "return": RETURNED,
    "withdrawal": WITHDRAWN,
    "stop": STOPPED,
    "suspension": STOPPED,
    "resumption": PROCESSING,
}
"""Papers and payments lead on or back, which `Life.follow` decides."""


@dataclass
class Life:
    """What a dossier must be like, as far as a person who followed it can tell."""

    code: str
    identity: str
    status: int = FILED
    accepted: bool = False
    suspended: bool = False
    requests: int = 0
    asked: tuple[str, ...] = ()
    owed: int = 0
    moments: list[datetime] = field(default_factory=list)

    def allows(self, action: str) -> bool:
        """Whether the table lets it happen now."""
        if action == "resumption":
            return self.status == STOPPED and self.suspended
        return self.status in ALLOWED[action]

    def follow(self, action: str) -> None:
        """Take note of what happened; amounts and papers are the caller's to note."""
        if action in AFTER:
            self.status = AFTER[action]
        elif action == "supplements":
            self.status = PROCESSING if self.accepted else FILED
        elif action == "payments":
            self.status = PAYMENT if self.owed else PROCESSING
        self.accepted = self.accepted or action == "acceptance"
        self.requests += action == "supplement-requests"
        if action in {"suspension", "resumption"}:
            self.suspended = action == "suspension"
