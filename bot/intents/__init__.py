"""意图 intents:每个名词一个文件,文件之间不相识;这里是总表:意图名 → 怎么办、例句、归在哪一类。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.answers import Answer
from bot.intents import (
    approvals,
    attendance,
    goals,
    handoff,
    help,
    interview,
    leave,
    payslip,
    performance,
    training,
)
from bot.turn import MenuLine, Turn
from bot.understand import Also
from handlers.dialogue import OpenMatter

Run = Callable[[Turn, Also], list[Answer]]
Resume = Callable[[Turn, OpenMatter, Also], "list[Answer] | None"]


@dataclass(frozen=True, slots=True)
class Intent:
    """一种意图。label 帮助里归在哪一类;examples 例句;public 群里也能答;resume 没说完的事怎么接。"""

    run: Run
    label: str
    examples: tuple[str, ...] = ()
    public: bool = False
    resume: Resume | None = None


INTENTS: Mapping[str, Intent] = {
    "leave.request": Intent(leave.request, "请假", ("明天下午请半天事假", "下周三下午请半天年假"), resume=leave.resume),
    "leave.cancel": Intent(leave.cancel, "请假", ("取消明天的假",)),
    "leave.status": Intent(leave.status, "请假", ("我的假批了吗",)),
    "leave.balance": Intent(leave.balance, "假期余额", ("年假还剩几天",)),
    "attendance.query": Intent(attendance.query, "考勤", ("这个月迟到几次", "这个月加班多少小时")),
    "payslip.view": Intent(payslip.view, "工资", ("查工资条",)),
    "payslip.explain": Intent(payslip.explain, "工资", ("为什么这个月工资少了", "加班费怎么算的")),
    "performance.view": Intent(performance.view, "绩效", ("我的绩效怎么样",)),
    "performance.feedback": Intent(performance.feedback, "绩效", ("我对绩效评分有异议",)),
    "goal.adjust": Intent(goals.adjust, "目标(经理)", ("调整团队的目标",)),
    "approval.list": Intent(approvals.waiting, "审批(经理)", ("有哪些待我审批",)),
    "training.list": Intent(training.courses, "培训", ("有什么培训",), public=True),
    "training.enroll": Intent(training.enroll, "培训", ("我要报名第一门课",), resume=training.resume),
    "training.progress": Intent(training.progress, "培训", ("我报名的课",)),
    "interview.start": Intent(interview.start, "面试", ("我想开始面试",)),
    "handoff": Intent(handoff.hand_over, "找人", ("转人工",)),
    "help": Intent(help.menu, "帮助", (), public=True),
    "none": Intent(help.unknown, "帮助", (), public=True),
}

MANAGERS_ONLY = ("目标(经理)", "审批(经理)")


def menu(for_manager: bool) -> tuple[MenuLine, ...]:
    """帮助里的各类与例句,按表里的先后。"""
    lines: dict[str, list[str]] = {}
    for intent in INTENTS.values():
        if intent.examples and (for_manager or intent.label not in MANAGERS_ONLY):
            lines.setdefault(intent.label, []).extend(intent.examples)
    return tuple(MenuLine(label, tuple(examples)) for label, examples in lines.items())
