"""合同合规 compliance contract:到期提醒、没有书面合同的二倍工资、试用期。

依据:劳动合同法第十、十四、十九、二十、八十二条;劳动合同法实施条例第五、六、七、十五条。
日期加月:同号,没有那一号则取该月最后一天;合同的最后一天算在期限内。
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.days import Month, add_months, show_date_full
from engine.figures import plain
from engine.money import Money, total
from engine.service import ONE_DAY, full_months
from engine.trace import Trace, money_leaf

# ── 到期提醒 ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class RenewalRules:
    """续签时本人可要求无固定期限:已签几次固定期限,或在本单位满几年(第十四条)。"""

    fixed_terms: int
    service_years: int


@dataclass(frozen=True, slots=True)
class Contract:
    """一份合同:end 到期日(None 为无固定期限),sent 已发过哪几档提醒,resolved 已续签或已处理。"""

    id: str
    end: date | None
    sent: frozenset[int] = frozenset()
    resolved: bool = False
    fixed_terms_signed: int = 0
    years_of_service: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class ExpiryAlert:
    """一条提醒:days_left 还剩几天(到期后为负),window 哪一档(None 为已到期未续),open_ended 本人要求则须签无固定期限。"""

    contract: Contract
    days_left: int
    window: int | None
    open_ended: bool

    @property
    def code(self) -> str:
        return "EXPIRED_UNRENEWED" if self.window is None else f"EXPIRES_WITHIN_{self.window}"


def contract_alerts(
    contracts: Iterable[Contract], today: date, windows: Sequence[int], rules: RenewalRules
) -> tuple[ExpiryAlert, ...]:
    """今天要发的提醒:没发过的档里最紧的一档;过了到期日立刻报已到期未续。"""
    found = []
    for contract in contracts:
        if contract.end is None or contract.resolved:
            continue
        left = (contract.end - today).days
        window = alert_window(left, windows, contract.sent)
        if left < 0 or window is not None:
            found.append(ExpiryAlert(contract, left, None if left < 0 else window, may_ask_open_ended(contract, rules)))
    return tuple(found)


def alert_window(left: int, windows: Sequence[int], sent: frozenset[int]) -> int | None:
    """还剩 left 天该发哪一档:装得下它的最紧一档;那一档发过了就不发(不会先说 30 天、又回头说 60 天)。"""
    tightest = min((w for w in windows if left <= w), default=None)
    return None if tightest in sent else tightest


def may_ask_open_ended(contract: Contract, rules: RenewalRules) -> bool:
    """续签时本人是否可以要求无固定期限。"""
    return contract.fixed_terms_signed >= rules.fixed_terms or contract.years_of_service >= rules.service_years


def alert_trace(alert: ExpiryAlert) -> Trace:
    """一条提醒的话。"""
    say = f"合同 {alert.contract.id}:{alert.contract.end} 到期"
    say += f",还有 {alert.days_left} 天" if alert.window is not None else f",已过 {-alert.days_left} 天未续签"
    if alert.open_ended:
        say += ";本人要求的,应当订立无固定期限合同"
    return Trace("合同到期", str(alert.days_left), "days", say, say)


# ── 没有书面合同 ──────────────────────────────────────────────────────


class StartDay(StrEnum):
    """二倍工资从哪天起:用工当日算第一天,或按民法典第二百零一条从次日起数。"""

    HIRE_DAY_COUNTS = "hire_day_counts"
    NEXT_DAY = "next_day"


class WrittenState(StrEnum):
    """书面合同的状态。"""

    IN_TIME = "SIGNED_IN_TIME"
    WITHIN_ONE_MONTH = "WITHIN_ONE_MONTH"
    DOUBLE_PAY_DUE = "DOUBLE_PAY_DUE"
    DEEMED_OPEN_ENDED = "DEEMED_OPEN_ENDED"


WRITTEN_LABELS = {
    WrittenState.IN_TIME: "书面合同按时签订",
    WrittenState.WITHIN_ONE_MONTH: "用工未满一个月,请在一个月内签订书面合同",
    WrittenState.DOUBLE_PAY_DUE: "满一个月未签书面合同,应每月支付二倍工资",
    WrittenState.DEEMED_OPEN_ENDED: "满一年未签书面合同,视为已订立无固定期限合同",
}


@dataclass(frozen=True, slots=True)
class UnwrittenRules:
    """宽限几个月、满几个月视为无固定期限、从哪天起;taxed 第二份工资怎么计税的话(政策 tax.second_wage)。"""

    grace_months: int
    deemed_months: int
    start: StartDay = StartDay.HIRE_DAY_COUNTS
    rule: str = "compliance.no_written_contract"
    taxed: str = ""


@dataclass(frozen=True, slots=True)
class SecondWage:
    """一个月的第二份工资:days 占 of 个日历天。"""

    month: Month
    days: int
    of: int
    wage: Money
    extra: Money


@dataclass(frozen=True, slots=True)
class Unwritten:
    """没有书面合同的结果:first…last 应付第二份工资的日子(没有为 None)。"""

    state: WrittenState
    first: date | None
    last: date | None
    months: tuple[SecondWage, ...]
    extra: Money


def no_written_contract(
    hired: date, signed: date | None, today: date, wage_of: Callable[[Month], Money], rules: UnwrittenRules
) -> Unwritten:
    """第二份工资:自用工满一个月起,到补签的前一天(未签到 today),最多到满一年的前一天。

    today 之后才签的当作还没有签。各月按日历天折算,各自取整。
    """
    first = add_months(hired, rules.grace_months)
    if rules.start is StartDay.NEXT_DAY:
        first += ONE_DAY
    anniversary = add_months(hired, rules.deemed_months)
    if signed is not None and signed > today:
        signed = None
    last = min(today if signed is None else signed - ONE_DAY, anniversary - ONE_DAY)
    state = _written_state(signed, today, first, anniversary)
    if last < first:
        return Unwritten(state, None, None, (), Money(0))
    months = tuple(_second_wages(first, last, wage_of))
    return Unwritten(state, first, last, months, total([m.extra for m in months]))


def _written_state(signed: date | None, today: date, first: date, anniversary: date) -> WrittenState:
    if (today if signed is None else signed) >= anniversary:
        return WrittenState.DEEMED_OPEN_ENDED
    if signed is not None:
        return WrittenState.IN_TIME if signed <= first else WrittenState.DOUBLE_PAY_DUE
    return WrittenState.WITHIN_ONE_MONTH if today < first else WrittenState.DOUBLE_PAY_DUE


def _second_wages(first: date, last: date, wage_of: Callable[[Month], Money]) -> Iterable[SecondWage]:
    month = Month.of(first)
    while month.first <= last:
        days = (min(last, month.last) - max(first, month.first)).days + 1
        wage = wage_of(month)
        yield SecondWage(month, days, month.last.day, wage, Money.rounded(Fraction(wage.fen * days, month.last.day)))
        month = month.plus(1)


def unwritten_trace(found: Unwritten, rules: UnwrittenRules) -> Trace:
    """第二份工资怎么来的。"""
    say = WRITTEN_LABELS[found.state]
    if found.first is not None and found.last is not None:
        say += f";{show_date_full(found.first)}至{show_date_full(found.last)}另付一倍工资,合计 {found.extra.show()}"
        say += f";{rules.taxed}" if rules.taxed else ""
    parts = tuple(
        Trace(
            m.month.label,
            m.extra.yuan(),
            say=f"{m.month.label}:{m.wage.show()} × {m.days} ÷ {m.of} = {m.extra.show()}",
            parts=(money_leaf("月工资", m.wage), Trace("日历天", str(m.days), "days")),
        )
        for m in found.months
    )
    return Trace("二倍工资差额", found.extra.yuan(), "money", say, WRITTEN_LABELS[found.state], rules.rule, (), parts)


# ── 试用期 ────────────────────────────────────────────────────────────


class ContractKind(StrEnum):
    """合同的种类:固定期限、无固定期限、以完成一定任务为期限。"""

    FIXED = "fixed"
    OPEN_ENDED = "open_ended"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class ProbationRules:
    """试用期的上限:steps((期限满几个月, 最多几个月),…)升序;open_ended_months 无固定期限的;wage_ratio 工资不低于几成。"""

    steps: tuple[tuple[int, int], ...]
    open_ended_months: int
    wage_ratio: Decimal
    rule: str = "compliance.probation"


@dataclass(frozen=True, slots=True)
class Probation:
    """一份合同的试用期:合同起止(最后一天算在内,end None 为无固定期限)、试用期最后一天(None 为没有试用期)与工资。

    post_lowest 本单位相同岗位最低档工资(知道才给)。
    """

    kind: ContractKind
    start: date
    end: date | None
    until: date | None
    wage: Money
    contract_wage: Money
    minimum_wage: Money
    post_lowest: Money | None = None


@dataclass(frozen=True, slots=True)
class ProbationCheck:
    """查出来的:most 最多几个月,last_lawful 合法的最后一天(不许有试用期为 None),days_over 超了几天,floor 工资下限。"""

    most: int
    last_lawful: date | None
    days_over: int
    floor: Money
    findings: tuple[str, ...]


def most_probation_months(own: Probation, rules: ProbationRules) -> int:
    """试用期最多几个月(第十九条):任务合同与不满三个月的不得约定;正好一年的属于“一年以上”。"""
    if own.kind is ContractKind.TASK:
        return 0
    if own.kind is ContractKind.OPEN_ENDED or own.end is None:
        return rules.open_ended_months
    term = full_months(own.start, own.end)
    return max((months for at_least, months in rules.steps if at_least <= term), default=0)


def probation_wage_floor(own: Probation, rules: ProbationRules) -> Money:
    """试用期工资下限(第二十条、条例第十五条):合同工资(或更低的同岗位最低档)的八成,且不低于最低工资。"""
    base = own.contract_wage if own.post_lowest is None else min(own.contract_wage, own.post_lowest)
    return max(base.times(rules.wage_ratio), own.minimum_wage)


def check_probation(own: Probation, rules: ProbationRules) -> ProbationCheck:
    """试用期有没有超长、工资有没有过低。"""
    most = most_probation_months(own, rules)
    lawful = add_months(own.start, most) - ONE_DAY
    over = max((own.until - lawful).days, 0) if own.until is not None else 0
    floor = probation_wage_floor(own, rules)
    findings = []
    if over:
        findings.append("PROBATION_TOO_LONG")
    if own.until is not None and own.wage < floor:
        findings.append("PROBATION_WAGE_TOO_LOW")
    return ProbationCheck(most, lawful if most else None, over, floor, tuple(findings))


def probation_trace(own: Probation, found: ProbationCheck, rules: ProbationRules) -> Trace:
    """试用期查出来的话。"""
    say = f"试用期最多 {found.most} 个月" if found.most else "这样的合同不得约定试用期"
    if found.days_over:
        say += f",超了 {found.days_over} 天"
    words = say
    if own.wage < found.floor and own.until is not None:
        say += f";试用期工资 {own.wage.show()} 低于下限 {found.floor.show()}"
        words += ";试用期工资低于下限"
    parts = (
        money_leaf("试用期工资", own.wage),
        money_leaf("合同工资", own.contract_wage),
        Trace("比例", plain(rules.wage_ratio), "rate", rule=rules.rule),
    )
    return Trace("试用期工资下限", found.floor.yuan(), "money", say, words, rules.rule, (), parts)
