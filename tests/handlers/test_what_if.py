"""试算 what if:HR 试公式与开关、本人问再签一单;数是手算的;什么也不写。"""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.errors import BadInput, EhrError, NotAllowed, NotFound, RuleBroken
from handlers import payroll, payslip, what_if, what_if_deal
from handlers.payroll import Prepare, Publish
from handlers.payslip import MonthSlip
from handlers.people import Nothing
from handlers.what_if import TryOut
from handlers.what_if_deal import AnotherDeal, amount_of
from tests.handlers.world import World

OCT = "2026-10"
TWENTY = "绩效奖金 = 基本工资 × 绩效得分 × 20%"


def code(problem: pytest.ExceptionInfo[EhrError]) -> str:
    return problem.value.code


def publish(paid: World) -> None:
    computed = paid.do("chenjing", payroll.run, Prepare(OCT))
    paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))


def test_a_formula_tried_on_a_published_month(paid: World):
    """李明得分 110%:奖金从 1,100.00 变 2,200.00,应发多 1,100.00;别人没有绩效,不变。税按 10 月发在 11 月、本单位第一个月:

    原应税 10,000 + 1,100 + 餐补 − 5,000 − 1,750 仍在 3% 一档,多的 1,100.00 多税 33.00,实发多 1,067.00。
    """
    publish(paid)
    before = paid.rows(without=("auditline",))
    found = paid.ask("chenjing", what_if.try_out, TryOut(formulas=TWENTY))
    assert paid.rows(without=("auditline",)) == before
    assert (found.people, found.gains, found.loses, found.same) == (9, 1, 0, 8)
    (row,) = found.rows
    assert (row.name, row.change, row.change_fen) == ("李明", "+¥1,067.00", 106700)
    assert (found.change, found.gross_change, found.change_fen) == ("+¥1,067.00", "+¥1,100.00", 106700)
    (month,) = found.months
    net = paid.ask("liming", payslip.view, MonthSlip(paid.id("liming"), OCT)).net
    assert (month.label, month.people, row.before) == ("2026年10月", 9, net)
    assert (found.notes, found.failures) == ((), ())


def test_the_same_formula_changes_nobody(paid: World):
    publish(paid)
    found = paid.ask("chenjing", what_if.try_out, TryOut(formulas="绩效奖金 = 基本工资 × 绩效得分 × 10%"))
    assert (found.gains, found.loses, found.same, found.change_fen, found.rows) == (0, 0, 9, 0, ())


def test_a_switch_tried(paid: World):
    """月计薪天数换成 30:十月没有请假与加班,谁也不变;换开关要从列表里选。"""
    publish(paid)
    offered = paid.ask("zhoujun", what_if.trials, Nothing())
    assert offered.months == ((OCT, "2026年10月"),)
    assert ("餐补", "餐补 = 餐补标准 × 出勤天数") in offered.items
    keys = {key: choices for key, _, choices, _ in offered.switches}
    assert "subtract" in keys["leave.personal.method"]
    found = paid.ask("chenjing", what_if.try_out, TryOut(switch="pay_days", value="30"))
    assert found.same == 9
    with pytest.raises(BadInput) as refused:
        paid.ask("chenjing", what_if.try_out, TryOut(switch="leave.personal.method", value="瞎选"))
    assert code(refused) == "BAD_CHOICE"


def test_a_commission_on_deals_is_tried_before_it_is_policy(paid: World):
    """十月的政策没有提成,签单没有一起冻结:按现在的签单试。李明四笔共 120,000 × 1% = 1,200.00,税 3% 后多 1,164.00。"""
    publish(paid)
    found = paid.ask("chenjing", what_if.try_out, TryOut(formulas="销售提成 = 合计(签单, 金额) × 1%"))
    (row,) = found.rows
    assert (row.name, row.change, found.gross_change, found.same) == ("李明", "+¥1,164.00", "+¥1,200.00", 8)
    assert found.failures == () and "签单" in found.notes[0]


def test_what_a_commission_would_have_been_needs_its_months(paid: World):
    """试上月:九月没有数的人一个个写明,不当作零。"""
    publish(paid)
    found = paid.ask("chenjing", what_if.try_out, TryOut(formulas="追加 = 上月(绩效奖金) × 10%"))
    assert len(found.failures) == 9 and "2026-09" in found.failures[0][1]


def test_one_person_who_cannot_be_computed_is_named(paid: World):
    publish(paid)
    found = paid.ask("chenjing", what_if.try_out, TryOut(formulas="怪奖 = 1000元 × 绩效得分 ÷ 迟到次数"))
    assert [name for name, _ in found.failures] == ["李明"]
    assert (found.same, found.change_fen) == (9, 0)


def test_what_cannot_be_tried_is_said(paid: World):
    with pytest.raises(NotFound) as none:
        paid.ask("chenjing", what_if.try_out, TryOut(formulas=TWENTY))
    assert code(none) == "NO_MONTHS"
    publish(paid)
    for command, wanted in (
        (TryOut(), "TRY_ONE"),
        (TryOut(formulas=TWENTY, switch="pay_days", value="30"), "TRY_ONE"),
        (TryOut(formulas="绩效奖金 = 基本工资 × "), "FORMULA_SYNTAX"),
    ):
        with pytest.raises(BadInput) as refused:
            paid.ask("chenjing", what_if.try_out, command)
        assert code(refused) == wanted
    with pytest.raises(NotAllowed):
        paid.ask("zhaohui", what_if.try_out, TryOut(formulas=TWENTY))


# ── 再签一单 ──────────────────────────────────────────────────────────


def test_another_deal_of_fifty_thousand(paid: World):
    """十月已签 120,000,目标 100,000:再签 50,000 是 170%(不到 200% 的封顶)。

    得分 120% × 60% + 95% × 40% = 110% → 170% × 60% + 38% = 140%;奖金 1,100.00 → 1,400.00。
    """
    before = paid.rows(without=("auditline",))
    found = paid.ask("liming", what_if_deal.another_deal, AnotherDeal("5万", OCT))
    assert paid.rows(without=("auditline",)) == before
    assert (found.score_before, found.score_after) == ("110%", "140%")
    assert (found.bonus_before, found.bonus_after, found.bonus_change) == ("¥1,100.00", "¥1,400.00", "+¥300.00")
    assert found.net_change == "+¥291.00"  # 3% 的税
    (item,) = found.items
    assert (item.before, item.after, item.weight) == ("120%", "170%", "60%")
    assert found.words == "2026年10月再签这一单,得分从 110% 到 140%,销售额完成率从 120% 到 170%"
    assert "¥" not in found.words


def test_beyond_the_cap_it_says_so(paid: World):
    assert paid.ask("liming", what_if_deal.another_deal, AnotherDeal("80000", OCT)).score_after == "158%"
    more = paid.ask("liming", what_if_deal.another_deal, AnotherDeal("一百万", OCT))
    assert (more.score_after, "封顶" in more.words) == ("158%", False)


def test_who_has_no_plan_and_a_published_month(paid: World):
    with pytest.raises(NotFound) as none:
        paid.ask("zhangsan", what_if_deal.another_deal, AnotherDeal("5万", OCT))
    assert code(none) == "NO_PLAN"
    publish(paid)
    with pytest.raises(RuleBroken) as late:
        paid.ask("liming", what_if_deal.another_deal, AnotherDeal("5万", OCT))
    assert code(late) == "MONTH_LOCKED"


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("50000", "50000"),
        ("5万", "50000"),
        ("5 万元", "50000"),
        ("1.5万", "15000"),
        ("五万", "50000"),
        ("十五万", "150000"),
        ("一百二十万", "1200000"),
        ("8k", "8000"),
        ("3千块", "3000"),
        ("50,000", "50000"),
    ],
)
def test_amounts_of_a_deal(text: str, yuan: str):
    assert amount_of(text) == int(Decimal(yuan) * 100)


@pytest.mark.parametrize("text", ["", "万", "-5", "0", "很多", "9" * 15, "5%"])
def test_amounts_that_are_none(text: str):
    with pytest.raises(BadInput) as refused:
        amount_of(text)
    assert code(refused) == "BAD_AMOUNT"
