"""工资条的合计与事实:加班合并、事实变成公式里的数、社保各份、合计、不合的输入;都是手算的。"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from engine.errors import BadInput, EhrError
from engine.formula_parse import parse
from engine.money import Money
from engine.overtime import OvertimeRules
from engine.pay import Line, compute, insurance_shares, item_amounts, leave_days, overtime_minutes, overtime_wage
from engine.pay_after import adjusted
from engine.pay_facts import (
    Adjustment,
    Allowance,
    Attended,
    LeaveTaken,
    Night,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
)
from engine.pay_items import FACT_UNITS, PayItem, Section, TaxTreatment
from engine.pay_rules import PayRules, summing
from tests.engine.pay_world import OFFICE, facts, rules

R = rules()
OCT = rules("2026-10", "2026-11")
TERMS = R.terms
LATENESS = PayRules(replace(TERMS, deduct_lateness=True))


def away(*taken: tuple[str, tuple[int, int], int], **more: Any) -> PayFacts:
    return facts(leaves=tuple(LeaveTaken(*one) for one in taken), **more)


# ── 加班与事实 ────────────────────────────────────────────────────────


def test_overtime_of_a_kind_is_one_line() -> None:
    """工作日 120 + 30 分钟:10,000 × 2.5 × 1.5 ÷ 174 = 215.52;休息日 1 小时 × 2 = 114.94;法定 8 小时 × 3 = 1,379.31。"""
    worked = (
        OvertimeWorked("workday", 120), OvertimeWorked("rest_day", 60), OvertimeWorked("workday", 30),
        OvertimeWorked("statutory_holiday", 480),
    )  # fmt: skip
    one = facts(overtime=worked)
    assert overtime_minutes(one) == {"workday": 150, "rest_day": 60, "statutory_holiday": 480}
    found = {x.code: x.amount.yuan() for x in compute(one, R).lines if x.code.startswith("overtime")}
    assert found == {"overtime_workday": "215.52", "overtime_rest_day": "114.94", "overtime_statutory": "1379.31"}


def test_a_kind_without_an_item_is_refused() -> None:
    with pytest.raises(BadInput) as bad:
        compute(facts(overtime=(OvertimeWorked("over_period_standard", 60),)), R)
    assert bad.value.code == "UNKNOWN_OVERTIME"
    assert bad.value.say == "没有“over_period_standard”这种加班的工资项目,请先在工资项目里添上。"


@pytest.mark.parametrize(
    ("changes", "wage"),
    [
        ({}, 1000000),
        ({"overtime_base": "listed_items", "overtime_base_items": ("岗位津贴标准",)}, 1050000),
        ({"overtime_base": "listed_items", "overtime_base_items": ("岗位津贴标准", "没有的标准")}, 1050000),
        ({"overtime_base": "full_wage"}, 1000000 + 50000 + 31500),
    ],
)
def test_the_base_of_overtime(changes: dict[str, Any], wage: int) -> None:
    found = PayRules(replace(TERMS, **changes))
    one = facts(
        allowances=(Allowance("岗位津贴", 50000), Allowance("餐补", 1500)), overtime=(OvertimeWorked("workday", 60),)
    )
    assert overtime_wage(one, found) == wage
    low = one._replace(wages=(Wage(1, 1),), allowances=())
    assert overtime_wage(low, found) == 274000
    exact = one._replace(wages=(Wage(1, 1), Wage(16, 274001)), allowances=())
    assert overtime_wage(exact, found) == 274001


def test_the_facts_as_formulas_see_them() -> None:
    worked = (OvertimeWorked("workday", 90), OvertimeWorked("rest_day", 30))
    taken = (
        LeaveTaken("personal", (1, 2), 3),
        LeaveTaken("sick", (1, 3), 4),
        LeaveTaken("sick_long", (1, 1), 5),
        LeaveTaken("annual", (2, 1), 6),
    )
    one = facts(
        wages=(Wage(1, 1000000), Wage(16, 1200000), Wage(40, 1)), first_day=16, leaves=taken, overtime=worked, service_years=7, night=Night(4),
        score=Scored((11, 10), (6, 5)), attended=Attended((21, 1), (41, 2), 1, 2, 3, 4, 5, (1, 4)),
    )  # fmt: skip
    values = dict(zip(FACT_UNITS, item_amounts(one, R)[1], strict=False))
    exact = {name: Fraction(*pair) for name, pair in values.items()}
    assert exact == {
        "基本工资": 1200000, "绩效得分": Fraction(11, 10), "绩效系数": Fraction(6, 5), "在职比例": Fraction(11, 21),
        "出勤天数": Fraction(41, 2), "应出勤天数": 21, "旷工天数": Fraction(1, 4), "事假天数": Fraction(1, 2),
        "病假天数": Fraction(4, 3), "请假天数": Fraction(23, 6), "迟到次数": 1, "早退次数": 3, "缺卡次数": 5,
        "迟到分钟": 2, "早退分钟": 4, "加班小时": 2, "工龄": 7, "全勤比例": 0, "夜班次数": 4,
    }  # fmt: skip
    bare = dict(zip(FACT_UNITS, item_amounts(facts(), R)[1], strict=False))
    assert (bare["绩效得分"], bare["绩效系数"], bare["加班小时"], bare["全勤比例"]) == (None, None, (0, 60), (1, 1))
    assert leave_days(one)[2] == (23, 6)
    assert leave_days(away(("personal", (1, 2), 3), ("personal", (1, 2), 4))) == ((2, 2), (0, 1), (2, 2))


@pytest.mark.parametrize(
    ("more", "share"),
    [
        ({}, (1, 1)),
        ({"first_day": 2}, (0, 1)),
        ({"attended": Attended(late=1)}, (0, 1)),
        ({"attended": Attended(early=1)}, (0, 1)),
        ({"attended": Attended(missing=1)}, (0, 1)),
        ({"attended": Attended(absent_days=(1, 1))}, (0, 1)),
        ({"leaves": (LeaveTaken("annual", (1, 1), 3),)}, (1, 1)),
    ],
)
def test_the_full_attendance_share(more: dict[str, Any], share: tuple[int, int]) -> None:
    slots = dict(zip(FACT_UNITS, item_amounts(facts(**more), R)[1], strict=False))
    assert slots["全勤比例"] == share


# ── 合计、社保、不合的输入 ────────────────────────────────────────────


def test_the_slip_adds_up_by_hand() -> None:
    """应发 10,000 − 459.77 + 补发 500(不计税 200)= 10,240.23;个人 1,750 + 补缴 35;税按 9,840.23(另有超限并入 30);税后 −100 + 年终奖税 −1,000。"""
    extra = (
        Adjustment("a", "补发", "earning", 50000, True, ""), Adjustment("b", "退费", "earning", 20000, False, ""),
        Adjustment("c", "扣回", "deduction", 0, True, ""), Adjustment("d", "补缴", "insurance", -3500, True, ""),
        Adjustment("e", "超限", "insurance", -1000, False, ""), Adjustment("f", "单位补缴", "employer", 8000, False, ""),
        Adjustment("g", "超限并入", "info", 3000, True, ""), Adjustment("n", "说明", "info", 4000, False, ""),
        Adjustment("h", "饭卡", "after_tax", -10000, False, ""), Adjustment("i", "年终奖个税", "tax", -100000, False, ""),
    )  # fmt: skip
    ledger = TaxFacts("standard", 12, months=())
    one = away(("personal", (1, 1), 3), adjustments=extra, tax=ledger)
    slip = compute(one, R)
    assert slip.gross_fen == 1000000 - 45977 + 70000
    assert slip.insurance_fen == 175000 + 4500
    assert slip.deductible == 175000 + 3500
    assert slip.taxable_income == 1000000 - 45977 + 50000 + 3000
    # 1,007,023 − 500,000 − 178,500 = 328,523 分 × 3% = 9,855.69
    assert slip.tax_fen == 9856
    assert slip.after_tax_fen == -110000
    assert slip.net_fen == slip.gross_fen - slip.insurance_fen - slip.tax_fen - 110000
    assert slip.employer_fen == 257000 + 70000 + 8000
    assert (slip.cost.fen, slip.receivable_fen, slip.shortage.fen) == (slip.gross_fen + slip.employer_fen, 0, 0)
    assert slip.line("没有") is None


def test_a_short_month_and_a_debt_are_both_received_later() -> None:
    """没有工资:社保 1,750 不够缴,借款 300 也没扣;年终奖单独的税先扣。"""
    debt = Adjustment("loan", "借款", "after_tax", -30000, False, "")
    slip = compute(facts(wages=(Wage(1, 0),), adjustments=(debt,), tax=facts().tax._replace(withheld=10**8)), R)
    assert (slip.net_fen, slip.shortage.fen, slip.receivable_fen) == (0, 175000, 205000)
    told = [
        (x.code, x.label, str(x.section), x.amount.yuan()) for x in slip.lines if x.section in ("after_tax", "info")
    ]
    assert told == [
        ("loan", "借款", "after_tax", "0.00"), ("shortage", "应发不够缴的,转下月收回", "after_tax", "1750.00"),
        ("rest_loan", "借款没扣完,转下月", "info", "300.00"), ("receivable", "待收回合计", "info", "2050.00"),
    ]  # fmt: skip


def test_the_separate_tax_is_taken_before_debts() -> None:
    """应发 2,000、没有社保:年终奖税 1,500 先扣,借款 800 只扣得到 500。"""
    own = (
        Adjustment("t", "年终奖个税", "tax", -150000, False, ""),
        Adjustment("loan", "借款", "after_tax", -80000, False, ""),
    )
    slip = compute(
        facts(wages=(Wage(1, 200000),), insured=None, adjustments=own, tax=facts().tax._replace(withheld=10**8)), R
    )
    assert (slip.line("loan"), slip.net_fen, slip.receivable_fen) == (
        Line("loan", "借款", Section.AFTER_TAX, Money(-50000)), 0, 30000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("own", "want"),
    [
        (OFFICE, [("pension", 1000000, 80000, 160000), ("medical", 1000000, 20000, 90000), ("unemployment", 1000000, 5000, 5000), ("injury", 1000000, 0, 2000), ("housing", 1000000, 70000, 70000)]),
        (OFFICE._replace(social_base=None), [("housing", 1000000, 70000, 70000)]),
        (OFFICE._replace(housing_base=None, social_base=4000000), [("pension", 3773100, 301848, 603696), ("medical", 3773100, 75462, 339579), ("unemployment", 3773100, 18866, 18866), ("injury", 3773100, 0, 7546)]),
        (OFFICE._replace(social_base=None, housing_base=1), [("housing", 274000, 19200, 19200)]),
        (None, []),
    ],
)  # fmt: skip
def test_shares_by_hand(own: Any, want: list[tuple[str, int, int, int]]) -> None:
    found = insurance_shares(facts(insured=own), R)
    assert [(s.step.line.code, s.base, s.employee, s.employer) for s in found] == want


@pytest.mark.parametrize(
    ("more", "code", "say"),
    [
        ({"month": "2026-10"}, "WRONG_MONTH", "输入是 2026-10 的,规则是 2026-11 的,请用同一个月。"),
        ({"pay_month": "2026-11"}, "WRONG_MONTH", "输入是 2026-11 的,规则是 2026-11 的,请用同一个月。"),
        ({"since": "2026-10-26"}, "WRONG_PERIOD", "输入与规则的计薪周期不同(2026年11月),请按现在的周期重新收集输入。"),
        (
            {"first_day": 20, "last_day": 19},
            "NOT_EMPLOYED",
            "liming 在 2026-11 不在职,没有工资可算。请核对入离职日期。",
        ),
        (
            {"first_day": 31, "last_day": 31},
            "NOT_EMPLOYED",
            "liming 在 2026-11 不在职,没有工资可算。请核对入离职日期。",
        ),
    ],
)
def test_inputs_of_another_period_are_refused(more: dict[str, Any], code: str, say: str) -> None:
    with pytest.raises(EhrError) as refused:
        compute(facts(**more), R)
    assert (refused.value.code, refused.value.say) == (code, say)


def test_the_last_day_alone_is_employed() -> None:
    assert compute(facts(first_day=30), R).line("base") == Line("base", "基本工资", Section.EARNING, Money(45977))


@pytest.mark.parametrize(("index", "want"), [((), 0), ((2,), 30), ((0, 2), 40), ((0, 1, 2), 60)])
def test_sums_of_some_lines(index: tuple[int, ...], want: int) -> None:
    assert summing(index)((10, 20, 30)) == want


def test_a_city_must_be_known() -> None:
    with pytest.raises(EhrError) as refused:
        R.city("火星")
    assert (refused.value.code, refused.value.say) == (
        "NO_CITY", "还没有“火星”的社保公积金数据。请 HR 在政策目录的 cities/ 里添上。",
    )  # fmt: skip


def test_the_minutes_of_a_month_are_days_times_hours() -> None:
    half = replace(TERMS.overtime, hours_per_day=TERMS.overtime.hours_per_day * 2)
    assert isinstance(half, OvertimeRules)
    one = facts(overtime=(OvertimeWorked("workday", 60),))
    assert compute(one, PayRules(replace(TERMS, overtime=half))).line("overtime_workday") == Line(
        "overtime_workday",
        "工作日加班费",
        Section.EARNING,
        Money(4310),  # 10,000 × 1.5 ÷ 348
    )


def test_signed_lines_go_to_their_sums() -> None:
    """(应发, 应税, 税后, 个人社保, 可税前扣除的社保, 单位承担);社保的行多缴为负。"""

    def row(section: str, fen: int, taxed: bool) -> Adjustment:
        return Adjustment("x", "x", section, fen, taxed, "")

    rows = [
        ("earning", 100, True), ("earning", 20, False), ("deduction", -7, True), ("deduction", -2, False), ("after_tax", -1000, True),
        ("after_tax", 300, False), ("tax", -50, True), ("insurance", -11, True), ("insurance", 5, False), ("insurance", -3, True),
        ("employer", 13, True), ("employer", 17, False), ("info", 19, True), ("info", 23, False), ("info", 1, True),
    ]  # fmt: skip
    found = adjusted(tuple(row(*one) for one in rows))
    assert found == (111, 100 - 7 + 19 + 1, -750, 11 - 5 + 3, 14, 30)
    assert adjusted(()) == (0, 0, 0, 0, 0, 0)


def _with(name: str, formula: str) -> PayRules:
    """自带的项目之外多一个税后的公式项目。"""
    terms = TERMS
    own = terms.items.items[0]
    tree = parse(f"{name} = {formula}", terms.items.units())
    item = PayItem("fee", name, name, Section.AFTER_TAX, TaxTreatment.NONE, 900, definition=tree)
    extra = replace(own, key="fee", versions=(replace(own.versions[0], value=item),))
    return PayRules(replace(terms, items=replace(terms.items, items=(*terms.items.items, extra))))


FREE: dict[str, Any] = {"insured": None, "tax": facts().tax._replace(withheld=10**8)}


def test_after_tax_items_are_taken_in_order_with_what_was_written_by_hand() -> None:
    """应发 1,000:会费 80% 是 800,同一类的饭卡 500 只扣得到 200,余 300 转下月;借款排在前面,先扣 500,会费只剩 500。"""
    for code, want in (("card", (-80000, -20000, "rest_card")), ("loan", (-50000, -50000, "rest_fee"))):
        debt = Adjustment(code, "欠款", "after_tax", -50000, False, "")
        slip = compute(facts(wages=(Wage(1, 100000),), adjustments=(debt,), **FREE), _with("会费", "基本工资 × 80%"))
        found = {x.code: x.amount.fen for x in slip.lines}
        assert (found["fee"], found[code], found[want[2]], slip.net_fen) == (*want[:2], 30000, 0)


def test_an_after_tax_item_that_cannot_be_taken_is_carried() -> None:
    """会费是应发的 120%:扣光,余下 200 转下月,用项目的名字说。"""
    slip = compute(facts(wages=(Wage(1, 100000),), **FREE), _with("会费", "基本工资 × 120%"))
    told = [(x.code, x.label, x.amount.fen) for x in slip.lines if x.code in ("fee", "rest_fee")]
    assert told == [("fee", "会费", -100000), ("rest_fee", "会费没扣完,转下月", 20000)]
    assert "“其他扣款”没有扣完:实发不够扣,余下的转到下月。" in [c.say for c in slip.checks]


def test_after_tax_income_is_added_before_anything_is_taken() -> None:
    """退费项目 100、手工退 1 分,借款 1,200 扣得到 1,100.01。"""
    own = (
        Adjustment("back", "退", "after_tax", 1, False, ""),
        Adjustment("loan", "借款", "after_tax", -120000, False, ""),
    )
    slip = compute(facts(wages=(Wage(1, 100000),), adjustments=own, **FREE), _with("退费", "0元 − 基本工资 × 10%"))
    found = {x.code: x.amount.fen for x in slip.lines}
    assert (found["fee"], found["back"], found["loan"], found["rest_loan"], slip.net_fen) == (
        10000,
        1,
        -110001,
        9999,
        0,
    )
