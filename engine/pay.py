"""工资 pay:一个人一期的工资条,纯函数。输入是冻结的事实与编好的规则,输出是整数分。

次序(pay-law §17):基本工资 → 请假旷工 → 加班 → 公式项目(绩效、津贴)→ 调整 → 应发 → 社保公积金 → 个税 → 税后 → 实发 → 检查。
每一行只取整一次,合计是各行之和。实发不低于零,不足的记应收。解释见 engine.pay_explain,用同样的值与函数。
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.after_tax import Taken
from engine.attendance_award import award
from engine.errors import BadInput
from engine.formula_types import Pair
from engine.insurance import contribute
from engine.money import Money, round_half_up
from engine.pay_after import CARRIED, SHORTAGE, adjusted, carried, settle
from engine.pay_checks import Check, carried_checks, check
from engine.pay_evidence import past_of, records_of
from engine.pay_facts import SICK, SICK_LONG, Adjustment, PayFacts
from engine.pay_items import Section
from engine.pay_lines import absent_fen, base_wage, employed_ratio, heat_allowance, wage_on
from engine.pay_quick import ShareFen, quick_of, spread
from engine.pay_rules import INPUT_TAIL, PayRules


@dataclass(frozen=True, slots=True)
class Line:
    """工资条的一行。amount 对实发的影响:收入为正,扣除、社保、个税、税后扣款为负;employer 与 info 不影响实发。"""

    code: str
    label: str
    section: Section
    amount: Money


class Slip(NamedTuple):
    """工资条,都以分计。amounts 与规则的项目一一对应(带正负号);税后扣款是实扣的数,没扣完的在 carried;

    receivable 是要转到下月收回的:应发不够缴社保个税的一截,加上没扣完的税后扣款。dues 是各险种的紧凑写法,看 shares。
    """

    rules: PayRules
    person: str
    amounts: tuple[int, ...]
    adjustments: tuple[Adjustment, ...]
    dues: tuple[Any, ...]
    gross_fen: int
    insurance_fen: int
    taxable_income: int
    deductible: int
    tax_fen: int
    after_tax_fen: int
    net_fen: int
    receivable_fen: int
    employer_fen: int
    problems: tuple[Check, ...]
    carried: tuple[Taken, ...] = ()

    @property
    def shares(self) -> tuple[ShareFen, ...]:
        """各险种。快路存的是一组一组的,用到才展开。"""
        if not self.dues or isinstance(self.dues[0], ShareFen):
            return self.dues
        return spread(self.dues)

    @property
    def gross(self) -> Money:
        """应发。"""
        return Money(self.gross_fen)

    @property
    def insurance(self) -> Money:
        """个人社保公积金合计(正数)。"""
        return Money(self.insurance_fen)

    @property
    def tax(self) -> Money:
        """本月个税(正数)。"""
        return Money(self.tax_fen)

    @property
    def net(self) -> Money:
        """实发。"""
        return Money(self.net_fen)

    @property
    def receivable(self) -> Money:
        """要向本人收回、转到下月的(正数)。"""
        return Money(self.receivable_fen)

    @property
    def shortage(self) -> Money:
        """应发不够缴个人社保与个税的一截(正数);实发按零发。"""
        return Money(self.receivable_fen - sum(one.rest for one in self.carried))

    @property
    def employer(self) -> Money:
        """单位另外承担的(社保公积金单位部分等)。"""
        return Money(self.employer_fen)

    @property
    def cost(self) -> Money:
        """用人成本:应发加单位承担。"""
        return Money(self.gross_fen + self.employer_fen)

    @property
    def checks(self) -> tuple[Check, ...]:
        """要人看的事。"""
        return self.problems

    @property
    def lines(self) -> tuple[Line, ...]:
        """工资条的各行,按次序;为零的行不列(base、iit 除外)。"""
        return tuple(_lines(self))

    def line(self, code: str) -> Line | None:
        """某一行;没有为 None。"""
        return next((one for one in self.lines if one.code == code), None)


def compute(facts: PayFacts, rules: PayRules) -> Slip:
    """算一个人一期的工资条。事实的月份、周期与规则不合报 BadInput(WRONG_MONTH、WRONG_PERIOD)。

    平常的一个月走快路(engine.pay_quick),其余走 compute_in_full;两条路一分不差,有性质测试。
    """
    found = (rules.quick or quick_of(rules)).run(facts)
    return compute_in_full(facts, rules) if found is None else tuple.__new__(Slip, found)


def compute_in_full(facts: PayFacts, rules: PayRules) -> Slip:
    """细算:什么样的月份都能算。"""
    _same_period(facts, rules)
    amounts = tuple(item_amounts(facts, rules)[0])
    gross = rules.gross_of(amounts)
    taxed = gross - rules.untaxed_of(amounts)
    after = rules.after_tax_of(amounts)
    employer = rules.employer_of(amounts)
    adjustments = facts.adjustments
    apart = 0
    own = deductible = 0
    if facts.adjustments:
        more = adjusted(facts.adjustments)
        gross, taxed, after = gross + more[0], taxed + more[1], after + more[2]
        own, deductible, employer = more[3], more[4], employer + more[5]
        apart = sum([one.fen for one in adjustments if one.section == "tax"])  # 单独计的税(年终奖)先扣,再论税后各项
    shares = insurance_shares(facts, rules)
    for _, _, employee, paid, over, added in shares:
        own += employee
        deductible += employee - over
        employer += paid
        taxed += added
    tax = withheld(facts, rules, taxed, deductible)
    net = gross - own - tax + after
    found = check(facts, rules, amounts, (gross, own, net))
    rest: tuple[Taken, ...] = ()
    if adjustments or after:
        amounts, adjustments, after, taken = settle(facts, rules, amounts, (gross, gross - own - tax + apart))
        after += apart
        net, rest = gross - own - tax + after, carried(taken)
        found += tuple(carried_checks(rest, adjustments))
    owed = -net if net < 0 else 0
    return tuple.__new__(Slip, (
        rules, facts.person, amounts, adjustments, shares, gross, own, taxed, deductible, tax, after,
        net + owed, owed + sum([one.rest for one in rest]), employer, found, rest,
    ))  # fmt: skip


def _same_period(facts: PayFacts, rules: PayRules) -> None:
    if facts.month != rules.month or facts.pay_month != rules.pay_month:
        raise BadInput("WRONG_MONTH", f"输入是 {facts.month} 的,规则是 {rules.month} 的,请用同一个月。")
    if facts.since != rules.since:
        raise BadInput("WRONG_PERIOD", f"输入与规则的计薪周期不同({rules.period.label}),请按现在的周期重新收集输入。")
    if facts.first_day > facts.last_day or facts.first_day > rules.last_day:
        raise BadInput("NOT_EMPLOYED", f"{facts.person} 在 {facts.month} 不在职,没有工资可算。请核对入离职日期。")


def item_amounts(facts: PayFacts, rules: PayRules) -> tuple[list[int], list[Any]]:
    """各项目的金额(分,带正负号)与公式的槽。"""
    amounts = [0] * len(rules.items)
    slots = _fact_slots(facts, rules)
    slots += rules.tail
    for place, source in rules.evidence:
        slots[place] = records_of(facts, source, rules.terms.leave_labels)
    for place, wanted in rules.past:
        slots[place] = past_of(facts, wanted)
    for allowance in facts.allowances:
        slot = rules.input_slot.get(allowance.name)
        if slot is not None:
            slots[slot] = (allowance.fen, 1)
    base = _built_in(facts, rules, amounts, slots)
    if facts.overtime:
        wage = overtime_wage(facts, rules)
        for kind, minutes in overtime_minutes(facts).items():
            if kind not in rules.overtime:
                raise BadInput("UNKNOWN_OVERTIME", f"没有“{kind}”这种加班的工资项目,请先在工资项目里添上。")
            index, slot, n, d = rules.overtime[kind]
            fen = (2 * wage * minutes * n + d) // (2 * d)
            amounts[index] = fen
            slots[slot] = (fen, 1)
    if facts.heat and "heat_allowance" in rules.rule_index:
        fen = heat_allowance(facts, rules, slots[3])
        amounts[rules.rule_index["heat_allowance"]] = fen
        slots[rules.rule_slot["heat_allowance"]] = (fen, 1)
    if facts.leaves or facts.attended.absent_days[0] or rules.terms.deduct_lateness:
        _absent(facts, rules, amounts, (slots, base))
    for index, slot, run, needs, sign in rules.steps:
        for need in needs:
            if slots[need] is None:
                break
        else:
            n, d = run(slots)
            fen = n if d == 1 else (2 * n + d) // (2 * d) if n >= 0 else round_half_up(n, d)
            amounts[index] = fen * sign
            slots[slot] = (fen, 1)
    return amounts, slots


def _fact_slots(facts: PayFacts, rules: PayRules) -> list[Any]:
    """公式里的事实,次序同 engine.pay_items.FACT_UNITS。"""
    wages, attended, score = facts.wages, facts.attended, facts.score
    wage = wages[0].fen
    for one in wages:
        if one.day <= facts.last_day:
            wage = one.fen
    whole = facts.first_day <= 1 and facts.last_day >= rules.last_day
    personal = sick = away = (0, 1)
    if facts.leaves:
        personal, sick, away = leave_days(facts)
    minutes = sum([o.minutes for o in facts.overtime]) if facts.overtime else 0
    return [
        (wage, 1),
        score and score.value,
        score and score.multiplier,
        (1, 1) if whole else employed_ratio(facts, rules),
        attended.worked_days,
        attended.workdays,
        attended.absent_days,
        personal,
        sick,
        away,
        (attended.late, 1),
        (attended.early, 1),
        (attended.missing, 1),
        (attended.late_minutes, 1),
        (attended.early_minutes, 1),
        (minutes, 60),
        (facts.service_years, 1),
        _award(facts, rules, whole),
        (facts.night.shifts, 1),
    ]


def _award(facts: PayFacts, rules: PayRules, whole: bool) -> Pair:
    """全勤比例:什么都没有缺的人直接是 100%。"""
    attended = facts.attended
    if whole and not (facts.leaves or attended.late or attended.early or attended.missing or attended.absent_days[0]):
        return (1, 1)
    return award(whole, attended, facts.leaves, rules.terms.full_attendance).share


def overtime_wage(facts: PayFacts, rules: PayRules) -> int:
    """加班工资的基数(分;政策 overtime.base):合同月工资,或加上列明的标准,或当月全部工资;不低于当地最低工资。"""
    wage = wage_on(facts.wages, facts.last_day).fen
    way = rules.terms.overtime_base
    if way == "listed_items":
        own = {f"{one.name}{INPUT_TAIL}": one.fen for one in facts.allowances}
        wage += sum(own.get(name, 0) for name in rules.terms.overtime_base_items)
    elif way == "full_wage":
        amounts, _ = item_amounts(facts._replace(overtime=()), rules)
        wage += sum(amounts[step.line] for step in rules.steps if rules.items[step.line].section is Section.EARNING)
    least = rules.city(facts.city).minimum
    return wage if wage >= least else least


def overtime_minutes(facts: PayFacts) -> dict[str, int]:
    """各种加班的分钟:一种一行,先合起来再算。"""
    found: dict[str, int] = {}
    for one in facts.overtime:
        found[one.kind] = found.get(one.kind, 0) + one.minutes
    return found


def leave_days(facts: PayFacts) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """(事假、病假、全部请假)天数。"""
    found = [(0, 1), (0, 1), (0, 1)]
    for taken in facts.leaves:
        n, d = taken.days
        for i, counts in enumerate((taken.kind == "personal", taken.kind in (SICK, SICK_LONG), True)):
            if counts:
                a, b = found[i]
                found[i] = (a + n, b) if b == d else (a * d + n * b, b * d)
    return found[0], found[1], found[2]


def _built_in(facts: PayFacts, rules: PayRules, amounts: list[int], slots: list[Any]) -> int:
    """基本工资这一行,得当月基本工资(分)。"""
    if len(facts.wages) == 1 and facts.first_day <= 1 and facts.last_day >= rules.last_day:
        fen = facts.wages[0].fen
    else:
        fen = base_wage(facts, rules).pay.fen
    index = rules.rule_index.get("base_wage")
    if index is not None:
        amounts[index] = fen
        slots[rules.rule_slot["base_wage"]] = (fen, 1)
    return fen


def _absent(facts: PayFacts, rules: PayRules, amounts: list[int], state: tuple[list[Any], int]) -> None:
    slots, base = state
    for (rule, sign), fen in zip(_ABSENT, absent_fen(facts, rules, base), strict=True):
        if fen:
            index = rules.rule_index.get(rule)
            if index is not None:
                amounts[index] = fen * sign
                slots[rules.rule_slot[rule]] = (fen, 1)


_ABSENT = (("personal_leave", -1), ("sick_leave", -1), ("sick_pay", 1), ("absence", -1), ("lateness", -1))
"""缺勤各行与正负,次序同 Absences.amounts。"""


def insurance_shares(facts: PayFacts, rules: PayRules) -> tuple[ShareFen, ...]:
    """五险一金各险种两边的金额。"""
    own = facts.insured
    if own is None:
        return ()
    out = []
    for step in rules.shares(own):
        housing, floor, cap, (a, b, c), (ra, rb, rc), unit, plain_base, line = step
        declared = own.housing_base if housing else own.social_base
        if declared is None:
            continue
        base = declared if cap is None or declared < cap else cap
        if base < floor:
            base = floor
        if base > plain_base:
            share = contribute(line, declared)
            over, added = share.employee_not_deductible, share.employer_added_income
            out.append(ShareFen(step, share.base, share.employee, share.employer, over, added))
        else:
            fen = ((base * a + b) // c * unit, (base * ra + rb) // rc * unit)
            out.append(tuple.__new__(ShareFen, (step, base, *fen, 0, 0)))
    return tuple(out)


def withheld(facts: PayFacts, rules: PayRules, income: int, deductible: int) -> int:
    """本月个税(分):累计预扣,不退;与 engine.tax.withhold 同样的式子。"""
    (
        scheme, start, before, free, insurance, special, other, donation, relief, paid, _,
        new_special, new_other, new_donation, new_relief,
    ) = facts.tax  # fmt: skip
    taxable = before + income - free - rules.allowances[scheme, start] - insurance - deductible
    taxable -= special + new_special + other + new_other + donation + new_donation
    due = rules.table.tax(taxable if taxable > 0 else 0) - relief - new_relief - paid
    return due if due > 0 else 0


def _lines(slip: Slip) -> list[Line]:
    order = _ORDER
    found = [
        Line(item.key, item.label, item.section, Money(fen))
        for item, fen in zip(slip.rules.items, slip.amounts, strict=True)
        if fen or item.always
    ]
    found += [Line(a.code, a.label, Section(a.section), Money(a.fen)) for a in slip.adjustments]
    for share in slip.shares:
        line = share.step.line
        if share.employee:
            found.append(Line(f"ins_{line.code}", line.label, Section.INSURANCE, Money(-share.employee)))
        if share.employer:
            found.append(Line(f"er_{line.code}", f"{line.label}(单位)", Section.EMPLOYER, Money(share.employer)))
    found.append(Line("iit", "个人所得税", Section.TAX, Money(-slip.tax_fen)))
    added = sum(s.added for s in slip.shares)
    if added:
        found.append(Line("fund_excess", "公积金超限并入应税", Section.INFO, Money(added)))
    if slip.shortage:
        found.append(Line(SHORTAGE, "应发不够缴的,转下月收回", Section.AFTER_TAX, slip.shortage))
    found += [
        Line(f"{CARRIED}{t.code}", f"{_label(slip, t.code)}没扣完,转下月", Section.INFO, Money(t.rest))
        for t in slip.carried
    ]
    if slip.receivable_fen:
        found.append(Line("receivable", "待收回合计", Section.INFO, Money(slip.receivable_fen)))
    return sorted(found, key=lambda one: order[one.section])


_ORDER = {section: i for i, section in enumerate(Section)}


def _label(slip: Slip, code: str) -> str:
    """税后扣款一行的名字。"""
    named = {item.key: item.label for item in slip.rules.items} | {a.code: a.label for a in slip.adjustments}
    return named[code]
