"""公式的来处一字不差(cases/words/explain.yaml);值写成字的各种样子。"""

from __future__ import annotations

from typing import Any

import pytest

from engine.explain import explain
from engine.explain_values import exact, show, trace_value
from engine.formula import Given, Scope, formula_in, slots_for
from engine.formula_evidence import EVIDENCE
from engine.formula_history import Need, Past
from engine.formula_tables import Bound, Gives, LookupTable, Mode, StepTable, Table
from engine.formula_types import Pair, Unit
from engine.trace import Trace
from tests.engine.words import book

UNITS = {
    "基本工资": Unit.MONEY, "回款额": Unit.MONEY, "餐补": Unit.MONEY, "绩效得分": Unit.RATE, "件数": Unit.COUNT,
    "工龄": Unit.COUNT, "宽限": Unit.COUNT, "城市": Unit.TEXT, "试用": Unit.BOOL,
}  # fmt: skip
VALUES: dict[str, Any] = {
    "基本工资": (1_000_000, 1), "回款额": (50_000_000, 1), "餐补": (800, 1), "绩效得分": (110, 100), "件数": (130, 1),
    "工龄": (2, 1), "宽限": (10, 1), "城市": "苏州", "试用": True,
}  # fmt: skip
WAN = 1_000_000
Rows = tuple[tuple[Pair | None, Pair], ...]


def steps(name: str, gives: Gives, mode: Mode, bound: Bound, rows: Rows) -> StepTable:
    by = {Gives.RATE: Unit.MONEY, Gives.PRICE: Unit.COUNT, Gives.AMOUNT: Unit.RATE}[gives]
    return StepTable(name, by, gives, mode, bound, rows, f"pay.table.{name}@2026-01-01" if name == "提成表" else "")


TWO: Rows = (((WAN, 1), (1, 100)), (None, (3, 100)))
MADE: tuple[Table, ...] = (
    steps("提成表", Gives.RATE, Mode.MARGINAL, Bound.UPPER_IN,
          (((10 * WAN, 1), (1, 100)), ((30 * WAN, 1), (3, 100)), (None, (5, 100)))),
    steps("下限表", Gives.RATE, Mode.MARGINAL, Bound.LOWER_IN, TWO),
    steps("全额表", Gives.RATE, Mode.WHOLE, Bound.LOWER_IN, TWO),
    steps("计件表", Gives.PRICE, Mode.MARGINAL, Bound.UPPER_IN, (((100, 1), (50, 1)), (None, (80, 1)))),
    steps("定额表", Gives.AMOUNT, Mode.WHOLE, Bound.LOWER_IN,
          (((80, 100), (0, 1)), ((1, 1), (50000, 1)), (None, (100000, 1)))),
    LookupTable("工龄表", Unit.COUNT, Unit.MONEY, Bound.LOWER_IN, (((1, 1), (0, 1)), ((3, 1), (5000, 1))), None,
                "pay.table.工龄表@2026-07-01"),
    LookupTable("城市表", Unit.TEXT, Unit.MONEY, None, (("上海", (50000, 1)), ("苏州", (30000, 1)))),
    LookupTable("薪档表", Unit.MONEY, Unit.MONEY, Bound.UPPER_IN, (((WAN, 1), (10000, 1)), (None, (20000, 1)))),
)  # fmt: skip
SCOPE = Scope.of(UNITS, {table.name: table for table in MADE})
DEAL, LATE = EVIDENCE["签单"], EVIDENCE["迟到"]
GIVEN = Given(
    {
        "签单": (
            DEAL.record("deal:1", 金额=(1_000_000, 1), 产品="A"),
            DEAL.record("deal:2", 金额=(2_500_050, 1), 产品="B"),
            DEAL.record("deal:3", 金额=(30_000, 1), 产品="A"),
            DEAL.record("deal:4", 金额=(29_999, 1), 产品="A"),
        ),
        "迟到": tuple(LATE.record(f"punch:{m}", 分钟=(m, 1)) for m in (3, 10, 11, 40)),
    },
    {
        Need("上月", "基本工资"): Past((("2026-03", (900_000, 1)),), ("payslip:3",)),
        Need("本年累计", "基本工资"): Past(
            (("2026-01", (900_000, 1)), ("2026-02", None), ("2026-03", None)), ("payslip:1",)
        ),
        Need("本年累计", "回款额"): Past(()),
    },
)


@pytest.mark.parametrize("key", sorted(book("explain")))
def test_a_formula_tells_where_it_comes_from(key: str) -> None:
    case = book("explain")[key]
    made = formula_in(case["formula"], SCOPE)
    slots = slots_for(made, VALUES, GIVEN)
    found = explain(made, slots, lambda name: Trace(name, "x", evidence=(f"fact:{name}",)), "pay.x@2026-01-01")
    assert found == Trace.from_json(case["trace"])
    assert not any("¥" in node.words for node in found.walk())  # 聊天里没有金额


def test_without_a_rule_there_is_none() -> None:
    made = formula_in("1 + 2", SCOPE)
    assert explain(made, slots_for(made, VALUES), lambda name: Trace(name, "x")) == Trace(
        "结果", "3", "rate", "结果:1 + 2 = 300%", "结果 = 1 + 2"
    )


@pytest.mark.parametrize(
    ("value", "unit", "shown", "precise", "machine"),
    [
        ((110_000, 1), Unit.MONEY, "¥1,100.00", "¥1,100.00", "1100.00"),
        ((1, 3), Unit.MONEY, "¥0.00", "¥0.003333…", "0.00"),
        ((-100, 3), Unit.MONEY, "−¥0.33", "−¥0.333333…", "-0.33"),
        ((123_456_785, 10), Unit.MONEY, "¥123,456.79", "¥123,456.785", "123456.79"),
        ((1, 2), Unit.MONEY, "¥0.01", "¥0.005", "0.01"),
        ((2, 3), Unit.RATE, "66.6667%", "66.666666…%", "0.666667"),
        ((-1, 2), Unit.RATE, "-50%", "−50%", "-0.5"),
        ((0, 1), Unit.RATE, "0%", "0%", "0"),
        ((0, 1), Unit.MONEY, "¥0.00", "¥0.00", "0.00"),
        ((12_000, 1), Unit.RATE, "1200000%", "1200000%", "12000"),
        ((1, 2), Unit.DAYS, "0.5 天", "0.5 天", "0.5"),
        ((5, 3), Unit.HOURS, "1.6667 小时", "1.666666… 小时", "1.666667"),
        ((7, 1), Unit.COUNT, "7", "7", "7"),
        ((1_234_567, 1), Unit.COUNT, "1234567", "1234567", "1234567"),
        ((1, 10_000_000), Unit.COUNT, "0", "0.000000…", "0"),
        (True, Unit.BOOL, "是", "是", "true"),
        (False, Unit.BOOL, "否", "否", "false"),
        ("销售", Unit.TEXT, "“销售”", "“销售”", "销售"),
    ],
)
def test_values_in_words(value: Any, unit: Unit, shown: str, precise: str, machine: str) -> None:
    assert (show(value, unit), exact(value, unit), trace_value(value, unit)) == (shown, precise, machine)
