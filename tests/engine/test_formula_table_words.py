"""公式的表:每一处不对的话与地方(engine.formula_tables.faults)。"""

from __future__ import annotations

import pytest

from engine.formula_tables import MAX_ROWS, Bound, Fault, Gives, LookupTable, Mode, StepTable, Table, faults
from engine.formula_types import Pair, Unit

Rows = tuple[tuple[Pair | str | None, Pair], ...]


def rows(*found: tuple[Pair | str | None, Pair]) -> Rows:
    return found


ONE: Rows = rows(((1, 1), (1, 100)), (None, (2, 100)))


def steps(found: Rows, by: Unit = Unit.MONEY, gives: Gives = Gives.RATE, mode: Mode = Mode.MARGINAL) -> Table:
    return StepTable("提成表", by, gives, mode, Bound.UPPER_IN, found)  # type: ignore[arg-type]


def lookup(
    found: Rows, key: Unit = Unit.COUNT, bound: Bound | None = Bound.LOWER_IN, other: Pair | None = None
) -> Table:
    return LookupTable("津贴表", key, Unit.MONEY, bound, found, other)


LAST = "最后一档不能有上限,否则再高就没有规定。请把上限改成“以上”(文件里写 null)。"
SAME = "与前一档的上限相同,两档重叠了,请改成更大的数。"


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (steps(ONE), []),
        (steps(rows()), [Fault(-1, False, "“提成表”一行也没有,请至少写一行。")]),
        (lookup(rows()), [Fault(-1, False, "“津贴表”一行也没有,请至少写一行。")]),
        (steps(ONE, Unit.TEXT), [Fault(-1, False, "阶梯表“提成表”的输入要是数,不能是文字。")]),
        (
            steps(ONE, gives=Gives.PRICE),
            [Fault(-1, False, "“提成表”给单价,输入要是次数、天数或小时数,请改成其中之一。")],
        ),
        (steps(ONE, Unit.DAYS, Gives.PRICE), []),
        (steps(ONE, gives=Gives.AMOUNT), [Fault(-1, False, "“提成表”给定额,只能是全额;分段请改成比率或单价。")]),
        (steps(ONE, gives=Gives.AMOUNT, mode=Mode.WHOLE), []),
        (steps(ONE[:1]), [Fault(0, True, LAST)]),
        (steps((ONE[0], ONE[0], ONE[1])), [Fault(1, True, SAME)]),
        (
            steps(rows(((3, 1), (1, 1)), ((1, 1), (1, 1)), ((2, 2), (1, 1)), (None, (1, 1)))),
            [Fault(1, True, "小于前一档的上限,请由小到大写。"), Fault(2, True, SAME)],
        ),
        (steps((ONE[1], ONE[0], ONE[1])), [Fault(0, True, "只有最后一档可以写“以上”,请给这一档写上限。")]),
        (lookup(rows(("一", (0, 1)), ((1, 1), (0, 1)))), [Fault(0, True, "按档查的键要是数,不能是文字“一”。")]),
        (lookup(ONE, Unit.TEXT), [Fault(-1, False, "“津贴表”按档查,键要是数。请去掉界限的写法。")]),
        (lookup(ONE, other=(0, 1)), [Fault(-1, False, "“津贴表”最后一档已写“以上”,不会查不到,请删去没有时的值。")]),
        (lookup(ONE[:1], other=(0, 1)), []),
        (
            lookup(ONE, bound=None),
            [Fault(1, True, "逐个对的表没有“以上”,请写键,或改成“否则”(文件里写 otherwise)。")],
        ),
        (
            lookup(
                rows((None, (0, 1)), ((1, 1), (0, 1)), ((2, 2), (0, 1)), ("甲", (0, 1)), ("甲", (0, 1))), bound=None
            ),
            [
                Fault(0, True, "逐个对的表没有“以上”,请写键,或改成“否则”(文件里写 otherwise)。"),
                Fault(2, True, "这个键写了两次,请只留一行。"),
                Fault(4, True, "这个键写了两次,请只留一行。"),
            ],
        ),
    ],
)
def test_each_fault_of_a_table(table: Table, found: list[Fault]) -> None:
    assert faults(table) == found


def test_as_many_rows_as_allowed() -> None:
    many: Rows = tuple(((n, 1), (1, 1)) for n in range(MAX_ROWS))
    assert faults(lookup(many)) == []
    assert len(faults(lookup((*many, ((MAX_ROWS, 1), (1, 1)))))) == 1
