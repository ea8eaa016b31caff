"""黄金月份 golden months:三家公司 2025 年 11 月到 2026 年 12 月,每个数与 LibreOffice 算好的工作簿一分不差。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.golden.columns import CHECKED, FORMULAS, INPUTS
from tests.golden.company import NAMES, company
from tests.golden.ledger import Paid, slips
from tests.golden.workbook import SHEET, inputs_of

BOOKS = Path(__file__).parent / "workbooks"
HEADS = dict([*INPUTS, *((key, head) for key, head, _ in FORMULAS)])


@cache
def sheet(key: str) -> dict[tuple[str, date], dict[str, Any]]:
    """工作簿里存好的值:(姓名, 所属月)→ 列 → 值。"""
    heads, *rows = CalamineWorkbook.from_path(BOOKS / f"{key}.xlsx").get_sheet_by_name(SHEET).to_python()
    named = {head: name for name, head in HEADS.items()}
    found: list[dict[str, Any]] = [dict(zip((named[str(h)] for h in heads), row, strict=True)) for row in rows]
    return {(row["person"], row["month"]): row for row in found}


@cache
def paid(key: str) -> tuple[Paid, ...]:
    return tuple(slips(key))


def cents(value: Any) -> int:
    """工作簿里的元 → 分(表格里是浮点数,已取整到分)。"""
    return int((Decimal(repr(float(value or 0))) * 100).quantize(Decimal(1)))


def ours(one: Paid) -> dict[str, int]:
    """工资条上的各列,以分计,正负照工作簿的写法。"""
    lines = {line.code: line.amount.fen for line in one.slip.lines if line.code != "arrears"}
    fix = sum(a.fen for a in one.facts.adjustments if a.code == "arrears")
    taxable = (
        one.slip.taxable_income
        + one.facts.tax.income
        - one.rules.allowances[one.facts.tax.scheme, one.facts.tax.start_month]
        - one.facts.tax.insurance
        - one.slip.deductible
        - one.facts.tax.special
        - one.facts.tax.new_special
    )
    return {
        "base": lines.get("base", 0), "post": lines.get("position_allowance", 0),
        "bonus": lines.get("performance_bonus", 0), "full": lines.get("full_attendance", 0),
        "meal": lines.get("meal", 0), "phone": lines.get("phone", 0),
        "pay_workday": lines.get("overtime_workday", 0), "pay_rest_day": lines.get("overtime_rest_day", 0),
        "pay_statutory": lines.get("overtime_statutory", 0), "personal": -lines.get("personal_leave", 0),
        "sick_off": -lines.get("sick_leave", 0), "sick_pay": lines.get("sick_pay", 0),
        "absence": -lines.get("absence", 0), "fix": fix, "gross": one.slip.gross_fen,
        **{name: -lines.get(name, 0) for name in ("ins_pension", "ins_medical", "ins_unemployment", "ins_housing")},
        "ins_housing_more": -lines.get("ins_housing_supplement", 0),
        **{name: lines.get(name, 0) for name in ("er_pension", "er_medical", "er_unemployment", "er_injury")},
        "insurance": one.slip.insurance_fen, "taxable": max(0, taxable), "iit": one.slip.tax_fen,
        "net": one.slip.net_fen, "owed": one.slip.receivable_fen,
    }  # fmt: skip


@pytest.mark.parametrize("key", NAMES)
def test_every_figure_of_every_slip_meets_the_workbook(key: str) -> None:
    wrong = []
    for one in paid(key):
        kept, found = sheet(key)[one.row.person, one.row.month.first], ours(one)
        wrong += [
            f"{one.row.person} {one.row.month} {HEADS[name]}:工作簿 {kept[name]},我们 {found[name] / 100}"
            for name in CHECKED
            if cents(kept[name]) != found[name]
        ]
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize("key", NAMES)
def test_the_workbook_was_made_from_this_company(key: str) -> None:
    """文件改了而没有重做工作簿,这里会说。"""
    rows: dict[str, dict[str, Any]] = {}
    stale = []
    for row in company(key).rows():
        rows.setdefault(row.person, {})[str(row.month)] = row
        kept = sheet(key)[row.person, row.month.first]
        for name, value in inputs_of(row, rows[row.person]).items():
            same = (kept[name] or 0) == (float(value) if isinstance(value, Decimal | int) else value or 0)
            if not same:
                stale.append(f"{row.person} {row.month} {HEADS[name]}")
    assert not stale, f"请运行 python -m tests.golden.workbook:{stale[:5]}"
    assert len(sheet(key)) == sum(1 for _ in company(key).rows())


@pytest.mark.parametrize("key", NAMES)
def test_nothing_blocks_a_golden_month(key: str) -> None:
    assert [
        (one.row.person, str(one.row.month), c.code) for one in paid(key) for c in one.slip.checks if c.level == "block"
    ] == []
