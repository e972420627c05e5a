"""Reads the facts of a portal's page."""

import re
from collections.abc import Iterator
from datetime import date

from services.procedures.codes import PROCEDURE
from services.procedures.formats.built import built
from services.procedures.formats.fees import AMOUNT_MAX, fee_of, spoken
from services.procedures.formats.headings import group_of
from services.procedures.formats.limits import limit_of
from services.procedures.formats.portal.words import (
    ASSUMED_REMARK,
    ONLINE_LEVELS,
    SAME_DAY_BEGIN,
    unit_named,
)
from services.procedures.formats.source import TEXT_MAX, Source
from services.procedures.formats.words import currency_of, level_of, method_of
from services.procedures.records import (
    UNNAMED,
    ComponentRecord,
    FeeRecord,
    GroupRecord,
    LegalGround,
    LimitRecord,
    MethodRecord,
    NamedCode,
    ProcedureRecord,
)
from shared.events import AgencyLevel, Method

_CODE = re.compile(PROCEDURE)
_NUMBER_OF_DOCUMENT = re.compile(r"\d[\d.]*(/\d{4})?/[A-ZĐ0-9.-]+")
_AMOUNT_ONLY = re.compile(r"[\d.,]+ (?:việt nam đồng|vnđ|đồng|usd)|không|miễn phí", re.IGNORECASE)


def read(source: Source, *, valid_from: date) -> ProcedureRecord:
    """The record, in force from a day; raises Unreadable."""
    code = source["code"].name()
    if code is None or not _CODE.fullmatch(code):
        what = "code_missing" if code is None else "code_malformed"
        raise source["code"].wrong(what, "mã thủ tục dạng 1.000000")
    remark = source["data_quality_note"].name(TEXT_MAX)
    return built(
        ProcedureRecord,
        code=code,
        name=source["name"].name() or UNNAMED,
        field=source["field"].name() or UNNAMED,
        levels=_levels(source["levels"]) or (AgencyLevel.OTHER,),
        former_levels=_former_levels(source["level_before_2025"]),
        kind=source["kind"].name(),
        decision=source["decision_no"].name() or UNNAMED,
        methods=tuple(_methods(code, source["methods"])),
        groups=_groups(code, source["components"]),
        components_total=_whole(source["components_total"]),
        dossier_sets=_whole(source["dossier_sets"]),
        subjects=tuple(each.name() or UNNAMED for each in source["subjects"].texts()),
        performing_agencies=_agency(source["agency"]),
        competent_agency=source["competent_agency"].name(TEXT_MAX),
        results=tuple(
            NamedCode(code=result["code"].code(), name=result["name"].name() or UNNAMED)
            for result in source["results"].objects()
        ),
        legal_grounds=tuple(_ground(each) for each in source["legal_bases"].texts()),
        same_day=(source["time_rule"].name(TEXT_MAX) or "").startswith(SAME_DAY_BEGIN),
        linked=source["linked"].value is True,
        online_level=source["dvc_level"].word(
            ONLINE_LEVELS.get, "Mức độ trực tuyến", "online_level_unknown"
        ),
        note=None if remark == ASSUMED_REMARK else remark,
        valid_from=valid_from,
    )


def _levels(source: Source) -> tuple[AgencyLevel, ...]:
    return tuple(dict.fromkeys(level_of(level.name() or "") for level in source.texts()))


def _former_levels(source: Source) -> tuple[AgencyLevel, ...]:
    return () if (said := source.name()) is None else (level_of(said),)


def _whole(source: Source) -> int | None:
    number = source.number("count_unreadable")
    if number is not None and number != int(number):
        raise source.wrong("count_unreadable", "một số nguyên")
    return None if number is None else int(number)


def _agency(source: Source) -> tuple[NamedCode, ...]:
    return () if (said := source.name()) is None else (NamedCode(name=said),)


def _ground(source: Source) -> LegalGround:
    said = source.name()
    if said is not None and _NUMBER_OF_DOCUMENT.fullmatch(said):
        return LegalGround(number=said)
    return LegalGround(name=said)


def _methods(code: str, source: Source) -> Iterator[MethodRecord]:
    for number, row in enumerate(source.objects(), 1):
        method = row["channel"].word(_method, "Kênh", "channel_unknown")
        if method is None:
            raise row["channel"].wrong("channel_unknown", "kênh direct, online hoặc postal")
        fee = _fee(row["fee"])
        yield built(
            MethodRecord,
            id=f"{code}-m{number:02d}",
            case=None,
            method=method,
            limit=_limit(row["time_limit"]),
            fees=() if fee is None else (fee,),
            note=_beyond_fee(row),
        )


def _method(said: str) -> Method | None:
    return Method(said) if said in set(Method) else method_of(said)


def _limit(source: Source) -> LimitRecord | None:
    (limit,) = _object(source) or (None,)
    if limit is None:
        return None
    unit = limit["unit"].word(unit_named, "Đơn vị thời hạn", "unit_unknown")
    found = limit_of(limit["value"], Source(None))
    if found is None or unit is None:
        return found
    return built(LimitRecord, value=found.value, unit=unit)


def _fee(source: Source) -> FeeRecord | None:
    (fee,) = _object(source) or (None,)
    if fee is None:
        return None
    amount = fee["amount"].number("amount_unreadable")
    if amount is not None and amount > AMOUNT_MAX:
        raise fee["amount"].wrong("amount_unreadable", f"một số tiền đến {AMOUNT_MAX}")
    currency = fee["currency"].word(currency_of, "Loại tiền", "currency_unknown")
    text, per = fee["text"].name(TEXT_MAX), fee["per"].name(60)
    if amount is not None and text is not None and _AMOUNT_ONLY.fullmatch(text):
        text = spoken(amount, currency or "VND", per)
    return fee_of(amount, currency or "VND", text, per)


def _beyond_fee(row: Source) -> str | None:
    """A row's note without the fee that it repeats: `2,000 VNĐ(/trang)Tại …`."""
    note = row["note"].name(TEXT_MAX) or ""
    for fee in _object(row["fee"]):
        note = note.removeprefix(fee["text"].name(TEXT_MAX) or "")
        note = note.removeprefix(f"(/{fee['per'].name(60)})").strip()
    return note or None


def _object(source: Source) -> tuple[Source, ...]:
    if source.value is None:
        return ()
    if not isinstance(source.value, dict):
        raise source.wrong("wrong_type", "một đối tượng")
    return (source,)


def _groups(code: str, source: Source) -> tuple[GroupRecord, ...]:
    """The papers under the name of their group, groups in the order of their first paper."""
    grouped: dict[str | None, list[ComponentRecord]] = {}
    for paper in source.objects():
        grouped.setdefault(paper["case"].name(), []).append(_paper(paper))
    return tuple(
        group_of(code, number, name, papers)
        for number, (name, papers) in enumerate(grouped.items(), 1)
    )


def _paper(paper: Source) -> ComponentRecord:
    originals, copies = paper["originals"].count(), paper["copies"].count()
    nothing_due = originals == copies == 0
    # A paper without counts is a paper where the source says so; a note never has counts.
    is_note = nothing_due and paper["is_note"].value is not False
    return built(
        ComponentRecord,
        id="-",
        name=paper["name"].name() or UNNAMED,
        originals=originals,
        copies=copies,
        is_note=is_note,
        form=paper["form_file"].name(),
    )
