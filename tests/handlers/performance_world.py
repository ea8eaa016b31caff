"""绩效测试的公司:十月李明 4 × 30,000 ÷ 100,000 = 120%,满意度 95%,得分 110%;可以换政策、再装方案。"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from engine.days import Month
from engine.effective import Dated, Version
from handlers import opening, payroll, performance, performance_calibrate, performance_story
from handlers.pay_facts import gather
from handlers.payroll import Prepare, Publish
from handlers.performance import ScoreOf, ScoreView
from handlers.performance_calibrate import Calibrate
from handlers.performance_story import Story, StoryOf
from models.pay import LateTruth
from models.people import Person
from tests.handlers.world import World

OCT, NOV, DEC = "2026-10", "2026-11", "2026-12"
REASON = "重点客户多,工作量大"


def policy(world: World, **switches: Any) -> None:
    """换几个开关(点写成双下划线):performance__midcycle="calendar_days"。"""
    found = dict(world.rules.switches)
    for name, value in switches.items():
        key = name.replace("__", ".")
        found[key] = Dated(f"pay.{key}", found[key].label, (Version(date(2020, 1, 1), value, "公司制度"),))
    world.rules = replace(world.rules, switches=found)
    world.desk.rules = world.rules


def plan(code: str, posts: tuple[str, ...], **more: Any) -> opening.OpenPlan:
    """一个方案:销售额 60%、满意度 40%;别的照给的。"""
    usual: dict[str, Any] = {
        "name": f"方案 {code}",
        "since": date(2026, 1, 1),
        "items": (("sales", Decimal("0.60"), "", ""), ("satisfaction", Decimal("0.40"), "", "")),
        "formula": "绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%",
        "missing": "block",
    }
    return opening.OpenPlan(code=code, posts=posts, **(usual | more))


def install(world: World, *plans: opening.OpenPlan, **more: Any) -> None:
    """再装方案、指标、目标、单独指定。"""
    usual: dict[str, Any] = {"indicators": (), "targets": ()}
    world.do("system", opening.open_performance, opening.OpenPerformance(plans=plans, **(usual | more)))


def score(world: World, month: str = OCT, who: str = "liming") -> ScoreView:
    found: ScoreView = world.ask(who, performance.view, ScoreOf(world.id(who), month))
    return found


def story(world: World, who: str = "liming", cycle: str = OCT) -> Story:
    found: Story = world.ask(who, performance_story.story, StoryOf(world.id(who), cycle))
    return found


def calibrate(world: World, by: str, value: str = "115%", seen: int = 0, **more: Any) -> Any:
    """某人把李明十月的总分定为 value。"""
    usual: dict[str, Any] = {
        "person_id": world.id("liming"),
        "cycle": OCT,
        "kind": "score",
        "value": value,
        "grade": "",
        "item": "",
        "reason": REASON,
        "seen_revision": seen,
    }
    return world.do(by, performance_calibrate.calibrate, Calibrate(**(usual | more)))


def publish(world: World, month: str = OCT) -> int:
    """陈静算,孙丽发。"""
    done = world.do("chenjing", payroll.run, Prepare(month))
    world.do("sunli", payroll.publish, Publish(done.run_id, done.input_hash))
    run_id: int = done.run_id
    return run_id


def gathered(world: World, month: str = OCT, who: str = "liming") -> Any:
    """发薪现在会收到的输入(已发布的月份,差额由它与冻结的相比得来)。"""
    person_id = world.id(who)
    return world.desk.read(
        lambda work: gather(work, [work.session.get_one(Person, person_id)], Month.parse(month), world.rules)[0]
    )


def bonus(world: World, run_id: int, who: str = "liming") -> str:
    """一期里某人的绩效奖金。"""
    lines = dict(
        json.loads(
            world.one("SELECT lines FROM payslip WHERE run_id = :r AND person_id = :p", r=run_id, p=world.id(who))
        )
    )
    fen = lines.get("performance_bonus", 0)
    return f"{fen // 100}.{fen % 100:02d}"


def late(world: World) -> list[tuple[str, str]]:
    """迟到的事实:(月份, 种类),先后。"""
    query = select(col(LateTruth.month), col(LateTruth.kind)).order_by(col(LateTruth.id))
    return world.desk.read(lambda work: [(month, kind) for month, kind in work.session.exec(query)])
