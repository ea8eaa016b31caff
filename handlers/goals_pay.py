"""目标与奖金 goals pay:一个人这个月的绩效奖金,和目标调整之后会是多少。是工资,只给有“看薪酬”权限的上级与薪酬专员。

角色 pay_view 由钉钉角色名对应而来(设置 EHR_ROLE_NAMES);别的经理只看完成率与得分。
"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.days import Month
from engine.errors import EhrError, NotFound
from engine.money import Money
from engine.pay import Slip, compute
from engine.pay_facts import Scored, as_pair
from handlers.actor import Actor
from handlers.goals import AdjustTarget, scored_with
from handlers.payslip import load
from handlers.people import person_of
from handlers.performance import ScoreOf
from handlers.performance_pay import paid_cycle
from models.work import Work

BONUS = "performance_bonus"


@dataclass(frozen=True, slots=True)
class BonusView:
    """一个人一个月的绩效奖金:before/after/change 写成金额,*_amount 是 "1100.00";算不出来时为空,say 说明。"""

    person_id: int
    month: str
    before: str
    after: str
    change: str
    before_amount: str
    after_amount: str
    say: str


def bonus(work: Work, command: ScoreOf, rules: Policies, actor: Actor) -> BonusView:
    """现在的绩效奖金(已发布的是发布时的,开着的月份是试算)。"""
    person, month = person_of(work, command.person_id), Month.parse(command.month)
    try:
        found = load(work, person, month, rules)
    except EhrError as error:
        return BonusView(command.person_id, str(month), "", "", "", "", "", error.say)
    now = _bonus_of(found.slip)
    say = "已发布" if found.run is not None else "试算(预估),月底以发布的为准"
    return _view(command.person_id, month, (now, now), say)


def preview(work: Work, command: AdjustTarget, rules: Policies, actor: Actor) -> BonusView:
    """目标调整前后的绩效奖金:同一份输入,只换绩效得分。"""
    person, month = person_of(work, command.person_id), Month.parse(command.month)
    try:
        found = load(work, person, month, rules)
        result = scored_with(work, command, rules)
    except NotFound:
        raise
    except EhrError as error:
        return BonusView(command.person_id, str(month), "", "", "", "", "", error.say)
    if found.run is not None:
        now = _bonus_of(found.slip)
        return _view(command.person_id, month, (now, now), "这个月已经发布,调整目标不会改变它")
    used = paid_cycle(work, person, month, rules)
    if used is None or month not in used.cycle.months:
        now = _bonus_of(found.slip)
        return _view(command.person_id, month, (now, now), "这个月的工资不用这个周期的得分,调整目标不影响本月奖金")
    facts = found.facts._replace(score=Scored(as_pair(result.value), as_pair(result.multiplier)))
    after = _bonus_of(compute(facts, found.rules))
    return _view(command.person_id, month, (_bonus_of(found.slip), after), "试算(预估),月底以发布的为准")


def _bonus_of(slip: Slip) -> Money:
    """绩效奖金那一行;没有这一行为零。"""
    return next((line.amount for line in slip.lines if line.code == BONUS), Money(0))


def _view(person_id: int, month: Month, sides: tuple[Money, Money], say: str) -> BonusView:
    before, after = sides
    change = after - before
    sign = "+" if change.fen > 0 else ""
    return BonusView(
        person_id,
        str(month),
        before.show(),
        after.show(),
        f"{sign}{change.show()}",
        before.yuan(),
        after.yuan(),
        say,
    )
