"""补差的每一种行:编号、名字、栏、方向、计不计税;换上缘由时换了什么;来处里新旧两边各是哪几行。数都是手算的。"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.arrears import ALL, FIELDS, Applied, Cause, Sums, apply, lines, mended, parse_code, sums, trace
from engine.city import CityPack
from engine.days import Month
from engine.errors import BadInput
from engine.formula_parse import parse
from engine.pay_facts import Adjustment, Allowance, Attended, LeaveTaken, OvertimeWorked, PayFacts, Scored, Wage
from engine.pay_items import PayItem, PayItems, Section, TaxTreatment
from engine.pay_rules import PayRules
from tests.engine.pay_world import OFFICE, facts, rules
from tests.engine.test_pay_facts import FULL

ONE = Cause("wage", (1,), ("更正",), ("late:1",))
TWO = Cause("wage", (1, 2), ("甲", "乙"), ("late:1", "late:2"))
MEAL, PHONE = Allowance("餐补", 1500), Allowance("通讯补贴", 10000)


def _items() -> PayItems:
    """自带的项目,餐补不计税,另有一个税后的会费(通讯补贴标准的 10%)。"""
    own = rules().terms.items
    out = []
    for dated in own.items:
        one = dated.versions[0]
        value = replace(one.value, tax=TaxTreatment.NOT_TAXED) if one.value.key == "meal" else one.value
        out.append(replace(dated, versions=(replace(one, value=value),)))
    tree = parse("会费 = 通讯补贴标准 × 10%", ("通讯补贴标准",))
    fee = PayItem("fee", "会费", "会费", Section.AFTER_TAX, TaxTreatment.NONE, 900, definition=tree)
    out.append(replace(out[0], key="fee", label="会费", versions=(replace(out[0].versions[0], value=fee),)))
    return replace(own, items=tuple(out))


def _cities() -> dict[str, CityPack]:
    """上海,公积金免税的比例改成 5%。"""
    pack = rules().terms.cities["上海"]
    versions = tuple(replace(v, value=replace(v.value, exempt_rate_cap=Decimal("0.05"))) for v in pack.housing.versions)
    return {**rules().terms.cities, "上海": replace(pack, housing=replace(pack.housing, versions=versions))}


RULES = PayRules(replace(rules().terms, items=_items(), cities=_cities()))
"""公积金免税的比例只有 5%:交 7% 的,两边各有 2% 并入应税。"""


def of(base: PayFacts | None, seen: PayFacts | None, why: Cause = ONE) -> tuple[Adjustment, ...]:
    return lines([Applied(why, base, seen)], RULES)


def row(tail: str, label: str, section: str, fen: int, taxed: bool) -> Adjustment:
    return Adjustment(f"arrears_202611_wage{tail}", f"{label}(更正)", section, fen, taxed, "更正", ("late:1",))


BASE = facts(allowances=(MEAL, PHONE))
TEN = Attended((21, 1), (11, 1))
INSURED = facts(insured=OFFICE._replace(housing_base=None))


@pytest.mark.parametrize(
    ("base", "seen", "want"),
    [
        (BASE, BASE, ()),
        # 一分钱也是差额
        (facts(), facts(wages=(Wage(1, 1000001),)), (row("", "补11月基本工资", "earning", 1, True),)),
        (facts(wages=(Wage(1, 1000001),)), facts(), (row("", "扣回11月基本工资", "deduction", -1, True),)),
        # 两项有变写两项的名字,三项只说工资
        (
            facts(), facts(wages=(Wage(1, 1200000),), overtime=(OvertimeWorked("workday", 60),)),
            (row("", "补11月基本工资、工作日加班费", "earning", 200000 + 10345, True),),  # 12,000 × 1.5 ÷ 174 = 103.448…
        ),
        (
            facts(), facts(wages=(Wage(1, 1200000),), overtime=(OvertimeWorked("workday", 60),), score=Scored((1, 1), (1, 1))),
            (row("", "补11月工资", "earning", 200000 + 10345 + 120000, True),),
        ),
        # 不计税的餐补少 10 天 150;税后的会费随标准多扣 20
        (BASE, BASE._replace(attended=TEN), (row("_free", "扣回11月餐补(不计税)", "deduction", -15000, False),)),
        (
            BASE, BASE._replace(allowances=(MEAL, Allowance("通讯补贴", 30000))),
            (row("", "补11月通讯补贴", "earning", 20000, True), row("_after", "扣回11月税后项目", "after_tax", -2000, False)),
        ),
        # 个人:养老、医疗、失业 10.5% 与公积金可扣的 5%,另外 2% 超限;单位超限 2% 并入应税
        (
            INSURED, facts(),
            (
                row("_ins", "补缴11月个人社保公积金", "insurance", -50000, True),
                row("_over", "补缴11月个人公积金超限部分", "insurance", -20000, False),
                row("_added", "补11月公积金超限并入应税", "info", 20000, True),
                row("_er", "补缴11月单位社保公积金", "employer", 70000, False),
            ),
        ),
        (
            facts(), INSURED,
            (
                row("_ins", "退回11月个人社保公积金", "insurance", 50000, True),
                row("_over", "退回11月个人公积金超限部分", "insurance", 20000, False),
                row("_added", "扣回11月公积金超限并入应税", "info", -20000, True),
                row("_er", "退回11月单位社保公积金", "employer", -70000, False),
            ),
        ),
        # 养老差一分:基数多 0.13 元,个人 8% 一分,单位 16% 两分
        (
            INSURED, facts(insured=OFFICE._replace(housing_base=None, social_base=1000013)),
            (row("_ins", "补缴11月个人社保公积金", "insurance", -1, True), row("_er", "补缴11月单位社保公积金", "employer", 3, False)),
        ),
    ],
)  # fmt: skip
def test_the_lines_of_a_change(base: PayFacts, seen: PayFacts, want: tuple[Adjustment, ...]) -> None:
    assert of(base, seen) == want


def test_several_corrections_are_counted_in_the_label_and_listed_in_the_reason() -> None:
    (line,) = of(facts(), facts(wages=(Wage(1, 1200000),)), TWO)
    assert (line.label, line.reason, line.evidence) == ("补11月基本工资(2 处更正)", "甲;乙", ("late:1", "late:2"))


def test_the_sums_of_a_month() -> None:
    """应税 10,000 + 通讯 100;免税餐补 315;个人可扣 1,050 + 500、超限 200;单位超限 200;单位 26.7%(含工伤 0.2%)+ 公积金 7%;会费 10。"""
    assert sums(BASE, RULES) == Sums(1010000, 31500, 155000, 20000, 20000, 257000 + 70000, -1000)
    assert sums(None, RULES) == Sums()


# ── 换上缘由 ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "kind", ["punch", "leave", "overtime", "deal", "wage", "schedule", "dismissal", "held", "unknown"]
)
def test_a_cause_mends_what_it_can_reach(kind: str) -> None:
    """没有列的种类能改 ALL;整个月补的也不动税的累计与手工行。"""
    base = facts(adjustments=(Adjustment("x", "x", "earning", 1, True, ""),))
    changed = mended(base, FULL, kind)
    reach = set(FIELDS.get(kind, ALL)) - {"tax", "adjustments", "insured"}
    for name in PayFacts._fields:
        if name != "insured":
            assert getattr(changed, name) == getattr(FULL if name in reach else base, name), name
    assert (changed.insured == base.insured) is ("insured" not in FIELDS.get(kind, ALL))


def test_only_the_declared_bases_are_mended() -> None:
    """比例没有日期,仍用当时的;当时没有参保的整份用现在的;现在没有参保的两样都不缴。"""
    seen = OFFICE._replace(city="昆明", social_base=1, housing_base=None, housing_rate="0.05", evidence=("import:9",))
    own, none = facts(), facts(insured=None)
    assert mended(own, facts(insured=seen), "insurance").insured == OFFICE._replace(
        social_base=1, housing_base=None, evidence=("import:9",)
    )
    assert mended(none, facts(insured=seen), "insurance").insured == seen
    assert mended(own, none, "insurance").insured == OFFICE._replace(social_base=None, housing_base=None)
    assert mended(none, none, "insurance").insured is None


# ── 编号与来处 ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "want"),
    [
        ("arrears_202612_punch", (Month(2026, 12), "punch", "")),
        ("arrears_202609_wage_free", (Month(2026, 9), "wage", "_free")),
        ("arrears_202609_score_after", (Month(2026, 9), "score", "_after")),
        ("arrears_202609_insurance_over", (Month(2026, 9), "insurance", "_over")),
        ("arrears_202609_insurance_er", (Month(2026, 9), "insurance", "_er")),
        ("arrears_202609_insurance_added", (Month(2026, 9), "insurance", "_added")),
    ],
)
def test_a_code_reads_back(code: str, want: tuple[Month, str, str]) -> None:
    assert parse_code(code) == want


@pytest.mark.parametrize("code", ["base", "202609_punch", "arrears_2026xx_punch", "arrears_20269_punch"])
def test_another_code_is_refused_in_words(code: str) -> None:
    with pytest.raises(BadInput) as bad:
        parse_code(code)
    assert (bad.value.code, bad.value.say) == ("NOT_ARREARS", "这一行不是补差。请从工资条上选一行来看。")


def _opened(base: PayFacts | None, seen: PayFacts | None, at: int = 0) -> list[tuple[str, str, str, str]]:
    """一行补差打开来:每一份的名字、差额、原来的数、更正后的数。"""
    (one,) = apply(base, seen, [ONE])
    found = trace(one, RULES, lines([one], RULES)[at])
    for part in found.parts:
        old, new = part.parts
        assert old.label.startswith("原来:") and new.label.startswith("更正后:")
    return [(p.label, p.value, p.parts[0].value, p.parts[1].value) for p in found.parts]


def test_free_lines_open_apart_from_taxed_ones() -> None:
    """一种缘由改了计税的与不计税的:各开各的。"""
    away: dict[str, Any] = {
        "attended": TEN,
        "leaves": (LeaveTaken("personal", (1, 1), 3),),
        "wages": (Wage(1, 1200000),),
    }
    why = Cause("unknown", (1,), ("更正",))
    (one,) = apply(BASE, BASE._replace(**away), [why])
    taxed, free = lines([one], RULES)
    assert [(p.label, p.value) for p in trace(one, RULES, taxed).parts] == [
        ("基本工资的差额", "2000.00"), ("事假扣款的差额", "-551.72"),
    ]  # fmt: skip
    assert [(p.label, p.value) for p in trace(one, RULES, free).parts] == [("餐补的差额", "-150.00")]


def test_a_month_that_was_not_paid_opens_against_nothing() -> None:
    assert _opened(None, facts()) == [("基本工资的差额", "10000.00", "0.00", "10000.00")]
    assert _opened(facts(), None) == [("基本工资的差额", "-10000.00", "10000.00", "0.00")]
    assert [label for label, *_ in _opened(None, facts(), 1)] == [
        "养老保险的差额",
        "医疗保险的差额",
        "失业保险的差额",
        "住房公积金的差额",
    ]
    missing = trace(apply(None, facts(), [ONE])[0], RULES, of(None, facts())[0]).parts[0].parts[0]
    assert (missing.label, missing.value) == ("原来:没有这一行", "0.00")


def test_the_other_sides_open_their_own_lines() -> None:
    (one,) = apply(INSURED, facts(), [Cause("insurance", (1,), ("更正",))])
    found = {line.code.rpartition("_")[2]: trace(one, RULES, line) for line in lines([one], RULES)}
    assert [(p.label, p.value) for p in found["ins"].parts] == [("住房公积金的差额", "-700.00")]
    assert [(p.label, p.value) for p in found["over"].parts] == [("住房公积金的差额", "-700.00")]
    assert [(p.label, p.value) for p in found["added"].parts] == [("公积金超限并入应税的差额", "200.00")]
    assert [(p.label, p.value) for p in found["er"].parts] == [("住房公积金(单位)的差额", "700.00")]
