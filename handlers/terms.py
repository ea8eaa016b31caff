"""规定 terms:用例要用的有日期的规定,按日期取。"""

from __future__ import annotations

from datetime import date

from config.policies import Policies
from engine.errors import BadInput
from engine.leave import LeaveType


def leave_type(rules: Policies, key: str, on: date) -> LeaveType:
    """某天的假种规定;没有这种假报 UNKNOWN_LEAVE_TYPE。"""
    found = rules.leave.get(key)
    if found is None:
        labels = "、".join(one.label for one in rules.leave.values())
        raise BadInput("UNKNOWN_LEAVE_TYPE", f"没有这种假。可以请的有:{labels}。请换一个说法再试。")
    return found.on(on)


def leave_types(rules: Policies, on: date, only: str = "") -> dict[str, LeaveType]:
    """某天有规定的全部假种(或只要 only 那一种),按政策文件里的先后。"""
    return {key: one.on(on) for key, one in rules.leave.items() if (not only or key == only) and one.at(on) is not None}


def leave_type_by_name(rules: Policies, name: str, on: date) -> LeaveType | None:
    """按名字或日常说法找假种(钉钉里的假期类型名);认不得为 None。"""
    for kind in leave_types(rules, on).values():
        if name == kind.label or name in kind.aliases or name == kind.key:
            return kind
    return None


def contract_windows(rules: Policies, on: date) -> tuple[int, ...]:
    """合同到期提前几天提醒,从紧到松。"""
    value = rules.switches["contract.alert_days"].on(on)
    return tuple(sorted(int(v) for v in value))
