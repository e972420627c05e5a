"""The figures that schemes and targets may name, and how each is made of what was counted."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.figures import counting
from services.sla.figures.answers import POINT_PARTS
from services.sla.figures.circular01 import BEST, online_points, petition_points, time_points
from services.sla.figures.counting import Counted, Source
from services.sla.figures.facets import Facet
from services.sla.figures.figure import Figure
from services.sla.figures.procedures import Catalogue
from services.sla.figures.scope import Scope

Make = Callable[[Counted, str | None], Figure]


class Formula(NamedTuple):
    """A named figure: what it counts, and from where."""

    title: str
    sources: frozenset[Source]
    make: Make
    facets: tuple[Facet, ...] = ()
    """What it counts of dossiers; the first tells the single ones behind it."""

    @property
    def tells_dossiers(self) -> bool:
        """Whether the dossiers behind the figure can be listed."""
        return bool(self.facets) or Source.PROGRESS in self.sources


def _facet(title: str, facet: Facet) -> Formula:
    def make(counted: Counted, agency: str | None) -> Figure:
        hits = counted.sum(Source.LIVES, facet, agency)
        return Figure.of(hits, counted.sum(Source.LIVES, f"{facet}_of", agency))

    return Formula(title, frozenset({Source.LIVES}), make, (facet,))


def _ratio(title: str, source: Source, numerator: str, denominator: str) -> Formula:
    def make(counted: Counted, agency: str | None) -> Figure:
        part = counted.sum(source, numerator, agency)
        return Figure.of(part, counted.sum(source, denominator, agency))

    return Formula(title, frozenset({source}), make)


def _of_catalogue(title: str, figure: Callable[[Catalogue, str | None], Figure]) -> Formula:
    def make(counted: Counted, agency: str | None) -> Figure:
        if counted.catalogue is None:
            raise LookupError("the catalogue was not read")
        return figure(counted.catalogue, agency)

    return Formula(title, frozenset({Source.PROCEDURES}), make)


def _on_time(counted: Counted, agency: str | None) -> Figure:
    early, on_time, late = (
        counted.sum(Source.COUNTERS, name, agency) for name in ("early", "on_time", "late")
    )
    return Figure.of(early + on_time, early + on_time + late)


def _receiving_satisfaction(counted: Counted, agency: str | None) -> Figure:
    """100 % less the share that was late and the share that complained (766, 5.4)."""
    on_time = _on_time(counted, agency)
    complaints = counted.sum(Source.PETITIONS, "complaints", agency)
    return Figure(max(on_time.numerator - complaints, on_time.numerator * 0), on_time.denominator)


def _time_points(counted: Counted, agency: str | None) -> Figure:
    early = counted.sum(Source.LIVES, Facet.EARLY_RESULT, agency)
    in_time = counted.sum(Source.LIVES, Facet.RESULT_IN_TIME, agency)
    results = counted.sum(Source.LIVES, f"{Facet.RESULT_IN_TIME}_of", agency)
    return time_points(early, in_time, results)


def _holder_points(counted: Counted, agency: str | None) -> Figure:
    points = counted.sum(Source.HOLDERS, "points", agency)
    return Figure.of(points, BEST * counted.sum(Source.HOLDERS, "dossiers", agency))


def _petition_points(counted: Counted, agency: str | None) -> Figure:
    names = ("answered", "answered_on_time", "dragging")
    return petition_points(*(counted.sum(Source.PETITIONS, name, agency) for name in names))


def _online_points(counted: Counted, agency: str | None) -> Figure:
    offered = FORMULAS["online_procedure_share"].make(counted, agency)
    filed = FORMULAS[Facet.ONLINE].make(counted, agency)
    return online_points(offered, filed, counted.sum(Source.LIVES, Facet.ONLINE_LATE, agency))


def _answered(index: str, title: str) -> Formula:
    """An index that only people can judge, from the survey's slips."""

    def make(counted: Counted, agency: str | None) -> Figure:
        points = Fraction(counted.sum(Source.ANSWERS, index, agency), POINT_PARTS)
        answers = counted.sum(Source.ANSWERS, f"{index}_of", agency)
        return Figure(points, Fraction(BEST * answers))

    return Formula(title, frozenset({Source.ANSWERS}), make)


PROGRESS: Final = "on_time_766_share"
FORMULAS: Final[dict[str, Formula]] = {
    "on_time_share": Formula(
        "Hồ sơ giải quyết trước hạn, đúng hạn / đã giải quyết (biểu II.06a)",
        frozenset({Source.COUNTERS}),
        _on_time,
        (Facet.ON_TIME,),
    ),
    PROGRESS: _ratio(
        "Hồ sơ đúng hạn theo Quyết định 766 (mục 2.1) / tiếp nhận",
        Source.PROGRESS,
        "on_time",
        "judged",
    ),
    **{
        facet.value: _facet(title, facet)
        for facet, title in {
            Facet.ONLINE: "Hồ sơ nộp trực tuyến / tiếp nhận",
            Facet.ONLINE_WITH_RESULT: "Hồ sơ trực tuyến, kết quả không chỉ bằng giấy / tiếp nhận",
            Facet.PARTIAL_ONLINE: "Hồ sơ nộp trực tuyến / hồ sơ của thủ tục một phần",
            Facet.FULL_ONLINE: "Hồ sơ nộp trực tuyến / hồ sơ của thủ tục toàn trình",
            Facet.POST: "Hồ sơ nộp hoặc nhận kết quả qua bưu chính công ích / tiếp nhận",
            Facet.PAID_ONLINE: "Hồ sơ thanh toán trực tuyến / hồ sơ có nghĩa vụ tài chính",
            Facet.DIGITAL_RESULT: "Hồ sơ có kết quả điện tử / hồ sơ có kết quả",
            Facet.DIGITISED: "Hồ sơ có giấy tờ số hóa và kết quả điện tử / hồ sơ có kết quả",
            Facet.REUSED: "Hồ sơ tái sử dụng giấy tờ số hóa / tiếp nhận",
        }.items()
    },
    "online_procedure_share": _of_catalogue(
        "Thủ tục một phần, toàn trình / thủ tục đang công khai", Catalogue.online_share
    ),
    "used_online_share": _of_catalogue(
        "Thủ tục trực tuyến có hồ sơ trực tuyến / thủ tục trực tuyến", Catalogue.used_online_share
    ),
    "paid_online_procedure_share": _of_catalogue(
        "Thủ tục có phí phát sinh thanh toán trực tuyến / thủ tục có phí",
        Catalogue.paid_online_share,
    ),
    "apology_share": _ratio(
        "Sai sót, trễ hẹn có thư xin lỗi đã được nhận / sai sót, trễ hẹn phát sinh",
        Source.ERRORS,
        "received",
        "troubled",
    ),
    "petitions_on_time_share": _ratio(
        "Phản ánh, kiến nghị trả lời đúng hạn / đã trả lời",
        Source.PETITIONS,
        "answered_on_time",
        "answered",
    ),
    "petitions_satisfied_share": _ratio(
        "Phản ánh, kiến nghị được đánh giá hài lòng / được đánh giá",
        Source.PETITIONS,
        "satisfied",
        "rated",
    ),
    "receiving_satisfaction_share": Formula(
        "100% trừ tỷ lệ trễ hạn và tỷ lệ bị phản ánh thái độ, trên hồ sơ đã giải quyết",
        frozenset({Source.COUNTERS, Source.PETITIONS}),
        _receiving_satisfaction,
    ),
    "time_points": Formula(
        "Chỉ số 1: điểm thời gian giải quyết / điểm tối đa của các kết quả có hạn",
        frozenset({Source.LIVES}),
        _time_points,
        (Facet.RESULT_IN_TIME, Facet.EARLY_RESULT),
    ),
    "holder_points": Formula(
        "Chỉ số 2: điểm thời gian của từng cơ quan / điểm tối đa của các hồ sơ có theo dõi bước",
        frozenset({Source.HOLDERS}),
        _holder_points,
    ),
    "petition_points": Formula(
        "Chỉ số 8: điểm tiếp thu, giải trình phản ánh, kiến nghị / 2",
        frozenset({Source.PETITIONS}),
        _petition_points,
    ),
    "online_points": Formula(
        "Chỉ số 9: điểm cung cấp dịch vụ công trực tuyến / 2",
        frozenset({Source.LIVES, Source.PROCEDURES}),
        _online_points,
        (Facet.ONLINE, Facet.ONLINE_LATE),
    ),
    **{
        f"survey_points_{index}": _answered(
            index, f"Chỉ số {index}: điểm người dân chấm / điểm tối đa của các phiếu"
        )
        for index in ("3", "4", "6", "7")
    },
}


async def load(session: AsyncSession, scope: Scope, names: Iterable[str]) -> Counted:
    """Count what the named figures need; raises KeyError for a name that nobody knows."""
    wanted = set(names)
    formulas = [FORMULAS[name] for name in wanted]
    sources = frozenset().union(*(one.sources for one in formulas))
    from_lives = {facet for one in formulas if Source.LIVES in one.sources for facet in one.facets}
    return await counting.load(session, scope, sources, frozenset(from_lives))
