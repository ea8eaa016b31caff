"""全勤奖与夜班 attendance award:迟到早退只按档减全勤奖(不罚款);一个班落在夜里够多少分钟算一个夜班。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.formula_types import Pair
from engine.pay_facts import Attended, LeaveTaken
from engine.shifts import Window, meet, minutes_of


@dataclass(frozen=True, slots=True)
class FullAttendance:
    """全勤奖的档:whole_period 整期在职才有;lost_by 有了就没有全勤奖的事(missing 缺卡、absent 旷工、假种);

    late_tiers ((迟到早退合计不超过几次, 发几成), …) 升序,超过最后一档为 0。"""

    whole_period: bool
    lost_by: frozenset[str]
    late_tiers: tuple[tuple[int, Decimal], ...]
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """发几成与缘由(不含金额)。"""

    share: Pair
    words: str


def award(whole: bool, attended: Attended, leaves: tuple[LeaveTaken, ...], rule: FullAttendance) -> Award:
    """全勤奖发几成。"""
    if rule.whole_period and not whole:
        return Award((0, 1), "本期没有做满,没有全勤奖")
    lost = []
    if "missing" in rule.lost_by and attended.missing:
        lost.append(f"缺卡 {attended.missing} 次")
    if "absent" in rule.lost_by and attended.absent_days[0]:
        lost.append("有旷工")
    if any(taken.kind in rule.lost_by and taken.days[0] for taken in leaves):
        lost.append("有请假")
    if lost:
        return Award((0, 1), f"{'、'.join(lost)},没有全勤奖")
    times = attended.late + attended.early
    for most, share in rule.late_tiers:
        if times <= most:
            n, d = share.as_integer_ratio()
            return Award((n, d), f"迟到早退 {times} 次" if times else "全勤")
    return Award((0, 1), f"迟到早退 {times} 次,超过最后一档,没有全勤奖")


@dataclass(frozen=True, slots=True)
class NightRule:
    """夜班:当班时间落在 since 到 until(可跨零点)里达到 least_minutes 分钟。"""

    since: time
    until: time
    least_minutes: int

    def is_night(self, day: date, windows: tuple[Window, ...]) -> bool:
        """day 开始的这个班算不算夜班。"""
        nights = [self._night(day + timedelta(days=offset)) for offset in (-1, 0, 1)]
        return minutes_of(meet(windows, nights)) >= self.least_minutes

    def _night(self, day: date) -> Window:
        start, end = datetime.combine(day, self.since), datetime.combine(day, self.until)
        return start, end if end > start else end + timedelta(days=1)
