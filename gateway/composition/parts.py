"""What stands around a dossier, and which owner is asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gateway.routes import Service

SHOWN_OF_PROCEDURE = (
    "code,version,state,valid_from,valid_to,record.name,record.field,record.decision,record.steps,"
    "record.results,record.online_level"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name in the answer, its owner, and where the owner shows it."""

    name: str
    service: Service
    address: str
    """With the members of a dossier in braces; `dossier` is what the caller named it by."""

    def target(self, members: Mapping[str, Any]) -> bytes:
        """The path and query to ask the owner for."""
        quoted = {name: quote(str(member), safe="") for name, member in members.items()}
        return self.address.format_map(quoted).encode("ascii")


AROUND = (
    Part("clock", Service.SLA, "/v1/clocks/{dossier}"),
    Part("alarms", Service.SLA, "/v1/clocks/{dossier}/alarms"),
    Part("steps", Service.INTAKE, "/v1/dossiers/{dossier}/steps"),
    Part("invitations", Service.SURVEY, "/v1/surveys/invitations?dossier={dossier}"),
)
"""Asked for together with the dossier itself."""

PROCEDURE = Part(
    "procedure",
    Service.PROCEDURES,
    f"/v1/procedures/{{procedure}}?version={{version}}&fields={SHOWN_OF_PROCEDURE}",
)
"""Asked for when the dossier has told which version it follows."""

PARTS = (*AROUND, PROCEDURE)
EXPLANATION = "/v1/clocks/{dossier}/explanation"
