"""The Vietnamese words of forms: people, ways, limits, and what is left to fill in by hand."""

from services.intake.schemas.printed import FormPaper, FormPerson, IssuingUnit
from shared.events import Channel, LimitUnit, PublishedLimit, WayOfReturn
from shared.printing import Column, Field, Side, Table
from shared.printing.wording import two_digits

BLANK = "." * 16

CHANNELS: dict[Channel, str] = {
    Channel.COUNTER: "Trực tiếp",
    Channel.ONLINE_PARTIAL: "Trực tuyến (một phần)",
    Channel.ONLINE_FULL: "Trực tuyến (toàn trình)",
    Channel.KIOSK: "Ki-ốt thông minh",
    Channel.POSTAL: "Bưu chính công ích",
    Channel.HOME: "Tại nhà",
    Channel.MOBILE: "Lưu động",
    Channel.POST_OFFICE: "Tại bưu cục",
}
UNITS: dict[LimitUnit, str] = {
    LimitUnit.HOUR: "giờ làm việc",
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.DAY: "ngày",
    LimitUnit.MONTH: "tháng",
}


def person_rows(label: str, person: FormPerson) -> list[list[Field]]:
    """Write a person: name, number, where and how they are reached."""
    return [
        [Field(label, person.name, strong=True)],
        [
            Field("Số định danh", person.identity_number or BLANK),
            Field("Số điện thoại", person.phone or BLANK),
        ],
        [Field("Địa chỉ", person.address or BLANK)],
        [Field("Email", person.email or BLANK)],
    ]


def limit_in_words(limit: PublishedLimit | None, *, same_day: bool) -> str:
    """Write a limit: `10 ngày làm việc`, `0,5 ngày làm việc`."""
    if same_day:
        return "trong ngày làm việc"
    if limit is None:
        return "pháp luật không quy định"
    value = f"{limit.value.normalize():f}".replace(".", ",")
    return f"{value} {UNITS[LimitUnit(limit.unit.value)]}"


def way_in_words(way: str, unit: IssuingUnit) -> str:
    """Write where the result will be handed over."""
    return {
        WayOfReturn.COUNTER: ", ".join(filter(None, (unit.name, unit.address))),
        WayOfReturn.POST: "Qua dịch vụ bưu chính công ích",
        WayOfReturn.ONLINE: "Trực tuyến (bản điện tử)",
        WayOfReturn.HOME: "Tại nhà",
    }[WayOfReturn(way)]


def paper_table(papers: list[FormPaper]) -> Table:
    """List papers with their originals and copies."""
    rows = [
        (str(place), paper.name, two_digits(paper.originals), two_digits(paper.copies))
        for place, paper in enumerate(papers, start=1)
    ]
    return Table(
        (
            Column("TT", align=Side.CENTER),
            Column("Tên giấy tờ", 1),
            Column("Bản chính", align=Side.CENTER),
            Column("Bản sao", align=Side.CENTER),
        ),
        rows,
    )


def contact(unit: IssuingUnit, officer: str) -> list[list[Field]]:
    """Write whom to ask: the officer and the unit's telephone."""
    return [
        [
            Field("Cán bộ hướng dẫn", officer_name(officer) or BLANK),
            Field("Điện thoại liên hệ", unit.phone or BLANK),
        ]
    ]


def officer_name(account: str) -> str:
    """Show an officer's account where it is a name; an identity number is nobody's to read."""
    return "" if account.isdigit() else account
