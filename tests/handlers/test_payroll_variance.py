"""差异归因与发布前的关:各份之和是总差额;改过的数说不清,拦住发布;个税跳变、合计变动大的提醒。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config.policies import load
from engine.errors import RuleBroken
from engine.money import Money
from handlers import opening, payroll, payroll_hold, payroll_life, payroll_variance
from handlers.desk import Desk
from handlers.payroll import OneRun, Publish
from handlers.payroll_hold import OneInRun
from handlers.payroll_life import Move
from handlers.table import PERMITS
from tests.handlers.test_payroll import execute, published, run
from tests.handlers.test_payroll_late import NOV, cancel, month_over
from tests.handlers.world import COMPANY, ROLES, World, pay_of


def variance(paid: World, run_id: int) -> Any:
    return paid.ask("zhoujun", payroll_variance.variance, OneRun(run_id))


def raised(paid: World, userid: str, yuan: str) -> None:
    """十一月起调薪(系统里重装一遍档案,个税从十一月起算)。"""
    wages = (*pay_of(userid).wages, (date(2026, 11, 1), Money.of(yuan), "调薪"))
    paid.do("system", opening.open_pay, opening.OpenPay(COMPANY, (replace(pay_of(userid), wages=wages),)))
    ledger = ((userid, "standard", 11, ()),)
    paid.do("system", opening.open_tax, opening.OpenTax(COMPANY.unit, 2026, ledger))


def test_every_fen_has_a_cause(paid: World) -> None:
    """李明撤一张十月的单(−180 及其税)、张三调薪 1,000、独行暂缓;其余只有餐补多三天(18 → 21 天)与个税。"""
    old = published(paid)
    cancel(paid)
    raised(paid, "zhangsan", "11000.00")
    month_over(paid, NOV)
    computed = run(paid, NOV)
    held = paid.do("chenjing", payroll_hold.hold, OneInRun(computed.run_id, paid.id("loner"), "账号核对中"))
    found = variance(paid, computed.run_id)
    assert found.previous_label == "2026年10月"
    assert Money.of(found.change_amount) == Money.of(held.net_amount) - Money.of(old.net_amount)
    assert sum(Money.of(c.amount).fen for c in found.causes) == Money.of(found.change_amount).fen
    for one in found.rows:
        assert sum(Money.of(p.amount).fen for p in one.parts) == one.change_fen
    assert {c.why for c in found.causes} == {"left", "days", "base", "late"}
    assert found.unexplained == 0
    late = [p for one in found.rows if one.userid == "liming" for p in one.parts if p.why == "late"]
    assert {p.code: p.amount for p in late} == {"arrears_202610_deal": "-180.00", "iit": "5.40"}
    base = [p for one in found.rows if one.userid == "zhangsan" for p in one.parts if p.why == "base"]
    assert {p.code: p.amount for p in base} == {"base": "1000.00", "iit": "-30.00"}
    changes = paid.ask("zhoujun", payroll.view, OneRun(computed.run_id))
    assert [h.name for h in changes.held] == ["独行"]


def test_the_first_month_has_no_variance(paid: World) -> None:
    computed = run(paid)
    assert variance(paid, computed.run_id).causes == ()


def test_a_figure_changed_in_the_store_blocks_publication(paid: World) -> None:
    published(paid)
    month_over(paid, NOV)
    computed = run(paid, NOV)
    me = paid.id("liming")
    execute(paid, f"UPDATE payslip SET net = net + 1 WHERE person_id = {me} AND run_id = {computed.run_id}")
    assert variance(paid, computed.run_id).unexplained == 1
    for step in (
        lambda: paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash)),
        lambda: paid.do("sunli", payroll_life.move, Move(computed.run_id, "review", "", computed.input_hash)),
    ):
        with pytest.raises(RuleBroken) as refused:
            step()
        assert (refused.value.code, "李明" in refused.value.say) == ("UNEXPLAINED", True)


def test_a_new_formula_is_told_as_policy(paid: World, tmp_path: Path) -> None:
    """十一月起绩效奖金的比例从 10% 改成 20%:多出的 1,100 及其税归给规定变动。"""
    published(paid)
    month_over(paid, NOV)
    (tmp_path / "pay_items.yaml").write_text(
        "items:\n  performance_bonus:\n    versions:\n"
        "      - {since: 2020-01-01, formula: 绩效奖金 = 基本工资 × 绩效得分 × 10%, source: 公司绩效制度}\n"
        "      - {since: 2026-11-01, formula: 绩效奖金 = 基本工资 × 绩效得分 × 20%, source: 公司绩效制度}\n",
        "utf-8",
    )
    desk = Desk(paid.store, load([tmp_path]), lambda: paid.now, PERMITS, ROLES)
    computed = desk.do(payroll.run, payroll.Prepare(NOV), paid.actor("chenjing"), "k-policy")
    found = desk.ask(payroll_variance.variance, OneRun(computed.run_id), paid.actor("zhoujun"))
    mine = next(one for one in found.rows if one.userid == "liming")
    assert {p.code: p.amount for p in mine.parts if p.why == "policy"} == {
        "performance_bonus": "1100.00",
        "iit": "-33.00",
    }


def test_a_tax_that_jumps_and_a_total_that_jumps_are_told(paid: World) -> None:
    """全体调到 30,000:合计多出 20% 以上;个税多出 1,000 元以上又达到上月三倍的逐个列名。"""
    published(paid)
    for userid in ("zhangsan", "liming", "wangfang", "zhaohui", "chenjing"):
        raised(paid, userid, "60000.00")
    month_over(paid, NOV)
    computed = run(paid, NOV)
    view = paid.ask("sunli", payroll.view, OneRun(computed.run_id))
    notes = {(n.name, n.code, n.level) for n in view.exceptions}
    assert ("全体", "TOTAL_CHANGE", "warn") in notes
    assert {n for n, code, _ in notes if code == "TAX_JUMP"} == {"张三", "李明", "王芳", "赵慧", "陈静"}
    assert all("¥" not in n.say for n in view.exceptions)
    assert paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash)).state == "published"


def test_a_company_may_let_the_total_block(paid: World, tmp_path: Path) -> None:
    published(paid)
    raised(paid, "zhangsan", "60000.00")
    month_over(paid, NOV)
    (tmp_path / "pay.yaml").write_text(
        "switches:\n  guard.total_change.level:\n    versions: [{since: 2020-01-01, value: block, source: 公司制度}]\n",
        "utf-8",
    )
    desk = Desk(paid.store, load([tmp_path]), lambda: paid.now, PERMITS, ROLES)
    computed = desk.do(payroll.run, payroll.Prepare(NOV), paid.actor("chenjing"), "k-block")
    with pytest.raises(RuleBroken) as refused:
        desk.do(payroll.publish, Publish(computed.run_id, computed.input_hash), paid.actor("sunli"), "k-pub")
    assert (refused.value.code, "全体" in refused.value.say) == ("BLOCKED", True)
