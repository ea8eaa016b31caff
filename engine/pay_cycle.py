"""计薪周期 pay cycle:一个薪酬组哪天到哪天算一期、当月发还是次月发。

一期记在它末日的那个月名下:“26 日到 25 日”的十一月是 10月26日 至 11月25日;天数、折算、缺勤都在期内数。
个税属于发放的那个月(个人所得税法第十一条,按月预扣);社保公积金按政策 insurance.month。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from engine.days import Month, Period


@dataclass(frozen=True, slots=True)
class PayCycle:
    """薪酬组的周期。start_day 起算日(1 为自然月;26 为上月 26 日到本月 25 日);pays_next 为真则次月发;pay_day 几号发。"""

    start_day: int = 1
    pays_next: bool = True
    pay_day: int | None = None
    label: str = ""
    rule: str = ""

    def period(self, month: Month) -> Period:
        """记在 month 名下的那一期。"""
        if self.start_day == 1:
            return month.period
        before = month.plus(-1)
        first = date(before.year, before.month, self.start_day)
        return Period(month, first, date(month.year, month.month, self.start_day) - timedelta(days=1))

    def month_of(self, day: date) -> Month:
        """某天的考勤记在哪个月的工资里。"""
        month = Month.of(day)
        return month.plus(1) if self.start_day > 1 and day.day >= self.start_day else month

    def pay_month(self, month: Month) -> Month:
        """这一期的工资在哪个月发,也就在哪个月计税。"""
        return month.plus(1) if self.pays_next else month


CALENDAR_MONTH = PayCycle(label="自然月,次月发")
"""没有另写的薪酬组。"""
