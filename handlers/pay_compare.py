"""和上月比 pay compare:逐行比出差额,说出缘由(不含金额);各行差额之和等于实发的差额,一分不差。

缘由由差异归因(engine.variance)认定,这里只把它说成一句话:主要的一种说细,别的列名字。
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine import variance as variances
from engine.arrears import PREFIX
from engine.figures import plain
from engine.money import Money
from engine.pay import Line, Slip
from engine.pay_after import SHORTAGE
from engine.pay_facts import PayFacts
from engine.pay_items import Section
from engine.pay_rules import PayRules
from engine.variance import WHY_LABELS, Why, figures, variance

Side = tuple[PayFacts, Slip, PayRules]
OWN = (Section.EARNING, Section.DEDUCTION, Section.INSURANCE, Section.TAX, Section.AFTER_TAX)


@dataclass(frozen=True, slots=True)
class Difference:
    """一行的差:before、after、change 写成金额;cause 一句缘由,不含金额(聊天也用它)。"""

    code: str
    label: str
    before: str
    after: str
    change: str
    change_fen: int
    cause: str


def compare(before: Side, after: Side) -> tuple[Difference, ...]:
    """比两个月;变化大的在前,最后一行是实发合计。没有变化的行不列。"""
    old = {line.code: line for line in before[1].lines if line.section in OWN}
    new = {line.code: line for line in after[1].lines if line.section in OWN}
    whys = _whys(before, after)
    found: list[Difference] = []
    for code in dict.fromkeys((*new, *old)):
        was = old[code].amount if code in old else Money(0)
        now = new[code].amount if code in new else Money(0)
        if was == now:
            continue
        line = new.get(code) or old[code]
        cause = _told(line, whys.get(code, []), before, after)
        found.append(Difference(code, line.label, was.show(), now.show(), _signed(now - was), (now - was).fen, cause))
    found.sort(key=lambda d: -abs(d.change_fen))
    return tuple(found)


def _signed(amount: Money) -> str:
    return f"+{amount.show()}" if amount.fen > 0 else amount.show()


def _whys(before: Side, after: Side) -> dict[str, list[Why]]:
    """各行的缘由,大的在前。"""
    sides = [variances.Side(facts, rules, figures(slip)) for facts, slip, rules in (before, after)]
    found: dict[str, list[Why]] = {}
    for part in sorted(variance(*sides), key=lambda p: -abs(p.fen)):
        found.setdefault(part.code, []).append(part.why)
    return found


def _told(line: Line, whys: list[Why], before: Side, after: Side) -> str:
    """一行的缘由:补差的说原因,别的先说主要的,再列另外几种。"""
    if line.code.startswith(PREFIX):
        own = next((a.reason for a in (*after[0].adjustments, *before[0].adjustments) if a.code == line.code), "")
        return f"以前月份的补差:{own}" if own else "以前月份的补差"
    if whys == [Why.POLICY]:
        return "公司的规定有变动"
    said = _cause(line.code, before, after)
    known = COVERED.get(line.code, COVERED["ins_"] if line.code.startswith("ins_") else {Why.DAYS, Why.OTHER})
    more = [WHY_LABELS[why] for why in whys if why not in known]
    return f"{said};另有{'、'.join(more)}的变动" if more else said


COVERED: dict[str, set[Why]] = {
    "base": {Why.BASE, Why.DAYS},
    "performance_bonus": {Why.SCORE},
    "iit": set(Why),
    "ins_": {Why.BASE, Why.RATE},
}
"""各行自己的话里已经说到的缘由。"""


def _cause(code: str, before: Side, after: Side) -> str:
    """这一行为什么变。"""
    special = CAUSES.get(code)
    if special is not None:
        return special(before[0], after[0])
    if code.startswith("ins_"):
        return _insurance(before[0], after[0])
    if code == "iit":
        return _tax(before, after)
    if code == SHORTAGE:
        return "应发不够缴社保与个税,实发按零发放,不足的转下月收回"
    if code.startswith("overtime_"):
        return _overtime(code.removeprefix("overtime_"), before[0], after[0])
    if code in ("personal_leave", "sick_leave", "sick_pay", "maternity_leave"):
        return _leave(before[0], after[0])
    names = {a.name for a in before[0].allowances} ^ {a.name for a in after[0].allowances}
    if names:
        return f"津贴有增减:{'、'.join(sorted(names))}"
    return _days(before[0], after[0])


def _base(before: PayFacts, after: PayFacts) -> str:
    if before.wages[-1].fen != after.wages[-1].fen:
        when = next((w.day for w in after.wages if w.day > 1), None)
        return f"月工资有调整({f'本月 {when} 日起' if when else '本月起'})"
    if len(after.wages) > 1 or len(before.wages) > 1:
        return "月中调薪,分段计算"
    whole = (before.first_day, before.last_day), (after.first_day, after.last_day)
    return "入职或离职当月按在职天数折算" if whole[0] != whole[1] else "按在职天数折算"


def _bonus(before: PayFacts, after: PayFacts) -> str:
    if before.score is None or after.score is None:
        return "本月才有绩效得分" if after.score is not None else "本月没有绩效得分"
    was, now = Fraction(*before.score.value), Fraction(*after.score.value)
    if was == now:
        return "绩效得分没有变,月工资有变"
    return f"绩效得分从 {plain(was * 100, 2)}% 变为 {plain(now * 100, 2)}%"


def _meal(before: PayFacts, after: PayFacts) -> str:
    return f"出勤天数从 {_n(before.attended.worked_days)} 天变为 {_n(after.attended.worked_days)} 天"


def _full(before: PayFacts, after: PayFacts) -> str:
    found = [
        words
        for count, words in (
            (after.attended.late, f"迟到 {after.attended.late} 次"),
            (after.attended.early, f"早退 {after.attended.early} 次"),
            (after.attended.missing, f"缺卡 {after.attended.missing} 次"),
            (len(after.leaves), "有请假"),
        )
        if count
    ]
    return "、".join(found) or "本月全勤"


CAUSES = {
    "base": _base,
    "performance_bonus": _bonus,
    "meal": _meal,
    "full_attendance": _full,
}


def _n(pair: tuple[int, int]) -> str:
    return plain(Fraction(*pair), 2)


def _leave(before: PayFacts, after: PayFacts) -> str:
    now = "、".join(f"{_n(t.days)} 天({t.when})" for t in after.leaves)
    was = "、".join(f"{_n(t.days)} 天({t.when})" for t in before.leaves)
    return f"本月请假:{now or '无'};上月请假:{was or '无'}"


def _overtime(kind: str, before: PayFacts, after: PayFacts) -> str:
    def hours(facts: PayFacts) -> str:
        return plain(Fraction(sum(o.minutes for o in facts.overtime if o.kind.startswith(kind)), 60), 2)

    return f"加班从 {hours(before)} 小时变为 {hours(after)} 小时"


def _insurance(before: PayFacts, after: PayFacts) -> str:
    if before.insured and after.insured and before.insured[1:3] != after.insured[1:3]:
        return "申报基数有调整"
    return "社保公积金的标准有调整" if before.insured and after.insured else "参保情况有变动"


def _tax(before: Side, after: Side) -> str:
    if before[0].pay_month[:4] != after[0].pay_month[:4]:
        return "新的纳税年度,累计重新开始"
    if before[1].taxable_income != after[1].taxable_income:
        return "按全年累计预扣,本月应税收入有变动"
    return "按全年累计预扣,累计所得到了新的一档或扣除有变动"


def _days(before: PayFacts, after: PayFacts) -> str:
    return f"应出勤 {_n(before.attended.workdays)} 天变为 {_n(after.attended.workdays)} 天,出勤 {_n(before.attended.worked_days)} 天变为 {_n(after.attended.worked_days)} 天"
