"""来处的话 traces:每一种来处的整棵树——名字、值、单位、话、规则、证据、操作数——都是手写的预期(cases/traces.yaml)。

输入在这里,预期在 YAML 里;每个金额都手算过(写在 YAML 的注释里)。话要让薪酬专员照着能复算。
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.policies import SHIPPED, Policies, shipped
from engine import arrears, bonus, insurance, overtime, severance, tax
from engine.days import Month
from engine.formula_parse import parse
from engine.insurance import BaseKind, InsuranceLine, Paid, contribute_all
from engine.leave import Paid as LeavePaid
from engine.money import Money
from engine.overtime import OvertimeKind, PeriodHours
from engine.pay_explain import explain
from engine.pay_facts import (
    Adjustment,
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    Night,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
)
from engine.pay_items import PayItem, Section, TaxTreatment
from engine.pay_rules import PayRules
from engine.proration import (
    Days,
    Divide,
    DivideBy,
    Employed,
    ProrationMethod,
    ProrationPolicy,
    Why,
    proration,
    raise_in_month,
)
from engine.severance import KindOfEnd, Leaving, LocalWages
from engine.tax import Figures, Ledger, Person, Scheme
from engine.trace import Trace
from tests.engine.overlay import policies, rules_of, switched
from tests.engine.pay_world import OFFICE, facts, rules

EXPECT: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases" / "traces.yaml").read_text("utf-8"))
DAY = date(2026, 6, 30)
WITHHOLDING, TABLE = shipped().withholding.on(DAY), shipped().bonus.on(DAY)
HALF = LeaveTaken("personal", (1, 2), 24, "11月24日(周二)下午", ("leave:3",))
OFF = LeaveTaken("personal", (2, 1), 3, "11月3日(周二)至4日(周三)", ("leave:1",))
SICK = LeaveTaken("sick", (2, 1), 10, "7月10日(周五)、13日(周一)", ("leave:5",))
LONG = LeaveTaken("sick_long", (1, 1), 20, "7月20日(周一)", ("leave:6",))
RAISED = (Wage(1, 1000000, ("wage:1",)), Wage(16, 1200000, ("wage:2",)))
DEBT = Adjustment("damage:phone", "赔偿手机", "after_tax", -300000, False, "本人书面认可", ("manual:1",))
ABSENT = Attended((21, 1), (19, 1), absent_days=(2, 1), evidence=(("旷工天数", ("day:5", "day:6")),))
LATE = Attended(
    (21, 1), (21, 1), late=2, late_minutes=25, early=1, early_minutes=5,
    evidence=(("迟到次数", ("punch:1", "punch:2")), ("早退次数", ("punch:3",))),
)  # fmt: skip
EVERYTHING = Attended(
    (21, 1), (20, 1), 1, 3, 1, 4, 1, (1, 1),
    (("迟到次数", ("punch:1",)), ("早退次数", ("punch:2",)), ("缺卡次数", ("punch:3",)), ("旷工天数", ("day:4",)), ("出勤天数", ("day:9",))),
)  # fmt: skip
SCORE = json.dumps(Trace("绩效得分", "1.10", "rate", "得分 110%", "得分 110%", evidence=("deal:1",)).to_json())


def october(**more: Any) -> PayFacts:
    return facts(month="2026-10", pay_month="2026-11", tax=TaxFacts(months=tuple(range(1, 11))), **more)


def july(**more: Any) -> PayFacts:
    base = {"month": "2026-07", "pay_month": "2026-08", "service_years": 2, "tax": TaxFacts(months=tuple(range(1, 8)))}
    return facts(**(base | more))


def of(line: str, one: PayFacts | None = None, found: PayRules | None = None) -> Trace:
    """工资条一行的来处。"""
    own = one if one is not None else facts()
    return explain(own, found or rules(own.month, own.pay_month), line)


def _with(formula: str, section: Section = Section.EARNING, base: PayRules | None = None) -> PayRules:
    """自带的项目之外多一个公式项目 extra。"""
    terms = (base or rules()).terms
    own = terms.items.items[0]
    item = PayItem(
        "extra", "补贴", "补贴", section, TaxTreatment.WAGE, 900, definition=parse(formula, terms.items.units())
    )
    extra = replace(own, key="extra", versions=(replace(own.versions[0], value=item),))
    return PayRules(replace(terms, items=replace(terms.items, items=(*terms.items.items, extra))))


def _renamed(key: str, label: str) -> PayRules:
    """一个项目换个名字。"""
    terms, found = rules().terms, []
    for one in terms.items.items:
        version = one.versions[0]
        value = replace(version.value, label=label) if version.value.key == key else version.value
        found.append(replace(one, versions=(replace(version, value=value),)))
    return PayRules(replace(terms, items=replace(terms.items, items=tuple(found))))


def _default_meal() -> PayRules:
    """餐补标准没有填的人按 15 元。"""
    terms = rules().terms
    inputs = tuple(replace(i, default=(1500, 1)) if i.name == "餐补标准" else i for i in terms.items.inputs)
    return PayRules(replace(terms, items=replace(terms.items, inputs=inputs)))


def _heat(tmp_path: Path, per: str) -> Policies:
    text = (SHIPPED / "cities" / "shanghai.yaml").read_text(encoding="utf-8")
    new = f'months: [6, 7, 8, 9]\n    per: {per}\n    rates: {{室外: "300.00", 室内: "12.00"}}\n'
    return policies(tmp_path, cities__shanghai=text.replace("months: []\n    rates: {室外: blank, 室内: blank}\n", new))


PAY: dict[str, Callable[[Path], Trace]] = {
    "base_whole_month": lambda _: of("base", facts(allowances=(Allowance("餐补", 1500),))),
    "base_joiner": lambda _: of("base", october(first_day=8)),
    "base_leaver_subtract": lambda p: of(
        "base", october(last_day=23),
        rules_of(switched(p, wage__proration="pay_days_subtract"), "2026-10", "2026-11"),
    ),
    "base_raise": lambda _: of("base", october(wages=RAISED)),
    "base_raise_on_the_last_day": lambda _: of("base", facts(wages=(Wage(1, 1000000, ("wage:1",)), Wage(30, 1200000, ("wage:2",))))),
    "base_renamed": lambda _: of("base", found=_renamed("base", "底薪")),
    "base_raise_after_leaving": lambda _: of("base", facts(wages=(Wage(1, 1000000, ("wage:1",)), Wage(25, 1200000, ("wage:2",))), last_day=20)),
    "personal_half_day": lambda _: of("personal_leave", facts(leaves=(HALF,))),
    "personal_two_in_one_group": lambda _: of("personal_leave", facts(leaves=(OFF, HALF))),
    "personal_two_wages": lambda _: of("personal_leave", facts(leaves=(OFF, HALF), wages=RAISED)),
    "sick_leave": lambda _: of("sick_leave", july(leaves=(SICK,))),
    "sick_pay": lambda _: of("sick_pay", july(leaves=(SICK,))),
    "sick_leave_two_groups": lambda _: of("sick_leave", july(leaves=(SICK, LONG))),
    "sick_pay_two_groups": lambda _: of("sick_pay", july(leaves=(SICK, LONG))),
    "absence": lambda _: of("absence", facts(attended=ABSENT)),
    "absence_without_records": lambda _: of("absence", facts(attended=ABSENT._replace(evidence=()))),
    "absence_capped": lambda _: of("absence", facts(attended=ABSENT, leaves=(LeaveTaken("personal", (10, 1), 2), LeaveTaken("sick", (11, 1), 16)))),
    "lateness": lambda p: of("lateness", facts(attended=LATE), rules_of(switched(p, late__deduction="missed_minutes"))),
    "lateness_early_only": lambda p: of("lateness", facts(attended=Attended((21, 1), (21, 1), early=1, early_minutes=5, evidence=(("早退次数", ("punch:3",)),))), rules_of(switched(p, late__deduction="missed_minutes"))),
    "personal_before_the_cap": lambda _: of("personal_leave", facts(attended=ABSENT, leaves=(LeaveTaken("personal", (10, 1), 2), LeaveTaken("sick", (11, 1), 16)))),
    "overtime_workday": lambda _: of("overtime_workday", facts(overtime=(
        OvertimeWorked("workday", 120, "11月3日(周二)", ("overtime:1",)), OvertimeWorked("workday", 30, "11月5日(周四)", ("overtime:2",)),
        OvertimeWorked("rest_day", 60, "11月7日(周六)", ("overtime:3",)),
    ))),
    "overtime_odd_minutes": lambda _: of("overtime_workday", facts(overtime=(OvertimeWorked("workday", 14),))),
    "overtime_minimum": lambda _: of("overtime_statutory", facts(wages=(Wage(1, 200000),), overtime=(OvertimeWorked("statutory_holiday", 480),))),
    "heat_month": lambda p: of("heat", july(heat="室外", first_day=16), rules_of(_heat(p, "month"), "2026-07", "2026-08")),
    "heat_day": lambda p: of("heat", july(heat="室内", attended=Attended((23, 1), (20, 1), evidence=(("出勤天数", ("day:1",)),))), rules_of(_heat(p, "day"), "2026-07", "2026-08")),
    "performance_bonus": lambda _: of("performance_bonus", facts(score=Scored((11, 10), (11, 10), SCORE))),
    "performance_bonus_no_trace": lambda _: of("performance_bonus", facts(score=Scored((11, 10), (11, 10)))),
    "full_attendance": lambda _: of("full_attendance", facts(allowances=(Allowance("全勤奖", 20000, ("import:5",)),))),
    "meal": lambda _: of("meal", facts(allowances=(Allowance("餐补", 1500, ("import:6",)),))),
    "position_allowance": lambda _: of("position_allowance", october(first_day=8, allowances=(Allowance("岗位津贴", 30000, ("import:7",)),))),
    "night": lambda _: of("night", facts(allowances=(Allowance("夜班津贴", 5000),), night=Night(8, ("punch:1", "punch:2")))),
    "ins_pension": lambda _: of("ins_pension"),
    "er_pension": lambda _: of("er_pension"),
    "ins_housing_supplement": lambda _: of("ins_housing_supplement", facts(insured=OFFICE._replace(supplementary_rate="0.05"))),
    "ins_medical_floor": lambda _: of("ins_medical", facts(insured=OFFICE._replace(social_base=400000))),
    "er_housing_cap": lambda _: of("er_housing", facts(insured=OFFICE._replace(housing_base=9000000))),
    "iit": lambda _: of("iit"),
    "iit_everything": lambda _: of("iit", facts(wages=(Wage(1, 3000000),), tax=TaxFacts(
        "first_job", 7, 10000000, 300000, 1000000, 500000, 200000, 100000, 30000, 20000, (7, 8, 9, 10, 11), 100000, 50000, 20000, 5000,
    ))),
    "iit_joined_in_july": lambda _: of("iit", facts(tax=TaxFacts("standard", 7, 5000000, 0, 875000, withheld=33750, months=(7, 8, 9, 10, 11)))),
    "ins_pension_zero_base": lambda _: of("ins_pension", facts(insured=OFFICE._replace(social_base=0))),
    "ins_housing_zero_base": lambda _: of("ins_housing", facts(insured=OFFICE._replace(housing_base=0))),
    "unpaid_of_two_kinds": lambda _: of("personal_leave", facts(leaves=(HALF, LeaveTaken("marriage", (1, 1), 5, "", ("leave:4",)))), PayRules(replace(rules().terms, paid={**rules().terms.paid, "marriage": LeavePaid.NONE}))),
    "iit_nothing_back": lambda _: of("iit", facts(tax=facts().tax._replace(withheld=900000))),
    "adjustment": lambda _: of("refund", facts(adjustments=(Adjustment("refund", "退还押金", "after_tax", 50000, False, "设备已还", ("manual:7",)),))),
    "debt_part_taken": lambda _: of("damage:phone", facts(adjustments=(DEBT,))),
    "debt_carried": lambda _: of("rest_damage:phone", facts(adjustments=(DEBT,))),
    "receivable": lambda _: of("receivable", facts(adjustments=(DEBT,))),
    "shortage": lambda _: of("shortage", facts(wages=(Wage(1, 0),), tax=facts().tax._replace(withheld=10**9))),
    "receivable_shortage": lambda _: of("receivable", facts(wages=(Wage(1, 0),), tax=facts().tax._replace(withheld=10**9), adjustments=(DEBT,))),
    "formula_of_what_is_not_there": lambda _: of("extra", found=_with("补贴 = 100元 + 事假扣款 + 旷工扣款 + 高温津贴 + 餐补 + 工作日加班费")),
    "formula_that_deducts": lambda _: of("extra", found=_with("补贴 = 基本工资 × 1%", Section.DEDUCTION)),
    "formula_of_leave_days": lambda _: of("extra", facts(
        leaves=(HALF, SICK._replace(day=10), LONG, LeaveTaken("annual", (1, 1), 5, "", ("leave:8",))),
        overtime=(OvertimeWorked("workday", 90, "", ("overtime:1",)),), attended=LATE._replace(missing=1, evidence=(("迟到次数", ("punch:1",)), ("缺卡次数", ("punch:9",)))),
    ), _with("补贴 = 1元 × 事假天数 + 1元 × 病假天数 + 1元 × 请假天数 + 1元 × 加班小时 + 1元 × 缺卡次数")),
    "formula_of_heat_out_of_season": lambda p: of("extra", facts(heat="室外"), _with("补贴 = 100元 + 高温津贴", base=rules_of(_heat(p, "month")))),
    "formula_of_the_multiplier": lambda _: of("extra", facts(score=Scored((11, 10), (12, 10), SCORE)), _with("补贴 = 100元 × 绩效系数")),
    "formula_of_full_attendance": lambda _: of("extra", facts(leaves=(HALF, LeaveTaken("annual", (1, 1), 5, "", ("leave:8",))), attended=EVERYTHING), _with("补贴 = 100元 + 100元 × 全勤比例")),
    "meal_by_default": lambda _: of("meal", found=_default_meal()),
    "overtime_renamed": lambda _: of("overtime_workday", facts(overtime=(OvertimeWorked("workday", 60),)), _renamed("overtime_workday", "延时费")),
    "gross_owing": lambda _: of("gross", facts(adjustments=(DEBT,))),
    "gross": lambda _: of("gross", facts(leaves=(HALF,))),
    "net": lambda _: of("net", facts(adjustments=(DEBT,))),
    "net_nothing_owed": lambda _: of("net"),
}  # fmt: skip
"""工资条各行。"""


def _line(code: str, label: str, **more: Any) -> InsuranceLine:
    return InsuranceLine(code, label, BaseKind.SOCIAL, Decimal("0.08"), Decimal("0.16"), **more)


def _arrears_of_insurance(employer: bool) -> Trace:
    due = contribute_all([_line("pension", "养老保险")], {BaseKind.SOCIAL: 500_000})
    months = [(Month(2026, 7), due), (Month(2026, 8), due)]
    paid = [Paid(Month(2026, 7), "pension", 36_000, 72_000), Paid(Month(2026, 8), "pension", 41_000, 80_000)]
    return insurance.arrears_trace(insurance.arrears(months, paid), {"pension": "养老保险"}, employer=employer)


def _share(declared: int, *, employer: bool) -> Trace:
    line = _line("x", "大病医疗", employee_fixed=300, employer_fixed=500, rounding=insurance.Rounding.JIAO_UP)
    return insurance.trace(insurance.contribute(line, declared), declared, employer=employer, rule="r", evidence=("e",))


WAGES = bonus.YearWages(Figures(income=24_000_000, insurance=3_600_000, special=2_400_000), 6_000_000)


def _bonus(fen: int, found: tax.TaxTable | None = TABLE, wages: bonus.YearWages = WAGES, used: bool = False) -> Trace:
    result = bonus.compare(wages, fen, WITHHOLDING, found, used)
    return bonus.trace(result, found, "tax.bonus@2019-01-01", ("manual:1",))


LOCAL = LocalWages(Money.of("12000.00"), Money.of("144000.00"), Money.of("2740.00"))
ENDING = shipped().compliance.severance.on(DAY)


def _ended(average: str, since: date, kind: KindOfEnd = KindOfEnd.DUE, notice: str = "0") -> severance.Severance:
    own = Leaving(since, DAY, Money.of(average), kind, notice != "0", Money.of(notice))
    return severance.severance(own, LOCAL, ENDING)


def _ending(average: str, since: date, kind: KindOfEnd = KindOfEnd.DUE, notice: str = "0") -> Trace:
    return severance.trace(_ended(average, since, kind, notice), ENDING, ("contract:9",))


def _ending_tax(average: str, since: date) -> Trace:
    found = _ended(average, since)
    return severance.tax_trace(severance.severance_tax(found, LOCAL, ENDING, WITHHOLDING.table, True), ENDING)


OVERTIME = overtime.OvertimeRules(
    {OvertimeKind.OVER_PERIOD: Decimal("1.5"), OvertimeKind.STATUTORY: Decimal("3")}, Decimal("21.75"), Decimal(8)
)
BY_PERIOD = PeriodHours(Decimal(500), Decimal("512.5"), Decimal(8))
PIECES = {OvertimeKind.REST_DAY: Decimal(12)}


def _overtime(at: int) -> Trace:
    found = overtime.comprehensive_pay(BY_PERIOD, Money.of("8700.00"), OVERTIME)
    return found.lines[at].trace(Why("overtime@2020-01-01", ("punch:1",)))


def _pieces() -> Trace:
    (found,) = overtime.piece_pay(Money.of("2.50"), PIECES, {OvertimeKind.REST_DAY: Decimal(2)}).lines
    return found.trace(Why("overtime@2020-01-01", ("count:1",), "11月7日(周六)", "计件加班费"))


def _withheld() -> Trace:
    person, ledger = Person(Scheme.SIXTY_THOUSAND), Ledger(Figures(income=7_000_000), 9_000, (1, 2))
    result = tax.withhold(WITHHOLDING, person, ledger, 3, Figures(income=100_000, relief=5_000))
    return tax.trace(result, person, ledger, WITHHOLDING)


def _corrected(kind: str, **changes: Any) -> Trace:
    """十一月的一种更正补的头一行。"""
    why = arrears.Cause(kind, (1,), ("11月9日的审批有变动",), ("late:1",))
    applied = arrears.apply(facts(), facts(**changes), [why])
    return arrears.trace(applied[0], rules(), arrears.lines(applied, rules())[0])


def _raised(why: Why) -> Trace:
    days = Days(Month(2026, 11).period, shipped().calendar)
    wages = [(date(2026, 11, 1), Money.of("6000.00")), (date(2026, 11, 16), Money.of("9000.00"))]
    return raise_in_month(wages, Divide(DivideBy.CALENDAR_DAYS), days).trace(why)


def _prorated(why: Why) -> Trace:
    days, policy = Days(Month(2026, 11).period, shipped().calendar), ProrationPolicy(ProrationMethod.CALENDAR_DAYS)
    return proration(Money.of("6000.00"), Employed(since=date(2026, 11, 21)), days, policy).trace(why)


OTHERS: dict[str, Callable[[Path], Trace]] = {
    "raised": lambda _: _raised(Why()),
    "prorated": lambda _: _prorated(Why()),
    "prorated_named": lambda _: _prorated(Why("r", ("e",), label="底薪")),
    "bonus_apart_alone": lambda _: bonus.apart_trace(bonus.apart_tax(3_600_000, TABLE)),
    "bonus_without_rule": lambda _: bonus.trace(bonus.compare(WAGES, 3_600_000, WITHHOLDING, None), None),
    "insurance_arrears_own": lambda _: _arrears_of_insurance(False),
    "insurance_arrears_employer": lambda _: _arrears_of_insurance(True),
    "insurance_fixed_own": lambda _: _share(500_000, employer=False),
    "insurance_fixed_employer": lambda _: _share(500_000, employer=True),
    "bonus_in_cliff": lambda _: _bonus(3_600_001),
    "bonus_better_apart": lambda _: _bonus(3_600_000),
    "bonus_equal": lambda _: _bonus(1_000_000, wages=bonus.YearWages(Figures(income=8_000_000), 6_000_000)),
    "bonus_better_merged": lambda _: _bonus(14_400_001),
    "bonus_used": lambda _: _bonus(2_000_000, used=True),
    "bonus_expired": lambda _: _bonus(2_000_000, None),
    "severance": lambda _: _ending("15000.00", date(2023, 3, 1)),
    "severance_minimum": lambda _: _ending("2000.00", date(2023, 3, 1), notice="2100.00"),
    "severance_capped": lambda _: _ending("60000.00", date(2010, 1, 1), KindOfEnd.UNLAWFUL, "50000.00"),
    "severance_none": lambda _: _ending("15000.00", date(2023, 3, 1), KindOfEnd.NONE),
    "severance_tax_free": lambda _: _ending_tax("15000.00", date(2023, 3, 1)),
    "severance_taxed": lambda _: _ending_tax("36000.00", date(2010, 1, 1)),
    "overtime_period": lambda _: _overtime(0),
    "overtime_period_statutory": lambda _: _overtime(1),
    "overtime_pieces": lambda _: _pieces(),
    "withheld_sixty_thousand": lambda _: _withheld(),
    "arrears_overtime": lambda _: _corrected("overtime", overtime=(OvertimeWorked("workday", 240, "11月9日(周一)", ("overtime:9",)),)),
    "arrears_insurance": lambda _: _corrected("insurance", insured=Insured("上海", 1200000, None, "0.07")),
}  # fmt: skip
"""不在工资条上的。"""


def whole(node: dict[str, Any]) -> dict[str, Any]:
    """YAML 的简写 → Trace.to_json 的写法:没写单位的是金额,`口径` 是开关的叶子。"""
    if "口径" in node:
        words = node["口径"]
        return {"label": "口径", "value": words, "unit": "text", "say": words, "words": words, "rule": node["rule"]}
    parts = {"parts": [whole(part) for part in node["parts"]]} if "parts" in node else {}
    return {"unit": "money", **node, **parts}


@pytest.mark.parametrize("name", [*PAY, *OTHERS])
def test_the_whole_trace(name: str, tmp_path: Path) -> None:
    found, want = (PAY | OTHERS)[name](tmp_path), whole(EXPECT[name])
    assert found.to_json() == want
    assert found == Trace.from_json(want)


def test_every_expected_trace_is_told() -> None:
    assert set(EXPECT) == {*PAY, *OTHERS}
