"""权限 permissions:谁可以办哪件事。一张表(handlers/table.py)列全,缺一条就办不了。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.errors import NotAllowed
from handlers.actor import Actor, is_manager_of
from models.work import Work

Check = Callable[[Work, Actor, Any], bool]

REFUSED = "这件事需要相应的权限,您的账号目前没有。如确有需要,请联系 HR 为您开通或代办。"


@dataclass(frozen=True, slots=True)
class Permit:
    """一条许可:allow 判断可否;who 中文写明给谁;audited=True 的查询每看一次留一行;subject_of 取对象名。"""

    allow: Check
    who: str
    audited: bool = False
    subject_of: Callable[[Any], str] | None = None

    def check(self, work: Work, actor: Actor, command: Any) -> None:
        if not self.allow(work, actor, command):
            raise NotAllowed("NOT_ALLOWED", REFUSED)

    def subject(self, command: Any) -> str:
        if self.subject_of is not None:
            return self.subject_of(command)
        for name in ("person_id", "request_id", "run_id", "alert_id", "course_id", "appeal_id", "input_id"):
            if getattr(command, name, None) is not None:
                return f"{name.removesuffix('_id')}:{getattr(command, name)}"
        return ""

    def details(self, command: Any) -> str:
        """审计里的一句话:只写命令的名字;内容可能含隐私,不写。"""
        return type(command).__name__


def anyone(_work: Work, actor: Actor, _command: Any) -> bool:
    """在职员工,办自己的事(用例里只用 actor.person_id)。"""
    return actor.has("employee")


def system_only(_work: Work, actor: Actor, _command: Any) -> bool:
    return actor.has("system")


def roles(*names: str) -> Check:
    """有其中任一角色。"""

    def check(_work: Work, actor: Actor, _command: Any) -> bool:
        return actor.has(*names)

    return check


def self_or(*names: str) -> Check:
    """本人(command.person_id),或有其中任一角色。"""

    def check(_work: Work, actor: Actor, command: Any) -> bool:
        return actor.has(*names) or (actor.person_id != 0 and command.person_id == actor.person_id)

    return check


def manager_or(*names: str) -> Check:
    """这个人(command.person_id)的上级,或有其中任一角色。"""

    def check(work: Work, actor: Actor, command: Any) -> bool:
        return actor.has(*names) or is_manager_of(work, actor, command.person_id)

    return check


def sees_bonus(work: Work, actor: Actor, command: Any) -> bool:
    """看一个人的奖金:薪酬专员;或有“看薪酬”权限、又是他上级或 HR 的人。自己的在工资条里看。"""
    return actor.has("payroll") or (actor.has("pay_view") and manager_or("hr")(work, actor, command))
