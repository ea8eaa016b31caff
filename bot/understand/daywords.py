"""日子的词 daywords:把 "下周三"、"25号"、"节前最后一天" 解成公历日期。

约定:一周从周一到周日;本周与光说周几都指这一周(光说而已过去则指下一周);下周、下下周、上周类推;
不写年月的日子取下一个,补办的取上一个;不存在的日子(2月30日)记作 broken,不猜。
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.understand.feasts import FIXED_STATUTORY, NAMES, STATUTORY, feast_in, feast_near
from bot.understand.quantities import number
from engine.days import Calendar, Month, add_months, days_between

FEAST_NAMES = NAMES
D12 = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二两三四五六七八九])"
D31 = r"(?:[12]\d|3\d|4\d|0?[1-9]|三十[一二]?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
CLOCK_N = r"(?:2[0-4]|1\d|0?\d|二?十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_WEEK_OFFSET = {"上上": -2, "上": -1, "这": 0, "本": 0, "今": 0, "当": 0, "下": 1, "下下": 2, "下下下": 3}
_MONTH_OFFSET = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "下下": 2}
_RELATIVE = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "大昨天": -2,
    "今天": 0,
    "当天": 0,
    "明天": 1,
    "后天": 2,
    "大后天": 3,
}
_PAIRS = {"今明后": (0, 2), "明后大后": (1, 3), "明后": (1, 2), "今明": (0, 1), "昨今": (-1, 0)}
_WEEKDAYS = "一二三四五六日"
_YEAR_WORDS = {"明年": 1, "今年": 0, "去年": -1, "后年": 2}


@dataclass(frozen=True, slots=True)
class Context:
    """解日子时的依据:今天、是否补办(往回找)、公司日历。"""

    today: date
    past: bool
    calendar: Calendar

    def is_work(self, day: date) -> bool:
        """是否上班;那年的通知还没装入时,按周末与写死的公历假日先看,天数另记为未知。"""
        if self.calendar.known(day):
            return self.calendar.is_work(day)
        return day.weekday() not in self.calendar.weekend and (day.month, day.day) not in FIXED_STATUTORY

    def next_work(self, day: date, step: int) -> date | None:
        """从这天起(含)朝一个方向找最近的工作日;要跨进没有通知的年份则不知道。"""
        for _ in range(40):
            if not self.calendar.known(day):
                return None
            if self.is_work(day):
                return day
            day += timedelta(days=step)
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """一个日子或一段日子。

    `form` 说明怎么说的:exact(说全了)、weekday(光说周几)、day(光说几号)、month_day(没说年)、week(一整周)、
    list(连着几天)。`broken` 为不存在的日子;`vague` 为知道大意而定不下来(例如没有通知的节假日)。
    """

    form: str
    first: date | None
    last: date | None = None
    broken: bool = False
    vague: bool = False
    parts: tuple[int, ...] = field(default=())

    @property
    def end(self) -> date | None:
        return self.last or self.first


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _whole(text: str) -> int:
    if text.startswith("廿"):
        return 20 + (int(number(text[1:]) or 0) if len(text) > 1 else 0)
    return int(number(text) or 0)


def _exact(day: date | None) -> Day:
    return Day("exact", day) if day else Day("exact", None, broken=True)


def full(match: re.Match[str], context: Context) -> Day:
    """年月日都说了。"""
    return _exact(_make(int(match["y"]), int(match["m"]), int(match["d"])))


def _year(word: str, today: date) -> int:
    if word in _YEAR_WORDS:
        return today.year + _YEAR_WORDS[word]
    value = int(number(word.rstrip("年")) or 0)
    return value + 2000 if value < 100 else value


def bad_month(match: re.Match[str], context: Context) -> Day:
    """13月5号:没有这个月。"""
    return _exact(None)


def month_day(match: re.Match[str], context: Context) -> Day:
    """说了月日:没说年取下一个,补办取上一个。"""
    month, day = _whole(match["m"]), _whole(match["d"])
    word = match.groupdict().get("y")
    if word:
        return _exact(_make(_year(word, context.today), month, day))
    return near_month_day(month, day, context)


def near_month_day(month: int, day: int, context: Context) -> Day:
    """下一个(补办时上一个)某月某日。"""
    today = context.today
    for year in (today.year, today.year + (-1 if context.past else 1)):
        found = _make(year, month, day)
        if found is None:
            break
        if (found <= today) if context.past else (found >= today):
            return Day("month_day", found, parts=(month, day))
    return Day("month_day", None, broken=True, parts=(month, day))


def relative_month_day(match: re.Match[str], context: Context) -> Day:
    """下个月3号、这个月25号。"""
    month = Month.of(context.today).plus(_MONTH_OFFSET[match["r"]])
    return _exact(_make(month.year, month.month, _whole(match["d"])))


def _named_month(word: str | None, digits: str | None, context: Context) -> Month:
    here = Month.of(context.today)
    if word:
        return here.plus(_MONTH_OFFSET[word])
    if not digits:
        return here
    month = _whole(digits)
    year = here.year + (1 if month < here.month and not context.past else 0)
    return Month(year - (1 if month > here.month and context.past else 0), month)


def month_edge(match: re.Match[str], context: Context) -> Day:
    """月底、本月最后一个工作日、下个月第一天。"""
    edge = match["e3"]
    if edge:
        month, edge = Month(context.today.year, 12), edge.removeprefix("年底").removeprefix("年末").removeprefix("今年")
    else:
        month = _named_month(match["r"] or match["r2"], match["m"] or match["m2"], context)
        edge = match["w"] or match["e2"] or match["e"]
    if "第一" in edge:
        day = month.first
        return Day("exact", context.next_work(day, 1)) if "工作日" in edge else _exact(day)
    if "工作日" in edge:
        found = context.next_work(month.last, -1)
        return Day("exact", found, vague=found is None)
    return _exact(month.last)


def nth_weekday(match: re.Match[str], context: Context) -> Day:
    """12月第一个周五、本月最后一个周一。"""
    month = _named_month(match["r"], match["m"], context)
    index = _WEEKDAYS.index("日" if match["d"] == "天" else match["d"])
    days = [day for day in month.days() if day.weekday() == index]
    if match["z"]:
        return _exact(days[-1])
    count = _whole(match["n"])
    return _exact(days[count - 1] if count <= len(days) else None)


def edge_week(match: re.Match[str], context: Context) -> Day:
    """这个月最后一周、下个月第一周、年底最后一周:落在那个月里的上班日。"""
    named = match["r"] or match["m"]
    month = _named_month(match["r"], match["m"], context) if named else Month(context.today.year, 12)
    if match["w"] == "第":
        first, last = month.first, monday(month.first) + timedelta(days=6)
    else:
        first, last = max(month.first, monday(month.last)), month.last
    days = [day for day in days_between(first, last) if context.is_work(day)]
    return Day("week", days[0], days[-1]) if days else Day("week", first, last)


def month_head(match: re.Match[str], context: Context) -> Day:
    """下个月头三天:从 1 号起连着几天。"""
    month = _named_month(match["r"], match["m"], context)
    count = min(max(_whole(match["n"]), 1), month.last.day)
    return Day("list", month.first, month.first + timedelta(days=count - 1))


def day_only(match: re.Match[str], context: Context) -> Day:
    """光说几号:下一个这一号(补办取上一个);没有 31 号的月跳过。"""
    day = _whole(match["d"])
    month = Month.of(context.today)
    for step in range(13):
        here = month.plus(-step if context.past else step)
        found = _make(here.year, here.month, day)
        if found and ((found <= context.today) if context.past else (found >= context.today)):
            return Day("day", found, parts=(day,))
    return Day("day", None, broken=True, parts=(day,))


def offset(match: re.Match[str], context: Context) -> Day | None:
    """三天后、过两天、一周前、三个工作日后。"""
    text, unit = match["n"] or match["n2"], match["u"] or match["u2"]
    sign = -1 if match["w"] == "前" else 1
    if text == "半":
        return _exact(context.today + timedelta(days=15 * sign)) if unit == "月" else None
    count = _whole(text)
    if unit == "工作日":
        return Day("exact", _work_offset(context, count * sign))
    if unit == "月":
        return _exact(add_months(context.today, count * sign))
    return _exact(context.today + timedelta(days=count * sign * (1 if unit == "天" else 7)))


def _work_offset(context: Context, count: int) -> date:
    day, step = context.today, 1 if count > 0 else -1
    left = abs(count)
    while left:
        day += timedelta(days=step)
        left -= 1 if context.is_work(day) else 0
    return day


def relative(match: re.Match[str], context: Context) -> Day:
    """今天、明天、大后天、明后两天。"""
    word = match.group(0)
    for pair, (first, last) in _PAIRS.items():
        if word.startswith(pair):
            return Day("list", context.today + timedelta(days=first), context.today + timedelta(days=last))
    return _exact(context.today + timedelta(days=_RELATIVE[word]))


def monday(day: date) -> date:
    """那一周的周一。"""
    return day - timedelta(days=day.weekday())


def _in_week(word: str | None, weekday: int, context: Context) -> date:
    base = monday(context.today)
    if word:
        return base + timedelta(days=7 * _WEEK_OFFSET[word] + weekday)
    found = base + timedelta(days=weekday)
    if context.past:
        return found if found <= context.today else found - timedelta(days=7)
    return found if found >= context.today else found + timedelta(days=7)


def weekday(match: re.Match[str], context: Context) -> Day:
    """周三、下周三、上周五、这周末。"""
    word, name = match["r"], match["d"]
    form = "exact" if word else "weekday"
    if name == "末":
        first = _in_week(word, 5, context) if word or context.today.weekday() < 6 else context.today - timedelta(days=1)
        return Day(form, first, first + timedelta(days=1), parts=(5,))
    index = int(name) - 1 if name.isdigit() else _WEEKDAYS.index("日" if name == "天" else name)
    return Day(form, _in_week(word, index, context), parts=(index,))


def weekdays(match: re.Match[str], context: Context) -> Day | None:
    """周三四、下周一二三:必须一天挨一天。"""
    indices = [_WEEKDAYS.index(name) for name in match["ds"]]
    if any(b - a != 1 for a, b in zip(indices, indices[1:], strict=False)):
        return None
    first = _in_week(match["r"], indices[0], context)
    return Day(
        "list", first, first + timedelta(days=indices[-1] - indices[0]), parts=() if match["r"] else tuple(indices)
    )


def whole_week(match: re.Match[str], context: Context) -> Day:
    """一整周:第一个到最后一个工作日。"""
    first = monday(context.today) + timedelta(days=7 * _WEEK_OFFSET[match["r"]])
    days = [day for day in days_between(first, first + timedelta(days=6)) if context.is_work(day)]
    return Day("week", days[0], days[-1]) if days else Day("week", first, first + timedelta(days=6))


def _break_of(name: str, feast: date, context: Context) -> tuple[date, date] | None:
    """围着一个节日连着不上班的那一段;碰到没有通知的年份返回 None。"""
    if not context.calendar.known(feast):
        return None
    first = last = feast
    while context.calendar.known(first - timedelta(days=1)) and not context.is_work(first - timedelta(days=1)):
        first -= timedelta(days=1)
    while not context.is_work(last):
        last += timedelta(days=1)
        if not context.calendar.known(last):
            return None
    return first, last - timedelta(days=1)


def feast_break(match: re.Match[str], context: Context) -> Day | None:
    """节前最后一天、国庆后第一天、春节前一天:上班的日子才算。"""
    name = match["f"]
    if not name and "节" not in match.group(0) and "假" not in match.group(0):
        return None
    feast = feast_near(name, context.today, context.past) if name else _next_feast(context)
    if feast is None:
        return Day("exact", None, vague=True)
    before = match["w"].endswith("前")
    span = _break_of(name or "", feast, context)
    if span is None and before and (feast.month, feast.day) in FIXED_STATUTORY:
        span = (feast, feast)
    if span is None:
        return Day("exact", None, vague=True)
    day = (
        context.next_work(span[0] - timedelta(days=1), -1)
        if before
        else context.next_work(span[1] + timedelta(days=1), 1)
    )
    return Day("exact", day, vague=day is None)


def _next_feast(context: Context) -> date | None:
    days = [feast_near(name, context.today, context.past) for name in STATUTORY]
    known = [day for day in days if day is not None]
    return (max(known) if context.past else min(known)) if known else None


def feast_day(match: re.Match[str], context: Context) -> Day | None:
    """节日本身,或它的第几天:除夕、元旦、国庆第二天。"""
    feast = feast_near(match["f"], context.today, context.past)
    if feast is None:
        return Day("exact", None, vague=True)
    if match["n"]:
        return _exact(feast + timedelta(days=_whole(match["n"]) - 1))
    return _exact(feast)


def new_year_day(match: re.Match[str], context: Context) -> Day:
    """大年初几。"""
    years = range(context.today.year - 1, context.today.year + 2)
    springs = [feast_in("春节", year) for year in years]
    days = [spring + timedelta(days=_whole(match["n"]) - 1) for spring in springs if spring]
    wanted = [d for d in days if (d <= context.today if context.past else d >= context.today)]
    if not wanted:
        return Day("exact", None, vague=True)
    return _exact(max(wanted) if context.past else min(wanted))


def nearest_day(start: date, day: Day) -> date | None:
    """只说了几号(或几月几号)的日子,取某天之后的那一个:"11月28号到2号" 的 2 号是 12 月 2 号;相隔太远算说反了。"""
    if day.form == "month_day":
        return _make(start.year + (1 if day.parts[0] < start.month else 0), day.parts[0], day.parts[1])
    same = _make(start.year, start.month, day.parts[0])
    if same and same >= start:
        return same
    following = Month.of(start).plus(1)
    rolled = _make(following.year, following.month, day.parts[0])
    return rolled if rolled and (rolled - start).days <= 16 else same


def month_name(match: re.Match[str], context: Context) -> str:
    """说到的月份:没说年的取最近一个已经到了的(查工资、考勤、绩效都是往回看)。"""
    here = Month.of(context.today)
    if match["r"]:
        month = here.plus(_MONTH_OFFSET[match["r"]])
    else:
        number_ = _whole(match["m"])
        year = _year(match["y"], context.today) if match["y"] else here.year - (1 if number_ > here.month else 0)
        month = Month(year, number_) if 1 <= number_ <= 12 else here
    return str(month)
