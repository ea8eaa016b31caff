"""工龄 service:一段工作满了几个月、几年;最后一天算在内。

日期加月:同号,没有那一号则取该月最后一天(1月31日加一个月是2月28日,闰年29日)。
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from engine.days import add_months
from engine.errors import BadInput

ONE_DAY = timedelta(days=1)


def full_months(since: date, until: date) -> int:
    """从 since 到 until(两端都算)满了几个整月;until 早于 since 报 BadInput(END_BEFORE_START)。"""
    if until < since:
        raise BadInput("END_BEFORE_START", "结束的日子早于开始的日子。请您看一下起止日期,改好后再来。")
    end = until + ONE_DAY
    months = (end.year - since.year) * 12 + end.month - since.month
    while add_months(since, months) > end:
        months -= 1
    return months


def half_years_rounded(since: date, until: date) -> Fraction:
    """经济补偿的年限(月数):每满一年为 1,余下六个月以上为 1、不满六个月为 ½(劳动合同法第四十七条第一款)。"""
    years, rest = divmod(full_months(since, until), 12)
    if rest >= 6:
        return Fraction(years + 1)
    left = until + ONE_DAY > add_months(since, 12 * years)
    return years + Fraction(1, 2) if left else Fraction(years)
