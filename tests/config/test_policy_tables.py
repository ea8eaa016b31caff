"""公式用的表写在 pay_items.yaml 里:有日期的版本,装入时查;不对的写明文件与行,而且一次列全。"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from config.policies import SHIPPED, load
from config.policy_files import overlay, read_file, shaped
from config.policy_items import item_faults
from config.policy_shapes import PayItemsFile
from engine.errors import BadInput
from engine.formula_tables import Bound, Mode, StepTable
from engine.formula_types import FormulaError
from engine.pay_items import compile_sheet

GOOD = """
inputs:
  回款额标准: {label: 当月回款}
step_tables:
  提成表:
    input: money
    gives: rate
    versions:
      - {since: 2026-01-01, source: 提成办法, mode: marginal, bound: ≤, steps: [["100000.00", "0.01"], [null, "0.03"]]}
      - {since: 2026-07-01, source: 提成办法, mode: whole, bound: ≥, steps: [["100000.00", "0.02"], [null, "0.04"]]}
lookup_tables:
  工龄表:
    key: count
    unit: money
    versions:
      - {since: 2026-01-01, source: 津贴办法, bound: ≥, rows: [["1", "0.00"], ["3", "50.00"], [null, "200.00"]]}
  城市表:
    key: text
    unit: money
    versions:
      - {since: 2026-01-01, source: 津贴办法, rows: [["上海", "500.00"]], otherwise: "0.00"}
items:
  commission:
    label: 提成
    section: earning
    order: 80
    versions:
      - {since: 2026-01-01, source: 提成办法, formula: "提成 = 阶梯(提成表, 回款额标准) + 查表(工龄表, 工龄)"}
"""


def write(tmp_path: Path, body: str) -> Path:
    own = tmp_path / "ours"
    own.mkdir()
    (own / "pay_items.yaml").write_text(body, encoding="utf-8")
    return own


def test_the_table_of_the_day_is_used(tmp_path: Path) -> None:
    items = load([write(tmp_path, GOOD)]).items
    early, late = compile_sheet(items, date(2026, 6, 30)), compile_sheet(items, date(2026, 7, 1))
    table = late.scope.tables["提成表"]
    assert isinstance(table, StepTable)
    assert (table.mode, table.bound, table.rule) == (Mode.WHOLE, Bound.LOWER_IN, "pay.table.提成表@2026-07-01")
    for sheet, fen in ((early, 100_000 + 150_000), (late, 600_000)):
        one = next(f for item, f in sheet.formulas if item.key == "commission")
        slots: list[tuple[int, int]] = [(0, 1)] * len(sheet.scope.slots)
        slots[sheet.scope.slots["回款额标准"]] = (15_000_000, 1)
        assert Fraction(*one.run(slots)) == fen


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('[["100000.00", "0.01"], [null, "0.03"]]', '[["100000.00", "0.01"]]', 9, "最后一档不能有上限"),
        ('[["100000.00", "0.01"], [null, "0.03"]]', "[]", 9, "一行也没有"),
        ('[["100000.00", "0.01"],', '[["100000.00", "0.01"], ["90000.00", "0.02"],', 9, "由小到大"),
        ('[["100000.00", "0.01"],', '[["100000.00", "0.01"], ["100000.00", "0.02"],', 9, "重叠"),
        ('"0.01"', "0.01", 9, "带引号"),
        ("bound: ≤", "bound: <", 9, "≤"),
        ("mode: marginal", "mode: marginl", 9, "marginal"),
        ("mode: marginal, ", "", 9, "少了“mode”"),
        ("gives: rate", "gives: amount", 9, "只能是全额"),
        ("gives: rate", "gives: price", 9, "单价"),
        ("input: money", "input: text", 6, "money"),
        ("  提成表:", "  提成-表:", 5, "要用汉字"),
        ("  提成表:", "  阶梯:", 5, "是公式里的词"),
        ("  城市表:", "  提成表:", 18, "既是阶梯表又是对照表"),
        ("since: 2026-07-01, source: 提成办法", "since: 2025-07-01, source: 提成办法", 10, "没有晚于"),
        ('["3", "50.00"]', '["三", "50.00"]', 16, "不是通常大小的数字"),
        ('["3", "50.00"]', '["1.0", "50.00"]', 16, "重叠"),
        ('["上海", "500.00"]', '["上海", "500.00"], ["上海", "600.00"]', 21, "写了两次"),
        ('["上海", "500.00"]', '[null, "500.00"]', 21, "没有“以上”"),
        ("阶梯(提成表,", "阶梯(提程表,", 28, "是不是“提成表”"),
        ("阶梯(提成表, 回款额标准)", "阶梯(提成表, 工龄)", 28, "应当是金额,却是次数"),
        ("工龄表, 工龄)", "工龄表, 工龄, 2天)", 28, "没有时的值应当是金额"),
        ("- {since: 2026-01-01, source: 津贴办法, bound", "- {since: 2026-02-01, source: 津贴办法, bound", 28, "在 2026-01-01 没有有效的一版"),
    ],
)  # fmt: skip
def test_wrong_tables_are_refused(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(BadInput) as caught:
        load([write(tmp_path, GOOD.replace(old, new, 1))])
    assert words in caught.value.say
    assert f"ours/pay_items.yaml:{line}:" in caught.value.say
    assert caught.value.details["line"] == str(line)


def faults(tmp_path: Path, body: str) -> list[BadInput]:
    path = write(tmp_path, body) / "pay_items.yaml"
    document = overlay(read_file(SHIPPED / "pay_items.yaml", "自带.yaml"), read_file(path, "甲.yaml"))
    return item_faults(document, shaped(document, PayItemsFile))


def test_a_good_file_has_no_faults(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == []


def test_all_faults_are_listed_once(tmp_path: Path) -> None:
    """坏表只报表,用到它的公式不再报;坏公式的名字别人照用;每处只报一次。"""
    body = (
        GOOD.replace('["3", "50.00"]', '["0", "50.00"]')
        + """
  bad:
    {label: 坏, section: earning, order: 90, versions: [{since: 2026-01-01, source: 制度, formula: 坏 = 基本工资 +}]}
  uses:
    {label: 用坏的, section: earning, order: 91, versions: [{since: 2026-01-01, source: 制度, formula: 用坏的 = 坏 × 2}]}
  unit:
    {label: 单位错, section: earning, order: 92, versions: [{since: 2026-01-01, source: 制度, formula: 单位错 = 坏 + 工龄}]}
"""
    )
    found = faults(tmp_path, body)
    assert [(f.details["line"], f.details["file"]) for f in found] == [
        ("16", "甲.yaml"),
        ("31", "甲.yaml"),
        ("35", "甲.yaml"),
    ]
    assert isinstance(found[2], FormulaError)
    assert "金额和次数" in found[2].say


@pytest.mark.parametrize(
    ("formula", "line", "column"),
    [
        ("formula: 甲项 = 基本工资 × 基本工姿", 8, 30),
        ('formula: "甲项 = 基本工资 × 基本工姿"', 8, 31),
        ("formula: '甲项 = 基本工资 × 基本工姿'", 8, 31),
        ("formula: 甲项 = 基本工资\n          × 基本工姿", 9, 13),
        ('formula: "甲项 = 基本工资\n          × 基本工姿"', 9, 13),
        ("formula: |\n          甲项 = 基本工资\n            × 基本工姿", 10, 15),
        ("formula: >\n          甲项 = 基本工姿", 9, 16),
    ],
)  # fmt: skip
def test_a_fault_has_its_place_however_the_value_is_quoted(
    tmp_path: Path, formula: str, line: int, column: int
) -> None:
    body = (
        "items:\n  x:\n    label: 甲项\n    section: earning\n    order: 90\n    versions:\n      - since: 2026-01-01\n"
    )
    (fault,) = faults(tmp_path, f"{body}        {formula}\n        source: 制度\n")
    assert (fault.code, fault.details["line"], fault.details["column"]) == (
        "FORMULA_UNKNOWN_NAME",
        str(line),
        str(column),
    )
