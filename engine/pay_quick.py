"""算薪的快路 pay quick:平常的一个月(整月在职、一段工资、没有调整、没有要人看的事)直接用整数算完。

公式仍是同一棵树编成的闭包(engine.formula_fen)。凡是不平常的都交回(得 None),由 engine.pay.compute_in_full 细算;
两条路一分不差,有性质测试。这里只有算法的捷径,没有另一套规则:数字都取自 PayRules。
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from engine.attendance_award import award
from engine.formula_fen import Fen, fen_of
from engine.pay_facts import Insured, LeaveTaken, PayFacts
from engine.pay_items import FACT_UNITS, Section, TaxTreatment
from engine.pay_rules import PayRules, ShareStep, summing

ONE, ZERO = (1, 1), (0, 1)
NO_CAP = 10**30
_FACTS = (
    "基本工资", "绩效得分", "绩效系数", "在职比例", "出勤天数", "应出勤天数", "旷工天数", "事假天数", "病假天数", "请假天数",
    "迟到次数", "早退次数", "缺卡次数", "迟到分钟", "早退分钟", "加班小时", "工龄", "全勤比例", "夜班次数",
)  # fmt: skip
"""这里认得的事实,次序同 engine.pay_items.FACT_UNITS;不一样时快路关掉。"""
_FIELDS = 26
"""这里认得 PayFacts 的前几个字段;后添的字段不是默认值时交回。"""


class ShareFen(NamedTuple):
    """一个险种的结果(分):基数、个人、单位、个人超限、单位超限。"""

    step: ShareStep
    base: int
    employee: int
    employer: int
    over: int = 0
    added: int = 0


class Step(NamedTuple):
    """一个公式项目:第几行、槽号(没有别的公式用到它为 -1)、得分的闭包、可能没有的槽(没有这样的槽时是总有值的 0 号)、正负号。"""

    line: int
    slot: int
    fen: Fen
    need: int
    sign: int


class Dues(NamedTuple):
    """一组险种:bases 是各个不同的基数怎么取(是不是公积金、下限、上限、不必细算的最高基数);

    sides 是各个不同的算法(第几个基数, a, b, c, 单位),金额 = (基数 × a + b) // c × 单位,两边同率的只算一次;
    own、employer 由这些金额合计两边;places 是各险种的(第几个基数, 个人是第几个, 单位是第几个)。
    """

    bases: tuple[tuple[bool, int, int, int], ...]
    sides: tuple[tuple[int, int, int, int, int], ...]
    own: Callable[[Sequence[int]], int]
    employer: Callable[[Sequence[int]], int]
    steps: tuple[ShareStep, ...]
    places: tuple[tuple[int, int, int], ...]


Found = tuple[Any, ...]
"""各栏,次序同 engine.pay.Slip。"""


def quick_of(rules: PayRules) -> Quick:
    """这套规则的快路;头一回用到才编。"""
    found: Quick | None = rules.quick
    if found is None:
        found = rules.quick = Quick(rules)
    return found


class Quick:
    """一个月的规则编成的快路。"""

    def __init__(self, rules: PayRules) -> None:
        self.rules = rules
        self.tail, self.blank = tuple(rules.tail), [0] * len(rules.items)
        self.base_line, self.base_slot = rules.rule_index.get("base_wage", 0), rules.rule_slot.get("base_wage", 0)
        self.leave_line = rules.rule_index.get("personal_leave", 0)
        self.leave_slot = rules.rule_slot.get("personal_leave", 0)
        used = {name for _, one in rules.sheet.formulas for name in one.names}
        self.steps = tuple(
            Step(
                step.line, step.slot if item.name in used else -1, fen_of(one), step.needs[0] if step.needs else 0,
                step.sign,
            )
            for step, (item, one) in zip(rules.steps, rules.sheet.formulas, strict=True)
        )  # fmt: skip
        self.figures = _figures(rules)
        self.uppers = tuple(b.upto for b in rules.table.brackets if b.upto is not None)
        self.extra = tuple(PayFacts._field_defaults.get(name) for name in PayFacts._fields[_FIELDS:])
        self.expected, self.allowed, self.inputs = rules.expected_months, rules.allowances, rules.input_slot
        self.cities: dict[str, tuple[bool, tuple[int, ...], int]] = {}
        self._dues: dict[tuple[Any, ...], Dues] = {}
        cap = rules.terms.overtime_cap
        self.most_overtime = NO_CAP if cap is None else int(cap.hours * 60)
        self.awarded = "全勤比例" in used
        ready = _ready(rules) and bool(self.figures)
        self.known = (rules.month, rules.pay_month, rules.since, rules.last_day if ready else NO_CAP)

    def run(self, facts: Any) -> Found | None:
        """一个人。"""
        (
            _, _, month, pay_month, _, wages, first, last, _, attended, leaves, overtime,
            score, lacking, _, _, _, adjustments, years, bank, since, night, heat, _, _, notes, *_,
        ) = facts  # fmt: skip
        my_month, my_pay_month, my_since, last_day = self.known
        if (
            adjustments or not bank or first > 1 or last < last_day or month != my_month or pay_month != my_pay_month
            or len(wages) != 1 or attended[7][0] or (score is None and lacking) or heat or notes or since != my_since
            or (self.extra and facts[_FIELDS:] != self.extra)
        ):  # fmt: skip
            return None
        workdays, worked, late, late_minutes, early, early_minutes, missing, _, _ = attended
        value, multiplier = (None, None) if score is None else (score[0], score[1])
        amounts = self.blank.copy()
        amounts[self.base_line] = wages[0][1]
        wage = (wages[0][1], 1)
        slots: list[Any] = [
            wage, value, multiplier, ONE, worked, workdays, ZERO, ZERO, ZERO, ZERO, (late, 1), (early, 1), (missing, 1),
            (late_minutes, 1), (early_minutes, 1), ZERO, (years, 1),
            ONE if not self.awarded or not (late or early or missing or leaves) else self._award(facts),
            (night[0], 1), *self.tail,
        ]  # fmt: skip
        slots[self.base_slot] = wage
        if (leaves and not self._leave(facts, amounts, slots)) or (
            overtime and not self._overtime(facts, amounts, slots)
        ):
            return None
        return self._formulas(facts, amounts, slots)

    def _formulas(self, facts: PayFacts, amounts: list[int], slots: list[Any]) -> Found | None:
        """本人标准与公式项目。"""
        inputs = self.inputs
        for name, fen, _ in facts.allowances:
            if name not in inputs:
                return None
            slots[inputs[name]] = (fen, 1)
        for line, slot, fen_in, need, sign in self.steps:
            if slots[need] is not None:
                amounts[line] = fen = fen_in(slots) * sign
                if slot >= 0:
                    slots[slot] = (fen * sign, 1)
        return self._totals(facts, amounts)

    def _award(self, facts: PayFacts) -> tuple[int, int]:
        """全勤比例。"""
        return award(True, facts.attended, facts.leaves, self.rules.terms.full_attendance).share

    def _leave(self, facts: PayFacts, amounts: list[int], slots: list[Any]) -> bool:
        """只有一笔假:扣工资的事假直接扣,不扣的假不扣;别的交回。"""
        kind, days, _, _, _ = facts.leaves[0]
        if len(facts.leaves) != 1 or kind == "sick":
            return False
        if kind == "personal":
            slots[7] = days
        slots[9] = days
        if kind not in self.rules.unpaid:
            return True
        simple = self.rules.personal
        n, d = days
        if simple is None or kind not in simple.kinds or facts.roster is not None:
            return False
        if simple.most is not None and 2 * n > simple.most * d:
            return False
        wage, down = slots[0][0], d * simple.down
        fen = (2 * wage * n * simple.up + down) // (2 * down)
        fen = fen if fen < wage else wage
        amounts[self.leave_line] = -fen
        slots[self.leave_slot] = (fen, 1)
        return bool(wage >= 0)

    def _overtime(self, facts: PayFacts, amounts: list[int], slots: list[Any]) -> bool:
        """加班:一种一行;基数不低于最低工资,超过一个月上限的(要人看)交回。"""
        found: dict[str, int] = {}
        total = facts.comp_minutes
        for kind, minutes, _, _ in facts.overtime:
            found[kind] = found[kind] + minutes if kind in found else minutes
            total += minutes
        if total > self.most_overtime:
            return False
        least = (self.cities.get(facts.city) or self._city(facts.city))[2]
        wage = slots[0][0] if slots[0][0] > least else least
        for kind, minutes in found.items():
            terms = self.rules.overtime.get(kind)
            if terms is None:
                return False
            index, slot, n, d = terms
            amounts[index] = fen = (2 * wage * minutes * n + d) // (2 * d)
            slots[slot] = (fen, 1)
        slots[15] = (total - facts.comp_minutes, 60)
        return True

    def _totals(self, facts: PayFacts, amounts: list[int]) -> Found | None:
        """合计、社保、个税;有要人看的事就交回。"""
        tax, insured = facts.tax, facts.insured
        gross, own, employer = sum(amounts), 0, 0
        dues: tuple[Any, ...] = ()
        if insured is not None:
            wanted, sides, mine, theirs, steps, places = self._dues_of(insured)
            bases = []
            for housing, floor, cap, most in wanted:
                base: Any = insured[2] if housing else insured[1]
                base = floor if base < floor else base if base < cap else cap
                if base > most:
                    return None
                bases.append(base)
            paid = [(bases[k] * a + b) // c * unit for k, a, b, c, unit in sides]
            own, employer = mine(paid), theirs(paid)
            dues = (steps, places, bases, paid)
        after, excluded, minimum = self.cities.get(facts.city) or self._city(facts.city)
        counted = gross - own if after else gross
        for i in excluded:
            counted -= amounts[i]
        held = self._tax(tax, gross - own)
        net = gross - own - held
        if net <= 0 or held < 0 or counted < minimum or not minimum or tax[10] != self.expected[tax[1]]:
            return None
        return (
            self.rules, facts.person, tuple(amounts), (), dues, gross, own, gross, own, held, 0, net, 0, employer, (), (),
        )  # fmt: skip

    def _tax(self, tax: tuple[Any, ...], income: int) -> int:
        """累计预扣,不退;累计里有负数(要人看)得 −1。"""
        (
            scheme, start, before, free, insurance, special, other, donation, relief, paid, _,
            new_special, new_other, new_donation, new_relief,
        ) = tax  # fmt: skip
        if (before | free | insurance | special | other | donation | relief | paid) < 0:  # 有一个为负,或起来就是负
            return -1
        taxable = (
            before + income - free - self.allowed[scheme, start] - insurance
            - special - new_special - other - new_other - donation - new_donation
        )  # fmt: skip
        if taxable <= 0:
            return 0
        a, b, c = self.figures[bisect_left(self.uppers, taxable)]
        due: int = (taxable * a + b) // c - relief - new_relief - paid
        return due if due > 0 else 0

    def _city(self, name: str) -> tuple[bool, tuple[int, ...], int]:
        """最低工资怎么比:(与税后社保比否, 不计入的项目行, 标准)。"""
        city = self.rules.city(name)
        found = self.cities[name] = (city.after_insurance, city.excluded, city.minimum)
        return found

    def _dues_of(self, own: Insured) -> Dues:
        city, social, housing, rate, more, _ = own
        key = (city, social is None, housing is None, rate, more)
        found = self._dues.get(key)
        if found is None:
            found = self._dues[key] = _dues(self.rules.shares(own))
        return found


def _ready(rules: PayRules) -> bool:
    """规则合不合快路:事实认得,项目都在收入与扣除两栏且都计税,一个公式至多一个可能没有的标准,迟到不扣钱。"""
    plain = all(
        item.section in (Section.EARNING, Section.DEDUCTION) and item.tax is TaxTreatment.WAGE for item in rules.items
    )
    built_in = {"base_wage", "personal_leave"} <= set(rules.rule_index)
    known = tuple(FACT_UNITS) == _FACTS and len(PayFacts._fields) >= _FIELDS and len(LeaveTaken._fields) == 5
    terms = rules.terms
    known &= terms.overtime_base == "contract_wage" and not rules.evidence and not rules.sheet.past
    return plain and built_in and known and not terms.deduct_lateness and all(len(s.needs) < 2 for s in rules.steps)


def _dues(steps: tuple[ShareStep, ...]) -> Dues:
    """险种编成一组。"""
    bases: dict[tuple[bool, int, int, int], int] = {}
    sides: dict[tuple[int, int, int, int, int], int] = {}
    places = []
    for one in steps:
        key = (one.housing, one.floor, NO_CAP if one.cap is None else one.cap, one.plain_base)
        base = bases.setdefault(key, len(bases))
        mine, theirs = (sides.setdefault((base, *side, one.unit), len(sides)) for side in (one.employee, one.employer))
        places.append((base, mine, theirs))
    own, employer = (summing(tuple(place[i] for place in places)) for i in (1, 2))
    return Dues(tuple(bases), tuple(sides), own, employer, steps, tuple(places))


def _figures(rules: PayRules) -> tuple[tuple[int, int, int], ...]:
    """各级税率化成整数:税额 = (所得额 × a + b) // c,四舍五入到分。哪一级会算出负数的不用快路(为空)。"""
    out, lower = [], 0
    for one in rules.table.brackets:
        n, d = one.rate.as_integer_ratio()
        if lower * n < one.quick * d:
            return ()
        out.append((2 * n, d - 2 * one.quick * d, 2 * d))
        lower = one.upto or 0
    return tuple(out)


def spread(dues: tuple[Any, ...]) -> tuple[ShareFen, ...]:
    """快路记的各险种展开。"""
    steps, places, bases, paid = dues
    return tuple(ShareFen(step, bases[b], paid[e], paid[r]) for step, (b, e, r) in zip(steps, places, strict=True))
