"""回法 reply:每种意图用什么样的回话,缺了什么怎么问。

提出改动的意图只有种类与日子都清楚才给确认卡片,否则先问。
"""

from __future__ import annotations

from bot.understand.leave_types import CALENDAR_TYPES, LABELS
from bot.understand.timespan import Span

KINDS: dict[str, str] = {
    "leave.balance": "answer",
    "leave.status": "answer",
    "attendance.query": "answer",
    "payslip.view": "link",
    "payslip.explain": "answer",
    "performance.view": "answer",
    "performance.feedback": "handoff",
    "goal.adjust": "link",
    "approval.list": "link",
    "training.list": "answer",
    "training.progress": "handoff",
    "interview.start": "handoff",
    "handoff": "handoff",
    "help": "answer",
    "none": "none",
}

COMMON_TYPES = ("annual", "personal", "sick", "comp")

FOR_ANOTHER = "您是在替别人请假吗?请假要由本人提出,请转告对方自己跟我说;如果是您本人要请,请告诉我假种和日期,例如 明天下午请半天事假。"

_PROBLEMS = {
    "no_such_date": "您说的日期日历上没有,请再告诉我一次是哪一天,例如 12月2日。",
    "end_before_start": "结束时间早于开始时间,请再告诉我一次从哪天到哪天。",
    "vague": "那段时间的放假安排还没有公布,暂时定不下是哪一天,请直接告诉我日期,例如 2月4日。",
    "mismatch": "您说的日期和星期对不上,请再告诉我一次是哪一天。",
    "odd_count": "请假最小半天,请告诉我请几天,例如 半天、一天半。",
    "no_hour": "请告诉我从几点开始,例如 下午两点。",
    "which_days": "请告诉我具体是哪几天,例如 下周三、周四。",
    "repeating": "每天都请的话,请告诉我从哪天到哪天、每天几点到几点。",
    "no_date": "请告诉我从哪一天开始,例如 明天、下周三。",
}


def leave_question(code: str | None, span: Span | None) -> str | None:
    """请假还缺什么,问哪一句;不缺返回 None。"""
    if span is not None and span.problem:
        return _PROBLEMS[span.problem]
    if span is None or span.start is None:
        return _PROBLEMS["no_date"] if code else "请告诉我您想请哪种假、从哪一天开始,例如 明天下午请半天事假。"
    if span.unknown_year is not None and code:
        return None
    if span.days == 0:
        return "那几天您本来就休息,不用请假。如果想请别的日子,请告诉我是哪一天。"
    return None if code else "请问您想请哪种假?"


def leave_kind(code: str | None, span: Span | None) -> str:
    """请假的回法:问、卡片,或(那年通知还没装入)只回话。"""
    if span is None or span.start is None or span.problem or not code or span.days == 0:
        return "ask"
    return (
        "answer"
        if span.unknown_year is not None and not (code in CALENDAR_TYPES and span.start[:4] != str(span.unknown_year))
        else "card"
    )


def labels(codes: tuple[str, ...]) -> tuple[str, ...]:
    """按钮上的假种名字。"""
    return tuple(LABELS[code] for code in codes)
