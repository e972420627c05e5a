"""The filled-in form of a dossier: checked by the pinned version's schema, sealed, shown to few."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import orjson
from jsonschema_rs import Draft202012Validator
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import details, dossiers, unmasking
from services.intake.desk import Desk
from services.intake.form_errors import errors_of
from services.intake.models import FilledForm, PartyRole
from services.intake.schemas.filing import Filing
from services.intake.schemas.form_data import FormDataView
from shared.errors import FieldError, NotFound, Unprocessable
from shared.events import Channel, Method, ProcedurePublished
from shared.form_schema import compiled
from shared.personal_data import Vault

MEMBER: Final = "/body/form"
COMPILED_MAX: Final = 256
"""Schemas kept ready in one process, the ones that were used last."""

_compiled: OrderedDict[tuple[str, int], tuple[Mapping[str, Any], Draft202012Validator]] = (
    OrderedDict()
)


def check_form(given: Filing, procedure: ProcedurePublished) -> None:
    """Refuse a form that the version's schema refuses, or that is missing; raises Unprocessable.

    Who comes to a counter or writes fills in paper: there a form may be left out.
    """
    schema = procedure.form_schema
    if schema is None:
        if given.form is not None:
            raise _refused("form_not_expected", "Thủ tục này không có biểu mẫu điện tử.")
        return
    if given.form is None:
        if _needs_form(given.channel):
            raise _refused("form_missing", "Nộp qua kênh này phải điền biểu mẫu điện tử.")
        return
    validator = _validator(procedure.code, procedure.version, schema)
    if validator.is_valid(given.form):
        return
    errors = errors_of(validator, schema, given.form, under=MEMBER)
    raise Unprocessable(
        "Biểu mẫu điện tử còn ô thiếu hoặc sai; xem danh sách errors.",
        code="form_invalid",
        errors=errors,
    )


def seal(vault: Vault, dossier_id: UUID, given: Filing) -> tuple[bytes, ...]:
    """Encrypt what was filled in, bound to its dossier; nothing where nothing was."""
    if given.form is None:
        return ()
    return (vault.encrypt(orjson.dumps(given.form), of=_sealed_for(dossier_id)),)


async def show(session: AsyncSession, desk: Desk, reference: str) -> FormDataView:
    """Show the form to who filed it, or to an officer who works on it, which is logged.

    Raises NotFound, also when the dossier has no form; Forbidden.
    """
    dossier = await dossiers.get(session, desk, reference)
    if not await unmasking.is_one_of(session, desk, dossier, PartyRole.OWNER, PartyRole.SUBMITTER):
        details.log_unmasking(session, desk, dossier)
    kept = await session.get(FilledForm, dossier.id)
    if kept is None:
        raise NotFound("Hồ sơ này không có biểu mẫu điện tử.", code="no_form")
    plain = desk.vault.decrypt(kept.sealed, key_id=kept.key_id, of=_sealed_for(dossier.id))
    return FormDataView(
        code=dossier.code,
        procedure=dossier.procedure,
        version=kept.procedure_version,
        form=orjson.loads(plain),
    )


def _needs_form(channel: Channel) -> bool:
    return channel.method is Method.ONLINE


def _validator(code: str, version: int, schema: Mapping[str, Any]) -> Draft202012Validator:
    """Get the version's schema compiled; the content decides, as copies may be built anew."""
    key = (code, version)
    known = _compiled.get(key)
    if known is not None and (known[0] is schema or known[0] == schema):
        _compiled.move_to_end(key)
        return known[1]
    validator = compiled(schema)
    _compiled[key] = (schema, validator)
    _compiled.move_to_end(key)
    if len(_compiled) > COMPILED_MAX:
        _compiled.popitem(last=False)
    return validator


def _sealed_for(dossier_id: UUID) -> str:
    return f"{dossier_id}/form"


def _refused(code: str, detail: str) -> Unprocessable:
    pointed = FieldError(pointer=MEMBER, detail=detail, code=code)
    return Unprocessable(detail, code=code, errors=[pointed])
