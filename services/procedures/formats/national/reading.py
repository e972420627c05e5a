"""Reads the national record."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import count

from services.procedures.formats.built import built
from services.procedures.formats.fees import AMOUNT_MAX, fee_of, ungrouped
from services.procedures.formats.headings import group_of
from services.procedures.formats.limits import limit_of
from services.procedures.formats.source import TEXT_MAX, Source, Unreadable
from services.procedures.formats.subjects import subjects_of
from services.procedures.formats.words import DONG, currency_of, level_of, method_of
from services.procedures.records import (
    UNNAMED,
    ComponentRecord,
    FeeRecord,
    GroupRecord,
    LegalGround,
    MethodRecord,
    NamedCode,
    ProcedureRecord,
    StepsRecord,
)
from shared.events import AgencyLevel

_CODE = re.compile(r"([1-9]\.[0-9]{6})(?:\.[0-9A-Z.]+)?")


def read(source: Source, *, valid_from: date) -> ProcedureRecord:
    """The record, in force from a day; raises Unreadable."""
    code = _code(source["MATTHC"])
    decision = source["IDQUYETDINHCONGBO"].name()
    # The field holds the decision's number or only the national database's id of it.
    numbered = decision is not None and "/" in decision
    fields = _named(source["LINHVUCTHUCHIEN"], "MALINHVUC", "TENLINHVUC")
    first = fields[0] if fields else NamedCode(name=UNNAMED)
    linked_with = _named(source["TTHCLIENTHONG"], "MATTHC", "TENTTHC")
    return built(
        ProcedureRecord,
        code=code,
        name=source["TENTTHC"].name() or UNNAMED,
        field=first.name,
        field_code=first.code,
        other_fields=fields[1:],
        levels=_levels(source["CAPTHUCHIEN"]),
        decision=decision if numbered else UNNAMED,
        decision_id=None if numbered else source["IDQUYETDINHCONGBO"].code(),
        steps=tuple(_steps(part) for part in source["TRINHTUTHUCHIEN"].objects()),
        methods=tuple(_methods(code, source["CACHTHUCTHUCHIEN"])),
        groups=tuple(_groups(code, source["THANHPHANHOSO"])),
        subjects=subjects_of(source["DOITUONGTHUCHIEN"]),
        performing_agencies=_named(source["COQUANTHUCHIEN"], "MADONVI", "TENDONVI"),
        results=_named(source["KETQUATHUCHIEN"], "MAKETQUA", "TENKETQUA"),
        legal_grounds=tuple(
            LegalGround(number=ground["SOVANBAN"].name(), name=ground["TENVANBAN"].name())
            for ground in source["CANCUPHAPLY"].objects()
        ),
        related=_named(source["TTHCLIENQUAN"], "MATTHC", "TENTTHC"),
        linked_with=linked_with,
        linked=bool(linked_with),
        **_plain_texts(source),
        valid_from=valid_from,
    )


def _plain_texts(source: Source) -> dict[str, str | None]:
    """The fields that hold one text or code each."""
    return {
        "kind": source["LOAITTHC"].name(),
        "publishing_agency": source["MACOQUANCONGBO"].code(),
        "national_id": source["ID"].code(),
        "national_status": source["TRANGTHAI"].name(),
        "subjects_note": source["MOTADOITUONGTHUCHIEN"].long_text(),
        "competent_agency": source["COQUANCOTHAMQUYEN"].name(TEXT_MAX),
        "authorised_agency": source["COQUANDUOCUYQUYEN"].name(TEXT_MAX),
        "cooperating_agency": source["COQUANPHOIHOP"].name(TEXT_MAX),
        "reception_address": source["DIACHITIEPNHAN"].long_text(),
        "requirements": source["YEUCAU"].long_text(),
        "keywords": source["TUKHOA"].long_text(),
        "description": source["MOTA"].long_text(),
    }


def _code(source: Source) -> str:
    said = source.name()
    if said is None:
        raise Unreadable("code_missing", "Bản ghi không có mã thủ tục.", source.pointer)
    # A province's copy adds the code of its agency to the national code.
    if (found := _CODE.fullmatch(said)) is None:
        raise Unreadable(
            "code_malformed", f"“{said}” không phải là mã thủ tục dạng 1.000000.", source.pointer
        )
    return found[1]


def _levels(source: Source) -> tuple[AgencyLevel, ...]:
    said = [level["CAPTHUCHIEN"].name() for level in source.objects()]
    return tuple(dict.fromkeys(level_of(word or "") for word in said)) or (AgencyLevel.OTHER,)


def _named(source: Source, code: str, name: str) -> tuple[NamedCode, ...]:
    """Things with a code and a name; a plain text names one."""
    if isinstance(source.value, str | int | float):
        return (NamedCode(name=said),) if (said := source.name()) else ()
    return tuple(
        NamedCode(code=each[code].code(), name=each[name].name() or UNNAMED)
        for each in source.objects()
    )


def _steps(part: Source) -> StepsRecord:
    steps = [step["TENTRINHTU"].long_text() or UNNAMED for step in part["TRINHTU"].objects()]
    return built(StepsRecord, case=part["TRUONGHOP"].name(), steps=tuple(steps))


def _methods(code: str, source: Source) -> Iterator[MethodRecord]:
    """A row for each limit of each way of filing, and one for a way without any."""
    numbers = count(1)
    for way in source.objects():
        method = way["KENH"].word(method_of, "Kênh", "channel_unknown")
        if method is None:
            raise way["KENH"].wrong("channel_unknown", "kênh 1, 2 hoặc 3")
        for row in way["THOIGIAN"].objects() or (Source({}, way.pointer),):
            yield built(
                MethodRecord,
                id=f"{code}-m{next(numbers):02d}",
                case=None,
                method=method,
                limit=limit_of(row["THOIGIANGIAIQUYET"], row["DONVITINH"]),
                fees=tuple(fee for line in row["PHILEPHI"].objects() if (fee := _fee(line))),
                note=row["MOTA"].name(TEXT_MAX),
            )


def _fee(line: Source) -> FeeRecord | None:
    said, remark = line["SOTIEN"].name(), line["MOTA"].name(TEXT_MAX)
    currency = line["DONVI"].name()
    known = DONG if currency is None else currency_of(currency)
    if known is None or said is None:
        # An amount in an unknown unit is only text: thousands of dong are no dong.
        text = " ".join(part for part in (said, currency if said else None, remark) if part)
        return fee_of(None, known or DONG, text[:TEXT_MAX] or None)
    pointer = line["SOTIEN"].pointer
    amount = Source(ungrouped(said), pointer).number("amount_unreadable")
    if amount is not None and amount > AMOUNT_MAX:
        raise line["SOTIEN"].wrong("amount_unreadable", f"một số tiền đến {AMOUNT_MAX}")
    return fee_of(amount, known, remark)


def _groups(code: str, source: Source) -> Iterator[GroupRecord]:
    for number, group in enumerate(source.objects(), 1):
        papers = [_paper(paper) for paper in group["GIAYTO"].objects()]
        yield group_of(code, number, group["TRUONGHOP"].name(), papers)


def _paper(paper: Source) -> ComponentRecord:
    originals, copies = paper["SOBANCHINH"].count(), paper["SOBANSAO"].count()
    return ComponentRecord(
        id="-",
        name=paper["TENGIAYTO"].name() or UNNAMED,
        originals=originals,
        copies=copies,
        is_note=originals == copies == 0,
        code=paper["MAGIAYTO"].code(),
        form=paper["TENMAUDON"].name(),
        form_url=paper["URL"].name(TEXT_MAX),
    )
