"""检查 check:`ehr demo --check`,在用完就丢的状态上,经过同样的两个进程,把主要的事走一遍。

步骤是一张表(STEPS);一步不成立就停,印出等的是什么、看到的是什么。全部成立才是退出码 0。
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.check_pay import (
    ask_why,
    compute_november,
    november_preview,
    october_bonus,
    publish_november,
    turn_the_clock,
    verify_november,
)
from app.check_street import StepFailed, Street, card_with, no_money, until, words_of
from app.demo_house import House, start_sandbox, start_service

Tell = Callable[[str], None]
Step = Callable[[Street], str]


def ask_leave(street: Street) -> str:
    """员工说一句话,得到一张写明类型、日期、天数、影响与审批人的卡片。"""
    before = street.say("liming", "明天下午请半天事假")
    message = street.wait("liming", before, card_with("事假", "提交"), "请假的确认卡片")
    words = words_of(message)
    no_money(message)
    for needed in ("11月24日", "0.5", "王芳", "半天工资"):
        if needed not in words.replace("11-24", "11月24日"):
            raise StepFailed(f"确认卡片上没有“{needed}”:{words[:200]}")
    street.seen["request"] = message["card"]
    return "卡片写明事假、11月24日下午、0.5 天、扣半天工资、审批人王芳,不带金额"


def submit_leave(street: Street) -> str:
    """按提交,上级收到不带工资影响的卡片。"""
    before = street.latest("wangfang")
    street.press("liming", street.seen["request"], "提交")
    message = street.wait("wangfang", before, card_with("李明", "事假", "同意"), "王芳的审批卡片")
    no_money(message)
    if "工资" in words_of(message):
        raise StepFailed(f"审批人的卡片提到了工资:{words_of(message)[:200]}")
    street.seen["approval"] = message["card"]
    return "王芳收到审批卡片,上面没有工资影响"


def approve_leave(street: Street) -> str:
    """上级同意,员工的卡片原地变化。"""
    before = street.latest("liming")
    street.press("wangfang", street.seen["approval"], "同意")
    street.wait(
        "liming", before, _turned(street.seen["request"]["id"], "已同意", "已批准", "已通过"), "李明的卡片变成已同意"
    )
    return "李明的卡片原地变成已同意"


def _turned(card_id: str, *states: str) -> Callable[[dict[str, object]], bool]:
    def good(message: dict[str, object]) -> bool:
        card = message.get("card")
        return isinstance(card, dict) and card["id"] == card_id and any(word in str(card["state"]) for word in states)

    return good


def written_back(street: Street) -> str:
    """批准写回钉钉考勤:问钉钉自己的请假状态接口。"""
    info = street.seen["info"]
    keys = {"appkey": info["client_id"], "appsecret": info["client_secret"]}
    token = street.api.get(f"{info['oapi']}/gettoken", params=keys).json()["access_token"]
    return until(30, lambda: _left_in_dingtalk(street, token))


def _left_in_dingtalk(street: Street, token: str) -> str:
    span = {"start_time": 1795449600000, "end_time": 1795536000000}  # 2026-11-24 零点到次日零点(上海)
    body = {"userid_list": "liming", **span, "offset": 0, "size": 20}
    url = f"{street.seen['info']['oapi']}/topapi/attendance/getleavestatus"
    answer = street.api.post(url, params={"access_token": token}, json=body).json()
    leaves = (answer.get("result") or {}).get("leave_status") or []
    if not leaves:
        raise StepFailed(f"没有写回钉钉考勤:{str(answer)[:200]}")
    return f"钉钉考勤里有 {len(leaves)} 条李明的请假"


STEPS: tuple[tuple[str, Step], ...] = (
    ("李明说“明天下午请半天事假”", ask_leave),
    ("李明按“提交”", submit_leave),
    ("王芳按“同意”", approve_leave),
    ("批准写回钉钉考勤", written_back),
    ("李明看十一月的试算", november_preview),
    ("李明看十月的工资条", october_bonus),
    ("李明在聊天里问为什么", ask_why),
    ("时钟拨到十二月一日", turn_the_clock),
    ("陈静算十一月", compute_november),
    ("孙丽发布十一月", publish_november),
    ("周军核对十一月", verify_november),
)


def run_check(tell: Tell) -> int:
    """走完全部步骤;0 全成立,1 有一步不成立(状态与日志留下来看)。启动不了是 Unavailable(退出码 3)。"""
    folder = Path(tempfile.mkdtemp(prefix="ehr-check-"))
    began = time.monotonic()
    house = start_sandbox(folder, 0)
    try:
        start_service(house, lambda text: tell(f"  · {text}"))
        tell(f"✓ 两个进程都已就绪({time.monotonic() - began:.1f} 秒)")
        passed = _walk(house, tell)
    finally:
        house.stop()
    if passed < len(STEPS):
        tell(f"{len(STEPS)} 步里走成了 {passed} 步。状态与日志留在 {folder}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    tell(f"全部 {passed} 步都成立({time.monotonic() - began:.0f} 秒)。")
    return 0


def _walk(house: House, tell: Tell) -> int:
    street = Street(chat=house.chat, api=house.api, seen={"info": house.info})
    try:
        return _steps(street, house, tell)
    finally:
        street.close()


def _steps(street: Street, house: House, tell: Tell) -> int:
    for number, (name, step) in enumerate(STEPS):
        began = time.monotonic()
        try:
            result = step(street)
        except StepFailed as problem:
            tell(f"✗ {name}:{problem.say}")
            for child in house.children():
                if not child.alive:
                    tell(f"  {child.died().say}")
            return number
        tell(f"✓ {name}:{result}({time.monotonic() - began:.1f} 秒)")
    return len(STEPS)
