"""存心写坏的公式:毫秒之内拒绝,说得清楚;解释不随“如果”的层数翻倍;随便什么字都不会弄坏读公式的人。"""

from __future__ import annotations

import re
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.explain import explain
from engine.formula import formula
from engine.formula_book import MAX_FILE, MAX_STATEMENTS, read_book
from engine.formula_types import FUNCTIONS, FormulaError
from engine.pay_items import FACT_UNITS
from engine.trace import Trace

SECONDS = 0.5  # 实际是几毫秒;留足余地给忙的机器


def refused(text: str) -> FormulaError:
    """拒绝,而且快。"""
    started = process_time()
    with pytest.raises(FormulaError) as caught:
        formula(text, FACT_UNITS)
    assert process_time() - started < SECONDS
    assert len(caught.value.say) < 400, "错误里不抄整条公式"
    return caught.value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(" * 10**6 + "1" + ")" * 10**6, "字"),
        ("(" * 900 + "1" + ")" * 900, "层"),
        ("9" * 10**6, "字"),
        ("9" * 1900, "位"),
        ("0." + "9" * 1900, "位"),
        ("-" * 1900 + "1", "层"),
        ("非 " * 900 + "1", "层"),
        ("如果 " * 400, "层"),
        ("最大(" * 300 + "1", "层"),
        ("1+" * 900 + "1", "运算"),
        ("基" * 1900, "名字最多"),
        ("基本工资" * 400, "名字最多"),
        ("且" * 1900, "一个数"),
        ("合计(" * 300, "证据的种类"),
        ("阶梯(甲," * 300, "层"),
        ('"' * 1901, "引号"),
    ],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_a_huge_formula_is_refused_at_once(text: str, words: str) -> None:
    assert words in refused(text).say


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("基本\u200b工资 × 2", 3, "U+200B"),
        ("基本\u202e工资", 3, "U+202E"),
        ("\ufeff基本工资", 1, "U+FEFF"),
        ('"销\u200b售" = "销售"', 3, "U+200B"),
        ("基本工资\u0338 × 2", 5, "U+0338"),
        ("基本工资\x00", 5, "U+0000"),
        ("٣ + 1", 1, "看不懂"),
        ("基本工资 × ²", 8, "看不懂"),
        ("基本\uf9e2资", 3, "看不懂"),
        ("基本工资；2", 5, "看不懂"),
        ("基本工资.real", 5, "看不懂"),
        ("基本工资[0]", 5, "看不懂"),
        ("lambda: 1", 7, "看不懂"),
        ("eval(1)", 1, "没有叫“eval”的函数"),
    ],
)  # fmt: skip
def test_tricks_with_characters(text: str, column: int, words: str) -> None:
    fault = refused(text)
    assert words in fault.say
    assert fault.details["column"] == str(column)


def test_full_width_writing_is_the_same_formula() -> None:
    wide = formula("如果　迟到次数＞＝１且绩效得分≧８０％则最大（１００元，２００元）否则０元", FACT_UNITS)
    plain = formula("如果 迟到次数 >= 1 且 绩效得分 >= 80% 则 最大(100元, 200元) 否则 0元", FACT_UNITS)
    assert wide.tree == plain.tree


@pytest.mark.parametrize("where", ["condition", "then"])
def test_explaining_nested_conditions_is_not_exponential(where: str) -> None:
    """每层把上一层写进条件里(或一支里):层数翻倍,时间也只翻倍;指数的话 18 层要算二十多万遍。"""
    inner = "迟到次数 = 0" if where == "condition" else "1元"
    for i in range(18):
        if where == "condition":
            inner = f"(如果 {inner} 则 迟到次数 = 1 否则 早退次数 = {i})"
        else:
            inner = f"(如果 迟到次数 = {i} 则 2元 否则 {inner})"
    made = formula(f"如果 {inner} 则 1元 否则 2元" if where == "condition" else inner, FACT_UNITS)
    started = process_time()
    found = explain(made, [(99, 1)] * len(made.scope.slots), lambda name: Trace(name, "99"))
    assert process_time() - started < SECONDS
    assert found.say.count("成立") == (19 if where == "condition" else 18)
    assert len(found.say) < 4000


BOOKS: dict[str, tuple[Callable[[], str], str]] = {
    "太长": (lambda: "甲 = 1\n" * MAX_FILE, "请拆成几份"),
    "太多": (lambda: "\n".join(f"甲{i} = 1" for i in range(MAX_STATEMENTS + 1)), "请拆成几份"),
    "大表": (
        lambda: "表 = 阶梯表(金额, 比率, 分段, 上限含, " + ", ".join(f"{i}元, 1%" for i in range(2500)) + ")",
        "行",
    ),
    "更大的表": (lambda: "表 = 阶梯表(金额, 比率, 分段, 上限含, " + "1元, 1%, " * 9000, "行"),
    "深": (lambda: "表 = " + "阶梯表(" * 5000, "应当是"),
}


@pytest.mark.parametrize("case", BOOKS)
def test_a_huge_file_is_refused_at_once(case: str) -> None:
    text, words = BOOKS[case][0](), BOOKS[case][1]
    started = process_time()
    book = read_book(text, "大.txt", FACT_UNITS)
    assert process_time() - started < SECONDS
    assert [words in fault.say for fault in book.faults] == [True]


PIECES = [*FUNCTIONS, *FACT_UNITS, "如果", "则", "否则", "且", "或", "非", "签单", "迟到", "金额", "提成表", "(", ")", ",", "+", "-", "×",
          "÷", "=", "<", "≥", "%", "元", "天", "1", "0", "12.5", '"', "“", " ", "\n", "，", "（", "\u200b", "_", "x"]  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """读得懂就编得成;读不懂的,错误写得出第几行第几字,而且就在这条公式里。"""
    fault = fault_of(text)
    if fault is None:
        return
    line, column = int(fault.details["line"]), int(fault.details["column"])
    rows = text.split("\n")
    assert 1 <= line <= len(rows)
    assert 1 <= column <= len(rows[line - 1]) + 1
    assert re.search(r"[,。?]", fault.say), "说了怎么办"


def fault_of(text: str) -> FormulaError | None:
    """读一条;没有不对为 None。别的异常都是程序错。"""
    try:
        formula(text, FACT_UNITS)
    except FormulaError as fault:
        return fault
    return None


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(
            st.sampled_from([*PIECES, " = ", "阶梯表(", "对照表(", "输入(", "以上", "分段", "上限含", "#"]), max_size=14
        ).map("".join),
        max_size=6,
    ).map("\n".join)
)
def test_no_text_breaks_the_book(text: str) -> None:
    book = read_book(text, "乱.txt", FACT_UNITS)
    assert all(fault.details["file"] == "乱.txt" for fault in book.faults)
    assert not set(book.formulas) - set(book.definitions)
