"""开关与考勤口径的政策 policy switches:pay.yaml 的开关、attendance.yaml 的全勤奖档与夜班。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.policy_dates import dated, from_the_first
from config.policy_files import Document, refuse, shaped
from config.policy_shapes import (
    AttendanceFile,
    FullAttendanceVersion,
    LeaveFile,
    NightVersion,
    SwitchShape,
    SwitchVersion,
)
from engine.attendance_award import FullAttendance, NightRule
from engine.effective import Dated

WHOLE_MONTH = ("insurance.", "tax.")
"""按整月计算的开关:不能在月中改。"""
CUTOFFS = ("insurance.join_cutoff_day", "insurance.leave_cutoff_day")


def switches(document: Document, found: Mapping[str, SwitchShape]) -> dict[str, Dated[Any]]:
    """全部开关;选了没有的值、月中改了不能改的,都拒绝。"""
    out: dict[str, Dated[Any]] = {}
    for key, one in found.items():
        path = ("switches", key, "versions")
        for i, version in enumerate(one.versions):
            values = version.value if isinstance(version.value, list) else [version.value]
            wrong = [v for v in values if one.choices and v not in one.choices]
            if wrong:
                allowed = "、".join(str(c) for c in one.choices)
                raise refuse(document.mark((*path, i, "value")), f"“{wrong[0]}”不能选,请改成 {allowed} 之一。")
            if key in CUTOFFS and not _cutoff(version.value):
                say = f"“{version.value}”不能选,请改成 city(按城市数据)、none(不设截止日)或几号(1 到 31)。"
                raise refuse(document.mark((*path, i, "value")), say)
        out[key] = dated(document, path, f"pay.{key}", one, _switch)
        if key.startswith(WHOLE_MONTH):
            from_the_first(document, path, out[key])
    return out


def _cutoff(value: object) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return 1 <= value <= 31
    return value in ("city", "none")


def _switch(version: SwitchVersion) -> object:
    return tuple(version.value) if isinstance(version.value, list) else version.value


def full_attendance(document: Document, leave: Document) -> Dated[FullAttendance]:
    """全勤奖的档。"""
    known = {"missing", "absent", *shaped(leave, LeaveFile).types}

    def value(version: FullAttendanceVersion) -> FullAttendance:
        wrong = [k for k in version.lost_by if k not in known]
        if wrong:
            raise ValueError(f"lost_by 里的“{wrong[0]}”不认得,可以写 {'、'.join(sorted(known))}。")
        counts = [count for count, _ in version.late_tiers]
        rates = [rate for _, rate in version.late_tiers]
        if counts != sorted(set(counts)) or rates != sorted(rates, reverse=True):
            raise ValueError("late_tiers 的次数要由小到大、比例要由大到小(次数越多发得越少),请改正。")
        if any(not 0 <= rate <= 1 for rate in rates):
            raise ValueError("late_tiers 的比例要在 0 到 1 之间,请改正。")
        tiers = tuple((count, rate) for count, rate in version.late_tiers)
        rule = f"attendance.full_attendance@{version.since}"
        return FullAttendance(version.whole_period, frozenset(version.lost_by), tiers, rule)

    rule = shaped(document, AttendanceFile).full_attendance
    return dated(document, ("full_attendance", "versions"), "attendance.full_attendance", rule, value)


def night_rule(document: Document) -> Dated[NightRule]:
    """夜班的算法。"""

    def value(version: NightVersion) -> NightRule:
        return NightRule(version.from_, version.to, version.least_minutes)

    rule = shaped(document, AttendanceFile).night_shift
    return dated(document, ("night_shift", "versions"), "attendance.night_shift", rule, value)
