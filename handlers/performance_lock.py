"""锁定 performance lock:HR 把一个周期的得分锁定;锁定之后不再变,更正、申诉、依据有变都是新的一版。

缺数据的人指名拦住:先补数据或由人定分;实在要先锁别人的,把他们点名留下。
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.days import shanghai_date
from engine.errors import NotReady, RuleBroken
from engine.performance_cycle import Cycle
from handlers.actor import Actor
from handlers.freshness import PUBLISHING
from handlers.outbox import post
from handlers.performance import Current, current
from handlers.performance_book import Version, add, overrides_of
from handlers.performance_facts import About
from handlers.performance_plan import cycle_plan
from handlers.performance_planbook import PlanBook
from models.mailbox import Cursor
from models.people import Person
from models.performance import Plan
from models.work import Work

MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class LockCycle:
    """锁定一个周期:leave_out 点名先不锁的人(编号)。"""

    cycle: str
    leave_out: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Locked:
    """锁定的结果:locked 这次锁了几个,already 以前锁的,left_out 留下没锁的姓名。"""

    cycle: str
    locked: int
    already: int
    left_out: tuple[str, ...]


def lock(work: Work, command: LockCycle, rules: Policies, actor: Actor) -> Locked:
    """锁定。周期没过完、来源没读到周期之后报 CYCLE_UNFINISHED;缺数据的没有点名留下报 SCORES_MISSING。"""
    cycle = Cycle.parse(command.cycle)
    work.lock(PUBLISHING, shared=True)
    work.lock(f"cycle:{cycle}")
    people = members(work, cycle, rules)
    check_finished(work, cycle, [plan for _, plan in people])
    ready: list[Current] = []
    lacking: list[Current] = []
    for about, plan in people:
        if about.person.id in command.leave_out:
            continue
        found = current(work, plan, about)
        (ready if found.standing is not None else lacking).append(found)
    if lacking:
        raise RuleBroken("SCORES_MISSING", _missing_words(cycle, lacking))
    fresh = [one for one in ready if one.row is None or one.row.state != "locked"]
    for one in fresh:
        _write(work, one, actor)
    _tell(work, cycle, [one.person for one in fresh])
    left = tuple(a.person.name for a, _ in people if a.person.id in command.leave_out)
    return Locked(str(cycle), len(fresh), len(ready) - len(fresh), left)


def members(work: Work, cycle: Cycle, rules: Policies) -> list[tuple[About, Plan]]:
    """这个周期要考核的人:在职过、有这样长短的方案,按编号;共用一本方案簿。"""
    book = PlanBook(work)
    found: list[tuple[About, Plan]] = []
    for person in work.session.exec(select(Person).order_by(col(Person.id))):
        about = About(person, cycle, rules, None, book)
        plan = cycle_plan(about)
        if plan is not None:
            found.append((about, plan))
    return found


def check_finished(work: Work, cycle: Cycle, plans: list[Plan]) -> None:
    """周期过完了、用到的来源都读到了周期之后;不然报 CYCLE_UNFINISHED。"""
    if cycle.last >= shanghai_date(work.now):
        say = f"{cycle.label}还没有过完,不能锁定。请在 {cycle.last.month}月{cycle.last.day}日之后再来。"
        raise NotReady("CYCLE_UNFINISHED", say)
    codes = {item["indicator"] for plan in plans for item in plan.items}
    book = PlanBook(work, ())
    rows = [book.indicator_at(code, cycle.last) for code in sorted(codes)]
    feeds = {FEEDS[row.source] for row in rows if row is not None and row.source in FEEDS}
    read = {row.feed: row.success_at for row in work.session.exec(select(Cursor))}
    behind = []
    for feed, label in sorted(feeds):
        at = read.get(feed)
        if at is None or shanghai_date(at) <= cycle.last:
            behind.append(label)
    if behind:
        say = f"{'、'.join(behind)}还没有读到{cycle.label}之后,得分可能不全。请等同步完成再锁定(见同步健康)。"
        raise NotReady("CYCLE_UNFINISHED", say)


FEEDS = {"deals": ("deals", "签单"), "ratings": ("ratings", "客户满意度"), "attendance": ("punches", "打卡")}
"""指标的来源 → (同步的来源, 中文)。"""


def _missing_words(cycle: Cycle, lacking: list[Current]) -> str:
    told = [
        f"{one.person.name}({one.lacking.details.get('labels', one.lacking.say) if one.lacking else ''})"
        for one in lacking[:MOST_NAMES]
    ]
    more = f"等 {len(lacking)} 人" if len(lacking) > MOST_NAMES else ""
    return (
        f"{cycle.label}还有人的得分算不出来,没有锁定:{'、'.join(told)}{more}。"
        "请补上数据,或由人定分;要先锁别人的,请点名把他们留下。"
    )


def _write(work: Work, one: Current, actor: Actor) -> None:
    assert one.person.id is not None and one.standing is not None
    row = one.row
    version = Version(
        one.standing,
        one.plan.code,
        "locked",
        "lock",
        row.decided if row is not None else "",
        overrides_of(row),
        row.reason if row is not None else "",
        actor.userid,
    )
    add(work, one.person.id, one.cycle, version)


def _tell(work: Work, cycle: Cycle, people: list[Person]) -> None:
    """一条通知发给所有刚锁定的在职的人:结果出来了,不含分数与金额。"""
    told = [p.userid for p in people if p.status == "active"]
    if not told:
        return
    payload: dict[str, object] = {
        "to": told,
        "title": "绩效结果",
        "text": f"您 {cycle.label} 的绩效已经锁定。点开可以看到得分、各项依据与评语;有不同意见可以在里面提出申诉。",
        "link": f"/m/performance?month={cycle.months[-1]}",
        "link_text": "查看我的绩效",
    }
    post(work, "notice", f"score-lock:{cycle}:{work.now.isoformat()}", payload, "performance")
