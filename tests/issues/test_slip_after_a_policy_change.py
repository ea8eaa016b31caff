"""已发布的工资条,政策后来改了也打得开:数字照发布时的,来处暂不展开并说明原因。"""

from __future__ import annotations

from pathlib import Path

import pytest

from config.policies import SHIPPED, load
from engine.errors import NotReady
from handlers import payroll, payslip
from handlers.desk import Desk
from handlers.payroll import Prepare, Publish
from handlers.payslip import ExplainLine, MonthSlip
from handlers.table import PERMITS
from tests.handlers.world import ROLES, World


def change_policies(folder: Path) -> None:
    """公司自己的目录里改一条:绩效奖金从 10% 变成 20%。"""
    text = (SHIPPED / "pay_items.yaml").read_text("utf-8")
    assert "绩效得分 × 10%" in text
    (folder / "pay_items.yaml").write_text(text.replace("绩效得分 × 10%", "绩效得分 × 20%"), "utf-8")


def test_figures_stay_and_the_reason_is_said(paid: World, tmp_path: Path) -> None:
    computed = paid.do("chenjing", payroll.run, Prepare("2026-10"))
    paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    me = paid.actor("liming", "miniapp")
    before = paid.desk.ask(payslip.view, MonthSlip(me.person_id, "2026-10"), me)
    change_policies(tmp_path)
    later = Desk(paid.store, load([tmp_path]), lambda: paid.now, PERMITS, ROLES)
    after = later.ask(payslip.view, MonthSlip(me.person_id, "2026-10"), me)
    assert {x.code: x.amount for x in after.lines} == {x.code: x.amount for x in before.lines if x.amount != "0.00"}
    assert (after.net, after.gross, after.state) == (before.net, before.gross, "published")
    assert [x.label for x in after.lines] == [x.label for x in before.lines if x.amount != "0.00"]
    assert not any(x.can_explain for x in after.lines)
    assert "当时的政策" in after.notes[0]
    with pytest.raises(NotReady, match="SLIP_DIFFERS"):
        later.ask(payslip.explain, ExplainLine(me.person_id, "2026-10", "performance_bonus"), me)
