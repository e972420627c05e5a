"""What the intake service is told by its environment (`INTAKE_…`)."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AnyHttpUrl, BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.intake.transfers.forwarding import Forwarding
from shared.events import PauseEnd, PublishedLimit
from shared.files import BucketSettings
from shared.settings import ServiceSettings


class NationalSettings(BaseSettings):
    """Where and as whom dossiers are told to the national portal (`INTAKE_NATIONAL_…`)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_NATIONAL_", extra="ignore")

    endpoint: AnyHttpUrl | None = Field(default=None, description="Nothing is sent without it.")
    agency: str = Field(default="", description="madonvi: the agency that this system speaks for.")
    login_endpoint: AnyHttpUrl | None = None
    username: str = ""
    password: SecretStr = SecretStr("")
    headers: dict[str, str] = Field(default={}, description="Such as the exchange's `dstcode`.")
    timeout_seconds: float = Field(default=15.0, gt=0, le=20)
    at_once: int = Field(default=4, gt=0, le=32)
    late_seconds: float = Field(
        default=600.0, gt=0, description="Circular 04/2025: ten minutes after a step ends."
    )
    history: bool = Field(default=False, description="Whether imported lives are told too.")

    @property
    def configured(self) -> bool:
        """Whether there is a portal to tell."""
        return self.endpoint is not None

    @model_validator(mode="after")
    def _speaks_for_somebody(self) -> Self:
        if self.configured and not self.agency:
            raise ValueError("INTAKE_NATIONAL_ENDPOINT needs INTAKE_NATIONAL_AGENCY (madonvi)")
        return self


class HomeSettings(BaseSettings):
    """How visits at home are booked (`INTAKE_HOME_…`)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_HOME_", extra="ignore")

    visit_minutes: int = Field(default=60, ge=15, le=240, description="Where nobody says more.")
    travel_minutes: int = Field(default=30, ge=0, le=240, description="Kept free after a visit.")
    horizon_days: int = Field(default=30, gt=0, le=366, description="How far ahead one may book.")
    open_max: int = Field(default=3, gt=0, description="Visits that one person may have ahead.")


class CarrierSettings(BaseModel):
    """How one carrier of the public postal service is reached, and how it proves itself."""

    order_endpoint: AnyHttpUrl | None = Field(default=None, description="Nothing is sent without.")
    cancel_endpoint: AnyHttpUrl | None = None
    tracking_endpoint: AnyHttpUrl | None = Field(default=None, description="Where to ask for news.")
    customer_code: str = Field(default="", description="customerCode of the contract.")
    headers: dict[str, SecretStr] = Field(default={}, description="Such as the carrier's `token`.")
    timeout_seconds: float = Field(default=15.0, gt=0, le=20)
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="No webhook is taken in without."
    )
    webhook_signed: bool = Field(
        default=False, description="The header carries the body's HMAC-SHA256, not the secret."
    )


class PostalSettings(BaseSettings):
    """The carriers by code (`INTAKE_POSTAL_CARRIERS`, JSON)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_POSTAL_", extra="ignore")

    carriers: dict[str, CarrierSettings] = {}

    def reaches(self, carrier: str) -> bool:
        """Whether there is somebody to tell an order to."""
        known = self.carriers.get(carrier)
        return known is not None and known.order_endpoint is not None


class ForwardingSettings(BaseSettings):
    """By when a dossier goes to the competent agency (`INTAKE_FORWARDING_…`; D118/2025 18(2))."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_FORWARDING_", extra="ignore")

    cutoff: time = Field(default=time(15), description="Later ones go the next working day.")
    opening_minutes: int = Field(default=60, ge=0, le=480, description="“Đầu giờ” of that day.")
    paper_working_days: Decimal = Field(default=Decimal(1), gt=0)

    @property
    def rule(self) -> Forwarding:
        """The settings as the rule that is computed with."""
        return Forwarding(self.cutoff, self.opening_minutes, self.paper_working_days)


class PaymentSettings(BaseSettings):
    """How money is receipted and paid on the national platform (`INTAKE_PAYMENTS_…`)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_PAYMENTS_", extra="ignore")

    endpoint: AnyHttpUrl | None = Field(default=None, description="Nothing is paid online without.")
    partner: str = Field(default="", description="MaDoiTac of the contract with the platform.")
    secret: SecretStr = SecretStr("")
    account: str = Field(default="", description="TKThuHuong: where the money goes.")
    account_name: str = ""
    account_bank: str = Field(default="", description="MaNHThuHuong.")
    timeout_seconds: float = Field(default=15.0, gt=0, le=20)
    query_after_minutes: int = Field(default=30, gt=0, description="Pending longer are asked for.")
    query_days: int = Field(default=3, gt=0, le=30, description="Pending longer are given up.")
    receipt_form: str = Field(default="01BLP2-001", description="Mẫu số of the receipts.")
    fee_series: str = Field(default="AA", pattern=r"^[0-9A-Z]{2,4}$")
    charge_series: str = Field(default="AB", pattern=r"^[0-9A-Z]{2,4}$")

    @property
    def configured(self) -> bool:
        """Whether there is a platform to pay on."""
        return self.endpoint is not None

    @model_validator(mode="after")
    def _proves_itself(self) -> Self:
        if self.configured and not (self.partner and self.secret.get_secret_value()):
            raise ValueError("INTAKE_PAYMENTS_ENDPOINT needs INTAKE_PAYMENTS_PARTNER and _SECRET")
        return self

    @model_validator(mode="after")
    def _counts_apart(self) -> Self:
        if self.fee_series == self.charge_series:
            raise ValueError("fees and charges need a series each")
        return self


class TwoLimits(BaseModel):
    """The limits of the two appointments of a procedure, before and after proof of payment."""

    first: PublishedLimit
    second: PublishedLimit


class SupplementSettings(BaseSettings):
    """How papers may be asked for (`INTAKE_SUPPLEMENT_…`)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_SUPPLEMENT_", extra="ignore")

    ask_working_days: Decimal = Field(
        default=Decimal(3),
        gt=0,
        description="After acceptance; later ones are flagged (D61 19(4)).",
    )
    ask_working_hours_online: Decimal = Field(
        default=Decimal(8), gt=0, description="Before acceptance, for what was filed online."
    )
    answer_working_days: Decimal = Field(
        default=Decimal(15), gt=0, description="For the person; then the dossier is closed."
    )
    requests_max: int = Field(
        default=2, gt=0, le=100, description="Nobody has to come more often (D63 20(4))."
    )


class FilesSettings(BaseSettings):
    """What files are taken in and how long they are kept (`INTAKE_FILES_…`)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_FILES_", extra="ignore")

    bucket: BucketSettings = Field(default_factory=BucketSettings)
    bytes_max: int = Field(default=100 * 2**20, gt=0)
    at_once: int = Field(default=8, gt=0, le=64, description="Bodies that one process takes in.")
    upload_hours: int = Field(default=24, gt=0, le=168, description="For one in several goes.")
    unattached_days: int = Field(default=7, gt=0, le=90)
    link_seconds: int = Field(default=300, gt=0, le=3600)
    scanner: tuple[str, ...] = Field(
        default=(), description="A command that reads a file: 0 clean, 1 infected (clamdscan)."
    )
    scan_seconds_max: float = Field(default=120.0, gt=0)
    result_required: bool = Field(
        default=False, description="Whether a result returned online must be here as a file."
    )
    retention_years: int = Field(default=20, gt=0, le=200, description="After a dossier ended.")
    retention_by_procedure: dict[str, Annotated[int, Field(gt=0, le=200)]] = {}


class IntakeSettings(ServiceSettings):
    """Settings of both intake processes."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", extra="ignore")

    service: str = "intake"
    default_calendar: str = "VN-HANH-CHINH"
    if_match_required: bool = False
    supplement_pause_end: PauseEnd | dict[date, PauseEnd] = Field(
        default=PauseEnd.RESTART,
        description="What papers completed after acceptance do to the limit; D61 19(4) restarts."
        ' One word, or words by the first day of filing: {"2018-06-21": "restart"}.',
    )
    tracking_tries_per_code: int = Field(
        default=5, gt=0, description="Wrong checks of one code in a quarter of an hour."
    )
    tracking_tries_per_code_a_day: int = Field(default=20, gt=0)
    tracking_tries_together_a_minute: int = Field(
        default=120, gt=0, description="Wrong checks of everybody; more look like a search."
    )
    national: NationalSettings = Field(default_factory=NationalSettings)
    postal: PostalSettings = Field(default_factory=PostalSettings)
    payments: PaymentSettings = Field(default_factory=PaymentSettings)
    supplement: SupplementSettings = Field(default_factory=SupplementSettings)
    two_appointments: dict[str, TwoLimits] = Field(
        default={},
        description="By procedure: land with financial obligations has two appointments, such as"
        ' {"1.004227": {"first": {"value": 6, "unit": "working_day"}, "second": {…}}}.',
    )
    home: HomeSettings = Field(default_factory=HomeSettings)
    files: FilesSettings = Field(default_factory=FilesSettings)
    forwarding: ForwardingSettings = Field(default_factory=ForwardingSettings)
    duplicate_days: int = Field(
        default=30, gt=0, le=366, description="How near two filings of one person are suspicious."
    )
    draft_days: int = Field(default=30, gt=0, le=366, description="Drafts untouched longer go.")
    offline_hours: int = Field(
        default=72, gt=0, le=720, description="How late an offline counter may file."
    )

    def pause_end_on(self, day: date) -> PauseEnd:
        """What completed papers do to the limit of a dossier filed on that day."""
        if isinstance(self.supplement_pause_end, PauseEnd):
            return self.supplement_pause_end
        begun = [first for first in self.supplement_pause_end if first <= day]
        return self.supplement_pause_end[max(begun)] if begun else PauseEnd.RESTART


def load() -> IntakeSettings:
    """Read the settings from the environment now; raises ValidationError naming what lacks."""
    # The database's address has no default: it comes from the environment or nothing starts.
    return IntakeSettings.model_validate({})
