"""One dossier per channel, from filing to the survey, told as it happens."""

import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table

from deploy.door import Door
from shared.clock import present
from shared.events import Channel, WayOfReturn
from shared.identity import Role
from shared.times import to_text, to_vietnam

AGENCY: Final = "H20.100"
PROCEDURE: Final = "2.000908"
LATE_PROCEDURE: Final = "1.010038"
console = Console(highlight=False)


@dataclass(frozen=True)
class Story:
    """What happens to one dossier beside the straight path."""

    channel: Channel
    person: str
    way_of_return: WayOfReturn
    twist: str | None = None


STORIES: Final = (
    Story(Channel.COUNTER, "Nguyễn Thị An", WayOfReturn.COUNTER, "supplement"),
    Story(Channel.ONLINE_PARTIAL, "Trần Văn Bình", WayOfReturn.COUNTER),
    Story(Channel.ONLINE_FULL, "Lê Minh Châu", WayOfReturn.ONLINE),
    Story(Channel.KIOSK, "Phạm Quốc Dũng", WayOfReturn.COUNTER),
    Story(Channel.POSTAL, "Huỳnh Kim Em", WayOfReturn.POST, "refusal"),
    Story(Channel.HOME, "Võ Thanh Giang", WayOfReturn.HOME),
    Story(Channel.MOBILE, "Đặng Ngọc Hà", WayOfReturn.COUNTER),
    Story(Channel.POST_OFFICE, "Bùi Hữu Khánh", WayOfReturn.POST),
)
LATE: Final = Story(Channel.COUNTER, "Hồ Bích Lan", WayOfReturn.COUNTER, "late")
CHANNEL_NAMES: Final = {
    Channel.COUNTER: "trực tiếp tại quầy",
    Channel.ONLINE_PARTIAL: "trực tuyến một phần",
    Channel.ONLINE_FULL: "trực tuyến toàn trình",
    Channel.KIOSK: "ki-ốt",
    Channel.POSTAL: "bưu chính công ích",
    Channel.HOME: "tại nhà",
    Channel.MOBILE: "lưu động",
    Channel.POST_OFFICE: "điểm bưu điện",
}
VERDICT_NAMES: Final = {"early": "trước hạn", "on_time": "đúng hạn", "late": "quá hạn"}


@dataclass
class Office:
    """Everybody who takes part, each with a token of their own."""

    portal: Door
    post: Door
    counter: Door
    specialist: Door
    leader: Door
    operator: Door

    def files(self, channel: Channel) -> Door:
        """Who hands the dossier in."""
        if channel in {Channel.ONLINE_PARTIAL, Channel.ONLINE_FULL, Channel.KIOSK}:
            return self.portal
        return self.post if channel in {Channel.POSTAL, Channel.POST_OFFICE} else self.counter

    def acting(self, role: Role) -> Door:
        """Who does the steps of a role."""
        officers = {Role.COUNTER: self.counter, Role.SPECIALIST: self.specialist}
        return officers.get(role, self.leader)


async def demo() -> bool:
    """Tell all stories; whether every dossier was returned and answered."""
    async with AsyncExitStack() as stack:

        async def enter(role: Role) -> Door:
            return await stack.enter_async_context(
                Door(role, agencies=["H20"], subject=f"demo-{role}")
            )

        office = Office(
            portal=await enter(Role.PORTAL),
            post=await enter(Role.POSTAL),
            counter=await enter(Role.COUNTER),
            specialist=await enter(Role.SPECIALIST),
            leader=await enter(Role.LEADER),
            operator=await enter(Role.OPERATOR),
        )
        ended = [await _tell(office, story) for story in STORIES]
        ended.append(await _tell_late(office))
        await _sum_up(office, ended)
        return all(row["answered"] for row in ended) and {
            row["channel"] for row in ended if row["returned"]
        } >= set(CHANNEL_NAMES)


async def _tell(office: Office, story: Story) -> dict[str, Any]:
    console.rule(f"{story.person}: {CHANNEL_NAMES[story.channel]}")
    filing = _filing(story)
    dossier = await office.files(story.channel).post("/v1/dossiers", filing)
    path = f"/v1/dossiers/{dossier['code']}"
    _say(f"nộp hồ sơ, được cấp mã [bold]{dossier['code']}[/]")
    if story.twist == "supplement":
        await _supplement(office, dossier, path)
    accepted = await office.counter.post(f"{path}/acceptance")
    _say(f"được tiếp nhận, hẹn trả kết quả [bold]{_moment(accepted['due_at'])}[/]")
    await _work(office, path)
    return await _finish(office, story, path)


async def _work(office: Office, path: str) -> None:
    """Follow the process step by step up to the return; without one, one free step is enough."""
    process = await office.counter.get(f"{path}/steps")
    if process["process"] is None:
        step = {"name": "Thẩm định", "unit": "Văn phòng HĐND và UBND", "officer": "demo-specialist"}
        await office.specialist.post(f"{path}/steps", step)
        _say("chuyên viên thẩm định xong")
        return
    for step in process["prescribed"][:-1]:
        officer = office.acting(Role(step["may_act"][0]))
        # The officer who accepted has the first step already.
        await officer.post(f"{path}/claim")
        await officer.post(f"{path}/steps")
        _say(f"xong bước “{step['name']}” của quy trình {process['process']}")


async def _finish(office: Office, story: Story, path: str) -> dict[str, Any]:
    resolution: dict[str, Any] = {"outcome": "approved"}
    if story.twist == "refusal":
        resolution = {"outcome": "refused", "ground": "Không tìm thấy sổ gốc của giấy tờ."}
    await office.specialist.post(f"{path}/resolution", resolution)
    refused = resolution["outcome"] == "refused"
    _say("có kết quả: [red]từ chối, nêu rõ lý do[/]" if refused else "có kết quả: đồng ý")
    returned = await office.counter.post(
        f"{path}/return", {"identity_shown": True, "receipt_shown": True}
    )
    _say("đã trả kết quả")
    clock = await office.leader.until(
        f"/v1/clocks/{returned['code']}", lambda clock: clock["verdicts"]["report"] is not None
    )
    verdict = clock["verdicts"]["report"]
    _say(f"kết luận của đồng hồ: [bold]{VERDICT_NAMES[verdict]}[/]")
    answered = await _answer(office, returned["id"], pleased=story.twist != "late")
    return {
        "code": returned["code"],
        "channel": story.channel,
        "status": returned["status"]["name"],
        "returned": returned["status"]["code"] == 10,  # noqa: PLR2004 (the national code)
        "verdict": verdict,
        "answered": answered,
    }


async def _supplement(office: Office, dossier: dict[str, Any], path: str) -> None:
    procedure = await office.counter.get(f"/v1/procedures/{dossier['procedure']}")
    case = next(c for c in procedure["cases"] if c["id"] == dossier["case"])
    missing = next(part for part in case["components"] if not part["is_note"])
    await office.counter.post(
        f"{path}/supplement-requests",
        {"components": [{"id": missing["id"], "reason": "Chưa có trong hồ sơ."}]},
    )
    _say(f"được yêu cầu bổ sung một lần, đúng danh mục: “{missing['name'][:60]}…”")
    await office.counter.post(f"{path}/supplements")
    _say("đã bổ sung đủ")


async def _tell_late(office: Office) -> dict[str, Any]:
    """A dossier that began weeks ago, brought in by the history import and finished today."""
    console.rule(f"{LATE.person}: hồ sơ quá hạn")
    filed_at = present() - timedelta(days=40)
    code = f"{AGENCY}-{to_vietnam(filed_at):%y%m%d}-{uuid.uuid4().int % 10_000 + 800_000}"
    line = {
        "code": code,
        "procedure": LATE_PROCEDURE,
        "agency": AGENCY,
        "channel": LATE.channel,
        "applicant": {"name": LATE.person, "identity_number": "000187000999"},
        "filed_at": to_text(filed_at),
        "life": [{"action": "accept", "at": to_text(filed_at)}],
    }
    answer = await office.operator.http.post(
        "/v1/imports/dossiers",
        params={"batch": f"demo-{uuid.uuid4().hex}"},
        content=orjson.dumps(line),
        headers={"Content-Type": "application/x-ndjson"},
    )
    report = answer.raise_for_status().json()
    if report["imported"] != 1:
        raise RuntimeError(str(report["refusals"]))
    path = f"/v1/dossiers/{code}"
    dossier = await office.counter.get(path)
    _say(
        f"nộp từ {_moment(dossier['filed_at'])}, hẹn trả {_moment(dossier['due_at'])}, nay mới xong"
    )
    return await _finish(office, LATE, path)


async def _answer(office: Office, dossier: str, *, pleased: bool) -> bool:
    listed = await office.counter.until(
        "/v1/surveys/invitations", lambda page: bool(page["items"]), dossier=dossier
    )
    [invited] = listed["items"]
    handed = await office.portal.post(f"/v1/surveys/invitations/{invited['id']}/handing")
    path = handed["link"]
    invitation = await office.portal.get(path)
    choices = {
        question["id"]: _option(question, pleased)
        for question in invitation["instrument"]["questions"]
    }
    slip = {"choices": choices}
    await office.portal.post(path, slip)
    again = await office.portal.http.post(path, json=slip)
    _say("người dân đã đánh giá: " + ("hài lòng" if pleased else "chưa hài lòng"))
    return again.status_code == HTTPStatus.CONFLICT


def _option(question: dict[str, Any], pleased: bool) -> str:
    """The best or the worst of what may be chosen."""
    scored = [option for option in question["options"] if option["points"] is not None]
    by_points = sorted(scored, key=lambda option: option["points"])
    chosen: str = by_points[-1 if pleased else 0]["id"]
    return chosen


async def _sum_up(office: Office, ended: list[dict[str, Any]]) -> None:
    table = Table("Mã hồ sơ", "Kênh", "Trạng thái", "Kết luận", "Đánh giá", title="Tổng kết")
    for row in ended:
        table.add_row(
            row["code"],
            CHANNEL_NAMES[row["channel"]],
            row["status"],
            VERDICT_NAMES[row["verdict"]],
            "đã trả lời" if row["answered"] else "chưa",
        )
    console.print(table)
    today = to_vietnam(present()).date().isoformat()
    scores = await office.leader.get(
        "/v1/surveys/scores", agency=AGENCY, **{"from": today[:8] + "01", "to": today}
    )
    total = scores["total"]
    if total["questions"] is None:
        console.print(f"Điểm của {AGENCY}: chưa đủ {scores['slips_shown_min']} phiếu để công bố")
        return
    for question in total["questions"]:
        console.print(
            f"  {question['text']['vi']}: {question['mean']} ({question['answers']} phiếu)"
        )


def _filing(story: Story) -> dict[str, Any]:
    filing: dict[str, Any] = {
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "channel": story.channel,
        "way_of_return": story.way_of_return,
        "applicant": {
            "name": story.person,
            "identity_number": f"000{uuid.uuid4().int % 10**9:09d}",
        },
    }
    if story.channel is Channel.POSTAL:
        filing["hand_over"] = {"signed_at": to_text(present())}
    return filing


def _say(sentence: str) -> None:
    console.print(f"  • {sentence}")


def _moment(text: str | None) -> str:
    if text is None:
        return "chưa xác định"
    return f"{to_vietnam(datetime.fromisoformat(text)):%H:%M ngày %d/%m/%Y}"
