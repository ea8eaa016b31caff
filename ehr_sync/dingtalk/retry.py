"""再试 retry:指数退避加抖动,听对方说的等几秒,不超过总时限。"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ehr_sync.dingtalk.errors import DingTalkError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    """退避的办法:`attempts` 一共几次,`first`/`cap` 秒,`deadline` 从头到尾最多几秒。

    对方要我们等得比剩下的时限还久,就不等了,把错误交回去(由发件箱或任务稍后再来)。
    """

    attempts: int = 4
    first: float = 0.3
    cap: float = 8.0
    deadline: float = 20.0


FAST = Policy(attempts=2, first=0.2, cap=0.5, deadline=3.0)
"""有人等着看的调用:最多三秒。"""


@dataclass(frozen=True, slots=True)
class Pace:
    """时间与运气:可换掉,测试里不真的睡。"""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = field(default=random.random)


def pause(policy: Policy, tried: int, error: DingTalkError, chance: float) -> float:
    """第 `tried` 次失败后等几秒:退避的一半固定、一半随机,且不少于对方要求的。"""
    backoff = min(policy.cap, policy.first * (1 << (tried - 1)))
    return max(backoff / 2 + backoff / 2 * chance, error.retry_after or 0.0)


def with_retry(call: Callable[[], T], policy: Policy, pace: Pace, repeatable: bool = True) -> T:
    """做一件事,失败了按 `policy` 再试;不可重做的事在“可能已经办了”时不再试。"""
    started = pace.now()
    tried = 0
    while True:
        tried += 1
        try:
            return call()
        except DingTalkError as error:
            if not error.retryable or tried >= policy.attempts or (error.maybe_done and not repeatable):
                raise
            wait = pause(policy, tried, error, pace.chance())
            if pace.now() - started + wait > policy.deadline:
                raise
            pace.sleep(wait)
