"""发薪的一生 pay life:准备 → 锁定 → 计算 → 复核 → 审批 → 发布 → 归档;哪一步之后能走哪一步,列成一张表。

准备收齐事实,缺日子的是草稿,只能看不能锁;锁定之后事实不再变,后来的更正记成迟到的事实;
发布之前可以退回,写明理由;发布之后只能归档。复核、审批、发布要由没有经手计算的人来做(四只眼)。
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum

from engine.errors import NotAllowed, RuleBroken


class State(StrEnum):
    """一期走到哪里;值存在批次那一行(归档除外,它只是历史里的一步)。"""

    DRAFT = "draft"
    PREPARED = "prepared"
    LOCKED = "locked"
    COMPUTED = "computed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PUBLISHED = "published"
    ARCHIVED = "archived"


STATE_LABELS: Mapping[str, str] = {
    State.DRAFT: "草稿(还没收齐)",
    State.PREPARED: "已准备,待锁定",
    State.LOCKED: "已锁定,待计算",
    State.COMPUTED: "已计算,待发布",
    State.REVIEWED: "已复核,待审批",
    State.APPROVED: "已审批,待发布",
    State.PUBLISHED: "已发布",
    State.ARCHIVED: "已归档",
}


class Step(StrEnum):
    """走的一步。hold 暂缓、release 恢复、rerun 单独重算、extra 手工加减一行,不改变走到哪里,同样留名。"""

    PREPARE = "prepare"
    LOCK = "lock"
    COMPUTE = "compute"
    REVIEW = "review"
    APPROVE = "approve"
    PUBLISH = "publish"
    ARCHIVE = "archive"
    BACK = "back"
    HOLD = "hold"
    RELEASE = "release"
    RERUN = "rerun"
    EXTRA = "extra"


STEP_LABELS: Mapping[str, str] = {
    Step.PREPARE: "准备",
    Step.LOCK: "锁定",
    Step.COMPUTE: "计算",
    Step.REVIEW: "复核",
    Step.APPROVE: "审批",
    Step.PUBLISH: "发布",
    Step.ARCHIVE: "归档",
    Step.BACK: "退回",
    Step.HOLD: "暂缓一人",
    Step.RELEASE: "恢复一人",
    Step.RERUN: "单独重算一人",
    Step.EXTRA: "手工加减一行",
}
STAGES = (Step.PREPARE, Step.LOCK, Step.COMPUTE, Step.REVIEW, Step.APPROVE, Step.PUBLISH, Step.ARCHIVE)
"""依次的七步。"""

OPEN = frozenset({State.DRAFT, State.PREPARED, State.LOCKED, State.COMPUTED, State.REVIEWED, State.APPROVED})
LOCKED = frozenset({State.LOCKED, State.COMPUTED, State.REVIEWED, State.APPROVED, State.PUBLISHED, State.ARCHIVED})
"""事实已经冻结的:之后的更正是迟到的事实。"""
FRESH = frozenset({State.DRAFT, State.PREPARED, State.LOCKED, State.COMPUTED})
"""还没有人复核:可以直接重新准备,不必先退回。"""

TRANSITIONS: Mapping[tuple[State, Step], State] = {
    **{(state, Step.PREPARE): State.PREPARED for state in FRESH},
    (State.PREPARED, Step.LOCK): State.LOCKED,
    (State.LOCKED, Step.COMPUTE): State.COMPUTED,
    (State.COMPUTED, Step.REVIEW): State.REVIEWED,
    (State.REVIEWED, Step.APPROVE): State.APPROVED,
    (State.APPROVED, Step.PUBLISH): State.PUBLISHED,
    (State.PUBLISHED, Step.ARCHIVE): State.ARCHIVED,
    **{(state, Step.BACK): State.PREPARED for state in OPEN - {State.DRAFT, State.PREPARED}},
    (State.DRAFT, Step.HOLD): State.DRAFT,
    (State.DRAFT, Step.RELEASE): State.DRAFT,
    **{(state, step): state for state in FRESH - {State.DRAFT} for step in (Step.HOLD, Step.RELEASE, Step.RERUN)},
    **{(state, Step.HOLD): state for state in (State.REVIEWED, State.APPROVED)},
    **{(state, Step.EXTRA): state for state in (State.DRAFT, State.PREPARED)},
}
"""(走到哪里, 走哪一步) → 走到哪里;没有列的走不了。退回都回到准备:重新锁定、计算、复核,不留半截。"""

MAKING = frozenset({Step.PREPARE, Step.LOCK, Step.COMPUTE, Step.RERUN, Step.RELEASE, Step.EXTRA})
"""经手数字的步。"""
CHECKING = frozenset({Step.REVIEW, Step.APPROVE, Step.PUBLISH})
"""要由没有经手数字的人来走的步。"""


def after(state: str, step: Step) -> State:
    """走一步之后在哪里;走不了报 RuleBroken(WRONG_STEP)。"""
    found = TRANSITIONS.get((State(state), step))
    if found is not None:
        return found
    if state in (State.PUBLISHED, State.ARCHIVED):
        raise RuleBroken("ALREADY_PUBLISHED", "这一期已经发布,不能再改。之后的更正会在下一期里补一行差额。")
    wanted = "、".join(STEP_LABELS[s] for s in STAGES if (State(state), s) in TRANSITIONS)
    say = f"这一期{STATE_LABELS[state]},现在不能{STEP_LABELS[step]}。接下来可以:{wanted}。"
    raise RuleBroken("WRONG_STEP", say, {"state": state, "step": step})


def check_eyes(step: Step, who: str, makers: Set[str]) -> None:
    """四只眼:复核、审批、发布的人不能经手过这一次的准备、锁定、计算、单独重算、手工行。"""
    if step in CHECKING and who in makers:
        raise NotAllowed("FOUR_EYES", "计算和发布要由两个人来做。请另一位薪酬专员核对后发布。")


def steps_to(state: str, step: Step) -> tuple[Step, ...]:
    """从 state 顺着七步走到 step(含)还要走哪几步;一条命令可以连走几步,每一步照样留名。"""
    left: list[Step] = []
    here = State(state)
    for one in STAGES[: STAGES.index(step) + 1]:
        if (here, one) in TRANSITIONS and (one is not Step.PREPARE or here is State.DRAFT):
            left.append(one)
            here = TRANSITIONS[here, one]
    return tuple(left)
