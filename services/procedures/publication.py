"""Turns what is kept into what is told: the facts of the catalogue as others receive them."""

from services.procedures.records import (
    CaseRecord,
    FeeRecord,
    LimitRecord,
    MethodRecord,
    ProcedureRecord,
)
from shared.events import (
    ProcedurePublished,
    PublishedCase,
    PublishedComponent,
    PublishedFee,
    PublishedLimit,
    PublishedMethod,
)


def published(version: int, record: ProcedureRecord) -> ProcedurePublished:
    """The fact that a version is in force: what a one-stop needs of it, not the whole record."""
    return ProcedurePublished(
        code=record.code,
        version=version,
        name=record.name,
        field=record.field,
        field_code=record.field_code,
        levels=record.every_level,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        internal=record.internal,
        same_day=record.same_day,
        linked=record.linked,
        online_level=record.online_level,
        boundary_free=record.boundary_free,
        form_schema=record.form_schema,
        cases=tuple(_case(case) for case in record.cases),
        methods=tuple(_method(row) for row in record.methods),
    )


def _case(case: CaseRecord) -> PublishedCase:
    papers = (
        PublishedComponent(
            id=paper.id,
            name=paper.name,
            originals=paper.originals,
            copies=paper.copies,
            is_note=paper.is_note,
            from_database=paper.from_database,
        )
        for paper in case.components
    )
    return PublishedCase(id=case.id, name=case.name, components=tuple(papers))


def _method(row: MethodRecord) -> PublishedMethod:
    return PublishedMethod(
        id=row.id,
        case=row.case,
        method=row.method,
        limit=_limit(row.promised),
        statutory_limit=_limit(row.limit),
        fee=_fee(row.fees[0]) if len(row.fees) == 1 else None,
        fees=tuple(_fee(fee) for fee in row.fees),
    )


def _limit(limit: LimitRecord | None) -> PublishedLimit | None:
    return PublishedLimit(value=limit.value, unit=limit.unit) if limit else None


def _fee(fee: FeeRecord) -> PublishedFee:
    return PublishedFee(
        amount=fee.amount, currency=fee.currency, per=fee.per, kind=fee.kind, text=fee.text
    )
