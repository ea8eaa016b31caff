"""公式的往月 formula history:上月的值、本年累计(不含本月)。公式说要哪些,调用的人装入,缺哪个月就报哪个月。

本年累计从 1 月加到上个月,都按工资所属月;要连本月一起,写 `本年累计(绩效奖金) + 绩效奖金`。
一月份的本年累计是零(前面没有月份,不是缺数据);入职以前的月份不是缺数据,本年累计里不算。
入职头一个月没有上月:用到“上月”的公式要写没有时的值。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from engine.days import Month
from engine.formula_types import LAST_MONTH


class Need(NamedTuple):
    """公式要的往月的值:function 是上月或本年累计,name 是项目或事实。"""

    function: str
    name: str

    @property
    def slot(self) -> str:
        """在槽里的名字;带括号,不会与项目重名。"""
        return f"{self.function}({self.name})"


class Past(NamedTuple):
    """装入的往月:各月的值(没有的月份值为 None)与证据编号。值的单位与项目相同,金额为分。"""

    months: tuple[tuple[str, Any], ...]
    evidence: tuple[str, ...] = ()


def months_of(need: Need, month: Month) -> tuple[Month, ...]:
    """算 month 这个月的工资,这一项要哪几个月的。"""
    if need.function == LAST_MONTH:
        return (month.plus(-1),)
    return tuple(Month(month.year, m) for m in range(1, month.month))


def past(
    need: Need, month: Month, value: Callable[[str, Month], Any], evidence: Mapping[Month, str] | None = None
) -> Past:
    """照 need 装入:value(名字, 月) 得那个月的值,没有得 None;evidence 是各月工资条的编号。"""
    wanted = months_of(need, month)
    ids = evidence or {}
    return Past(tuple((str(m), value(need.name, m)) for m in wanted), tuple(ids[m] for m in wanted if m in ids))
