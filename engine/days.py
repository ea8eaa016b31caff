"""日子 days:月份、上海日期、工作日历(四张表)。

三种休息日分开记:法定节假日(三倍)、调休放假(两倍)、周末(两倍);补班日是工作日。
依据:全国年节及纪念日放假办法(国务院令第795号);每年一份国务院办公厅放假通知。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from engine.errors import BadInput, NotReady

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""上海时间:东八区,1991 年起不用夏令时,故固定偏移即可。"""

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class DayKind(StrEnum):
    """日子的种类;先合者为准。"""

    STATUTORY = "statutory_holiday"  # 法定节假日
    IN_LIEU = "in_lieu_rest"  # 调休放假或补假
    MAKEUP = "makeup_workday"  # 补班
    WORKDAY = "workday"  # 工作日
    WEEKEND = "weekend"  # 周末
    ROSTER_OFF = "roster_off"  # 排班休息


KIND_LABELS = {
    DayKind.STATUTORY: "法定节假日",
    DayKind.IN_LIEU: "调休放假",
    DayKind.MAKEUP: "补班",
    DayKind.WORKDAY: "工作日",
    DayKind.WEEKEND: "周末",
    DayKind.ROSTER_OFF: "排班休息",
}


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """月份 month:年与月。"""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """读 "2026-10";不对报 BadInput。"""
        try:
            year, month = text.split("-")
            first = date(int(year), int(month), 1)
        except ValueError:
            raise BadInput("BAD_MONTH", f"“{text}”不是月份,请写成 2026-10 这样。") from None
        return cls(first.year, first.month)

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return self.plus(1).first - timedelta(days=1)

    def plus(self, months: int) -> Month:
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def days(self) -> Iterator[date]:
        return days_between(self.first, self.last)

    def __contains__(self, day: date) -> bool:
        return day.year == self.year and day.month == self.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月"

    @property
    def period(self) -> Period:
        """自然月的计薪周期:一号到月末。"""
        return Period(self, self.first, self.last)


@dataclass(frozen=True, slots=True)
class Period:
    """计薪周期 period:记在 month 名下的一段日子,first 到 last(都含)。自然月是一号到月末;“26 日到 25 日”记在末日的那个月。"""

    month: Month
    first: date
    last: date

    @property
    def length(self) -> int:
        """有几天。"""
        return (self.last - self.first).days + 1

    @property
    def whole_month(self) -> bool:
        """是不是自然月。"""
        return (self.first, self.last) == (self.month.first, self.month.last)

    @property
    def label(self) -> str:
        """给人看的:"2026年11月",或带上起止日。"""
        if self.whole_month:
            return self.month.label
        return f"{self.month.label}({self.first.month}月{self.first.day}日至{self.last.month}月{self.last.day}日)"

    def day(self, number: int) -> date:
        """当期第几天是哪天(从 1 数)。"""
        return self.first + timedelta(days=number - 1)

    def number(self, day: date) -> int:
        """某天是当期第几天(从 1 数;期前为 0 或负)。"""
        return (day - self.first).days + 1

    def days(self) -> Iterator[date]:
        return days_between(self.first, self.last)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return str(self.month)


Span = Month | Period
"""一个月,或一个计薪周期:都有 first、last。"""


def period_of(span: Span) -> Period:
    """变成计薪周期。"""
    return span if isinstance(span, Period) else span.period


def days_between(first: date, last: date) -> Iterator[date]:
    """从 first 到 last(含两端)逐日;last 在前则为空。"""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def shanghai_date(at: datetime) -> date:
    """业务日期:某一时刻在上海是哪一天。只收带时区的时刻。"""
    if at.tzinfo is None:
        raise ValueError("instant must be aware")
    return at.astimezone(SHANGHAI).date()


def shanghai(at: datetime) -> datetime:
    """某一时刻的上海钟面时间(带时区)。"""
    if at.tzinfo is None:
        raise ValueError("instant must be aware")
    return at.astimezone(SHANGHAI)


def add_months(day: date, months: int) -> date:
    """日期加月:同号,没有那一号则取该月最后一天。"""
    target = Month.of(day).plus(months)
    return date(target.year, target.month, min(day.day, target.last.day))


def show_date(day: date) -> str:
    """人看的日期,带星期:"12月2日(周三)"。"""
    return f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def show_date_full(day: date) -> str:
    """人看的日期,带年:"2026年12月2日(周三)"。"""
    return f"{day.year}年{show_date(day)}"


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """一年的日历:三张表,来自当年的放假通知,什么都不推算。"""

    year: int
    source: str
    statutory: frozenset[date]
    rest_in_lieu: frozenset[date]
    makeup_work: frozenset[date]
    names: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """公司日历 calendar:各年的放假表;`known` 说明那年的通知是否已经装入。

    `weekend` 为周末的星期(0=周一);排班的人另给 `roster`(那几天上班,别的天都休息)。
    """

    years: Mapping[int, YearCalendar]
    weekend: frozenset[int] = frozenset({5, 6})
    counted: dict[tuple[date, date], tuple[int, int, int]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """数过的几段日子(没有排班的):(工作日, 法定节假日, 自然日),由 engine.proration 记。"""

    def known(self, day: date) -> bool:
        return day.year in self.years

    def kind(self, day: date, roster: frozenset[date] | None = None) -> DayKind:
        """这一天是什么日子;那年的通知还没有时报 NotReady(CALENDAR_MISSING)。"""
        table = self.years.get(day.year)
        if table is None:
            raise NotReady(
                "CALENDAR_MISSING",
                f"国务院办公厅关于{day.year}年部分节假日安排的通知还没有装入,{day.year}年的工作日暂时算不出来。"
                "请联系 HR 把通知装入(不需要升级系统),装入后再提交。",
                {"year": str(day.year)},
            )
        if day in table.statutory:
            return DayKind.STATUTORY
        if roster is not None:
            return DayKind.WORKDAY if day in roster else DayKind.ROSTER_OFF
        if day in table.rest_in_lieu:
            return DayKind.IN_LIEU
        if day in table.makeup_work:
            return DayKind.MAKEUP
        return DayKind.WEEKEND if day.weekday() in self.weekend else DayKind.WORKDAY

    def is_work(self, day: date, roster: frozenset[date] | None = None) -> bool:
        return self.kind(day, roster) in (DayKind.WORKDAY, DayKind.MAKEUP)

    def workdays(self, first: date, last: date, roster: frozenset[date] | None = None) -> list[date]:
        return [d for d in days_between(first, last) if self.is_work(d, roster)]
