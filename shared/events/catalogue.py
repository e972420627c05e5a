"""Facts of the catalogue, told by procedures: what is published and from when it counts."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.envelope import Event
from shared.events.vocabulary import AgencyLevel, Method, PublishedLimit


class PublishedComponent(BaseModel):
    """One paper of a case (thành phần hồ sơ); a note is never asked for."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    originals: int
    copies: int
    is_note: bool
    from_database: bool = False


class PublishedCase(BaseModel):
    """One case of a procedure (trường hợp) with its papers; exactly one applies to a dossier."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    components: tuple[PublishedComponent, ...]


class PublishedFee(BaseModel):
    """One line of what a row costs; no line at all means unknown, 0 means free (miễn phí).

    `kind` is `fee` (phí) or `charge` (lệ phí) where the source tells them apart.
    """

    model_config = ConfigDict(frozen=True)

    amount: Decimal | None = None
    currency: str
    per: str | None = None
    kind: str | None = None
    text: str


class PublishedMethod(BaseModel):
    """One row of a way of filing: its limit and fees; no limit means unknown, never zero.

    `limit` is what a receipt is dated by: the committed limit where there is one, otherwise the
    statutory one. `fee` is told where `fees` has a single line.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    case: str | None = None
    method: Method
    limit: PublishedLimit | None = None
    statutory_limit: PublishedLimit | None = None
    fee: PublishedFee | None = None
    fees: tuple[PublishedFee, ...] = ()


class ProcedurePublished(Event):
    """A version of a procedure is in force for dossiers received from `valid_from` on."""

    type: ClassVar = "procedure.published.v1"

    code: str
    version: int
    name: str
    field: str
    field_code: str | None = None
    levels: tuple[AgencyLevel, ...]
    valid_from: date
    valid_to: date | None = None
    internal: bool
    same_day: bool
    linked: bool = False
    online_level: str | None = None
    boundary_free: str | None = None
    form_schema: dict[str, Any] | None = None
    cases: tuple[PublishedCase, ...]
    methods: tuple[PublishedMethod, ...]


class ProcedureWithdrawn(Event):
    """A version stops being in force: no dossier received after `valid_to` may use it."""

    type: ClassVar = "procedure.withdrawn.v1"

    code: str
    version: int
    valid_to: date


class SuccessorAgency(BaseModel):
    """Who took over from an agency on a day: the `whole` of it or a `part`."""

    model_config = ConfigDict(frozen=True)

    agency: str
    part: str
    since: date


class ActingAgency(BaseModel):
    """For which agency another one receives, such as a post office, and from when to when."""

    model_config = ConfigDict(frozen=True)

    agency: str
    valid_from: date
    valid_to: date | None = None


class AgencyChanged(Event):
    """An agency was set up or changed; always told whole."""

    type: ClassVar = "agency.changed.v1"

    code: str
    name: str
    level: AgencyLevel
    kind: str
    parent: str | None = None
    calendar: str | None = None
    valid_from: date
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    succession: tuple[SuccessorAgency, ...] = ()
    acts_for: tuple[ActingAgency, ...] = ()
    old_identifier: str | None = None
    modern_since: date | None = None
    address: str | None = None
    phone: str | None = None
    hotline: str | None = None
    site: str | None = None


class CalendarPublished(Event):
    """A version of a working calendar, whole (`shared.working_time.Calendar` as JSON)."""

    type: ClassVar = "calendar.published.v1"

    code: str
    version: int
    definition: dict[str, Any]
