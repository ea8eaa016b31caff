"""加班 overtime:几点到几点算哪种加班、几分钟、付多少钱、哪些可以补休。

劳动法第四十四条:工作日延时 ≥150%;休息日不能安排补休的 ≥200%;法定休假日 ≥300%,不得以补休代替。
倍数是有日期的数据(`OvertimeRules.multipliers`),不写在这里。加班要有审批又有打卡:付两者重叠的时间。
一种日子一个月一行:基数 × 分钟 × 倍数 ÷(计薪天数 × 每天小时 × 60),只在最后舍入一次。
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.days import Calendar, DayKind
from engine.errors import BadInput, NotReady
from engine.figures import hours_times, plain
from engine.money import Money, total
from engine.proration import Why, leaf_days, leaf_money
from engine.shifts import Window, cut, meet, merge, minutes_of
from engine.trace import Trace

LONGEST = timedelta(days=31)
"""一次加班最长多久:再长多半是日期写错了。"""


class OvertimeKind(StrEnum):
    """哪种加班;over_period_standard 是综合工时超出周期标准的部分。"""

    WORKDAY = "workday"
    REST_DAY = "rest_day"
    STATUTORY = "statutory_holiday"
    OVER_PERIOD = "over_period_standard"


KIND_LABELS = {
    OvertimeKind.WORKDAY: "工作日加班",
    OvertimeKind.REST_DAY: "休息日加班",
    OvertimeKind.STATUTORY: "法定节假日加班",
    OvertimeKind.OVER_PERIOD: "超出周期标准的加班",
}


class System(StrEnum):
    """工时制度:标准、不定时、综合计算、计件。"""

    STANDARD = "standard"
    IRREGULAR = "irregular"
    COMPREHENSIVE = "comprehensive"
    PIECE = "piece"


class CrossMidnight(StrEnum):
    """跨零点:按自然日拆开,或全算开始的那天。"""

    SPLIT_BY_DATE = "split_by_date"
    START_DATE = "start_date"


class Settle(StrEnum):
    """怎么结:付钱,或补休。"""

    PAY = "pay"
    COMP_LEAVE = "comp_leave"


@dataclass(frozen=True, slots=True)
class OvertimeRules:
    """加班的规定。

    multipliers 各种加班的倍数;pay_days 月计薪天数;hours_per_day 每天小时;granularity_minutes 每天的一截向下取到
    它的倍数(1 为如实);irregular_pays_statutory 不定时工时的法定节假日付不付。
    """

    multipliers: Mapping[OvertimeKind, Decimal]
    pay_days: Decimal
    hours_per_day: Decimal
    cross_midnight: CrossMidnight = CrossMidnight.SPLIT_BY_DATE
    granularity_minutes: int = 1
    system: System = System.STANDARD
    irregular_pays_statutory: bool = True

    def multiplier(self, kind: OvertimeKind) -> Decimal:
        """倍数;没有规定报 NotReady(RULE_MISSING)。"""
        if kind not in self.multipliers:
            raise NotReady(
                "RULE_MISSING",
                f"{KIND_LABELS[kind]}的倍数还没有规定。请 HR 在政策文件里补上,再重新计算。",
                {"kind": kind},
            )
        return self.multipliers[kind]

    @property
    def month_minutes(self) -> Fraction:
        """一个月折算多少分钟。"""
        return Fraction(self.pay_days) * Fraction(self.hours_per_day) * 60


@dataclass(frozen=True, slots=True)
class Record:
    """一次加班:start 到 end(上海钟面时间),break_minutes 中间休息(从最后一截扣),settle 本人选的结法。"""

    start: datetime
    end: datetime
    settle: Settle = Settle.PAY
    break_minutes: int = 0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """一截加班:第 record 次的、day 这天的、kind 这种的、多少分钟、怎么结;forced 为真是本人要补休而法律只许付钱。"""

    record: int
    day: date
    kind: OvertimeKind
    minutes: int
    settle: Settle
    forced: bool = False
    evidence: tuple[str, ...] = ()


def kind_of(day: date, calendar: Calendar, roster: frozenset[date] | None = None) -> OvertimeKind:
    """这一天加班算哪种:补班日是工作日;周末、调休放假、排班休息是休息日。"""
    kind = calendar.kind(day, roster)
    if kind is DayKind.STATUTORY:
        return OvertimeKind.STATUTORY
    return OvertimeKind.WORKDAY if kind in (DayKind.WORKDAY, DayKind.MAKEUP) else OvertimeKind.REST_DAY


def segments(
    records: Sequence[Record], rules: OvertimeRules, calendar: Calendar, roster: frozenset[date] | None = None
) -> tuple[Segment, ...]:
    """把各次加班拆成一截一截;取整后为零的不留。结束不晚于开始报 BadInput(END_NOT_AFTER_START)。"""
    found: list[Segment] = []
    for index, record in enumerate(records):
        if record.end <= record.start:
            raise BadInput("END_NOT_AFTER_START", "加班的结束时间不在开始时间之后。请您看一下起止时间,改好后再提交。")
        if record.end - record.start > LONGEST:
            raise BadInput("OVERTIME_TOO_LONG", "一次加班超过一个月了。请您看一下起止时间,改好后再提交。")
        for day, minutes in _parts(record, rules):
            minutes -= minutes % rules.granularity_minutes
            if not minutes:
                continue
            kind = kind_of(day, calendar, roster)
            forced = record.settle is Settle.COMP_LEAVE and kind is not OvertimeKind.REST_DAY
            settle = Settle.PAY if forced else record.settle
            found.append(Segment(index, day, kind, minutes, settle, forced, record.evidence))
    return tuple(found)


def _parts(record: Record, rules: OvertimeRules) -> list[tuple[date, int]]:
    """一次加班按日子拆开,再从最后一截起扣去休息;一截不够扣的接着扣前一截。"""
    parts: list[tuple[date, int]] = []
    start = record.start
    if rules.cross_midnight is CrossMidnight.START_DATE:
        parts.append((start.date(), minutes_of([(start, record.end)])))
    else:
        while start < record.end:
            midnight = datetime.combine(start.date() + timedelta(days=1), time())
            end = min(midnight, record.end)
            parts.append((start.date(), minutes_of([(start, end)])))
            start = end
    left = record.break_minutes
    for index in range(len(parts) - 1, -1, -1):
        day, minutes = parts[index]
        taken = min(left, minutes)
        parts[index] = (day, minutes - taken)
        left -= taken
    return parts


@dataclass(frozen=True, slots=True)
class OvertimeLine:
    """一行加班费:kind 哪种,minutes 分钟(计件的为件数 pieces),multiplier 倍数,amount 金额。"""

    kind: OvertimeKind
    minutes: Fraction
    multiplier: Decimal
    amount: Money
    base: Money
    rules: OvertimeRules | None = None
    pieces: Decimal | None = None
    evidence: tuple[str, ...] = ()

    @property
    def hours(self) -> Fraction:
        return self.minutes * Fraction(1, 60)

    def trace(self, why: Why) -> Trace:
        """这一行的来处。"""
        label = KIND_LABELS[self.kind]
        rate = f"{plain(Fraction(self.multiplier) * 100)}%"
        evidence = why.evidence or self.evidence
        if self.pieces is not None or self.rules is None:
            much = f"{plain(self.pieces or 0)} 件"
            how = f"单价 {self.base.show()} × {plain(self.pieces or 0)} × {rate}"
            parts: tuple[Trace, ...] = (
                leaf_money("单价", self.base),
                Trace("件数", plain(self.pieces or 0), "count", evidence=evidence),
            )
        else:
            much = f"{plain(self.hours, 2)} 小时"
            days, hours = plain(self.rules.pay_days), plain(self.rules.hours_per_day)
            how = f"{self.base.show()} ÷ {days} ÷ {hours} × {hours_times(self.minutes)} × {rate}"
            parts = (
                leaf_money("加班基数", self.base),
                Trace("加班分钟", plain(self.minutes), "minutes", evidence=evidence),
                leaf_days("月计薪天数", Fraction(self.rules.pay_days)),
            )
        parts = (*parts, Trace("倍数", plain(self.multiplier), "rate"))
        when = f"({why.when})" if why.when else ""
        say = f"{label} {much}{when}:{how} = {self.amount.show()}"
        words = f"{label} {much}{when},按 {rate} 计算"
        return Trace(why.label or f"{label}费", self.amount.yuan(), "money", say, words, why.rule, evidence, parts)


@dataclass(frozen=True, slots=True)
class OvertimePay:
    """一个月的加班:lines 付钱的各行;comp_minutes 记补休的分钟;forced 本人要补休但只能付钱的是哪几次;
    all_minutes 全部加班分钟(付钱的与补休的)。"""

    lines: tuple[OvertimeLine, ...]
    comp_minutes: int
    forced: tuple[int, ...]
    all_minutes: int
    pay: Money


def line(kind: OvertimeKind, minutes: Fraction | int, base: Money, rules: OvertimeRules) -> OvertimeLine:
    """一行:基数 × 分钟 × 倍数 ÷ 一个月的分钟。"""
    rate = rules.multiplier(kind)
    share = Fraction(minutes) * Fraction(rate)
    whole = rules.month_minutes
    exact = Fraction(base.fen * share.numerator * whole.denominator, share.denominator * whole.numerator)
    return OvertimeLine(kind, Fraction(minutes), rate, Money.rounded(exact), base, rules)


def overtime_pay(found: Sequence[Segment], base: Money, rules: OvertimeRules) -> OvertimePay:
    """一个月的各截 → 加班费。不定时工时只付法定节假日(制度允许时)。"""
    lines: list[OvertimeLine] = []
    for kind in (OvertimeKind.WORKDAY, OvertimeKind.REST_DAY, OvertimeKind.STATUTORY):
        paid = [s for s in found if s.kind is kind and s.settle is Settle.PAY]
        if rules.system is System.IRREGULAR and not (kind is OvertimeKind.STATUTORY and rules.irregular_pays_statutory):
            continue
        if paid:
            priced = line(kind, sum(s.minutes for s in paid), base, rules)
            lines.append(_with_evidence(priced, paid))
    return OvertimePay(
        lines=tuple(lines),
        comp_minutes=sum(s.minutes for s in found if s.settle is Settle.COMP_LEAVE),
        forced=tuple(dict.fromkeys(s.record for s in found if s.forced)),
        all_minutes=sum(s.minutes for s in found),
        pay=total([priced.amount for priced in lines]),
    )


def _with_evidence(priced: OvertimeLine, paid: Iterable[Segment]) -> OvertimeLine:
    evidence = tuple(dict.fromkeys(e for s in paid for e in s.evidence))
    return OvertimeLine(
        priced.kind, priced.minutes, priced.multiplier, priced.amount, priced.base, priced.rules, evidence=evidence
    )


@dataclass(frozen=True, slots=True)
class PeriodHours:
    """综合工时一个周期的小时:standard 标准,worked 实际(不含法定节假日),statutory 法定节假日上的班。"""

    standard: Decimal
    worked: Decimal
    statutory: Decimal


def comprehensive_pay(period: PeriodHours, base: Money, rules: OvertimeRules) -> OvertimePay:
    """综合计算工时:超出周期标准的 150%,法定节假日 300%;休息日上班是正常工作。"""
    over = max(period.worked - period.standard, Decimal(0))
    wanted = ((OvertimeKind.OVER_PERIOD, over), (OvertimeKind.STATUTORY, period.statutory))
    lines = tuple(line(kind, Fraction(hours) * 60, base, rules) for kind, hours in wanted if hours)
    minutes = int(sum(priced.minutes for priced in lines))
    return OvertimePay(lines, 0, (), minutes, total([priced.amount for priced in lines]))


def piece_pay(
    unit_price: Money, pieces: Mapping[OvertimeKind, Decimal], multipliers: Mapping[OvertimeKind, Decimal]
) -> OvertimePay:
    """计件:定额之外的件数按单价的 150%、200%、300%。"""
    lines = tuple(
        OvertimeLine(
            kind,
            Fraction(0),
            multipliers[kind],
            Money.rounded(unit_price.fen * Fraction(pieces[kind]) * Fraction(multipliers[kind])),
            unit_price,
            pieces=pieces[kind],
        )
        for kind in (OvertimeKind.WORKDAY, OvertimeKind.REST_DAY, OvertimeKind.STATUTORY)
        if pieces.get(kind)
    )
    return OvertimePay(lines, 0, (), 0, total([priced.amount for priced in lines]))


@dataclass(frozen=True, slots=True)
class Approval:
    """一份已批的加班:起止、结法、证据编号。"""

    start: datetime
    end: datetime
    evidence: str
    settle: Settle = Settle.PAY


def approved_records(
    approvals: Iterable[Approval], present: Iterable[Window], punches: tuple[str, ...] = ()
) -> tuple[Record, ...]:
    """审批与在场的重叠,变成一次次加班(先批的先占,后批的重叠部分不再算);punches 是在场的证据编号。"""
    here = merge(present)
    used: tuple[Window, ...] = ()
    found: list[Record] = []
    for approval in sorted(approvals, key=lambda a: (a.start, a.end, a.evidence)):
        own = cut(meet([(approval.start, approval.end)], here), used)
        used = merge((*used, *own))
        found += [Record(a, b, approval.settle, 0, (approval.evidence, *punches)) for a, b in own]
    return tuple(found)
