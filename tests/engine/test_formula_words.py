"""公式的话:写得不对的每一句一字不差,连同第几行第几字、应当写什么、最近的名字(cases/words/formula.yaml)。"""

from __future__ import annotations

from typing import Any

import pytest

from engine.formula import Scope, formula, formula_in, in_order
from engine.formula_book import MAX_FILE, MAX_STATEMENTS, read_book
from engine.formula_lex import near
from engine.formula_parse import parse
from engine.formula_tables import Bound, Gives, LookupTable, Mode, StepTable, Table
from engine.formula_tree import written
from engine.formula_types import Source, Unit
from engine.pay_items import FACT_UNITS
from tests.engine.words import book, refusal

UNITS = {
    "基本工资": Unit.MONEY,
    "绩效得分": Unit.RATE,
    "迟到次数": Unit.COUNT,
    "出勤天数": Unit.DAYS,
    "加班小时": Unit.HOURS,
    "岗位": Unit.TEXT,
    "试用": Unit.BOOL,
}
TABLES: dict[str, Table] = {
    "提成表": StepTable("提成表", Unit.MONEY, Gives.RATE, Mode.MARGINAL, Bound.UPPER_IN, ((None, (1, 100)),)),
    "津贴表": LookupTable("津贴表", Unit.COUNT, Unit.MONEY, None, (((1, 1), (0, 1)),)),
}
SCOPE = Scope.of(UNITS, TABLES)


def details(line: int, case: dict[str, Any]) -> dict[str, str]:
    more: dict[str, str] = {key: case[key] for key in ("expected", "nearest") if key in case}
    return {"file": "甲.txt", "line": str(line), "column": str(case["column"]), "problem": case["say"], **more}


@pytest.mark.parametrize("case", book("formula")["faults"], ids=lambda case: case["text"][:20])
def test_a_fault_word_for_word(case: dict[str, Any]) -> None:
    say = f"公式写得不对(甲.txt:7:{case['column']}):{case['say']}"
    got = refusal(lambda: formula_in(case["text"], SCOPE, source=Source("甲.txt", 7, 1)))
    assert got == (case["code"], say, details(7, case))


@pytest.mark.parametrize("case", book("formula")["book"], ids=lambda case: case["text"][:20])
def test_a_fault_of_a_file_word_for_word(case: dict[str, Any]) -> None:
    (fault,) = read_book(case["text"], "甲.txt", FACT_UNITS).faults
    say = f"公式写得不对(甲.txt:{case['line']}:{case['column']}):{case['say']}"
    assert (fault.code, fault.say, fault.details) == (case["code"], say, details(case["line"], case))


@pytest.mark.parametrize(
    ("text", "column", "say"),
    [
        ("(" * 60 + "1" + ")" * 60, 42, "括号套得太深(最多 40 层),请拆成几条。"),
        ("1 + " + "(" * 40 + "1" + ")" * 40, 45, "括号套得太深(最多 40 层),请拆成几条。"),
        ("1" + " + 1" * 400, 599, "公式太长(最多 300 个运算),请拆成几条。"),
        ("1" * 2001, 1, "公式超过 2000 字,请拆成几条。"),
    ],
)
def test_too_big_a_formula_says_how_big_is_allowed(text: str, column: int, say: str) -> None:
    got = refusal(lambda: formula(text, UNITS))
    assert got[:2] == ("FORMULA_TOO_BIG", f"公式写得不对(第 1 行第 {column} 字):{say}")


@pytest.mark.parametrize(
    "text",
    ["(" * 40 + "1" + ")" * 40, "1 + " + "(" * 39 + "1" + ")" * 39, "1" + " + 1" * 149, "1" + " " * 1999, "9" * 18],
)
def test_as_big_as_allowed_is_read(text: str) -> None:
    assert formula(text, UNITS).unit is Unit.RATE


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("迟到次数 × 出勤天数", Unit.DAYS),
        ("加班小时 × 迟到次数", Unit.HOURS),
        ("迟到次数 × 迟到次数", Unit.COUNT),
        ("绩效得分 × 出勤天数", Unit.DAYS),
        ("出勤天数 × 基本工资", Unit.MONEY),
        ("基本工资 ÷ 加班小时", Unit.MONEY),
        ("出勤天数 ÷ 迟到次数", Unit.DAYS),
        ("出勤天数 ÷ 出勤天数", Unit.RATE),
        ("1 + 1次", Unit.COUNT),
        ("0 + 0", Unit.RATE),
        ("如果 试用 则 0 否则 基本工资", Unit.MONEY),
        ('如果 试用 则 岗位 否则 "无"', Unit.TEXT),
        ("阶梯(提成表, 0)", Unit.MONEY),
        ("查表(津贴表, 1)", Unit.MONEY),
        ("查表(津贴表, 迟到次数, 0)", Unit.MONEY),
        ("上月(出勤天数, 3)", Unit.DAYS),
        ("合计(签单, 阶梯(提成表, 金额))", Unit.MONEY),
    ],
)
def test_the_unit_of_a_result(text: str, unit: Unit) -> None:
    assert formula_in(text, SCOPE).unit is unit


def test_a_name_of_forty_letters_is_a_name() -> None:
    long = "甲" * 40
    assert formula(long, {long: Unit.DAYS}).names == (long,)
    assert refusal(lambda: formula("乙" * 40, UNITS))[0] == "FORMULA_UNKNOWN_NAME"


def test_the_result_says_what_it_should_be() -> None:
    say = "公式写得不对(第 1 行第 6 字):结果应当是金额,却是比率(纯数)。"
    assert refusal(lambda: formula("绩效得分 × 2", UNITS, Unit.MONEY))[:2] == ("FORMULA_UNIT", say)


def test_a_ring_is_shown_as_a_path_at_its_place() -> None:
    ring = {"甲": "甲 = 1元 + 乙", "乙": "乙 = 甲"}
    code, say, told = refusal(lambda: in_order({n: parse(t, ring, Source("f.txt", 3, 5)) for n, t in ring.items()}))
    first = told["ring"][0]
    other = {"甲": "乙", "乙": "甲"}[first]
    path, column = f"{first} → {other} → {first}", {"甲": 14, "乙": 9}[first]
    problem = f"几条公式互相引用,成了一圈:{path}。请改其中一条,使它不再用到前面的项目。"
    assert (code, say) == ("FORMULA_RING", f"公式写得不对(f.txt:3:{column}):{problem}")
    place = {"file": "f.txt", "line": "3", "column": str(column)}
    assert told == {**place, "problem": problem, "ring": path}


def test_a_second_line_counts_from_its_own_beginning() -> None:
    got = refusal(lambda: formula("1 +\n  岗位", UNITS, source=Source("f.txt", 3, 5)))
    assert got[1] == "公式写得不对(f.txt:4:3):这里应当是数,却是文字。请检查这一处。"


# ── 公式文件 ─────────────────────────────────────────────────────────────


def test_too_big_a_file_is_refused_whole() -> None:
    (fault,) = read_book("#" * (MAX_FILE + 1), "甲.txt", {}).faults
    say = "公式写得不对(甲.txt:1:1):文件超过 200000 字,请拆成几份。"
    assert (fault.code, fault.say) == ("FORMULA_TOO_BIG", say)
    assert read_book("#" * MAX_FILE, "甲.txt", {}).faults == []
    many = "\n".join(f"甲{n} = 输入(金额)" for n in range(MAX_STATEMENTS + 1))
    (fault,) = read_book(many, "甲.txt", {}).faults
    say = f"公式写得不对(甲.txt:{MAX_STATEMENTS + 1}:1):超过 1000 条,请拆成几份。"
    assert (fault.code, fault.say) == ("FORMULA_TOO_BIG", say)
    assert read_book(many.rpartition("\n")[0], "甲.txt", {}).faults == []


def test_too_big_a_table_is_refused() -> None:
    head = "表 = 对照表(文字, 金额, 逐个"
    fits = head + "".join(f', "键{n}", 1元' for n in range(500)) + ")"
    assert read_book(fits, "甲.txt", {}).faults == []
    rows = head + "".join(f', "键{n}", 1元' for n in range(502)) + ")"
    (fault,) = read_book(rows, "甲.txt", {}).faults
    assert (fault.code, fault.details["problem"]) == ("FORMULA_TOO_BIG", "一张表最多 500 行,请拆成几张。")
    one_more = head + "".join(f', "键{n}", 1元' for n in range(501)) + ")"
    (fault,) = read_book(one_more, "甲.txt", {}).faults
    assert fault.code == "FORMULA_TABLE"
    (fault,) = read_book(head + " " * 40_000 + ")", "甲.txt", {}).faults
    say = "一张表最多 40000 字、500 行,请拆成几张。"
    assert (fault.code, fault.details["problem"], fault.details["column"]) == ("FORMULA_TOO_BIG", say, "1")


def test_faults_are_sorted_by_their_place() -> None:
    text = "坏 = 1元 + 1天\n好 = 输入(金额)\n环甲 = 环乙\n环乙 = 环甲\n坏表 = 阶梯表(金额)"
    faults = read_book(text, "甲.txt", {}).faults
    assert [(f.details["line"], f.code) for f in faults] == [
        ("1", "FORMULA_UNIT"),
        ("3", "FORMULA_RING"),
        ("5", "FORMULA_SYNTAX"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "  甲 = 1元\n乙 = 如果甲>0元则1元否则2元",
        "  甲 = 输入(金额)\n乙 = 甲",
        "  表 = 对照表(文字, 金额, 逐个, 甲, 1元)",
        "X奖 = 1元",
        "甲 = 1元\r\n乙 = 甲\r\n  + 2元  # 说明\r\n",
        "甲 = 上月(乙) + 1元\n乙 = 1元",
        "丙 = 乙 + 1元\n乙 = 上月(甲) + 1元\n甲 = 1元",
        "表 = 阶梯表(金额, 比率, 分段, 上限含, 以上, 1%)\n甲 = 上月(甲, 0元) + 阶梯(表, 1元)",
        "表 = 对照表(文字, 金额, 逐个".ljust(40_000 - 8) + ", 甲, 1元)",
    ],
)
def test_files_without_a_fault(text: str) -> None:
    book = read_book(text, "甲.txt", {})
    assert book.faults == []
    assert len(book.formulas) + len(book.inputs) + len(book.tables) == text.count("=")


def test_what_is_not_touched_by_a_fault_still_works() -> None:
    text = "坏 = 1元 + 1天\n连累 = 坏\n好 = 连好\n连好 = 1元\n环甲 = 环乙\n环乙 = 环甲\n用环 = 环甲 + 1元"
    book = read_book(text, "甲.txt", {})
    assert [f.code for f in book.faults] == ["FORMULA_UNIT", "FORMULA_RING"]
    assert set(book.formulas) == {"好", "连好"}


def test_a_formula_says_what_it_needs() -> None:
    made = formula_in("阶梯(提成表, 上月(基本工资)) + 合计(签单, 金额) + 基本工资", SCOPE)
    assert (made.tables, made.evidence, made.names) == (("提成表",), ("签单",), ("基本工资",))
    assert [need.slot for need in made.past] == ["上月(基本工资)"]


# ── 相近的名字 ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("苏洲", ("上海", "苏州"), "苏州"),  # 两个字错一个
        ("房补", ("岗位", "试用"), ""),
        ("甲乙丙丁", ("甲乙子丑", "子丑丙丁"), "子丑丙丁"),
        ("基本工姿", ("基本工资", "基本工时"), "基本工资"),
        ("苏", ("苏州",), "苏州"),
        ("苏洲市", ("苏州",), ""),
        ("甲乙丙", ("甲子丑",), ""),  # 三个字只对一个,不算相近
        ("", ("甲",), ""),
    ],
)
def test_the_nearest_name(name: str, known: tuple[str, ...], found: str) -> None:
    assert near(name, known) == found


# ── 写回 ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "again", "hidden"),
    [
        ("(1 + 2) × 3", "(1 + 2) × 3", "(1 + 2) × 3"),
        ("1 + 2 × 3", "1 + 2 × 3", "1 + 2 × 3"),
        ("1 - (2 - 3) - 4", "1 - (2 - 3) - 4", "1 - (2 - 3) - 4"),
        ("8 ÷ (4 ÷ 2)", "8 ÷ (4 ÷ 2)", "8 ÷ (4 ÷ 2)"),
        ("-(1 + 2) × -3", "-(1 + 2) × -3", "-(1 + 2) × -3"),
        ("非 (1 = 1 且 1 ≥ 2) 或 2 > 1", "非 (1 = 1 且 1 ≥ 2) 或 2 > 1", "非 (1 = 1 且 1 ≥ 2) 或 2 > 1"),
        ("非 1 < 2 且 (1 = 1 或 2 ≤ 3)", "非 1 < 2 且 (1 = 1 或 2 ≤ 3)", "非 1 < 2 且 (1 = 1 或 2 ≤ 3)"),
        ("(1 < 2) ≠ (2 < 3)", "(1 < 2) ≠ (2 < 3)", "(1 < 2) ≠ (2 < 3)"),
        (
            "2 × (如果 1 < 2 则 3元 否则 4元)",
            "2 × (如果 1 < 2 则 3元 否则 4元)",
            "2 × (如果 1 < 2 则 定额 否则 定额)",
        ),
        ("最大(1元,基本工资,-2元)", "最大(1元, 基本工资, -2元)", "最大(定额, 基本工资, -定额)"),
        ('合计(签单,金额×2,产品="A")', '合计(签单, 金额 × 2, 产品 = "A")', '合计(签单, 金额 × 2, 产品 = "A")'),
        ("次数(迟到)+上月(基本工资,0元)", "次数(迟到) + 上月(基本工资, 0元)", "次数(迟到) + 上月(基本工资, 定额)"),
        ("阶梯(甲表,目标)+查表(乙表,工龄,1元)", "阶梯(甲表, 目标) + 查表(乙表, 工龄, 1元)", "阶梯(甲表, 目标) + 查表(乙表, 工龄, 定额)"),
    ],
)  # fmt: skip
def test_a_formula_is_written_back(text: str, again: str, hidden: str) -> None:
    known = {*UNITS, "目标", "工龄", "甲表", "乙表"}
    tree = parse(text, known).tree
    assert (written(tree), written(tree, hide_money=True)) == (again, hidden)
    assert parse(again, known).tree == tree
