"""存下的工资条 payslip stored:用当时的规则重算仍对不上时(程序或库有变),照发布时存下的数给看;来处暂不展开,只说明原因。"""

from __future__ import annotations

import json
from dataclasses import dataclass

from config.policies import Policies
from engine.money import Money
from engine.pay_after import CARRIED, SHORTAGE
from engine.pay_items import Section
from handlers.pay_archive import rules_of
from models.pay import PayRun, Payslip
from models.work import Work

DIFFERS = "这张工资条以发布时的数字为准。现在重算与它对不上,“怎么算的”暂时不能展开;需要的话请联系 HR 核对。"
INSURANCE = {
    "pension": "养老保险",
    "medical": "医疗保险",
    "unemployment": "失业保险",
    "injury": "工伤保险",
    "housing": "住房公积金",
}


@dataclass(frozen=True, slots=True)
class StoredLine:
    """存下的一行。"""

    code: str
    label: str
    section: Section
    amount: Money


def stored_lines(work: Work, run: PayRun, slip: Payslip, rules: Policies) -> tuple[StoredLine, ...]:
    """存下的各行,按栏排好;名字按现在的项目表,认不得的用编号。"""
    items = {item.key: item for item in rules_of(work, run, rules).items}
    found: list[StoredLine] = []
    for code, fen in json.loads(slip.lines):
        item = items.get(code)
        if item is not None:
            found.append(StoredLine(code, item.label, item.section, Money(fen)))
        else:
            label, section = _built_in(code)
            found.append(StoredLine(code, label, section, Money(fen)))
    order = {section: i for i, section in enumerate(Section)}
    return tuple(sorted(found, key=lambda one: order[one.section]))


def _built_in(code: str) -> tuple[str, Section]:
    if code == "iit":
        return "个人所得税", Section.TAX
    if code == SHORTAGE:
        return "应发不够缴的,转下月收回", Section.AFTER_TAX
    if code.startswith(CARRIED):
        return "没扣完,转下月", Section.INFO
    kind, _, name = code.partition("_")
    label = INSURANCE.get(name, name)
    if kind == "ins":
        return label, Section.INSURANCE
    if kind == "er":
        return f"{label}(单位)", Section.EMPLOYER
    return code, Section.INFO
