"""检查里的工资 check pay:对着一个说真话或说错话的小程序,该成立的成立,不该的说得出错在哪里。"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.check_pay import _compute, _preview, october_bonus, turn_the_clock
from app.check_street import StepFailed, Street

PREVIEW: dict[str, Any] = {
    "month_label": "2026年11月",
    "state": "preview",
    "state_words": "试算(预估)",
    "lines": [
        {"code": "base", "label": "基本工资", "amount": "10000.00", "words": ""},
        {"code": "personal_leave", "label": "事假扣款", "amount": "-229.89", "words": "11月24日下午事假半天"},
    ],
}
OCTOBER: dict[str, Any] = {
    "month_label": "2026年10月",
    "state": "published",
    "state_words": "已发布",
    "lines": [{"code": "bonus", "label": "绩效奖金", "amount": "1100.00", "words": ""}],
}
RUN: dict[str, Any] = {
    "run_id": 7,
    "people": 58,
    "state_label": "已算好",
    "missing_days": [],
    "failures": [],
    "exceptions": [],
}


@dataclass
class Miniapp:
    """一个会照着说的小程序:路径 → 回答;记住谁登录过。"""

    answers: dict[str, Any]
    logins: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path, body = request.url.path, json.loads(request.content or b"null")
        if path == "/_sandbox/api/authcode":
            return httpx.Response(200, json={"code": f"code-of-{body['userid']}"})
        if path == "/_sandbox/api/clock":
            return httpx.Response(200, json={"now": body["now"]})
        if path == "/m/login":
            self.logins.append(body["code"])
            return httpx.Response(200, json={"ok": True}, headers={"set-cookie": "ehr_session=s; Path=/"})
        if "ehr_session=s" not in request.headers.get("cookie", ""):
            return httpx.Response(401, text="请先登录")
        if path in self.answers:
            return httpx.Response(200, json=self.answers[path])
        return httpx.Response(404, text="没有这一页")

    def street(self) -> Street:
        transport = httpx.MockTransport(self)
        api = httpx.Client(transport=transport)
        return Street(chat="http://127.0.0.1:1", api=api, transport=transport)


@pytest.fixture
def miniapp() -> Miniapp:
    deals = [{"kind": "deal"}] * 4 + [{"kind": "rating"}] * 20
    answers = {
        "/api/v1/payslips/2026-11": PREVIEW,
        "/api/v1/payslips/2026-11/personal_leave": {"evidence": [{"kind": "leave"}]},
        "/api/v1/payslips/2026-10": OCTOBER,
        "/api/v1/payslips/2026-10/bonus": {"evidence": deals},
        "/api/v1/payroll": RUN,
    }
    return Miniapp(copy.deepcopy(answers))


def test_what_is_right_is_told(miniapp: Miniapp) -> None:
    street = miniapp.street()
    assert _preview(street) == "事假扣款 -229.89,缘由:11月24日下午事假半天"
    assert october_bonus(street) == "绩效奖金 1100.00,来自 4 张成交单与 20 个评分"
    assert _compute(street) == "算了 58 个人,已算好,例外 0 条"
    assert turn_the_clock(street) == "现在是 2026-12-01 09:30"
    assert miniapp.logins == ["code-of-liming", "code-of-chenjing"], "一个人只登录一次"
    street.close()


def test_a_slip_without_the_deduction_shows_what_it_has(miniapp: Miniapp) -> None:
    del miniapp.answers["/api/v1/payslips/2026-11"]["lines"][1]
    with pytest.raises(StepFailed, match=r"没有 -229.89 这一行;有:基本工资 10000.00"):
        _preview(miniapp.street())


def test_a_bonus_that_does_not_open_to_its_deals_fails(miniapp: Miniapp) -> None:
    miniapp.answers["/api/v1/payslips/2026-10/bonus"] = {"evidence": [{"kind": "import"}]}
    with pytest.raises(StepFailed, match="看到 0 和 0"):
        october_bonus(miniapp.street())


def test_a_month_not_yet_published_or_with_missing_days_fails(miniapp: Miniapp) -> None:
    miniapp.answers["/api/v1/payslips/2026-10"]["state"] = "preview"
    with pytest.raises(StepFailed, match="应当已经发布"):
        october_bonus(miniapp.street())
    miniapp.answers["/api/v1/payroll"]["missing_days"] = ["2026-11-30"]
    with pytest.raises(StepFailed, match="还缺 1 天"):
        _compute(miniapp.street())


def test_a_page_that_refuses_is_quoted(miniapp: Miniapp) -> None:
    del miniapp.answers["/api/v1/payslips/2026-10"]
    with pytest.raises(StepFailed, match="回答 404:没有这一页"):
        october_bonus(miniapp.street())
