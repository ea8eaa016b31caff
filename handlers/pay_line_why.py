"""一行的来处 pay line why:补差打开那个月原来与更正后怎么算;单独计的年终奖税、采用的离职结算建议打开当时的算法;其余由引擎解释。"""

from __future__ import annotations

import json
from dataclasses import replace

from config.policies import Policies
from engine.arrears import PREFIX
from engine.days import Month
from engine.errors import EhrError
from engine.money import Money
from engine.pay_explain import Explainer
from engine.pay_facts import Adjustment, PayFacts
from engine.pay_rules import PayRules
from engine.trace import Trace
from handlers.pay_archive import policies_of
from handlers.pay_arrears import explain as explain_arrears
from handlers.pay_bonus import BONUS, BONUS_TAX, bonus_tax_trace
from models.pay import PayExtra, PayRun
from models.work import Work

EXTRA = "extra:"


def line_trace(
    work: Work, about: tuple[PayRun | None, int], sums: tuple[PayFacts, PayRules], code: str, rules: Policies
) -> Trace:
    """一行的来处;about 是(哪一期(试算为空), 谁),sums 是(冻结的事实, 那一期编好的规则)。"""
    run, person_id = about
    facts, pay_rules = sums
    line = next((a for a in facts.adjustments if a.code == code), None)
    if line is not None and run is not None:
        if line.code.startswith(PREFIX):
            return explain_arrears(work, run, person_id, line, rules)
        kept = _bonus_tax(work, run, (facts, line), rules) if line.code == BONUS_TAX else _adopted(work, line)
        if kept is not None:
            return kept
    return Explainer(facts, pay_rules).line(code)


def _bonus_tax(work: Work, run: PayRun, about: tuple[PayFacts, Adjustment], rules: Policies) -> Trace | None:
    """年终奖单独计的税,照那一期当时的政策;对不上的不给这一份(由引擎按存下的行说)。"""
    facts, line = about
    bonus = sum(a.fen for a in facts.adjustments if a.code == BONUS)
    try:
        found = bonus_tax_trace(bonus, Month.parse(run.pay_month).first, policies_of(work, run, rules), line.evidence)
    except EhrError:
        return None
    return found if found.value == Money(line.fen).yuan() else None


def _adopted(work: Work, line: Adjustment) -> Trace | None:
    """采用建议的一行:当时怎么算的,连同谁采用、理由;金额与那一行不同的不给。"""
    number = next((e.removeprefix(EXTRA) for e in line.evidence if e.startswith(EXTRA)), "")
    row = work.session.get(PayExtra, int(number)) if number.isdecimal() else None
    if row is None or not row.trace:
        return None
    found = Trace.from_json(json.loads(row.trace))
    if found.value != Money(line.fen).yuan():
        return None
    return replace(found, label=line.label, evidence=(*found.evidence, *line.evidence))
