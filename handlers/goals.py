"""目标 goals:经理看团队进度,调整目标;每次一版,写明理由与生效日;别人先改过就让您先看到。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from sqlmodel import col, select

from config.policies import Policies
from engine import performance as rules_of
from engine.days import Month
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from engine.performance_change import Standing
from engine.performance_goal import Goal
from handlers.actor import Actor
from handlers.freshness import PUBLISHING, Change, touch
from handlers.markup import plain
from handlers.outbox import post
from handlers.people import person_of, team_of
from handlers.performance import ScoreOf as _ScoreOf
from handlers.performance import ScoreView, fresh, percent_words, view, what_if
from handlers.performance_book import is_locked
from handlers.performance_facts import Swap, target_of
from handlers.performance_plan import Filled, cycle_of, indicator_at, plan_for
from models.people import Person
from models.performance import Indicator, Target
from models.work import Work


@dataclass(frozen=True, slots=True)
class TeamGoals:
    """我的团队某月的目标与进度。"""

    month: str


@dataclass(frozen=True, slots=True)
class AdjustTarget:
    """调整目标:value 新值(金额写元);seen_revision 是您看到的那一版(防互相覆盖)。"""

    person_id: int
    indicator: str
    month: str
    value: str
    effective_on: date
    reason: str
    seen_revision: int


@dataclass(frozen=True, slots=True)
class GoalHistory:
    """某人某指标某月目标的历史。"""

    person_id: int
    indicator: str
    month: str


@dataclass(frozen=True, slots=True)
class GoalRow:
    """一个人的目标与进度。"""

    person_id: int
    name: str
    title: str
    score: ScoreView
    revisions: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class GoalChange:
    """一版目标。"""

    revision: int
    value: str
    effective_on: date
    reason: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class GoalPreview:
    """调整的前后:目标、完成率、得分,都写成字;缺数据时为空,say 说明。"""

    person_name: str
    indicator_label: str
    old_value: str
    new_value: str
    old_ratio: str
    new_ratio: str
    old_score: str
    new_score: str
    new_score_exact: str
    say: str
    revision: int


def team_goals(work: Work, command: TeamGoals, rules: Policies, actor: Actor) -> list[GoalRow]:
    """我的团队:有绩效方案的人,完成率低的在前。"""
    month = Month.parse(command.month)
    rows: list[GoalRow] = []
    for person in team_of(work, actor.userid):
        assert person.id is not None
        if plan_for(work, person, month) is None:
            continue
        score = view(work, _ScoreOf(person.id, command.month), rules, actor)
        revisions = tuple((i.code, _revision(work, person, i.code, month)) for i in score.items)
        rows.append(GoalRow(person.id, person.name, person.title, score, revisions))
    return sorted(rows, key=lambda r: (Fraction(r.score.score_exact or "0"), r.person_id))


def preview(work: Work, command: AdjustTarget, rules: Policies, actor: Actor) -> GoalPreview:
    """先看看调整之后会怎样,不保存。"""
    person, month, row = _about(work, command)
    value = _value(command.value)
    target = target_of(work, person, command.indicator, month)
    before, after = _filled(work, command, rules, None), _filled(work, command, rules, _swap(work, command))
    if command.indicator not in {i.code for i in before.plan.indicators}:
        raise NotFound("NO_INDICATOR", f"{person.name} 这个月的绩效方案里没有“{row.name}”。请刷新页面后再试。")
    old_ratio, old_score, say = _figures(before, command.indicator)
    new_ratio, new_score, say_after = _figures(after, command.indicator)
    return GoalPreview(
        person.name,
        row.name,
        f"{target.value:f}" if target else "",
        f"{value:f}",
        old_ratio,
        new_ratio,
        percent_words(old_score) if old_score is not None else "",
        percent_words(new_score) if new_score is not None else "",
        str(new_score) if new_score is not None else "",
        say_after or say,
        target.revision if target else 0,
    )


def _filled(work: Work, command: AdjustTarget, policies: Policies, swap: Swap | None) -> Filled:
    person, month, _ = _about(work, command)
    found = what_if(work, person, (month, policies), swap)
    if found is None:
        raise NotFound("NO_PLAN", f"{person.name} 这个月没有绩效方案,没有目标可以调整。")
    return found


def _swap(work: Work, command: AdjustTarget) -> Swap:
    """假如:再添一版这样的目标。期中改的照政策折算,预览与保存之后一样。"""
    person, month, _ = _about(work, command)
    revision = _revision(work, person, command.indicator, month) + 1
    return Swap(command.indicator, month, Goal(revision, _value(command.value), command.effective_on))


def scored_with(work: Work, command: AdjustTarget, policies: Policies) -> Standing:
    """目标换成这个值之后的得分;缺数据报 NotReady。"""
    found, lacking = fresh(_filled(work, command, policies, _swap(work, command)))
    if found is None:
        raise lacking or NotFound("NO_PLAN", "这个月没有绩效方案,没有目标可以调整。")
    return found


def adjust(work: Work, command: AdjustTarget, rules: Policies, actor: Actor) -> GoalPreview:
    """调整:写新的一版,告诉本人;锁定的月份不能改,别人先改过报 GOAL_CHANGED。"""
    if command.person_id == actor.person_id:
        raise NotAllowed("OWN_TARGET", "自己的目标不能由自己调整。需要调整请联系您的上级。")
    person, month, row = _about(work, command)
    work.lock(PUBLISHING, shared=True)
    work.lock(f"target:{person.id}:{command.indicator}:{month}")
    _check_adjust(work, command, (person, month, row))
    shown = preview(work, command, rules, actor)
    revision = command.seen_revision + 1
    work.session.add(
        Target(
            person_id=command.person_id,
            indicator=command.indicator,
            month=str(month),
            revision=revision,
            value=_value(command.value),
            effective_on=command.effective_on,
            reason=command.reason.strip()[:500],
            set_by=actor.userid,
            set_at=work.now,
        )
    )
    work.session.flush()
    _tell(work, command, person, (row, shown), actor)
    mark = f"{person.id}:{command.indicator}:{month}"
    touch(work, [Change(command.person_id, month.first, "target", mark, str(revision), f"{row.name}目标有调整")])
    return shown


def _check_adjust(work: Work, command: AdjustTarget, about: tuple[Person, Month, Indicator]) -> None:
    """理由、生效日、锁定、有没有人先改过。"""
    person, month, row = about
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "调整目标需要写明理由,本人会看到。请填写后再保存。")
    if command.effective_on not in month:
        raise BadInput("EFFECTIVE_OUTSIDE", f"生效日要在 {month.label} 之内。请改一下生效日再保存。")
    plan = plan_for(work, person, month)
    if plan is not None and is_locked(work, command.person_id, cycle_of(plan, month)):
        raise RuleBroken("MONTH_LOCKED", f"{month.label}的绩效已经锁定,不能再调整目标。需要更正请联系 HR。")
    current = target_of(work, person, command.indicator, month)
    revision = current.revision if current else 0
    if revision != command.seen_revision:
        who = _who(work, current.set_by) if current else ""
        was = f"{current.value:f}" if current else ""
        raise Conflict(
            "GOAL_CHANGED",
            f"在您打开页面之后,{who or '有人'}已把{person.name}的{row.name}目标改为 {was}"
            f"(理由:{current.reason if current else ''})。您的修改没有保存,请看过最新的目标再决定。",
            {"revision": str(revision)},
        )


def history(work: Work, command: GoalHistory, rules: Policies, actor: Actor) -> list[GoalChange]:
    """目标的历史,新的在前。"""
    rows = work.session.exec(
        select(Target)
        .where(
            Target.person_id == command.person_id,
            Target.indicator == command.indicator,
            Target.month == command.month,
        )
        .order_by(col(Target.revision).desc())
    )
    return [
        GoalChange(r.revision, f"{r.value:f}", r.effective_on, r.reason, _who(work, r.set_by), r.set_at) for r in rows
    ]


def _about(work: Work, command: AdjustTarget) -> tuple[Person, Month, Indicator]:
    person = person_of(work, command.person_id)
    month = Month.parse(command.month)
    row = indicator_at(work, command.indicator, month.last)
    if row is None or not row.needs_target:
        raise NotFound("NO_INDICATOR", "没有找到这个指标,或它不需要目标。请刷新页面后再试。")
    return person, month, row


def _value(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "").replace(",", "").strip())
    except InvalidOperation:
        raise BadInput("BAD_TARGET", f"“{text}”不是数字。请填写新的目标值,例如 120000。") from None
    if not value.is_finite() or value <= 0 or value >= Decimal(10) ** 12 or value != value.quantize(Decimal("0.01")):
        raise BadInput("BAD_TARGET", "目标要大于 0、小于一万亿,最多两位小数。请改好后再保存。")
    return value


def _figures(filled: Filled, code: str) -> tuple[str, Fraction | None, str]:
    """(该指标完成率, 得分, 缺什么)。"""
    mine = next((i for i in filled.plan.indicators if i.code == code), None)
    ratio = rules_of.ratio_of(mine) if mine is not None and mine.has_data else None
    words = percent_words(ratio) if ratio is not None else ""
    found, lacking = fresh(filled)
    return words, found.value if found is not None else None, lacking.say if lacking is not None else ""


def _revision(work: Work, person: Person, indicator: str, month: Month) -> int:
    target = target_of(work, person, indicator, month)
    return target.revision if target else 0


def _who(work: Work, userid: str) -> str:
    return work.session.exec(select(Person.name).where(Person.userid == userid)).first() or userid


def _grouped(text: str) -> str:
    """ "100000.00" → "100,000";空照空。"""
    return f"{Decimal(text):,.2f}".removesuffix(".00") if text else ""


def _tell(
    work: Work, command: AdjustTarget, person: Person, about: tuple[Indicator, GoalPreview], actor: Actor
) -> None:
    row, shown = about
    month = Month.parse(command.month)
    text = (
        f"{plain(actor.name, 30)} 调整了您 {month.label} 的{row.name}目标:{_grouped(shown.old_value) or '未设'} → {_grouped(shown.new_value)},"
        f"自 {command.effective_on.month}月{command.effective_on.day}日起。理由:{plain(command.reason)}。"
        "如有不同意见,可以直接回复我,我会转给您的上级和 HR。"
    )
    payload: dict[str, object] = {
        "to": person.userid,
        "title": "绩效目标有调整",
        "markdown": text,
        "link": f"/m/performance?month={month}",
        "link_text": "查看我的绩效",
    }
    post(work, "say", f"goal:{person.id}:{command.indicator}:{month}:{command.seen_revision + 1}", payload, "goal")
