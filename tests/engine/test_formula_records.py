"""公式的证据与往月:合计、次数、上月、本年累计。没有装入、没有填、缺了一个月都报错并写明名字,从不当作零。"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from engine.days import Month
from engine.errors import NotReady
from engine.explain import explain
from engine.formula import Formula, Given, evaluate, formula, slots_for
from engine.formula_evidence import EVIDENCE, Records
from engine.formula_history import Need, Past, months_of, past
from engine.formula_types import FormulaError, Unit
from engine.trace import Trace

UNITS = {
    "基本工资": Unit.MONEY,
    "绩效奖金": Unit.MONEY,
    "绩效得分": Unit.RATE,
    "宽限分钟": Unit.COUNT,
    "金额": Unit.DAYS,
    "岗位": Unit.TEXT,
}
DEAL, LATE = EVIDENCE["签单"], EVIDENCE["迟到"]
DEALS: Records = (
    DEAL.record("deal:1", 金额=(1_000_000, 1), 产品="A"),
    DEAL.record("deal:2", 金额=(2_500_050, 1), 产品="B", 回款=(500_000, 1)),
    DEAL.record("deal:3", 金额=(30_000, 1), 产品="A"),
)
LATES: Records = tuple(LATE.record(f"punch:{m}", 分钟=(m, 1)) for m in (3, 10, 11, 40))
WORLD = {"签单": DEALS, "迟到": LATES}


def value(text: str, evidence: dict[str, Records] | None = None, **values: Any) -> Fraction:
    made = formula(text, UNITS)
    return Fraction(*evaluate(made, values, Given(WORLD if evidence is None else evidence)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("合计(签单, 金额)", 3_530_050),
        ('合计(签单, 金额, 产品 = "A")', 1_030_000),
        ('合计(签单, 金额, 产品 = "C")', 0),
        ('合计(签单, 金额 × 2% + 10元, 产品 ≠ "A")', 51_001),  # 25000.50 × 2% + 10
        ('次数(签单, 产品 = "A" 且 金额 > 1000元)', 1),
        ("次数(迟到)", 4),
        ("次数(迟到, 分钟 > 10)", 2),
        ("次数(迟到,分钟>10分钟)", 2),
        ("次数(迟到, 分钟 ≥ 宽限分钟) × 20元", 6000),
        ("合计(迟到, 最大(0, 分钟 - 10))", 31),
        ("合计(签单, 金额) ÷ 次数(签单)", Fraction(3_530_050, 3)),
    ],
)  # fmt: skip
def test_sums_and_counts(text: str, expected: int | Fraction) -> None:
    assert value(text, 宽限分钟=(10, 1)) == expected


def test_a_field_hides_an_item_of_the_same_name() -> None:
    """外面的“金额”是天数;证据的式子里是签单的金额。"""
    assert formula("合计(签单, 金额)", UNITS).unit is Unit.MONEY
    assert formula("合计(签单, 金额)", UNITS).names == ()
    assert formula("合计(签单, 金额 × 绩效得分) + 基本工资", UNITS).names == ("绩效得分", "基本工资")


def test_no_records_is_zero_but_not_loaded_is_an_error() -> None:
    assert value("次数(迟到)", {"迟到": ()}) == 0
    with pytest.raises(NotReady) as caught:
        value("提成 = 合计(签单, 金额)", {})
    assert caught.value.code == "EVIDENCE_MISSING"
    assert caught.value.details == {"formula": "提成", "kind": "签单"}


def test_a_field_nobody_filled_is_an_error_only_where_it_counts() -> None:
    assert value('合计(签单, 回款, 产品 = "B")') == 500_000
    with pytest.raises(NotReady) as caught:
        value("提成 = 合计(签单, 回款)")
    assert caught.value.code == "EVIDENCE_FIELD_MISSING"
    assert "deal:1" in caught.value.say
    assert "“回款”" in caught.value.say
    with pytest.raises(NotReady) as where:
        value('次数(签单, 客户 = "甲")')
    assert "“客户”" in where.value.say


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("合计(签丹, 金额)", "FORMULA_UNKNOWN_EVIDENCE", "是不是“签单”"),
        ("次数(回访)", "FORMULA_UNKNOWN_EVIDENCE", "可用的有:签单"),
        ("合计(签单, 金额, 产品)", "FORMULA_UNIT", "应当是是否"),
        ("合计(签单, 产品)", "FORMULA_UNIT", "应当是数"),
        ("合计(签单, 金鹅)", "FORMULA_UNKNOWN_NAME", "是不是“金额”"),
        ("合计(签单, 金额 × 次数(迟到))", "FORMULA_NESTED", "拆成两条"),
        ("合计(签单)", "FORMULA_SYNTAX", "逗号"),
        ("签单 × 2", "FORMULA_UNKNOWN_NAME", "例如 次数(签单)"),
        ("评分 × 2", "FORMULA_UNKNOWN_NAME", "证据“评价”的,要写在合计、次数里面"),
        ("本年累计(绩效得分)", "FORMULA_UNIT", "不能累计"),
        ("上月(绩效讲金)", "FORMULA_UNKNOWN_NAME", "是不是“绩效奖金”"),
        ("上月(基本工资, 1天)", "FORMULA_UNIT", "没有时的值应当是金额"),
        ("上月(基本工资 + 1元)", "FORMULA_SYNTAX", "右括号"),
    ],
)  # fmt: skip
def test_mistakes(text: str, code: str, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        formula(text, UNITS)
    assert caught.value.code == code
    assert words in caught.value.say


def tell(made: Formula, given: Given, **values: Any) -> Trace:
    return explain(made, slots_for(made, values, given), lambda name: Trace(name, "x", evidence=(f"fact:{name}",)))


def test_the_trace_names_the_records_used() -> None:
    made = formula('提成 = 合计(签单, 金额, 产品 = "A") × 2% - 次数(迟到, 分钟 > 宽限分钟) × 50元', UNITS)
    found = tell(made, Given(WORLD), 宽限分钟=(10, 1))
    assert found.value == "106.00"  # 10300 × 2% − 2 × 50
    assert found.say == "提成:签单合计 ¥10,300.00 × 2% − 迟到 2 次 × ¥50.00 = ¥106.00"
    assert found.parts[0].evidence == ("deal:1", "deal:3")
    assert found.parts[1].evidence == ("punch:11", "punch:40")
    assert found.parts[1].parts[0].evidence == ("fact:宽限分钟",)
    assert "¥" not in found.words


def test_what_history_a_formula_needs_is_declared() -> None:
    made = formula("上月(基本工资) + 本年累计(绩效奖金) + 上月(基本工资)", UNITS)
    assert made.past == (Need("上月", "基本工资"), Need("本年累计", "绩效奖金"))
    assert (made.names, made.unit) == ((), Unit.MONEY)
    assert months_of(Need("上月", "基本工资"), Month(2026, 1)) == (Month(2025, 12),)
    assert months_of(Need("本年累计", "绩效奖金"), Month(2026, 3)) == (Month(2026, 1), Month(2026, 2))
    assert months_of(Need("本年累计", "绩效奖金"), Month(2026, 1)) == ()


def history(month: Month, known: dict[str, int], *names: str) -> Given:
    def read(name: str, of: Month) -> Any:
        return (known[str(of)], 1) if str(of) in known else None

    wanted = [Need(function, name) for function in ("上月", "本年累计") for name in names]
    ids = {Month.parse(m): f"payslip:{m}" for m in known}
    return Given(past={need: past(need, month, read, ids) for need in wanted})


def test_last_month_and_year_to_date() -> None:
    given = history(Month(2026, 4), {"2026-01": 100, "2026-02": 250, "2026-03": 7}, "绩效奖金")
    assert evaluate(formula("上月(绩效奖金)", UNITS), {}, given) == (7, 1)
    assert evaluate(formula("本年累计(绩效奖金)", UNITS), {}, given) == (357, 1)
    january = history(Month(2026, 1), {"2025-12": 9}, "绩效奖金")
    assert evaluate(formula("上月(绩效奖金)", UNITS), {}, january) == (9, 1)
    assert evaluate(formula("本年累计(绩效奖金)", UNITS), {}, january) == (0, 1)


def test_a_missing_month_is_named_and_never_zero() -> None:
    given = history(Month(2026, 4), {"2026-01": 100, "2026-03": 7}, "绩效奖金")
    with pytest.raises(NotReady) as caught:
        evaluate(formula("奖 = 本年累计(绩效奖金)", UNITS), {}, given)
    assert (caught.value.code, caught.value.details["month"]) == ("HISTORY_MISSING", "2026-02")
    assert "“绩效奖金”" in caught.value.say
    assert evaluate(formula("本年累计(绩效奖金, 1元)", UNITS), {}, given) == (207, 1)
    with pytest.raises(NotReady) as unloaded:
        evaluate(formula("上月(基本工资, 0元)", UNITS), {})
    assert unloaded.value.code == "HISTORY_NOT_LOADED"


def test_the_trace_of_history_names_its_months() -> None:
    given = history(Month(2026, 4), {"2026-01": 100, "2026-03": 7}, "绩效奖金")
    found = tell(formula("奖 = 本年累计(绩效奖金, 0元) × 2", UNITS), given)
    assert found.parts[0].say == "本年累计绩效奖金(2026-01 至 2026-03):¥1.07;2026-02 没有,按没有时的值"
    assert found.parts[0].evidence == ("payslip:2026-01", "payslip:2026-03")


def test_last_month_may_be_a_text() -> None:
    made = formula("如果 上月(岗位) = 岗位 则 0元 否则 100元", UNITS)
    given = Given(past={Need("上月", "岗位"): Past((("2026-10", "客服"),))})
    assert evaluate(made, {"岗位": "销售"}, given) == (10000, 1)
