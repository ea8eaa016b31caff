"""公式文件:输入、表、公式与试算;全部不对之处一次说完,写明行与列。"""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.errors import BadInput, NotReady
from engine.formula import Given
from engine.formula_book import Book, read_book
from engine.formula_evidence import EVIDENCE
from engine.formula_history import Need, Past
from engine.formula_tables import Bound, LookupTable, Mode, StepTable
from engine.formula_trial import Trial, tree_lines
from engine.formula_types import Unit
from engine.pay_items import FACT_UNITS

TEXT = """# 销售提成办法
回款额 = 输入(金额)
餐补标准 = 输入(金额, 20元)   # 没给就是 20 元
城市 = 输入(文字)
实发奖 = 提成 + 补贴          # 先后随意
提成表 = 阶梯表(金额, 比率, 分段, 上限含,
    10万元, 1%,
    30万元, 3%,
    以上, 5%)
城市表 = 对照表(文字, 金额, 逐个, "上海", 500元, 苏州, 300元)
工龄表 = 对照表(次数, 金额, 下限含, 1, 0元, 3, 50元, 以上, 200元)
提成 = 阶梯(提成表, 回款额 + 合计(签单, 金额))
补贴 = 查表(城市表, 城市) + 餐补标准
  + 查表(工龄表, 工龄)
综合得分 = 上月(综合得分, 100%) × 30% + 绩效得分 × 70%
"""


def trial(book: Book) -> Trial:
    defaults = {name: one.default for name, one in book.inputs.items() if one.default is not None}
    return Trial(book.formulas, book.units, defaults)


def test_a_whole_file() -> None:
    book = read_book(TEXT, "提成.txt", FACT_UNITS)
    assert book.faults == []
    steps, cities, years = book.tables["提成表"], book.tables["城市表"], book.tables["工龄表"]
    assert isinstance(steps, StepTable)
    assert (steps.mode, steps.bound, steps.rows[0]) == (Mode.MARGINAL, Bound.UPPER_IN, ((10_000_000, 1), (1, 100)))
    assert isinstance(cities, LookupTable)
    assert isinstance(years, LookupTable)
    assert (cities.bound, years.bound, years.rows[-1]) == (None, Bound.LOWER_IN, (None, (20000, 1)))
    assert {n: f.unit for n, f in book.formulas.items()} == {
        "提成": Unit.MONEY, "补贴": Unit.MONEY, "实发奖": Unit.MONEY, "综合得分": Unit.RATE,
    }  # fmt: skip


def test_a_trial_rounds_each_money_item_once_and_tells_why() -> None:
    """提成 = 1000 + (50000.33 × 3% = 1500.0099) → 2500.01;补贴 = 300 + 20 + 50;合计 2870.01。"""
    book = read_book(TEXT, "提成.txt", FACT_UNITS)
    deals = (EVIDENCE["签单"].record("deal:7", 金额=(5_000_033, 1)),)
    values = {"回款额": (10_000_000, 1), "城市": "苏州", "工龄": (2, 1)}
    value, trace = trial(book).run("实发奖", values, Given({"签单": deals}))
    assert value == (287_001, 1)
    lines = tree_lines(trace)
    assert lines[0] == "实发奖:¥2,500.01 + ¥370.00 = ¥2,870.01"
    assert "      合计(签单, 金额):1 笔,合计 ¥50,000.33 [deal:7]" in lines
    assert "    餐补标准:¥20.00(没有给,按默认)" in lines


def test_a_score_is_not_rounded_and_may_use_its_own_last_month() -> None:
    book = read_book(TEXT, "提成.txt", FACT_UNITS)
    past = {Need("上月", "综合得分"): Past((("2026-10", (2, 3)),))}
    value, _ = trial(book).run("综合得分", {"绩效得分": (9, 10)}, Given(past=past))
    assert Fraction(*value) == Fraction(2, 3) * Fraction(3, 10) + Fraction(9, 10) * Fraction(7, 10)


def test_what_is_lacking_is_said_at_once() -> None:
    book = read_book(TEXT, "提成.txt", FACT_UNITS)
    with pytest.raises(BadInput) as lacking:
        trial(book).run("实发奖", {"回款额": (1, 1)})
    assert "城市(文字)" in lacking.value.say
    assert "工龄(次数)" in lacking.value.say
    with pytest.raises(NotReady) as evidence:
        trial(book).run("提成", {"回款额": (1, 1)})
    assert evidence.value.code == "EVIDENCE_MISSING"
    with pytest.raises(BadInput) as unknown:
        trial(book).run("提程", {})
    assert "是不是“提成”" in unknown.value.say


def test_a_given_value_stops_the_search() -> None:
    value, _ = trial(read_book(TEXT, "提成.txt", FACT_UNITS)).run("实发奖", {"提成": (100, 1), "补贴": (1, 1)})
    assert value == (101, 1)


def test_a_long_chain_of_formulas_costs_no_stack() -> None:
    text = "\n".join(f"甲{i} = 甲{i + 1} + 1分" for i in range(900)).replace("1分", "0.01元") + "\n甲900 = 0.01元"
    book = read_book(text, "链.txt", {})
    value, trace = trial(book).run("甲0", {})
    assert value == (901, 1)
    assert len(tree_lines(trace)) < 50


def test_shared_parts_are_told_once() -> None:
    """每一项用前两项:照样子展开是斐波那契那么多,写过的一枝不再展开。"""
    text = "甲0 = 1元\n甲1 = 甲0 + 1元\n" + "\n".join(f"甲{i} = 甲{i - 1} + 甲{i - 2}" for i in range(2, 28))
    _, trace = trial(read_book(text, "树.txt", {})).run("甲27", {})
    assert len(tree_lines(trace)) < 100


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "words"),
    [
        ("甲 = 1元 + 2天", 1, 8, "FORMULA_UNIT", "金额和天数"),
        ("\n\n  甲 = 1元 +", 3, 11, "FORMULA_SYNTAX", "结尾"),
        ("甲 = 1元 +\n  2元 +\n  (3元", 3, 6, "FORMULA_SYNTAX", "右括号"),
        ("甲 = 1元\n甲 = 2元", 2, 1, "FORMULA_TWICE", "“甲”已经有了"),
        ("1元 + 2元", 1, 1, "FORMULA_SYNTAX", "名字 = 式子"),
        ("甲 = 输入(金鹅)", 1, 8, "FORMULA_SYNTAX", "是不是“金额”"),
        ("甲 = 输入(金额, 3天)", 1, 12, "FORMULA_UNIT", "应当是金额"),
        ("甲 = 输入(金额, 3元, 4元)", 1, 14, "FORMULA_SYNTAX", "右括号"),
        ("甲 = 输入(金额", 1, 10, "FORMULA_SYNTAX", "结尾"),
        ("表 = 阶梯表(金额, 比例, 分段, 上限含, 以上, 1%)", 1, 13, "FORMULA_SYNTAX", "是不是“比率”"),
        ("表 = 阶梯表(金额, 比率, 分段, 上限, 以上, 1%)", 1, 21, "FORMULA_SYNTAX", "是不是“上限含”"),
        ("表 = 阶梯表(金额, 比率, 分段, 上限含)", 1, 1, "FORMULA_TABLE", "一行也没有"),
        ("表 = 阶梯表(金额, 比率, 分段, 上限含, 3天, 1%, 以上, 2%)", 1, 26, "FORMULA_UNIT", "应当是金额"),
        ("表 = 阶梯表(金额, 比率, 分段, 上限含, 3元)", 1, 28, "FORMULA_SYNTAX", "这一行的值"),
        ("表 = 阶梯表(金额, 比率, 分段, 上限含,\n  9元, 1%,\n  3元, 2%,\n  以上, 3%)", 3, 3, "FORMULA_TABLE", "由小到大"),
        ("表 = 阶梯表(金额, 比率, 分段, 上限含, 9元, 1%)", 1, 26, "FORMULA_TABLE", "最后一档"),
        ("表 = 阶梯表(金额, 定额, 分段, 上限含, 以上, 1元)", 1, 1, "FORMULA_TABLE", "只能是全额"),
        ("表 = 对照表(文字, 金额, 逐个, 3, 1元)", 1, 21, "FORMULA_SYNTAX", "加上引号"),
        ('表 = 对照表(次数, 金额, 逐个, "甲", 1元)', 1, 21, "FORMULA_SYNTAX", "应当是数"),
        ('表 = 对照表(文字, 金额, 逐个, "甲", 1元) + 1', 1, 30, "FORMULA_SYNTAX", "这一条的结尾"),
        ("甲 = 阶梯(提成, 1元)\n提成表 = 阶梯表(金额, 比率, 分段, 上限含, 以上, 1%)", 1, 5, "FORMULA_UNKNOWN_TABLE", "是不是“提成表”"),
    ],
)  # fmt: skip
def test_each_fault_has_its_place(text: str, line: int, column: int, code: str, words: str) -> None:
    (fault,) = read_book(text, "甲.txt", FACT_UNITS).faults
    assert (fault.details["line"], fault.details["column"], fault.code) == (str(line), str(column), code)
    assert words in fault.say
    assert fault.say.startswith(f"公式写得不对(甲.txt:{line}:{column})")


def test_all_faults_are_told_and_none_twice() -> None:
    """坏了的只报一次;用到它的、与它成环的不再各报一遍;不相干的照样编成。"""
    text = "好 = 1元\n坏 = 1元 + 1天\n连累 = 坏 + 1元\n再连累 = 连累 + 1元\n环甲 = 环乙\n环乙 = 环甲\n坏表 = 阶梯表(金额)\n用坏表 = 阶梯(坏表, 1元)"
    book = read_book(text, "甲.txt", FACT_UNITS)
    assert [(f.details["line"], f.code) for f in book.faults] == [
        ("2", "FORMULA_UNIT"), ("5", "FORMULA_RING"), ("7", "FORMULA_SYNTAX"),
    ]  # fmt: skip
    assert book.faults[1].details["ring"] in ("环甲 → 环乙 → 环甲", "环乙 → 环甲 → 环乙")
    assert set(book.formulas) == {"好"}


def test_a_fact_may_be_defined_anew() -> None:
    book = read_book("绩效得分 = 90%\n奖 = 基本工资 × 绩效得分", "甲.txt", FACT_UNITS)
    assert trial(book).run("奖", {"基本工资": (1_000_000, 1)})[0] == (900_000, 1)


def test_a_hash_inside_quotes_is_no_comment() -> None:
    book = read_book('甲 = 如果 城市 = "#1" 则 1元 否则 2元  # 说明\n城市 = 输入(文字)', "甲.txt", {})
    assert trial(book).run("甲", {"城市": "#1"})[0] == (100, 1)
