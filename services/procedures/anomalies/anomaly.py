"""An odd spot of a record."""

from dataclasses import dataclass

from services.procedures.anomalies.codes import AnomalyCode


@dataclass(frozen=True, slots=True)
class Anomaly:
    """An odd spot of a record: which (RFC 6901), and what is odd there."""

    code: AnomalyCode
    detail: str
    pointer: str
