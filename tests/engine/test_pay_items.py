"""工资项目:某日有效的项目与次序,公式的各种不对一次列全,没读成的不连累别的。"""

from __future__ import annotations

from datetime import date

import pytest

from engine.effective import Dated, Version
from engine.formula_parse import parse
from engine.formula_tables import Bound, Gives, Mode, StepTable, Table
from engine.formula_types import FormulaError, Source, Unit
from engine.pay_items import PayInput, PayItem, PayItems, Section, TaxTreatment, compile_sheet, sheet_faults

DAY, LATER = date(2026, 1, 1), date(2026, 7, 1)
BONUS = StepTable("提成表", Unit.MONEY, Gives.RATE, Mode.WHOLE, Bound.UPPER_IN, ((None, (1, 10)),))


def item(
    key: str, text: str = "", *, since: date = DAY, until: date | None = None, order: int = 1, rule: str = ""
) -> Dated[PayItem]:
    """一个项目的一版:名字就是等号左边的。"""
    known = ("基本工资", "提成", "补贴", "奖金", "甲", "乙", "旧项目", "提成表")
    name = text.split(" = ")[0]
    definition = parse(text, known, Source("items.yaml", order, 1)) if " = " in text else None
    one = PayItem(key, name, name, Section.EARNING, TaxTreatment.WAGE, order, rule=rule, definition=definition)
    return Dated(key, name, (Version(since, one, "测试", until),))


def table(since: date) -> Dated[Table]:
    return Dated("提成表", "提成表", (Version(since, BONUS, "测试"),))


GOOD = PayItems(
    (item("b", "提成 = 基本工资 × 10%", order=2), item("a", "补贴 = 补贴标准 × 2", order=1), item("base", "底薪", order=0, rule="base_wage")),
    (PayInput("补贴标准", "补贴", Unit.MONEY),),
)  # fmt: skip


def says(items: PayItems, names: dict[str, Unit] | None = None, broken: frozenset[str] = frozenset()) -> list[str]:
    return [fault.say for fault in sheet_faults(items, DAY, names or {}, broken)]


def test_items_come_in_their_order_and_built_in_ones_apart() -> None:
    sheet = compile_sheet(GOOD, DAY)
    assert [i.key for i in sheet.items] == ["base", "a", "b"]
    assert [i.key for i in sheet.built_in] == ["base"]
    assert sorted(i.key for i, _ in sheet.formulas) == ["a", "b"]
    assert (sheet.evidence, sheet.past) == ((), ())
    assert sheet_faults(GOOD, DAY, {}) == []
    assert GOOD.on(date(2025, 12, 31)) == ()


def test_an_item_ends_with_its_version() -> None:
    items = PayItems(
        (item("a", "甲 = 基本工资 × 1", until=date(2026, 6, 30)), item("b", "乙 = 基本工资 × 2", since=LATER))
    )
    assert [i.key for i in items.on(date(2026, 6, 30))] == ["a"]
    assert [i.key for i in items.on(LATER)] == ["b"]
    assert items.changes() == [DAY, LATER]
    assert {"甲", "乙", "基本工资", "夜班次数"} <= items.units().keys()


def test_every_fault_of_the_day_is_said() -> None:
    items = PayItems(
        (
            item("a", "甲 = 没有的 × 1", order=1),
            item("b", "乙 = 基本工资 + 出勤天数", order=2),
            item("c", "补贴 = 基本工资", order=3),
        )
    )
    found = sheet_faults(items, DAY, {})
    assert [f.details["line"] for f in found] == ["1", "2"]
    assert "没有的" in found[0].say


def test_a_ring_is_said_once_after_the_others() -> None:
    items = PayItems((item("a", "甲 = 乙 × 2"), item("b", "乙 = 甲 × 2", order=2)))
    (ring,) = sheet_faults(items, DAY, {})
    assert "甲" in ring.say and "乙" in ring.say
    with pytest.raises(FormulaError):
        compile_sheet(items, DAY)


def test_what_could_not_be_read_is_not_blamed_on_others() -> None:
    """“奖金”没有读成:当作有,用到它的不报;没有读成的表,用到它的先不查,别的照查。"""
    items = PayItems((item("a", "甲 = 奖金 × 2"),))
    assert len(says(items)) == 1
    assert says(items, {"奖金": Unit.MONEY}) == []
    both = PayItems((item("a", "甲 = 阶梯(提成表, 基本工资)"), item("b", "乙 = 没有的 × 1", order=2)))
    assert len(says(both)) == 2
    (other,) = says(both, broken=frozenset({"提成表"}))
    assert "没有的" in other


def test_units_and_last_months_are_checked() -> None:
    """项目要是钱;往月的项目没有读成也当作有。"""
    (said,) = says(PayItems((item("a", "甲 = 出勤天数 × 2"),)))
    assert "天数" in said and "金额" in said
    past = PayItems((item("a", "甲 = 上月(奖金) × 2"),))
    assert len(says(past)) == 1
    assert says(past, {"奖金": Unit.MONEY}) == []


def test_last_months_value_of_an_item_that_is_gone() -> None:
    """旧项目六月底停用:七月的公式还能用它上月的值,不能用它本月的值。"""
    old = item("old", "旧项目 = 基本工资 × 1", until=date(2026, 6, 30))
    past = PayItems((old, item("a", "甲 = 上月(旧项目) × 2", since=LATER)))
    assert sheet_faults(past, LATER, {}) == []
    now = PayItems((old, item("a", "甲 = 旧项目 × 2", since=LATER)))
    assert len(sheet_faults(now, LATER, {})) == 1


def test_a_table_without_a_version_on_the_day() -> None:
    one = item("a", "甲 = 阶梯(提成表, 基本工资)")
    assert says(PayItems((one,), tables=(table(DAY),))) == []
    assert PayItems((one,), tables=(table(LATER),)).changes() == [DAY, LATER]
    late = PayItems((one,), tables=(table(LATER),))
    (said,) = says(late)
    assert said == ("公式写得不对(items.yaml:1:5):表“提成表”在 2026-01-01 没有有效的一版,请补上那一版(since),再用它。")
    with pytest.raises(FormulaError) as fault:
        compile_sheet(late, DAY)
    assert fault.value.code == "FORMULA_TABLE_DATE"
    assert compile_sheet(late, LATER).formulas
