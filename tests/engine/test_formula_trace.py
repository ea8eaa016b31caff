"""公式的来处:取整前后都写;表写落在哪一档与版本;没有算到的一半不代入;除以零写明哪条公式的哪个除数。"""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import NotReady
from engine.explain import explain
from engine.formula import Scope, formula, formula_in, slots_for
from engine.formula_tables import Bound, Gives, LookupTable, Mode, StepTable, Table
from engine.formula_types import FormulaError, Unit
from engine.trace import Trace

UNITS = {"基本工资": Unit.MONEY, "回款额": Unit.MONEY, "目标": Unit.MONEY, "工龄": Unit.COUNT, "绩效得分": Unit.RATE}
TABLES: dict[str, Table] = {
    "提成表": StepTable("提成表", Unit.MONEY, Gives.RATE, Mode.MARGINAL, Bound.UPPER_IN,
                     (((10_000_000, 1), (1, 100)), (None, (3, 100))), "pay.table.提成表@2026-01-01"),
    "工龄表": LookupTable("工龄表", Unit.COUNT, Unit.MONEY, Bound.LOWER_IN, (((1, 1), (0, 1)), ((3, 1), (5000, 1))),
                       None, "pay.table.工龄表@2026-07-01"),
}  # fmt: skip


def tell(text: str, **values: Any) -> Trace:
    made = formula_in(text, Scope.of(UNITS, TABLES))
    return explain(made, slots_for(made, values), lambda name: Trace(name, "x", evidence=(f"fact:{name}",)))


def test_rounding_shows_before_and_after() -> None:
    found = tell("结果 = 四舍五入(基本工资 ÷ 3) × 2", 基本工资=(1_000_000, 1))
    assert found.say == "结果:四舍五入(¥10,000.00 ÷ 3 = ¥3,333.333333… → ¥3,333.33) × 2 = ¥6,666.66"
    (rounded,) = found.parts
    assert (rounded.label, rounded.value) == ("四舍五入", "3333.33")
    assert rounded.say == "四舍五入到分:¥3,333.333333… → ¥3,333.33"
    assert rounded.all_evidence() == ["fact:基本工资"]
    assert "¥" not in found.words + rounded.words


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("四舍五入(基本工资 × 0.5%, 0)", "四舍五入到元:¥61.725 → ¥62.00"),
        ("四舍五入(基本工资 × 0.5%, 1)", "四舍五入到角:¥61.725 → ¥61.70"),
        ("向上取整(基本工资 × 0.5%)", "向上取整到元:¥61.725 → ¥62.00"),
        ("向下取整(基本工资 × 0.5%, 2)", "向下取整到分:¥61.725 → ¥61.72"),
        ("四舍五入(绩效得分, 2)", "四舍五入到小数第 2 位:87.654% → 88%"),
        ("四舍五入(工龄 ÷ 4)", "四舍五入到整数:1.75 → 2"),
    ],
)  # fmt: skip
def test_rounding_says_to_what(text: str, say: str) -> None:
    found = tell(text, 基本工资=(1_234_500, 1), 绩效得分=(87654, 100000), 工龄=(7, 1))
    assert [part.say for part in found.parts] == [say]


def test_a_negative_amount_keeps_its_sign() -> None:
    found = tell("四舍五入(回款额 ÷ 3)", 回款额=(-100, 1))
    assert found.parts[0].say == "四舍五入到分:−¥0.333333… → −¥0.33"


def test_a_step_table_shows_each_step_and_its_version() -> None:
    found = tell("提成 = 阶梯(提成表, 回款额)", 回款额=(15_000_000, 1))
    (table,) = found.parts
    assert table.say == "提成表(分段,上限含):¥100,000.00 × 1% + ¥50,000.00 × 3% = ¥2,500.00"
    assert (table.rule, table.value) == ("pay.table.提成表@2026-01-01", "2500.00")
    assert table.words == "提成表(分段,上限含),落在第 2 档"
    assert found.say == "提成:提成表(¥150,000.00 → ¥2,500.00) = ¥2,500.00"
    assert found.words == "提成 = 阶梯(提成表, 回款额)"
    rounded = tell("四舍五入(阶梯(提成表, 回款额))", 回款额=(33, 1))
    assert rounded.say == "结果:四舍五入(提成表(¥0.33 → ¥0.0033) → ¥0.00) = ¥0.00"


def test_a_lookup_shows_its_key_and_version() -> None:
    found = tell("津贴 = 查表(工龄表, 工龄, 8元)", 工龄=(2, 1))
    assert (found.parts[0].say, found.parts[0].rule) == ("工龄表:2 → ¥50.00(第 2 行)", "pay.table.工龄表@2026-07-01")
    missing = tell("津贴 = 查表(工龄表, 工龄, 8元)", 工龄=(9, 1))
    assert missing.parts[0].say == "工龄表:9 → ¥8.00(表里没有,按没有时的值)"


def test_the_half_that_was_not_reached_is_not_told() -> None:
    """左边已经不成立,右边的查表没有算:不报错,也不进来处。"""
    text = "如果 基本工资 > 1元 且 查表(工龄表, 工龄) > 0元 则 1元 否则 2元"
    found = tell(text, 基本工资=(0, 1), 工龄=(99, 1))
    assert found.value == "2.00"
    assert found.all_evidence() == ["fact:基本工资"]


def test_dividing_by_zero_names_the_formula_and_the_divisor() -> None:
    with pytest.raises(NotReady) as caught:
        tell("完成奖 = 基本工资 × (回款额 ÷ (目标 - 回款额))", 基本工资=(1, 1), 回款额=(5, 1), 目标=(5, 1))
    assert caught.value.code == "ZERO_DENOMINATOR"
    assert caught.value.details == {"formula": "完成奖", "divisor": "目标 - 回款额"}
    assert "公式“完成奖”里的除数“目标 - 回款额”是 0" in caught.value.say


def test_a_written_zero_divisor_is_refused_when_read() -> None:
    for text in ("基本工资 ÷ 0", "基本工资 ÷ (2 - 2)"):
        with pytest.raises(FormulaError) as caught:
            formula(text, UNITS)
        assert (caught.value.code, "除数" in caught.value.say) == ("FORMULA_ZERO", True)


def test_a_machine_reads_up_to_six_decimals() -> None:
    assert tell("绩效得分", 绩效得分=(2, 3)).value == "0.666667"
    assert tell("如果 工龄 > 1 则 0.5 否则 1", 工龄=(2, 1)).value == "0.5"
    assert tell("工龄 > 1", 工龄=(2, 1)).value == "true"
    assert tell('"甲"').value == "甲"
