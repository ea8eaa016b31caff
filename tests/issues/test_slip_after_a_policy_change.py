"""已发布的工资条,政策后来改了照样打得开、讲得清、核得上:解释与复核用的是它当时的规则。"""

from __future__ import annotations

from pathlib import Path

from config.policies import SHIPPED, load
from handlers import payroll, payslip
from handlers.desk import Desk
from handlers.payroll import OneRun, Prepare, Publish
from handlers.payslip import ExplainLine, MonthSlip
from handlers.table import PERMITS
from tests.handlers.world import ROLES, World


def change_policies(folder: Path) -> None:
    """公司自己的目录里改一条:绩效奖金从 10% 变成 20%。"""
    text = (SHIPPED / "pay_items.yaml").read_text("utf-8")
    assert "绩效得分 × 10%" in text
    (folder / "pay_items.yaml").write_text(text.replace("绩效得分 × 10%", "绩效得分 × 20%"), "utf-8")


def test_a_slip_explains_itself_with_the_rules_of_its_time(paid: World, tmp_path: Path) -> None:
    computed = paid.do("chenjing", payroll.run, Prepare("2026-10"))
    paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    me = paid.actor("liming", "miniapp")
    before = paid.desk.ask(payslip.view, MonthSlip(me.person_id, "2026-10"), me)
    change_policies(tmp_path)
    later = Desk(paid.store, load([tmp_path]), lambda: paid.now, PERMITS, ROLES)
    after = later.ask(payslip.view, MonthSlip(me.person_id, "2026-10"), me)
    assert after.lines == before.lines
    assert (after.net, after.gross, after.state) == (before.net, before.gross, "published")
    told = later.ask(payslip.explain, ExplainLine(me.person_id, "2026-10", "performance_bonus"), me)
    assert (told.amount, "10%" in told.say, "20%" in told.say) == ("1100.00", True, False)
    auditor = paid.actor("zhoujun")
    assert later.ask(payroll.verify, OneRun(computed.run_id), auditor) == []


def test_a_new_policy_does_not_reach_a_run_that_is_locked(paid: World, tmp_path: Path) -> None:
    """锁定之后政策才改:发布的、写进台账的,都是锁定时的规则。"""
    computed = paid.do("chenjing", payroll.run, Prepare("2026-10"))
    change_policies(tmp_path)
    later = Desk(paid.store, load([tmp_path]), lambda: paid.now, PERMITS, ROLES)
    later.do(payroll.publish, Publish(computed.run_id, computed.input_hash), paid.actor("sunli"), "k-later")
    me = paid.actor("liming")
    shown = later.ask(payslip.view, MonthSlip(me.person_id, "2026-10"), me)
    assert next(x.amount for x in shown.lines if x.code == "performance_bonus") == "1100.00"
    assert later.ask(payroll.verify, OneRun(computed.run_id), paid.actor("zhoujun")) == []
