"""网页的权限 permissions:每一条路由 × 每种角色 × 别人的编号;表里没有的路由测试就不过。"""

from __future__ import annotations

from dataclasses import asdict
from typing import NamedTuple

import pytest
from fastapi import APIRouter

from handlers.inputs_shapes import Upload
from miniapp.api import TABLE
from miniapp.server import ROUTES
from tests.miniapp.browser import Browser
from tests.miniapp.world import World

EVERYBODY = ("liming", "zhangwei", "wangfang", "zhaohui", "chenjing", "zhoujun")
"""员工、同事(有申请的那位)、经理、HR、薪酬、审计。"""


class Rule(NamedTuple):
    """一条路由谁可以看:yes 之外的人都要被拒(403 或当作没有 404)。"""

    path: str
    yes: tuple[str, ...]


ALL = EVERYBODY
PAGES = (
    Rule("/m/", ALL),
    Rule("/m/leave", ALL),
    Rule("/m/leave/new", ALL),
    Rule("/m/leave/away", ALL),
    Rule("/m/leave/1", ("zhangwei", "wangfang", "zhaohui")),
    Rule("/m/leave/1/cost", ("zhangwei",)),
    Rule("/m/leave/cost?type=personal&start=2026-11-24", ("liming", "zhangwei")),
    Rule("/m/approvals", ALL),
    Rule("/m/attendance", ALL),
    Rule("/m/attendance?person={liming}", ("liming", "wangfang", "zhaohui")),
    Rule("/m/payslips", ALL),
    Rule("/m/payslips/2026-10", ("liming", "zhangwei")),
    Rule("/m/payslips/2026-10/net", ("liming", "zhangwei")),
    Rule("/m/performance", ALL),
    Rule("/m/performance?person={liming}", ("liming", "wangfang", "zhaohui")),
    Rule("/m/performance/cycle?cycle=2026-10", ("wangfang", "zhaohui")),
    Rule("/m/performance/appeals/1", ("liming", "wangfang", "zhaohui")),
    Rule("/m/goals", ("wangfang", "zhaohui")),
    Rule("/m/goals/{liming}/sales_completion", ("wangfang", "zhaohui")),
    Rule("/m/training", ALL),
    Rule("/m/training/1", ALL),
    Rule("/m/payroll", ("chenjing", "zhoujun")),
    Rule("/m/payroll/1", ("chenjing", "zhoujun")),
    Rule("/m/payroll/1/slips/{liming}", ("chenjing", "zhoujun")),
    Rule("/m/payroll/1/slips/{liming}/net", ("chenjing", "zhoujun")),
    Rule("/m/payroll/1/settlement?who=liming", ()),
    Rule("/m/payroll/tax-year/2026", ("chenjing", "zhoujun")),
    Rule("/m/payroll/1/exports", ("chenjing", "zhoujun")),
    Rule("/m/payroll/1/print", ("chenjing", "zhoujun")),
    Rule("/m/payroll/1/tax-check", ("chenjing", "zhoujun")),
    Rule("/m/slip-pdf/2026-10", ("liming", "zhangwei")),
    Rule("/m/exports/1/file", ()),
    Rule("/m/leavers", ("zhaohui", "chenjing")),
    Rule("/m/inputs", ("chenjing", "zhoujun")),
    Rule("/m/inputs?kind=special", ("chenjing", "zhoujun")),
    Rule("/m/inputs/bill/1", ("chenjing", "zhoujun")),
    Rule("/m/parallel", ("chenjing", "zhoujun")),
    Rule("/m/parallel/2", ("chenjing", "zhoujun")),
    Rule("/m/what-if", ("chenjing", "zhoujun")),
    Rule("/m/what-if/deal", ALL),
    Rule("/m/alerts", ("zhaohui",)),
    Rule("/m/alerts/1", ("zhaohui",)),
    Rule("/m/handoffs", ("zhaohui",)),
    Rule("/m/handoffs/1", ("zhaohui",)),
    Rule("/m/sync", ("zhaohui",)),
    Rule("/api/v1/leave/balances", ALL),
    Rule("/api/v1/leave", ALL),
    Rule("/api/v1/leave/waiting", ALL),
    Rule("/api/v1/leave/1", ("zhangwei", "wangfang", "zhaohui")),
    Rule("/api/v1/payslips", ALL),
    Rule("/api/v1/payslips/2026-10", ("liming", "zhangwei")),
    Rule("/api/v1/payslips/2026-10/net", ("liming", "zhangwei")),
    Rule("/api/v1/attendance/2026-10", ALL),
    Rule("/api/v1/attendance/2026-10?person={liming}", ("liming", "wangfang", "zhaohui")),
    Rule("/api/v1/performance/2026-10", ALL),
    Rule("/api/v1/performance/2026-10?person={liming}", ("liming", "wangfang", "zhaohui")),
    Rule("/api/v1/performance/2026-10/evidence", ALL),
    Rule("/api/v1/performance/2026-10/evidence?person={liming}", ("liming", "wangfang", "zhaohui")),
    Rule("/api/v1/goals/2026-10", ("wangfang", "zhaohui")),
    Rule("/api/v1/goals/2026-10/{liming}/sales_completion", ("liming", "wangfang", "zhaohui")),
    Rule("/api/v1/scores/2026-10", ("wangfang", "zhaohui")),
    Rule("/api/v1/scores/2026-10/{liming}", ("liming", "wangfang", "zhaohui")),
    Rule("/api/v1/appeals", ("wangfang", "zhaohui")),
    Rule("/api/v1/appeals/1", ("liming", "wangfang", "zhaohui")),
    Rule("/api/v1/score-inputs/{liming}", ("liming", "wangfang", "zhaohui")),
    Rule("/api/v1/training", ALL),
    Rule("/api/v1/training/mine", ALL),
    Rule("/api/v1/training/1", ALL),
    Rule("/api/v1/alerts", ("zhaohui",)),
    Rule("/api/v1/payroll", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/late", ("chenjing", "zhoujun", "zhaohui")),
    Rule("/api/v1/payroll/1", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/rows", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/slips/{liming}", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/slips/{liming}/net", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/changes", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/receipts", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/verify", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/variance", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/extras", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/bonus?person_id={liming}&amount=36000", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/exports", ("chenjing", "zhoujun")),
    Rule("/api/v1/payroll/1/tax-check", ("chenjing", "zhoujun")),
    Rule("/api/v1/exports/1/file", ()),
    Rule("/api/v1/imports", ("chenjing", "zhoujun")),
    Rule("/api/v1/imports/1/bill", ("chenjing", "zhoujun")),
    Rule("/api/v1/inputs/2026-11", ("chenjing", "zhoujun")),
    Rule("/api/v1/past-slips", ALL),
    Rule("/api/v1/parallel/2", ("chenjing", "zhoujun")),
    Rule("/api/v1/what-if/deal?amount=50000", ("liming", "zhangwei")),
)
OPEN = {"/healthz", "/readyz", "/", "/m", "/m/enter", "/m/login", "/m/leaver/{token}"}
"""不用登录的。"""


class Write(NamedTuple):
    """一个写操作谁可以办。"""

    path: str
    body: dict[str, object]
    yes: tuple[str, ...]


GOAL: dict[str, object] = {"value": "90000", "effective_on": "2026-11-24", "reason": "市场变化", "seen_revision": 1}
BACK: dict[str, object] = {"revision": 1, "reason": "改回去", "seen_revision": 2}
CHANGE: dict[str, object] = {"kind": "score", "value": "112%", "reason": "核对", "seen_revision": 1}
BASELINE: dict[str, object] = {
    "indicator": "satisfaction",
    "kind": "baseline",
    "value": "90%",
    "earned_on": "2026-11-02",
    "counts": "next_cycle",
    "evidence": "interview:5",
    "reason": "面试打分",
}
ENTRY: dict[str, object] = {"person_id": 3, "month": "2026-11", "item": "bonus", "amount": "88", "reason": "活动"}
SHEET = Upload.of("a.csv", "姓名,提成,事由\n李明,100,活动\n".encode())
IMPORT: dict[str, object] = {"kind": "monthly", "period": "2026-11", "upload": asdict(SHEET)}
WRITES = (
    Write("/api/v1/leave", {"type": "personal", "start": "2026-11-24", "end": "2026-11-24"}, ALL),
    Write("/api/v1/leave/preview", {"type": "personal", "start": "2026-11-26", "end": "2026-11-26"}, ALL),
    Write("/api/v1/leave/1/submit", {}, ("zhangwei",)),
    Write("/api/v1/leave/1/withdraw", {}, ("zhangwei",)),
    Write("/api/v1/leave/1/decide", {"approve": True}, ("wangfang",)),
    Write("/api/v1/goals/2026-11/{liming}/sales_completion", GOAL, ("wangfang", "zhaohui")),
    Write("/api/v1/goals/2026-11/{liming}/sales_completion/preview", GOAL, ("wangfang", "zhaohui")),
    Write("/api/v1/goals/2026-11/{liming}/sales_completion/bonus", GOAL, ("chenjing",)),
    Write("/api/v1/goals/2026-11/{liming}/sales_completion/undo", BACK, ("wangfang", "zhaohui")),
    Write("/api/v1/scores/2026-11/lock", {}, ("zhaohui",)),
    Write("/api/v1/scores/2026-10/{liming}/calibrate", CHANGE, ("wangfang", "zhaohui")),
    Write("/api/v1/scores/2026-10/{liming}/comment", {"words": "继续保持"}, ("wangfang", "zhaohui")),
    Write("/api/v1/scores/2026-10/appeals", {"words": "评价少算了"}, ("liming", "zhangwei")),
    Write("/api/v1/appeals/1/reply", {"words": "我去核对"}, ("liming", "wangfang", "zhaohui")),
    Write("/api/v1/appeals/1/withdraw", {}, ("liming",)),
    Write("/api/v1/appeals/1/decide", {"grant": False, "words": "核对无误"}, ("zhaohui",)),
    Write("/api/v1/score-inputs/{liming}", BASELINE, ("zhaohui",)),
    Write("/api/v1/score-inputs/1/revoke", {"reason": "录错了"}, ("zhaohui",)),
    Write("/api/v1/training/2/enrol", {}, ALL),
    Write("/api/v1/training/2/cancel", {}, ALL),
    Write("/api/v1/alerts/1/remind", {}, ("zhaohui",)),
    Write("/api/v1/alerts/1/settle", {"reason": "已面谈"}, ("zhaohui",)),
    Write("/api/v1/contracts/renew", {"person_id": 9, "start": "2027-01-11", "end": "2028-01-10"}, ("zhaohui",)),
    Write("/api/v1/payroll", {"month": "2026-11"}, ("chenjing",)),
    Write("/api/v1/payroll/1/remind", {}, ("chenjing",)),
    Write("/api/v1/payroll/1/reply/3", {"words": "已核对"}, ()),
    Write("/api/v1/payroll/1/publish", {"seen_hash": "x"}, ("chenjing",)),
    Write("/api/v1/payroll/prepare", {"month": "2026-11"}, ("chenjing",)),
    Write("/api/v1/payroll/apart", {"kind": "arrears", "month": "2026-11", "pay_month": "2026-12"}, ("chenjing",)),
    Write("/api/v1/payroll/1/steps", {"step": "review"}, ("chenjing",)),
    Write("/api/v1/payroll/1/people", {"person_id": 1, "what": "hold", "reason": "账号核对中"}, ("chenjing",)),
    Write(
        "/api/v1/payroll/1/extras", {"person_id": 1, "reason": "协议", "label": "补发", "amount": "1"}, ("chenjing",)
    ),
    Write("/api/v1/payroll/1/bonus", {"person_id": 1, "reason": "年终", "amount": "1"}, ("chenjing",)),
    Write("/api/v1/payroll/1/extras/1/drop", {}, ("chenjing",)),
    Write("/api/v1/payroll/1/settlement", {"run_id": 1, "person_id": 1}, ("chenjing", "zhoujun")),
    Write(
        "/api/v1/payroll/1/settlement/adopt",
        {"form": {"run_id": 1, "person_id": 1}, "code": "severance", "seen_amount": "1.00", "reason": "协议"},
        ("chenjing",),
    ),
    Write("/api/v1/payroll/1/run", {}, ("chenjing",)),
    Write("/api/v1/payroll/1/exports", {"kind": "sheet"}, ("chenjing",)),
    Write("/api/v1/imports/preview", IMPORT, ("chenjing",)),
    Write("/api/v1/imports/errors", IMPORT, ("chenjing",)),
    Write("/api/v1/imports", IMPORT, ("chenjing",)),
    Write("/api/v1/imports/1/confirm", {}, ()),
    Write("/api/v1/imports/1/undo", {"reason": "导错了"}, ("chenjing",)),
    Write("/api/v1/inputs", ENTRY, ("chenjing",)),
    Write("/api/v1/inputs/1/confirm", {}, ()),
    Write("/api/v1/inputs/1/withdraw", {"reason": "录错了"}, ("chenjing",)),
    Write("/api/v1/parallel/2/only_new/sign", {"seen": "x", "reason": "旧表里没有"}, ("chenjing",)),
    Write("/api/v1/what-if", {"formulas": "绩效奖金 = 基本工资 × 绩效得分 × 20%"}, ("chenjing",)),
    Write("/api/v1/payslips/receipt", {"run_id": 1, "state": "confirmed"}, ("liming", "zhangwei")),
)


@pytest.mark.parametrize("userid", EVERYBODY)
def test_who_may_look(world: World, userid: str) -> None:
    me = Browser(world, userid)
    liming = world.person("liming")
    wrong = []
    for rule in PAGES:
        status = me.get(rule.path.replace("{liming}", str(liming))).status_code
        if (status == 200) != (userid in rule.yes) or status not in (200, 403, 404, 409):
            wrong.append((rule.path, status))
    assert wrong == []


@pytest.mark.parametrize("userid", EVERYBODY)
def test_who_may_change(world: World, userid: str) -> None:
    me = Browser(world, userid)
    liming = world.person("liming")
    wrong = []
    for n, write in enumerate(WRITES):
        answer = me.write(write.path.replace("{liming}", str(liming)), write.body, f"key-{n:05}")
        refused = answer.status_code in (403, 404)
        if refused != (userid not in write.yes) or answer.status_code >= 500:
            wrong.append((write.path, answer.status_code, answer.text[:80]))
    assert wrong == []


def test_nobody_unknown_gets_in_anywhere(world: World) -> None:
    visitor = Browser(world)
    liming = world.person("liming")
    for rule in PAGES:
        answer = visitor.get(rule.path.replace("{liming}", str(liming)))
        assert answer.status_code == (401 if rule.path.startswith("/api/") else 303), rule.path
    for n, write in enumerate(WRITES):
        answer = visitor.write(write.path.replace("{liming}", str(liming)), write.body, f"key-{n:05}")
        assert answer.status_code == 401, write.path


def test_every_route_is_in_these_tables() -> None:
    """新的路由要写进上面的表,不然没有人查过它给谁看。"""
    reading = {rule.path.split("?")[0].replace("{liming}", "{person}") for rule in PAGES}
    writing = {write.path.replace("{liming}", "{person}") for write in WRITES}
    missing = []
    for prefix, routers in (("", ROUTES), ("/api/v1", TABLE)):
        for router in routers:
            missing += [
                path
                for path, method in _routes(router)
                if method == "GET" and prefix + path not in OPEN and not _covered(prefix + path, reading)
            ]
            if prefix:
                missing += [p for p, m in _routes(router) if m == "POST" and not _covered(prefix + p, writing)]
    assert missing == ["/leave/{request_id}/end"]


def _routes(router: APIRouter) -> list[tuple[str, str]]:
    return [(r.path, m) for r in router.routes for m in r.methods if m in ("GET", "POST")]  # type: ignore[attr-defined]


def _covered(path: str, known: set[str]) -> bool:
    """{x} 可以对上任何一段。"""
    parts = path.split("/")
    return any(
        len(one.split("/")) == len(parts)
        and all(a == b or a.startswith("{") for a, b in zip(parts, one.split("/"), strict=True))
        for one in known
    )


def test_amounts_are_for_pay_roles_and_oneself_only(world: World) -> None:
    """经理与 HR 能打开的页面里没有工资的金额。"""
    liming = world.person("liming")
    for userid in ("wangfang", "zhaohui"):
        me = Browser(world, userid)
        for rule in PAGES:
            if userid in rule.yes:
                page = me.get(rule.path.replace("{liming}", str(liming)))
                for amount in ("1,100.00", "1100.00", "10,000.00", "10000.00", "9,526", "229.89"):
                    assert amount not in page.text.replace("100,000.00", ""), (userid, rule.path, amount)
