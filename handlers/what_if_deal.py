"""再签一单 what if deal:本人问“如果这个月再签 5 万”——同样的方案与输入,只在签单里加这一笔,看得分与绩效奖金会到多少。什么也不写。

页面给金额(只给本人);聊天只说百分比(words),不带金额,给链接。
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from config.policies import Policies
from engine import performance as rules_of
from engine.days import Month, shanghai_date
from engine.errors import BadInput, EhrError, NotFound, RuleBroken
from engine.money import Money
from engine.pay import Slip, compute
from engine.pay_facts import Scored, as_pair
from handlers.actor import Actor
from handlers.pay_records import with_deal
from handlers.payslip import load
from handlers.people import person_of
from handlers.performance import percent_words, what_if
from handlers.sheet_values import Unreadable, money_of
from models.people import Person
from models.work import Work

BONUS = "performance_bonus"
LARGEST = Money(10**12)
"""一百亿元以上的一单,一定是写错了。"""


@dataclass(frozen=True, slots=True)
class AnotherDeal:
    """再签一单:amount 元(“50000”“5万”都认);month 空为本月。问的总是本人。"""

    amount: str
    month: str


@dataclass(frozen=True, slots=True)
class DealItem:
    """一个受影响的指标:完成率前后。"""

    label: str
    before: str
    after: str
    weight: str


@dataclass(frozen=True, slots=True)
class DealView:
    """前后:score_* 得分;bonus_*、net_* 绩效奖金与实发(金额,只给本人的页面);say 还算不出奖金时的缘由;words 不含金额的一句。"""

    month: str
    month_label: str
    deal: str
    items: tuple[DealItem, ...]
    score_before: str
    score_after: str
    bonus_before: str
    bonus_after: str
    bonus_change: str
    net_change: str
    say: str
    words: str


def another_deal(work: Work, command: AnotherDeal, rules: Policies, actor: Actor) -> DealView:
    """本人这个月再签一单会怎样。没有方案报 NO_PLAN,方案不看签单报 NO_DEALS,已发布的月份报 MONTH_LOCKED。"""
    person, month = person_of(work, actor.person_id), Month.parse(command.month)
    fen = amount_of(command.amount)
    before, after = _plans(work, person, (month, rules), fen)
    scores = rules_of.score(before), rules_of.score(after)
    items = tuple(
        DealItem(
            one.label,
            _ratio(one),
            _ratio(other),
            percent_words(Fraction(one.weight)),
        )
        for one, other in zip(before.indicators, after.indicators, strict=True)
        if _moved(one, other)
    )
    shown = [percent_words(one.value) for one in scores]
    words = f"{month.label}再签这一单,得分从 {shown[0]} 到 {shown[1]}"
    words += "".join(f",{one.label}从 {one.before} 到 {one.after}" for one in items)
    same = "(已经封顶,再签也不再涨)" if shown[0] == shown[1] else ""
    blank = DealView(
        str(month), month.label, Money(fen).show(), items, shown[0], shown[1], "", "", "", "", "", words + same
    )
    return _with_pay(work, person, (month, rules), (blank, scores[1]), fen)


def _with_pay(
    work: Work, person: Person, about: tuple[Month, Policies], found: tuple[DealView, rules_of.Score], fen: int
) -> DealView:
    """再算奖金、按签单算的提成与实发:开着的月份现算;算不出来(没有薪酬档案等)就只给得分。"""
    month, rules = about
    view, score = found
    try:
        loaded = load(work, person, month, rules)
    except EhrError as problem:
        return replace(view, say=f"奖金暂时还算不出来:{problem.say}")
    if loaded.run is not None:
        raise RuleBroken("MONTH_LOCKED", f"{month.label}的工资已经发布,再签的单算在之后的月份。请看本月的。")
    facts = loaded.facts._replace(score=Scored(score.pair, as_pair(score.multiplier)))
    facts = with_deal(facts, fen, min(month.last, shanghai_date(work.now)))
    slip = compute(facts, loaded.rules)
    was, now = _bonus(loaded.slip), _bonus(slip)
    return replace(
        view,
        bonus_before=was.show(),
        bonus_after=now.show(),
        bonus_change=_signed(now - was),
        net_change=_signed(slip.net - loaded.slip.net),
        say="试算(预估):以月底的签单与发布的工资条为准",
    )


def _plans(work: Work, person: Person, about: tuple[Month, Policies], fen: int) -> tuple[rules_of.Plan, rules_of.Plan]:
    """(现在的方案, 签单里加上这一笔的方案)。"""
    built, more = (what_if(work, person, about, more=one) for one in (0, fen))
    if built is None or more is None:
        raise NotFound("NO_PLAN", "您目前没有绩效方案,签单不影响工资。如有疑问请联系 HR。")
    if not any(_moved(*pair) for pair in zip(built.plan.indicators, more.plan.indicators, strict=True)):
        raise NotFound("NO_DEALS", "您的绩效方案不看签单,再签一单不影响得分。")
    return built.plan, more.plan


def _moved(one: rules_of.Indicator, other: rules_of.Indicator) -> bool:
    """加上这一笔之后,这一项的实绩变了没有。"""
    return (one.actual, one.value) != (other.actual, other.value)


def _ratio(one: rules_of.Indicator) -> str:
    found = rules_of.ratio_of(one)
    return percent_words(found) if found is not None else "无数据"


def amount_of(text: str) -> int:
    """签单金额(分):“50000”“5万”“1.5 万元”“五万”。不对报 BAD_AMOUNT。"""
    bare = text.replace(" ", "").removesuffix("元").removesuffix("块")
    scale = {"万": 10_000, "千": 1_000, "w": 10_000, "W": 10_000, "k": 1_000, "K": 1_000}.get(bare[-1:], 1)
    bare = bare[:-1] if scale > 1 else bare
    if bare and all(c in _CHINESE for c in bare):
        bare = str(_chinese(bare))
    try:
        found = money_of(bare)
    except Unreadable:
        found = None
    fen = found.fen * scale if found is not None else 0
    if not 0 < fen < LARGEST.fen:
        raise BadInput("BAD_AMOUNT", "请写一个大于零的签单金额,例如 50000 或 5万。")
    return fen


_CHINESE = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "百": 100,
}


def _chinese(text: str) -> int:
    """“五”“十五”“一百二十”→ 数。"""
    total, current = 0, 0
    for one in text:
        value = _CHINESE[one]
        if value >= 10:
            total, current = total + (current or 1) * value, 0
        else:
            current = value
    return total + current


def _bonus(slip: Slip) -> Money:
    """绩效奖金那一行;没有为零。"""
    return next((one.amount for one in slip.lines if one.code == BONUS), Money(0))


def _signed(amount: Money) -> str:
    return f"+{amount.show()}" if amount.fen > 0 else amount.show()
