"""Random lives over HTTP, each answer compared with a model that shares no line with it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run

from tests.intake.conftest import Office
from tests.intake.factories import BIRTH_PAPER, MARRIAGE_PAPER, NOTE, at
from tests.intake.model_of_a_life import (
    ALLOWED,
    ENDED,
    RESOLVED,
    RETURNED,
    STOPPED,
    SUPPLEMENT,
    Life,
)

OPENING = at("2026-03-02 08:00")
CASE_PAPERS = {BIRTH_PAPER, MARRIAGE_PAPER}
ANY_PAPERS = st.lists(
    st.sampled_from([BIRTH_PAPER, MARRIAGE_PAPER, NOTE, "c02-01", "no-such-paper"]),
    min_size=1,
    max_size=3,
)
PLAIN = sorted(set(ALLOWED) - {"supplement-requests", "supplements", "payment-demand", "payments"})
CHANNELS = st.sampled_from(["counter", "online_full", "home", "kiosk"])
SAID: dict[str, dict[str, Any]] = {
    "acceptance": {},
    "intake-refusal": {"ground": "Không thuộc phạm vi giải quyết"},
    "steps": {"name": "Thẩm định", "unit": "Phòng Kinh tế", "officer": "cb-01"},
    "resolution": {"outcome": "approved"},
    "recall": {"ground": "Ghi sai tên"},
    "return": {"identity_shown": True},
    "withdrawal": {},
    "stop": {"ground": "Theo yêu cầu của người nộp"},
    "suspension": {"ground": "Chờ bản án", "ended": False},
    "resumption": {},
}
CHOICES = st.lists(
    st.tuples(st.integers(0, 100), st.integers(1, 3 * 24 * 60)), min_size=1, max_size=8
)
SHARES = st.sampled_from([0.5, 1, 2])
FINAL = {"intake-refusal", "withdrawal", "stop", "return"}
MISTAKES, ENDS = 25, 90
"""Below the one of a hundred anything is tried, above the other ends are not avoided."""
DOSSIERS_MAX = 2
REQUESTS_MAX = 2
"""Nobody has to come more often for one matter (D63 20(4))."""
PATHS = {"suspension": "stop"}
Await = Callable[[Coroutine[Any, Any, Any]], Any]


class AnyLife(RuleBasedStateMachine):
    """Officers and people doing anything with any dossier, at any hour."""

    lives = Bundle("lives")
    office: Office
    wait: Await

    def __init__(self) -> None:
        super().__init__()
        self.now = OPENING
        self.known: list[Life] = []
        self._turn(timedelta())

    @rule(
        target=lives, person=st.integers(0, 3), channel=st.sampled_from(["counter", "online_full"])
    )
    def file(self, person: int, channel: str) -> Life:
        identity = f"08720000{person:04d}"
        dossier = self.wait(
            self.office.file(
                channel=channel,
                applicant={"name": "Nguyễn Văn Thử", "identity_number": identity},
            )
        )
        life = Life(dossier["code"], identity, moments=[self.now])
        assert life.code not in {other.code for other in self.known}
        self.known.append(life)
        return life

    @rule(life=lives, choices=CHOICES)
    def go_on(self, life: Life, choices: list[tuple[int, int]]) -> None:
        """One thing after another, each a while later; ends and mistakes come seldom."""
        for which, minutes in choices:
            self._turn(timedelta(minutes=minutes))
            may = [action for action in sorted(ALLOWED) if life.allows(action)]
            going_on = [action for action in may if action not in FINAL] or may
            known = sorted(ALLOWED) if which < MISTAKES or not may else going_on
            if which > ENDS:
                known = may or known
            self._do(life, known[which % len(known)], which)

    @rule(life=lives, action=st.sampled_from(sorted(ALLOWED)), papers=ANY_PAPERS, share=SHARES)
    def try_anything(self, life: Life, action: str, papers: list[str], share: float) -> None:
        """Whatever comes to mind, allowed or not."""
        match action:
            case "supplement-requests":
                self._ask_for(papers, life, ground=share == 1)
            case "supplements":
                self._hand_in(papers, life)
            case "payment-demand":
                self._demand(life, 1)
            case "payments":
                self._pay(life, share)
            case _:
                self._act(life, action)

    @rule(life=lives, action=st.sampled_from(PLAIN))
    def act_on_an_old_view(self, life: Life, action: str) -> None:
        stale = f'"{len(life.moments) + 7}"'
        path = PATHS.get(action, action)
        answer = self.wait(self.office.ask({"code": life.code}, path, SAID[action], If_Match=stale))
        self._refused(life, answer, 412, "precondition_failed")

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        for life in self.known:
            self._unmoved(life)

    def teardown(self) -> None:
        for life in self.known:
            told = self.wait(self.office.get(f"/v1/dossiers/{life.code}/history")).json()["items"]
            moments = [datetime.fromisoformat(line["happened_at"]) for line in told]
            assert moments == sorted(moments) == life.moments
            assert [line["number"] for line in told] == list(range(1, len(told) + 1))
            assert [line["after"]["code"] for line in told][-1] == life.status

    def _do(self, life: Life, action: str, which: int) -> None:
        match action:
            case "supplement-requests":
                self._ask_for([BIRTH_PAPER], life, ground=which % 2 == 0)
            case "supplements":
                self._expect(life, "supplements", self._say(life, "supplements", {}))
            case "payment-demand":
                self._demand(life, 1000 + which)
            case "payments":
                self._pay(life, (0.5, 1, 2)[which % 3])
            case _:
                self._act(life, action)

    def _act(self, life: Life, action: str) -> None:
        self._expect(life, action, self._say(life, PATHS.get(action, action), SAID[action]))

    def _ask_for(self, papers: list[str], life: Life, *, ground: bool) -> None:
        said: dict[str, Any] = {
            "components": [{"id": paper, "reason": "Thiếu chữ ký"} for paper in papers]
        }
        if ground:
            said["override_ground"] = "Điều 7 khoản 2"
        answer = self._say(life, "supplement-requests", said)
        if life.allows("supplement-requests") and life.requests and not ground:
            self._refused(life, answer, 409, "supplement_once")
        elif life.allows("supplement-requests") and life.requests >= REQUESTS_MAX:
            self._refused(life, answer, 409, "supplement_too_often")
        elif life.allows("supplement-requests") and not set(papers) <= CASE_PAPERS:
            self._refused(life, answer, 422, "component_unknown")
        elif life.allows("supplement-requests") and len(set(papers)) < len(papers):
            self._refused(life, answer, 422, "component_repeated")
        else:
            self._expect(life, "supplement-requests", answer)
            if answer.is_success:
                life.asked = tuple(papers)

    def _hand_in(self, papers: list[str], life: Life) -> None:
        said = {"papers": [{"component": paper} for paper in papers]}
        answer = self._say(life, "supplements", said)
        if not life.allows("supplements") or sorted(papers) == sorted(life.asked):
            self._expect(life, "supplements", answer)
        else:
            assert answer.status_code == 422, answer.text
            self._unmoved(life)

    def _demand(self, life: Life, amount: int) -> None:
        may = life.allows("payment-demand")
        answer = self._say(life, "payment-demand", {"amount": amount, "reason": "Lệ phí"})
        life.owed = amount if may else life.owed
        self._expect(life, "payment-demand", answer)

    def _pay(self, life: Life, share: float) -> None:
        amount = max(1, int(life.owed * share))
        answer = self._say(life, "payments", {"amount": amount, "means": "cash"})
        if life.allows("payments") and amount > life.owed:
            self._refused(life, answer, 422, "overpaid")
            return
        if life.allows("payments"):
            life.owed -= amount
        self._expect(life, "payments", answer)

    def _turn(self, by: timedelta) -> None:
        self.now += by
        self.office.clock(self.now)

    def _say(self, life: Life, path: str, said: dict[str, Any]) -> httpx.Response:
        answer: httpx.Response = self.wait(self.office.ask({"code": life.code}, path, said))
        return answer

    def _expect(self, life: Life, action: str, answer: httpx.Response) -> None:
        if not life.allows(action):
            self._refused(life, answer, 409, "illegal_action")
            return
        assert answer.status_code == 200, answer.text
        life.follow(action)
        life.moments.append(self.now)
        assert answer.json()["status"]["code"] == life.status

    def _refused(self, life: Life, answer: httpx.Response, status: int, code: str) -> None:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        self._unmoved(life)

    def _unmoved(self, life: Life) -> None:
        shown = self.wait(self.office.get(f"/v1/dossiers/{life.code}")).json()
        waiting = life.status == SUPPLEMENT or life.owed > 0 or life.suspended
        assert shown["status"]["code"] == life.status
        assert shown["sequence"] == len(life.moments)
        assert shown["supplement_requests"] == life.requests
        assert shown["supplement_flagged"] == (life.requests > 1)
        over = life.status in ENDED or (life.status == STOPPED and not life.suspended)
        assert bool(shown["waiting"]) == (waiting and not over)
        assert bool(shown["accepted_at"]) == life.accepted
        assert bool(shown["resolved_at"]) == (life.status in {RESOLVED, RETURNED})
        assert bool(shown["ended_at"]) == (over or life.status == RESOLVED)
        assert (shown["due_at"] is None) == (not life.accepted or bool(shown["waiting"]))
        assert bool(shown["allowed_actions"]) == (not over)
        known = {row["component"] for row in shown["papers"]}
        assert known <= CASE_PAPERS


@pytest.mark.parametrize("lives", [8, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.timeout(1200)
async def test_any_life_goes_only_where_the_law_lets_it(office: Office, lives: int) -> None:
    here = asyncio.get_running_loop()

    def wait(asked: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(asked, here).result(timeout=30)

    class Here(AnyLife):
        pass

    Here.office, Here.wait = office, staticmethod(wait)
    bounds = settings(
        max_examples=lives,
        stateful_step_count=20,
        deadline=None,
        # Shrinking would drive the service for minutes; the life that failed is short enough.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run, Here, settings=bounds)
