"""Keeps what the catalogue knows and the shape of a file has no words for."""

from typing import Final

import orjson
from pydantic import ValidationError

from services.procedures import formats
from services.procedures.records import ProcedureRecord

ALWAYS_FROM_FILE: Final = frozenset(
    {"code", "valid_from", "valid_to", "received_as", "as_received"}
)


def carried(published: ProcedureRecord, received: ProcedureRecord) -> ProcedureRecord:
    """The received record, with what its source left unsaid as it is published.

    A national record cannot say that results are due the same day, nor what limit the agencies
    committed to; read as it stands it would take these away. So a field whose source says just
    what the published version would have made it say is left as published.
    """
    if received.received_as is None:
        return received
    try:
        written = orjson.dumps(formats.write(published, received.received_as))
        echo = formats.read(orjson.loads(written), valid_from=published.valid_from)
        kept = {
            name: getattr(published, name)
            for name in ProcedureRecord.model_fields.keys() - ALWAYS_FROM_FILE
            if getattr(received, name) == getattr(echo, name) != getattr(published, name)
        }
        # Validated anew: rows that are kept may name a case that is no more.
        together = received.model_copy(update=kept).model_dump(mode="json")
        return ProcedureRecord.model_validate(together) if kept else received
    except (formats.Unreadable, ValidationError):
        return received
