"""Routes of publishing on time: the two indices of a period, and the versions behind them."""

from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request, Response

from services.procedures.api.answers import answer
from services.procedures.publication_rules import Index, Verdict
from services.procedures.schemas.statistics import (
    PublicationIndex,
    PublicationItem,
    PublicationStatistics,
)
from services.procedures.settings import ProceduresSettings
from services.procedures.statistics.publications import Judged, Sum, list_judged, sum_of
from services.procedures.statistics.shares import percent
from shared import paging
from shared.database import Reading
from shared.paging import Cursor, Limit, Page
from shared.times import Day

router = APIRouter(prefix="/v1/statistics/publication", tags=["statistics"])

First = Annotated[Day, Query(alias="from", description="Ngày đầu kỳ.")]
Last = Annotated[Day, Query(alias="to", description="Ngày cuối kỳ.")]

SOURCE = "Quyết định 766/QĐ-TTg ngày 23/6/2022"
TITLES = {
    Index.DECISION: "Quyết định công bố ban hành đúng hạn trước khi có hiệu lực (1.1)",
    Index.CATALOGUE: "Thủ tục được công khai đúng hạn sau khi ký quyết định (1.2)",
}
FORMULA = "số thủ tục không có lần nào trễ / số thủ tục công bố trong kỳ, mỗi thủ tục tính một lần"


@router.get(
    "",
    operation_id="get_publication_statistics",
    summary="Công bố, công khai thủ tục đúng hạn / procedures published on time",
    response_model=PublicationStatistics,
)
async def get_publication_statistics(
    request: Request, session: Reading, first: First, last: Last
) -> Response:
    """One late publication makes its procedure late; what is unknown is counted apart."""
    rules = _settings(request).publication_rules
    judged = await _judged(request, session, first, last)
    return answer(
        PublicationStatistics(
            first=first,
            last=last,
            versions=len(judged),
            indices=[_index(index, sum_of(judged, index)) for index in Index],
            rules=rules,
        ),
    )


@router.get(
    "/items",
    operation_id="list_publication_statistics_items",
    summary="Các lần công bố trong kỳ / publications of the period",
    response_model=Page[PublicationItem],
)
async def list_publication_statistics_items(
    *,
    request: Request,
    session: Reading,
    first: First,
    last: Last,
    index: Index | None = None,
    verdict: Verdict | None = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """By code and version; `verdict` holds for `index`, or for either without one."""
    judged = await _judged(request, session, first, last)
    if verdict is not None:
        indices = list(Index) if index is None else [index]
        judged = [
            each
            for each in judged
            if any(each.judgement.verdicts[one] is verdict for one in indices)
        ]
    past = _position(after) if after is not None else ("", 0)
    rest = [each for each in judged if (each.code, each.version) > past]
    page = rest[:limit]
    following = paging.encode(page[-1].code, page[-1].version) if len(rest) > limit else None
    return answer(Page[PublicationItem](items=list(map(_item, page)), next=following))


async def _judged(request: Request, session: Reading, first: date, last: date) -> list[Judged]:
    settings = _settings(request)
    return await list_judged(
        session,
        first,
        last,
        rules=settings.publication_rules,
        calendar_code=settings.default_calendar,
    )


def _settings(request: Request) -> ProceduresSettings:
    return cast(ProceduresSettings, request.app.state.settings)


def _index(index: Index, found: Sum) -> PublicationIndex:
    known = found.on_time + found.late
    return PublicationIndex(
        index=index,
        title=TITLES[index],
        numerator=found.on_time,
        denominator=known,
        ratio=percent(found.on_time, known),
        formula=FORMULA,
        source=SOURCE,
        late=found.late,
        unknown_versions=found.unknown_versions,
    )


def _item(judged: Judged) -> PublicationItem:
    times, judgement = judged.times, judged.judgement
    return PublicationItem(
        code=judged.code,
        version=judged.version,
        name=judged.name,
        decision=judged.decision,
        issuer=times.issuer,
        signed_on=times.signed_on,
        valid_from=times.valid_from,
        published_on=times.published_on,
        sign_by=judgement.sign_by,
        publish_by=judgement.publish_by,
        verdicts=judgement.verdicts,
    )


def _position(after: str) -> tuple[str, int]:
    match paging.decode(after, 2):
        case [str(code), int(version)]:
            return code, version
        case _:
            raise paging.unreadable()
