"""Tells what is odd in a record without being wrong enough to refuse it; pure."""

from collections.abc import Collection

from services.procedures.anomalies.anomaly import Anomaly
from services.procedures.anomalies.codes import AnomalyCode, Severity
from services.procedures.anomalies.looks import LOOKS
from services.procedures.records import ProcedureRecord

__all__ = ["Anomaly", "AnomalyCode", "Severity", "anomalies"]


def anomalies(
    record: ProcedureRecord, *, known_fields: Collection[str] | None = None
) -> tuple[Anomaly, ...]:
    """Everything odd in the record; fields are looked at only when the known ones are given."""
    found = [anomaly for look in LOOKS for anomaly in look(record)]
    if known_fields is not None and record.field not in known_fields:
        found.append(Anomaly(AnomalyCode.FIELD_UNKNOWN, record.field, "/field"))
    return tuple(found)
