"""公式算起来的话:缺了什么说什么、试算的整棵来处、表与输入的读法、表的每一处不对。"""

from __future__ import annotations

from typing import Any

import pytest

from engine.days import Month
from engine.formula import Given, Scope, evaluate, formula, formula_in
from engine.formula_book import Book, read_book
from engine.formula_book_tables import Input
from engine.formula_evidence import EVIDENCE
from engine.formula_history import Need, Past, past
from engine.formula_ops import zero_divisor
from engine.formula_tables import Bound, Gives, LookupTable, Mode, StepTable, Table
from engine.formula_trial import Trial, tree_lines
from engine.formula_types import Pair, Unit
from engine.pay_items import FACT_UNITS
from engine.trace import Trace
from tests.engine.words import refusal

UNITS = {"基本工资": Unit.MONEY, "目标": Unit.MONEY, "工龄": Unit.COUNT, "天数差": Unit.DAYS, "城市": Unit.TEXT}
Rows = tuple[tuple[Pair | str | None, Pair], ...]


def told(text: str, given: Given | None = None, tables: tuple[Table, ...] = (), **values: Any) -> Any:
    made = formula_in(text, Scope.of(UNITS, {table.name: table for table in tables}))
    return refusal(lambda: evaluate(made, values, given or Given()))


# ── 缺了什么 ─────────────────────────────────────────────────────────────


def test_a_zero_divisor_is_named() -> None:
    say = "公式“完成奖”里的除数“目标 - 基本工资”是 0,算不出来。请先补上它(例如目标值),再重新计算。"
    got = told("完成奖 = 基本工资 ÷ (目标 - 基本工资)", 基本工资=(5, 1), 目标=(5, 1))
    assert got == ("ZERO_DENOMINATOR", say, {"formula": "完成奖", "divisor": "目标 - 基本工资"})
    nameless = zero_divisor("", "目标")
    assert nameless.say == "除数“目标”是 0,算不出来。请先补上它(例如目标值),再重新计算。"
    assert nameless.details == {"formula": "", "divisor": "目标"}


def test_records_that_are_not_there_are_named() -> None:
    say = "公式“提成”要用“签单”的记录,这里还没有(没有数据不当作 0)。请补上数据,再重新计算。"
    assert told("提成 = 合计(签单, 金额)") == ("EVIDENCE_MISSING", say, {"formula": "提成", "kind": "签单"})


@pytest.mark.parametrize(("ids", "which"), [(("deal:1", "deal:2"), "deal:1、deal:2"), ((), "(没有编号)")])
def test_a_blank_field_is_named(ids: tuple[str, ...], which: str) -> None:
    blank = Given({"签单": (EVIDENCE["签单"].record(*ids, 金额=(1, 1)),)})
    say = f"“签单”记录 {which} 没有填“回款”,公式“结果”算不出来。请补上,再重新计算。"
    details = {"formula": "结果", "kind": "签单", "record": which, "field": "回款"}
    assert told("合计(签单, 回款)", blank) == ("EVIDENCE_FIELD_MISSING", say, details)


def test_a_month_that_is_not_there_is_named() -> None:
    need = Need("本年累计", "基本工资")
    say = "公式“奖”要用 2026-02 的“基本工资”,那个月没有这个数(不当作 0)。请补上那个月,或在公式里写没有时的值。"
    got = told("奖 = 本年累计(基本工资)", Given(past={need: Past((("2026-01", (1, 1)), ("2026-02", None)))}))
    assert got == ("HISTORY_MISSING", say, {"formula": "奖", "item": "基本工资", "month": "2026-02"})
    say = "公式“结果”要用“上月(基本工资)”,往月的数还没有装入。请先装入往月的工资,再重新计算。"
    got = told("上月(基本工资)")
    assert got == ("HISTORY_NOT_LOADED", say, {"formula": "结果", "item": "基本工资"})


def test_last_month_is_named_too_and_its_default_is_used() -> None:
    need = Need("上月", "基本工资")
    blank = Given(past={need: Past((("2026-10", None),))})
    say = "公式“结果”要用 2026-10 的“基本工资”,那个月没有这个数(不当作 0)。请补上那个月,或在公式里写没有时的值。"
    details = {"formula": "结果", "item": "基本工资", "month": "2026-10"}
    assert told("上月(基本工资)", blank) == ("HISTORY_MISSING", say, details)
    assert evaluate(formula("上月(基本工资, 目标)", UNITS), {"目标": (7, 1)}, blank) == (7, 1)
    city = Given(past={Need("上月", "城市"): Past((("2026-10", "石家庄"),))})
    assert evaluate(formula("上月(城市)", UNITS), {}, city) == "石家庄"


def test_records_may_be_measured_against_last_month() -> None:
    deals = tuple(EVIDENCE["签单"].record(f"deal:{n}", 金额=(n, 1)) for n in (5, 10, 15))
    past_pay = {
        Need("上月", "基本工资"): Past((("2026-10", (9, 1)),)),
        Need("上月", "金额"): Past((("2026-10", (2, 1)),)),
    }
    given = Given({"签单": deals}, past_pay)
    assert evaluate(formula("次数(签单, 金额 > 上月(基本工资))", UNITS), {}, given) == (2, 1)
    days = {**UNITS, "金额": Unit.DAYS}  # 外面的“金额”是天数:上月(金额) 说的是它,不是签单的金额
    assert evaluate(formula("次数(签单, 上月(金额) > 1天)", days), {}, given) == (3, 1)


def test_fractions_of_months_and_records_add_exactly() -> None:
    need = Need("本年累计", "基本工资")
    months = Given(past={need: Past((("2026-01", (1, 3)), ("2026-02", (1, 2)), ("2026-03", (1, 2))))})
    found = evaluate(formula("本年累计(基本工资)", UNITS), {}, months)
    assert found[0] * 3 == found[1] * 4  # 1/3 + 1/2 + 1/2 = 4/3
    deals = tuple(EVIDENCE["签单"].record(f"deal:{n}", 金额=pair) for n, pair in enumerate(((1, 3), (1, 2), (1, 2))))
    found = evaluate(formula("合计(签单, 金额)", UNITS), {}, Given({"签单": deals}))
    assert found[0] * 3 == found[1] * 4


def test_history_is_loaded_with_its_evidence_or_without() -> None:
    def three(name: str, month: Month) -> Any:
        assert name == "基本工资"
        return None if month.month == 2 else (month.month, 1)

    need = Need("本年累计", "基本工资")
    months = (("2026-01", (1, 1)), ("2026-02", None), ("2026-03", (3, 1)))
    assert past(need, Month(2026, 4), three) == Past(months, ())
    ids = {Month(2026, 3): "payslip:3", Month(2026, 4): "payslip:4"}
    assert past(need, Month(2026, 4), three, ids) == Past(months, ("payslip:3",))


def rows(*found: tuple[Pair | str | None, Pair]) -> Rows:
    return found


CITIES = LookupTable("城市表", Unit.TEXT, Unit.MONEY, None, rows(("上海", (5, 1)), ("苏州", (3, 1))))
YEARS = LookupTable("工龄表", Unit.COUNT, Unit.MONEY, None, rows(((1, 1), (5, 1))))
DAYS = LookupTable("天数表", Unit.DAYS, Unit.MONEY, Bound.UPPER_IN, rows(((1, 1), (5, 1))))
GRADES = LookupTable("薪档表", Unit.MONEY, Unit.MONEY, None, rows(((100, 1), (5, 1))))


@pytest.mark.parametrize(
    ("text", "which", "more"),
    [
        ("补 = 查表(城市表, 城市)", "“苏洲”(相近的有“苏州”)", {"key": "苏洲", "nearest": "苏州"}),
        ("补 = 查表(工龄表, 工龄)", "“9”", {}),
        ("补 = 查表(天数表, 天数差)", "“1.5 天”", {}),
        ("补 = 查表(薪档表, 基本工资)", "这个金额", {}),
    ],
)
def test_a_key_that_is_not_there_is_named_but_never_an_amount(text: str, which: str, more: dict[str, str]) -> None:
    table = text[7:10].strip(", ")
    say = f"表“{table}”里没有{which},公式“补”算不出来(不当作 0)。请在表里补上这一行,或写明没有时的值。"
    got = told(text, None, (CITIES, YEARS, DAYS, GRADES), 城市="苏洲", 工龄=(9, 1), 天数差=(3, 2), 基本工资=(7, 1))
    assert got == ("LOOKUP_MISSING", say, {"formula": "补", "table": table, **more})


def test_a_far_key_has_no_nearest() -> None:
    say = "表“城市表”里没有“北京”,公式“结果”算不出来(不当作 0)。请在表里补上这一行,或写明没有时的值。"
    got = told("查表(城市表, 城市)", None, (CITIES,), 城市="北京")
    assert got == ("LOOKUP_MISSING", say, {"formula": "结果", "table": "城市表", "key": "北京", "nearest": ""})


# ── 试算 ───────────────────────────────────────────────────────────────

TEXT = """回款额 = 输入(金额)
餐补标准 = 输入(金额, 20元)
城市 = 输入(文字)
实发奖 = 提成 + 补贴
提成表 = 阶梯表(金额, 比率, 分段, 上限含, 10万元, 1%, 以上, 3%)
城市表 = 对照表(文字, 金额, 逐个, "上海", 500元, 苏州, 300元)
提成 = 阶梯(提成表, 回款额 + 合计(签单, 金额))
补贴 = 查表(城市表, 城市) + 餐补标准
"""


def trial(book: Book, **rules: str) -> Trial:
    assert book.faults == []
    defaults = {name: one.default for name, one in book.inputs.items() if one.default is not None}
    return Trial(book.formulas, book.units, defaults, rules)


def test_a_whole_trial_is_told() -> None:
    """提成 = 1000 + 50000.33 × 3% = 2500.0099,到分 2500.01;补贴 = 300 + 20;合计 2820.01。"""
    deals = (EVIDENCE["签单"].record("deal:7", 金额=(5_000_033, 1)),)
    made = trial(read_book(TEXT, "甲.txt", FACT_UNITS), 提成="pay.commission@2026-01-01")
    value, trace = made.run("实发奖", {"回款额": (10_000_000, 1), "城市": "苏州"}, Given({"签单": deals}))
    assert value == (282_001, 1)
    assert tree_lines(trace) == [
        "实发奖:¥2,500.01 + ¥320.00 = ¥2,820.01",
        "  提成:提成表(¥100,000.00 + 签单合计 ¥50,000.33 → ¥2,500.0099) = ¥2,500.01 <pay.commission@2026-01-01>",
        "    提成表(分段,上限含):¥100,000.00 × 1% + ¥50,000.33 × 3% = ¥2,500.0099",
        "      回款额:¥100,000.00(您给的)",
        "      合计(签单, 金额):1 笔,合计 ¥50,000.33 [deal:7]",
        "  补贴:城市表(“苏州” → ¥300.00) + ¥20.00 = ¥320.00",
        "    城市表:“苏州” → ¥300.00(第 2 行)",
        "      城市:“苏州”(您给的)",
        "    餐补标准:¥20.00(没有给,按默认)",
    ]
    leaf = trace.parts[1].parts[1]
    assert leaf == Trace("餐补标准", "20.00", "money", "餐补标准:¥20.00(没有给,按默认)", "餐补标准")


def test_a_given_value_is_used_instead_of_the_default_and_of_the_formula() -> None:
    made = trial(read_book(TEXT, "甲.txt", FACT_UNITS))
    value, trace = made.run("实发奖", {"提成": (100, 1), "餐补标准": (1, 1), "城市": "上海"})
    assert value == (50_101, 1)
    assert tree_lines(trace)[1] == "  提成:¥1.00(您给的)"
    assert made.needed("实发奖", {}) == ("提成", "补贴", "实发奖")
    assert made.needed("实发奖", {"提成": 1}) == ("补贴", "实发奖")


def test_what_a_trial_lacks() -> None:
    made = trial(read_book(TEXT, "甲.txt", FACT_UNITS))
    say = "还缺这些值:回款额(金额)、城市(文字)。请写成 名字=值,例如 回款额=10000元。"
    assert refusal(lambda: made.run("实发奖", {})) == ("TRY_MISSING", say, {})
    near = "没有叫“提程”的公式,是不是“提成”?"
    assert refusal(lambda: made.run("提程", {})) == ("TRY_UNKNOWN", near, {})
    far = "没有叫“年终奖金总额”的公式,可以试的有:提成、补贴、实发奖。"
    assert refusal(lambda: made.run("年终奖金总额", {})) == ("TRY_UNKNOWN", far, {})
    none = "没有叫“甲”的公式,可以试的有:(一条也没有)。"
    assert refusal(lambda: Trial({}, {}).run("甲", {})) == ("TRY_UNKNOWN", none, {})
    many = trial(read_book("\n".join(f"甲{n:02d} = 1元" for n in range(21)), "甲.txt", {}))
    say = f"没有叫“x”的公式,可以试的有:{'、'.join(f'甲{n:02d}' for n in range(20))}。"
    assert refusal(lambda: many.run("x", {}))[1] == say


CHAIN = "甲0 = 1元\n甲1 = 甲0 + 1元\n甲2 = 甲1 + 甲0\n甲3 = 甲2 + 甲1"


def test_a_branch_told_above_is_not_told_again() -> None:
    _, trace = trial(read_book(CHAIN, "甲.txt", {})).run("甲3", {})
    assert tree_lines(trace) == [
        "甲3:¥3.00 + ¥2.00 = ¥5.00",
        "  甲2:¥2.00 + ¥1.00 = ¥3.00",
        "    甲1:¥1.00 + ¥1.00 = ¥2.00",
        "      甲0:¥1.00",
        "    甲0:¥1.00",
        "  甲1:¥1.00 + ¥1.00 = ¥2.00(见上)",
    ]
    assert tree_lines(trace, most_depth=1) == [
        "甲3:¥3.00 + ¥2.00 = ¥5.00",
        "  甲2:¥2.00 + ¥1.00 = ¥3.00(下略)",
        "  甲1:¥1.00 + ¥1.00 = ¥2.00(下略)",
    ]
    assert tree_lines(Trace("月工资", "1.00", evidence=("pay:1", "pay:2"))) == ["月工资 [pay:1、pay:2]"]


def test_a_very_deep_branch_stops_at_thirty() -> None:
    text = "甲0 = 1元\n" + "\n".join(f"甲{n} = 甲{n - 1} + 1元" for n in range(1, 40))
    lines = tree_lines(trial(read_book(text, "甲.txt", {})).run("甲39", {})[1])
    assert len(lines) == 31
    assert lines[-1] == f"{'  ' * 30}甲9:¥9.00 + ¥1.00 = ¥10.00(下略)"


def test_amounts_are_rounded_once_and_scores_are_not() -> None:
    book = read_book("分 = 1元 ÷ 3\n三分 = 分 × 3\n比 = 1 ÷ 3\n三比 = 比 × 3", "甲.txt", {})
    made = trial(book)
    assert made.run("三分", {})[0] == (99, 1)
    n, d = made.run("三比", {})[0]
    assert n == d


# ── 表与输入的读法 ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("甲 = 输入(金额, -20元)", Input(Unit.MONEY, (-2000, 1))),
        ("甲 = 输入(金额, 0)", Input(Unit.MONEY, (0, 1))),
        ("甲 = 输入(比率, 50%)", Input(Unit.RATE, (50, 100))),
        ("甲 = 输入(天数, 3)", Input(Unit.DAYS, (3, 1))),
        ("甲 = 输入(小时, 1.5小时)", Input(Unit.HOURS, (15, 10))),
        ("甲 = 输入(次数, 2次)", Input(Unit.COUNT, (2, 1))),
        ("甲 = 输入(是否)", Input(Unit.BOOL)),
    ],
)
def test_inputs_as_read(text: str, expect: Input) -> None:
    book = read_book(text, "甲.txt", {})
    assert (book.faults, book.inputs) == ([], {"甲": expect})


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        (
            "表 = 阶梯表(次数, 单价, 全额, 下限含, 100, 0.5元, 以上, 0.8元)",
            StepTable(
                "表", Unit.COUNT, Gives.PRICE, Mode.WHOLE, Bound.LOWER_IN, (((100, 1), (500, 10)), (None, (800, 10)))
            ),
        ),
        (
            "表 = 阶梯表(比率, 定额, 全额, 上限含, -10%, 0元, 以上, 500元)",
            StepTable(
                "表", Unit.RATE, Gives.AMOUNT, Mode.WHOLE, Bound.UPPER_IN, (((-10, 100), (0, 1)), (None, (50000, 1)))
            ),
        ),
        (
            '表 = 对照表(文字, 金额, 逐个, "上海", 500元, 苏州, 300元, "else", 1元, 否则, 8元)',
            LookupTable(
                "表",
                Unit.TEXT,
                Unit.MONEY,
                None,
                (("上海", (50000, 1)), ("苏州", (30000, 1)), ("else", (100, 1))),
                (800, 1),
            ),
        ),
        (
            "表 = 对照表(次数, 比率, 上限含, 1, 50%, 以上, 100%)",
            LookupTable("表", Unit.COUNT, Unit.RATE, Bound.UPPER_IN, (((1, 1), (50, 100)), (None, (100, 100)))),
        ),
    ],
)
def test_tables_as_read(text: str, expect: Table) -> None:
    book = read_book(text, "甲.txt", {})
    assert (book.faults, book.tables) == ([], {"表": expect})


# ── 边上的数 ────────────────────────────────────────────────────────────


def test_exact_keys_are_told_apart_however_near() -> None:
    near = LookupTable("表", Unit.COUNT, Unit.MONEY, None, rows(((2**53, 1), (1, 1)), ((2**53 + 1, 1), (2, 1))))
    thin = LookupTable("表", Unit.COUNT, Unit.MONEY, None, rows(((1, 2**53), (1, 1)), ((1, 2**53 + 1), (2, 1))))
    halves = LookupTable("表", Unit.COUNT, Unit.MONEY, None, rows(((3, 2), (1, 1)), ((1, 1), (2, 1))))
    for table, keys in ((near, (2**53, 2**53 + 1)), (thin, (2**53, 2**53 + 1))):
        for paid, key in enumerate(keys, 1):
            pair = (key, 1) if table is near else (2, 2 * key)
            made = formula_in("查表(表, 工龄)", Scope.of(UNITS, {"表": table}))
            assert evaluate(made, {"工龄": pair}) == (paid, 1)
    made = formula_in("查表(表, 工龄)", Scope.of(UNITS, {"表": halves}))
    assert [evaluate(made, {"工龄": key})[0] for key in ((6, 4), (5, 5))] == [1, 2]


@pytest.mark.parametrize(
    ("days", "most", "least"), [((1, 3), (4, 10), (1, 3)), ((1, 2), (1, 2), (4, 10)), ((2, 5), (2, 5), (2, 5))]
)
def test_the_largest_and_the_smallest_of_fractions(days: Pair, most: Pair, least: Pair) -> None:
    for words, expect in (("最大", most), ("最小", least)):
        for text in (f"{words}(天数差, 0.4天)", f"{words}(0.4天, 天数差)", f"{words}(天数差, 0.4天, 天数差)"):
            n, d = evaluate(formula(text, UNITS), {"天数差": days})
            assert n * expect[1] == expect[0] * d


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("如果天数差=0则2元否则3元", (300, 1)),
        ("1元 + 基本工资", (107, 1)),
        ("基本工资 ÷ 工龄", (7, 1)),
        ("天数差 > 0.4天", False),
        ("0.4天 > 天数差", True),
        ("天数差 < 天数差 × 2", True),
        ("天数差 × 3 > 天数差 ÷ 2", True),
        ('1 = 1 且 城市 = ""', True),
    ],
)
def test_small_figures(text: str, expect: Any) -> None:
    given = {"天数差": (1, 3), "基本工资": (7, 1), "工龄": (1, 1), "城市": ""}
    found = evaluate(formula(text, UNITS), given)
    if isinstance(expect, bool):
        assert found is expect
    else:
        assert found[0] * expect[1] == expect[0] * found[1]


def test_six_places_are_allowed() -> None:
    assert evaluate(formula("四舍五入(1 ÷ 3, 6)", UNITS), {}) == (333333, 1000000)
