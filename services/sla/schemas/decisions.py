"""What a head decides about a limit, and how it is shown."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.sla.decisions.extending import Length, State
from services.sla.models import Extension
from shared.times import LocalDateTime

Ground = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


class ExtensionBody(BaseModel):
    """An extension: so many days, hours or minutes, one of them, and why."""

    model_config = ConfigDict(extra="forbid")

    days: int | None = Field(default=None, ge=1, le=365)
    hours: int | None = Field(default=None, ge=1, le=3000)
    minutes: int | None = Field(default=None, ge=1, le=180_000)
    ground: Ground

    @model_validator(mode="after")
    def _in_one_unit(self) -> Self:
        if sum(given is not None for given in self.length()) != 1:
            raise ValueError("Hãy gửi đúng một trong days, hours, minutes.")
        return self

    def length(self) -> Length:
        """How much time is given."""
        return Length(self.days, self.hours, self.minutes)


class ExtensionView(BaseModel):
    """A decision and what became of it; `amount` is working minutes, or days of a day limit."""

    dossier: str
    number: int
    state: State
    amount: int
    ground: str
    decided_by: str
    decided_at: LocalDateTime
    due_before: LocalDateTime
    due_at: LocalDateTime | None = Field(
        description="Ngày hẹn mới; null khi quyết định không còn hiệu lực / null when void."
    )


class ExtensionsView(BaseModel):
    """All extensions of a dossier, oldest first."""

    items: list[ExtensionView]


def extension_view(extension: Extension) -> ExtensionView:
    """Show a decision; until the clock has heard it, with the due it will have."""
    state = State(extension.state)
    due_at = None if state is State.VOID else extension.due_after or extension.due_expected
    return ExtensionView(
        dossier=str(extension.dossier),
        number=extension.number,
        state=state,
        amount=extension.amount,
        ground=extension.ground,
        decided_by=extension.decided_by,
        decided_at=extension.decided_at,
        due_before=extension.due_before,
        due_at=due_at,
    )
