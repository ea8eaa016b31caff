"""工资的解释 pay explain:工资条每一行的来处,用同样的事实、同样的函数再算一遍,必须分毫不差。

不差才给看;差了报 RuleBroken(EXPLAIN_MISMATCH)。每一行 Trace.value 等于工资条那一行的金额(带正负号)。
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from engine import insurance, tax
from engine.after_tax import say as after_say
from engine.after_tax import words as after_words
from engine.attendance_award import award
from engine.errors import NotFound, RuleBroken
from engine.explain import explain as explain_formula
from engine.explain import show, trace_value
from engine.figures import hours_times, plain
from engine.money import Money
from engine.overtime import OvertimeKind
from engine.overtime import line as overtime_line
from engine.pay import Line, Slip, compute, item_amounts, overtime_minutes, overtime_wage
from engine.pay_after import CARRIED, SHORTAGE
from engine.pay_decided import decided
from engine.pay_facts import SICK, SICK_LONG, Adjustment, Evidence, LeaveTaken, PayFacts, evidence_of
from engine.pay_items import PayItem, Section
from engine.pay_lines import Absences, absences, base_wage, employed_whole, heat_rate, wage_on
from engine.pay_rules import INPUT_TAIL, PayRules
from engine.proration import Why
from engine.trace import Trace, money_leaf

GROSS, NET = "gross", "net"
"""应发、实发也可以问。"""


class Explainer:
    """一个人一个月的解释。算一次,问哪行答哪行。"""

    def __init__(self, facts: PayFacts, rules: PayRules) -> None:
        self.facts, self.rules = facts, rules
        self.slip: Slip = compute(facts, rules)
        self.amounts, self.slots = item_amounts(facts, rules)
        self.wage = Money(self.slots[0][0])
        self.by_name = {item.name: item for item in rules.items}
        self.formulas = {item.key: one for item, one in rules.sheet.formulas}
        self.absent_items = {
            rules.items[step.line].key for step in rules.steps if any(self.slots[n] is None for n in step.needs)
        }
        self.attendance = evidence_of(facts.attended)
        self.shares = {one.step.line.code: one.step for one in self.slip.shares}
        self.contributed: dict[str, insurance.Share] = {}

    def line(self, code: str) -> Trace:
        """某一行的来处;没有这一行报 NotFound(NO_LINE)。"""
        if code == GROSS:
            return self._sum("应发", self.slip.gross, (Section.EARNING, Section.DEDUCTION))
        if code == NET:
            own = (Section.EARNING, Section.DEDUCTION, Section.INSURANCE, Section.TAX, Section.AFTER_TAX)
            return self._sum("实发", self.slip.net, own)
        for one in self.slip.lines:
            if one.code == code:
                return self._checked(one, self._trace(one))
        raise NotFound("NO_LINE", f"这张工资条上没有“{code}”这一行。请从工资条上选一行来看。")

    def all(self) -> dict[str, Trace]:
        """每一行的来处。"""
        return {one.code: self._checked(one, self._trace(one)) for one in self.slip.lines}

    def _checked(self, one: Line, found: Trace) -> Trace:
        if found.value != one.amount.yuan():
            say = f"“{one.label}”的解释与工资条对不上,先不给您看。已请 HR 核对,请稍后再来。"
            raise RuleBroken("EXPLAIN_MISMATCH", say, {"line": one.code, "trace": found.value})
        named = decided(one.code, self.facts, self.rules)
        return replace(found, parts=(*found.parts, *(d.leaf() for d in named))) if named else found

    def _sum(self, label: str, amount: Money, sections: tuple[Section, ...]) -> Trace:
        lines = [one for one in self.slip.lines if one.section in sections]
        parts = tuple(money_leaf(one.label, one.amount) for one in lines)
        owed = self.slip.receivable if label == "实发" else Money(0)
        tail = f";另有 {owed.show()} 转下月收回" if owed else ""
        say = f"{label}:{' + '.join(p.label for p in parts)} = {amount.show()}{tail}"
        return Trace(label, amount.yuan(), "money", say, f"{label}是各行相加", parts=parts)

    def _trace(self, one: Line) -> Trace:
        for item in self.rules.items:
            if item.key == one.code:
                return self._item(item)
        for wanted, given in zip(self.facts.adjustments, self.slip.adjustments, strict=True):
            if (given.code, given.fen) == (one.code, one.amount.fen):
                return self._adjustment(one, wanted, given)
        if one.code.startswith(("ins_", "er_")):
            return self._insurance(one)
        if one.code == "iit":
            return self._tax()
        return self._left_over(one)

    def _adjustment(self, one: Line, wanted: Adjustment, given: Adjustment) -> Trace:
        """有署名的一行;税后扣款没扣完的说明限额。"""
        why, evidence = wanted.reason, wanted.evidence
        if wanted.fen == given.fen:
            say = f"{one.label}:{one.amount.show()}({why})"
            return Trace(one.label, one.amount.yuan(), "money", say, f"{one.label}:{why}", evidence=evidence)
        taken = next(t for t in self.slip.carried if (t.code, t.wanted) == (wanted.code, -wanted.fen))
        words = f"{one.label}:{why};{after_words(taken)}"
        part = money_leaf("应扣", Money(taken.wanted), evidence=evidence)
        rule = self.rules.terms.after_tax.rule
        return Trace(one.label, one.amount.yuan(), "money", after_say(taken, one.label), words, rule, evidence, (part,))

    def _left_over(self, one: Line) -> Trace:
        """转下月收回的各行与说明行:由哪些扣款剩下来。"""
        evidence = tuple(
            e for a in self.facts.adjustments if one.code in (f"{CARRIED}{a.code}", "receivable") for e in a.evidence
        )
        parts: tuple[Trace, ...] = ()
        if one.code == "receivable":
            parts = tuple(money_leaf(x.label, x.amount) for x in self.slip.lines if x.code.startswith(CARRIED))
            parts += tuple(money_leaf(x.label, x.amount) for x in self.slip.lines if x.code == SHORTAGE)
        say = f"{one.label}:{one.amount.show()}"
        rule = self.rules.terms.after_tax.rule if one.section is not Section.INFO or parts else ""
        return Trace(one.label, one.amount.yuan(), "money", say, one.label, rule, evidence, parts)

    # ── 项目 ──────────────────────────────────────────────────────────

    def _item(self, item: PayItem) -> Trace:
        if item.rule:
            return BUILT_IN_TRACES[item.rule](self, item)
        found = explain_formula(self.formulas[item.key], self.slots, self._leaf, item.rule_id)
        if item.section in (Section.DEDUCTION, Section.AFTER_TAX):
            found = _negative(found)
        return replace(found, label=item.label)

    def _leaf(self, name: str) -> Trace:
        """公式里一个名字的来处。"""
        item = self.by_name.get(name)
        if item is not None and item.key in self.absent_items:
            return Trace(name, "0.00", "money", f"{name}:本人没有这一项,按 0 计", f"本人没有{name}")
        if item is not None:
            return self._item(item)
        unit = self.rules.sheet.scope.units[name]
        value = self.slots[self.rules.sheet.scope.slots[name]]
        if name in ("绩效得分", "绩效系数") and self.facts.score is not None and self.facts.score.trace:
            score = Trace.from_json(json.loads(self.facts.score.trace))
            if name == "绩效得分":
                return score
            return Trace(name, trace_value(value, unit), unit.value, f"{name}:{show(value, unit)}", parts=(score,))
        say = f"{name}:{show(value, unit)}"
        if name == "全勤比例":
            return self._award(name, trace_value(value, unit))
        return Trace(name, trace_value(value, unit), unit.value, say, evidence=self._evidence(name))

    def _award(self, name: str, value: str) -> Trace:
        """全勤比例:为什么发这几成。"""
        rule = self.rules.terms.full_attendance
        found = award(employed_whole(self.facts, self.rules), self.facts.attended, self.facts.leaves, rule)
        names = ("迟到次数", "早退次数", "缺卡次数", "旷工天数")
        evidence = tuple(dict.fromkeys(e for n in names for e in self.attendance.get(n, ())))
        evidence += tuple(e for t in self.facts.leaves if t.kind in rule.lost_by for e in t.evidence)
        return Trace(name, value, "rate", f"{name}:{found.words}", found.words, rule.rule, evidence)

    def _evidence(self, name: str) -> Evidence:
        facts = self.facts
        if name == "基本工资":
            return wage_on(facts.wages, facts.last_day).evidence
        if name.endswith(INPUT_TAIL):
            own = [a for a in facts.allowances if a.name == name.removesuffix(INPUT_TAIL)]
            return own[-1].evidence if own else ()
        kinds = {"事假天数": ("personal",), "病假天数": (SICK, SICK_LONG)}
        if name in ("事假天数", "病假天数", "请假天数"):
            return tuple(e for t in facts.leaves if t.kind in kinds.get(name, (t.kind,)) for e in t.evidence)
        if name == "夜班次数":
            return facts.night.evidence
        if name == "加班小时":
            return tuple(e for o in facts.overtime for e in o.evidence)
        return self.attendance.get(name, ())

    def base(self, item: PayItem) -> Trace:
        """基本工资:整月、折算或分段。"""
        found = base_wage(self.facts, self.rules)
        several = sum(w.day <= self.facts.last_day for w in self.facts.wages) > 1
        rule = self.rules.rule_id("raise" if several else "proration") or item.rule_id
        evidence = tuple(e for w in self.facts.wages if w.day <= self.facts.last_day for e in w.evidence)
        return found.trace(Why(rule, evidence, label=item.label))

    def overtime(self, item: PayItem) -> Trace:
        """一种加班费。"""
        kind = next(k for k, (i, *_) in self.rules.overtime.items() if self.rules.items[i] is item)
        minutes = overtime_minutes(self.facts).get(kind)
        if not minutes:
            return _nothing(item)
        own = [o for o in self.facts.overtime if o.kind == kind]
        wage = Money(overtime_wage(self.facts, self.rules))
        priced = overtime_line(OvertimeKind(kind), minutes, wage, self.rules.terms.overtime)
        when = "、".join(o.when for o in own if o.when)
        evidence = tuple(e for o in own for e in o.evidence)
        found = priced.trace(Why(self.rules.rule_id(item.rule), evidence, when, item.label))
        way = self.rules.rule_word("overtime_base") if wage != self.wage else ""
        return replace(found, say=f"{found.say}({way};不低于最低工资)") if way else found

    def heat(self, item: PayItem) -> Trace:
        """高温津贴。"""
        if not self.facts.heat:
            return _nothing(item)
        rate, amount = heat_rate(self.facts, self.rules), Money(self.amounts[self.rules.items.index(item)])
        month = self.rules.terms.month.month
        if rate is None:
            return Trace(item.label, amount.yuan(), "money", f"{month} 月不发高温津贴", f"{month} 月不发高温津贴")
        unit = "出勤天数" if rate.per_day else "在职比例"
        pair = self.facts.attended.worked_days if rate.per_day else self.slots[3]
        times = plain(Fraction(*pair))
        say = f"{item.label}({self.facts.heat}):{rate.rate.show()} × {times} = {amount.show()}"
        parts = (
            money_leaf("高温津贴标准", rate.rate, rule=rate.rule),
            Trace(unit, times, "days" if rate.per_day else "rate", evidence=self._evidence("出勤天数")),
        )
        words = f"{self.facts.heat}岗位的高温津贴,按{unit}"
        return Trace(item.label, amount.yuan(), "money", say, words, rate.rule, (), parts)

    # ── 不上班的扣发 ──────────────────────────────────────────────────

    def absences(self) -> Absences:
        base = self.slots[self.rules.rule_slot["base_wage"]][0]
        return absences(self.facts, self.rules, base)

    def personal(self, item: PayItem) -> Trace:
        """事假扣款。"""
        found = self.absences()
        traces = [p.trace(self._why(g.taken, "personal_leave")) for g, p in found.personal]
        return self._deducted(item, traces, found)

    def sick_deduction(self, item: PayItem) -> Trace:
        """病假扣的工资。"""
        found = self.absences()
        rule = self.rules.rule_id("sick")
        named = [replace(t.parts[0], words=t.words, rule=rule) for t in self._sick(found)]
        return self._deducted(item, named, found)

    def sick_pay(self, item: PayItem) -> Trace:
        """病假工资。"""
        rule, whole = self.rules.rule_id("sick"), self._sick(self.absences())
        return self._joined(item, [replace(t.parts[1], words=t.words, rule=rule, evidence=t.evidence) for t in whole])

    def _sick(self, found: Absences) -> list[Trace]:
        """病假各组:扣的工资与病假工资两部分。"""
        return [s.trace(self._why(g.taken, "sick")) for g, s in found.sick]

    def absent(self, item: PayItem) -> Trace:
        """旷工扣款。"""
        found = self.absences()
        evidence = self.attendance.get("旷工天数", ())
        why = Why(item.rule_id, evidence, label="旷工")
        return self._deducted(item, [found.absent.trace(why)] if found.absent else [], found)

    def lateness(self, item: PayItem) -> Trace:
        """迟到早退扣款:只扣缺的时间。"""
        found = self.absences()
        rules = self.rules.terms.overtime
        per = f"{self.wage.show()} ÷ {plain(rules.pay_days)} ÷ {plain(rules.hours_per_day)}"
        amount = Money(-found.late_fen)
        say = f"迟到早退 {found.late_minutes} 分钟:{per} × {hours_times(found.late_minutes)} = {Money(found.late_fen).show()}"
        words = f"迟到早退 {found.late_minutes} 分钟,只扣缺的时间"
        evidence = (*self.attendance.get("迟到次数", ()), *self.attendance.get("早退次数", ()))
        rule = self.rules.rule_id("lateness")
        return self._deducted(item, [Trace(item.label, amount.yuan(), "money", say, words, rule, evidence)], found)

    def _why(self, taken: tuple[LeaveTaken, ...], rule: str) -> Why:
        named = {self.rules.terms.leave_labels[t.kind] for t in taken}
        when = "、".join(t.when for t in taken if t.when)
        evidence = tuple(e for t in taken for e in t.evidence)
        return Why(self.rules.rule_id(rule), evidence, when, "、".join(sorted(named)))

    def _deducted(self, item: PayItem, traces: list[Trace], found: Absences) -> Trace:
        """扣款:各笔之和,扣到当月工资为止。"""
        joined = self._joined(item, traces)
        given = Money(self.amounts[self.rules.items.index(item)])
        if found.capped and joined.value != given.yuan():
            say = f"{joined.say};扣到当月工资为止,实扣 {(-given).show()}"
            return replace(joined, value=given.yuan(), say=say, words=f"{joined.words},扣到当月工资为止")
        return joined

    def _joined(self, item: PayItem, traces: list[Trace]) -> Trace:
        if not traces:
            return _nothing(item)
        if len(traces) == 1:
            return replace(traces[0], label=item.label)
        total = sum(Money.of(t.value).fen for t in traces)
        say, words = ";".join(t.say for t in traces), ";".join(t.words for t in traces)
        return Trace(item.label, Money(total).yuan(), "money", say, words, item.rule_id, parts=tuple(traces))

    # ── 社保公积金与个税 ──────────────────────────────────────────────

    def _insurance(self, one: Line) -> Trace:
        employer = one.code.startswith("er_")
        code = one.code.removeprefix("er_" if employer else "ins_")
        own = self.facts.insured
        step = self.shares[code]
        if own is None:
            raise AssertionError("shares come from insured facts")
        declared = (own.housing_base if step.housing else own.social_base) or 0
        result = self.contributed.get(code)
        if result is None:
            result = self.contributed[code] = insurance.contribute(step.line, declared)
        rule = self.rules.rule_id(f"{'housing' if step.housing else code}.{own.city}")
        found = insurance.trace(result, declared, employer=employer, rule=rule, evidence=own.evidence)
        return replace(found, label=one.label) if employer else _negative(found)

    def _tax(self) -> Trace:
        t, slip = self.facts.tax, self.slip
        before = tax.Figures(t.income, t.tax_free, t.insurance, t.special, t.other, t.donation, t.relief)
        now = tax.Figures(
            slip.taxable_income, 0, slip.deductible, t.new_special, t.new_other, t.new_donation, t.new_relief
        )
        ledger = tax.Ledger(before, t.withheld, t.months)
        person = tax.Person(tax.Scheme(t.scheme), t.start_month)
        rules = self.rules.terms.withholding
        result = tax.withhold(rules, person, ledger, self.rules.tax_month, now)
        return _negative(tax.trace(result, person, ledger, rules))


def _nothing(item: PayItem) -> Trace:
    """别的公式提到、本人这个月没有的内置项目。"""
    return Trace(item.label, "0.00", "money", f"{item.label}:本月没有,按 0 计", f"本月没有{item.label}", item.rule_id)


def _negative(found: Trace) -> Trace:
    """把正数的来处变成扣款(负数);话不变。"""
    return replace(found, value=(-Money.of(found.value)).yuan())


BUILT_IN_TRACES: dict[str, Callable[[Explainer, PayItem], Trace]] = {
    "base_wage": Explainer.base,
    "personal_leave": Explainer.personal,
    "sick_leave": Explainer.sick_deduction,
    "sick_pay": Explainer.sick_pay,
    "absence": Explainer.absent,
    "lateness": Explainer.lateness,
    "overtime_workday": Explainer.overtime,
    "overtime_rest_day": Explainer.overtime,
    "overtime_statutory": Explainer.overtime,
    "heat_allowance": Explainer.heat,
}


def explain(facts: PayFacts, rules: PayRules, code: str) -> Trace:
    """一行的来处:code 是工资条的行(也可以是 gross、net)。"""
    return Explainer(facts, rules).line(code)
