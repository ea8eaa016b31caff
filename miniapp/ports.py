"""接口 ports:网页要别的房间给的东西,都是一个可以调用的参数。"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


def all_well() -> Mapping[str, str]:
    """没有要另外查看的。"""
    return {}


@dataclass(frozen=True, slots=True)
class Ports:
    """login_code 钉钉免登授权码 → userid(换不到报 EhrError);ready 各部件的情形(名字 → 空为正常,否则一句话);
    now 会话用的时刻(Unix 秒):会话的长短是安全的事,用机器的钟,不用演示的钟。
    """

    login_code: Callable[[str], str]
    ready: Callable[[], Mapping[str, str]] = all_well
    now: Callable[[], float] = time.time
