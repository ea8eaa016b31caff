"""校准 performance calibrate:上级或 HR 改一个人的得分、等级或某一项,必须写理由;旧的一版看得见,新的一版算数。

锁定之后只有 HR 能更正,更正也是新的一版。自己的得分不能自己改。
"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.errors import NotAllowed, RuleBroken
from engine.performance_change import Change
from handlers.actor import Actor
from handlers.markup import plain
from handlers.performance_book import is_locked, words_of
from handlers.performance_write import hold, matter_of, percent_in, tell_person, write_change
from models.work import Work


@dataclass(frozen=True, slots=True)
class Calibrate:
    """校准:kind score 总分 | grade 等级 | item 某一项;value 百分数("115%"),seen_revision 是您看到的那一版(0 为试算)。"""

    person_id: int
    cycle: str
    kind: str
    value: str
    grade: str
    item: str
    reason: str
    seen_revision: int


@dataclass(frozen=True, slots=True)
class Calibrated:
    """写成的一版:score 得分与等级的话。"""

    person_id: int
    cycle: str
    revision: int
    score: str
    state: str


def calibrate(work: Work, command: Calibrate, rules: Policies, actor: Actor) -> Calibrated:
    """校准一个人的得分。理由空、写错、别人先改过、锁定后上级来改,都拒绝并说明。"""
    if command.person_id == actor.person_id:
        raise NotAllowed("OWN_SCORE", "自己的得分不能由自己校准。有不同意见可以在绩效页提出申诉。")
    matter = matter_of(work, command.person_id, command.cycle, rules)
    hold(work, matter)
    locked = is_locked(work, matter.person_id, matter.cycle)
    if locked and not actor.has("hr"):
        say = f"{matter.cycle.label}的绩效已经锁定,不能再校准。需要更正请联系 HR。"
        raise RuleBroken("CYCLE_LOCKED", say)
    title = "锁定后更正" if locked else "校准"
    change = Change(
        command.kind,
        title,
        actor.name,
        command.reason,
        "",
        command.item if command.kind == "item" else "",
        None if command.kind == "grade" else percent_in(command.value, "新的值"),
        command.grade if command.kind == "grade" else "",
    )
    how = ("correction" if locked else "calibration", command.seen_revision)
    row = write_change(work, matter, change, how, actor)
    text = (
        f"{plain(actor.name, 30)} {title}了您 {matter.cycle.label} 的绩效,现在是 {words_of(row)}。"
        f"理由:{plain(command.reason)}。以前的各版都看得到;有不同意见可以在绩效页提出申诉。"
    )
    tell_person(work, matter, f"score:{matter.person_id}:{matter.cycle}:{row.revision}", f"绩效{title}", text)
    return Calibrated(matter.person_id, str(matter.cycle), row.revision, words_of(row), row.state)
