"""工资条的版面 slip:把各行分到五栏,每栏有小计;不重算,只摆放。"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.payslip import SlipLine, SlipView

BLOCKS = (
    ("earning", "应发", "gross", "gross"),
    ("deduction", "扣除", "deductions", ""),
    ("insurance", "社保公积金", "insurance", ""),
    ("tax", "个税", "tax", ""),
    ("after_tax", "税后项目", "", ""),
)
ASIDE = (("employer", "公司为您缴纳"), ("info", "备注项"))


@dataclass(frozen=True, slots=True)
class Block:
    """一栏:total 小计(空为不写),code 小计能点开的编号;aside 的不计入实发。"""

    title: str
    lines: tuple[SlipLine, ...]
    total: str
    code: str
    aside: bool = False


def blocks_of(slip: SlipView) -> list[Block]:
    """五栏在前,公司缴纳与备注在后;没有行的栏不列(应发总在)。"""
    found: list[Block] = []
    for section, title, total, code in BLOCKS:
        lines = tuple(line for line in slip.lines if line.section == section)
        if lines or section == "earning":
            found.append(Block(title, lines, getattr(slip, total) if total else "", code))
    for section, title in ASIDE:
        lines = tuple(line for line in slip.lines if line.section == section)
        if lines:
            found.append(Block(title, lines, "", "", aside=True))
    return found
