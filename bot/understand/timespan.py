"""起止 timespan:把时间记号拼成请假的起止。

一段写法:`2026-12-02` 整天;`2026-12-02 pm` 说了半天或数到半天;`2026-12-02 14:00` 钟点。起止两端都算在内,要么都有要么都没有。
只说长度没说终点时,终点是数到的最后一天:多数假数工作日,婚假、产假、陪产假、工伤假数日历日。
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from bot.understand.daywords import Day, nearest_day
from bot.understand.leave_types import CALENDAR_TYPES
from bot.understand.points import Point, Reader, adjacent, after_named, fill, pairs, points_of, relevant, week_of_named
from bot.understand.quantities import Count
from bot.understand.timephrase import Token
from engine.days import add_months, days_between

HALF = Fraction(1, 2)
_LATE = re.compile(r"^(?:钟|左右)?(?:之前|以前|前|才到|再到|到(?:公司|岗|单位)|才来|再来|来(?:上班|公司)?|才能到|上班)")
_EACH = re.compile(r"每天|每日|天天|每周|每个?(?:上午|下午|早上|月)")
_EARLY = re.compile(r"(?:早退|早走|提前(?:走|下班|离开|回)?|先走|早点走|早下班|下班前)")
_LATE_IN = re.compile(r"(?:晚到|晚来|迟到|晚点(?:到|来)|晚上班|推迟上班)")
_FROM = re.compile(r"^(?:的)?(?:开始|起|以后|之后|后|走|离开|提前走|下班|就?撤)")


@dataclass(frozen=True, slots=True)
class Span:
    """一段假:起止与天数;`problem` 为空表示没有毛病。

    problem:no_such_date 日子不存在;end_before_start 止早于起;vague 定不下来;no_hour 说了小时没说几点;
    which_days 说了范围和天数但不知是哪几天;repeating 每天都请;mismatch 几号与周几对不上;no_date 没说日子;odd_count 天数不是半天的整数倍。
    """

    start: str | None = None
    end: str | None = None
    days: Fraction | None = None
    problem: str = ""
    unknown_year: int | None = None
    half_assumed: bool = False


def spans(tokens: Sequence[Token], reader: Reader) -> list[Span]:
    """句子里的每一段假;没有日子而有长度时,给一段只有天数的。"""
    counts = [token.count for token in tokens if token.kind == "count" and token.count]
    if _EACH.search(reader.text) and any(token.kind in ("date", "half", "clock") for token in tokens):
        return [Span(problem="repeating")]
    if any((count.unit != "minute" and (count.amount * 2).denominator != 1) or not count.amount for count in counts):
        return [Span(problem="odd_count")]
    points = fill(points_of(tokens, reader.text, reader.context.past), reader)
    if any(point.either for point in points):
        return [Span(days=_bare(counts, reader).days if counts else None, problem="which_days")]
    if any(point.clash for point in points):
        return [Span(problem="mismatch")]
    if any(point.day and point.day.broken for point in points):
        return [Span(problem="no_such_date")]
    if any(point.day and point.day.vague for point in points):
        return [Span(problem="vague")]
    if not points:
        return [_bare(counts, reader)] if counts else []
    for point in points:
        week_of_named(point, reader.text, reader.context.is_work)
        after_named(point, reader.text, reader.context.is_work)
    return _join(pairs(points), counts, reader)


def _join(pairs: list[tuple[Point, Point | None]], counts: Sequence[Count], reader: Reader) -> list[Span]:
    day_counts = [count for count in counts if count.unit != "minute"]
    minute_counts = [count for count in counts if count.unit == "minute"]
    whole: list[tuple[Point, Point | None]] = []
    for first, last in relevant(pairs, reader):
        previous = whole[-1] if whole else None
        if previous and last is None and adjacent(previous[1] or previous[0], first, reader):
            whole[-1] = (previous[0], first)
        else:
            whole.append((first, last))
    several = len(whole) > 1
    result = []
    for first, last in whole:
        count = None if several else _largest(day_counts)
        minutes = minute_counts[0].amount if minute_counts else None
        result.append(_span(first, last, (count, minutes), reader))
    return result


def _largest(counts: Sequence[Count]) -> Count | None:
    return max(counts, key=lambda count: count.amount, default=None)


def _span(first: Point, last: Point | None, lengths: tuple[Count | None, Fraction | None], reader: Reader) -> Span:
    count, minutes = lengths
    assert first.day is not None
    if first.ranged and last is None and first.minutes >= 0:
        return _clocks_until(first, reader)
    if first.ranged and last is None:
        last, first = first, Point(first.at, first.at, Day("exact", reader.context.today))
    if first.minutes >= 0 or (last and last.minutes >= 0):
        if count is None or minutes is not None or last is not None:
            return _clock_span(first, last, minutes, reader)
        first = replace(first, minutes=-1, half="am" if _noonward(first, reader) < 720 else "pm")
    if minutes is not None and count is None and last is None:
        return _hours_of_half(first, minutes, reader)
    start = first.day.first if first.day else None
    end = _end_day(first, last)
    if start is None or end is None:
        return Span(problem="no_such_date")
    if last is None and count is not None:
        return _counted(first, count, reader)
    return _dated((start, first.half), (end, last.half if last else first.half), reader)


def _end_day(first: Point, last: Point | None) -> date | None:
    """终点的日子:光说周几、几号的,取起点之后的那一个。"""
    if last is None or last.day is None or first.day is None:
        return first.day.end if first.day else None
    start, end = first.day.first, last.day.end
    if start is None or end is None or end >= start:
        return end if last.day.form != "day" or start is None or end is None else nearest_day(start, last.day) or end
    if last.day.form == "weekday" and first.day.form in ("weekday", "exact", "day", "month_day"):
        return end + timedelta(days=7 * (((start - end).days + 6) // 7))
    if last.day.form in ("day", "month_day"):
        return nearest_day(start, last.day) or end
    return end


def _write(day: date, half: str) -> str:
    return f"{day.isoformat()} {half}" if half else day.isoformat()


def _dated(start: tuple[date, str], end: tuple[date, str], reader: Reader) -> Span:
    if (end[0], end[1] or "pm") < (start[0], start[1] or "am"):
        return Span(problem="end_before_start")
    return _measured(Span(_write(*start), _write(*end)), start, end, reader)


def _measured(span: Span, start: tuple[date, str], end: tuple[date, str], reader: Reader) -> Span:
    """补上工作日数;按日历日的假、没有通知的年份为空。"""
    calendar = reader.context.calendar
    unknown = next((day.year for day in days_between(start[0], end[0]) if not calendar.known(day)), None)
    if unknown is not None:
        return replace(span, unknown_year=unknown)
    if reader.leave_type in CALENDAR_TYPES:
        return span
    days = Fraction(len([day for day in days_between(start[0], end[0]) if reader.context.is_work(day)]))
    if start[1] == "pm" and reader.context.is_work(start[0]):
        days -= HALF
    if end[1] == "am" and reader.context.is_work(end[0]):
        days -= HALF
    return replace(span, days=days)


def _counted(first: Point, count: Count, reader: Reader) -> Span:
    """从某天起数若干天。"""
    assert first.day is not None and first.day.first is not None
    start, named = first.day.first, first.half
    if first.day.form in ("week", "list") or (first.day.last and first.day.last != start):
        span = _dated((start, ""), (first.day.end or start, ""), reader)
        whole = count.unit == "week" or span.days == count.amount
        if first.day.form == "week" and not whole:
            return Span(days=_only_days(count, reader), problem="which_days")
        return span
    if count.unit == "month":
        last = _month_later(start, count.amount)
        return _dated((start, named), (last, ""), reader)
    if reader.leave_type in CALENDAR_TYPES:
        days = count.amount * (7 if count.unit == "week" else 1)
        return _measured_calendar(start, named, days, reader)
    if count.unit == "week":
        last = start + timedelta(days=int(count.amount * 7) - 1)
        while last > start and not reader.context.is_work(last):
            last -= timedelta(days=1)
        return _dated((start, named), (last, ""), reader)
    return _walk(start, named, count.amount, reader)


def _measured_calendar(start: date, named: str, days: Fraction, reader: Reader) -> Span:
    if days == HALF:
        half = named or "am"
        return replace(
            _measured(Span(_write(start, half), _write(start, half)), (start, half), (start, half), reader),
            half_assumed=not named,
        )
    halves = int(days * 2) + (1 if named == "pm" else 0)
    last = start + timedelta(days=max((halves + 1) // 2 - 1, 0))
    return _measured(
        Span(_write(start, named), _write(last, "am" if halves % 2 else "")), (start, named), (last, ""), reader
    )


def _month_later(start: date, amount: Fraction) -> date:
    months = int(amount)
    day = add_months(start, months)
    if amount != months:
        day += timedelta(days=15)
    return day - timedelta(days=1)


def _walk(start: date, named: str, amount: Fraction, reader: Reader) -> Span:
    """逐个半天数工作日;说了下午就从下午数起。"""
    left = int(amount * 2)
    if amount == HALF:
        half = named or "am"
        span = _dated((start, half), (start, half), reader)
        return replace(span, half_assumed=not named)
    if amount == 1 and not named:
        return _dated((start, ""), (start, ""), reader)
    day, half, last_half = start, named or "am", ""
    while left > 0:
        if reader.context.is_work(day):
            left -= 1
            last_half = half
        if left == 0:
            break
        day, half = (day, "pm") if half == "am" else (day + timedelta(days=1), "am")
    return _dated((start, named), (day, "am" if last_half == "am" else ""), reader)


def _noonward(point: Point, reader: Reader) -> int:
    """钟点补成一天里的分钟:听半天的,没说半天的按班次猜 1–6 点是下午。"""
    minutes = point.minutes
    if minutes < 0:
        return reader.shift.start_of(point.half or "am")
    if minutes >= 780 or point.half == "am":
        return minutes
    if point.half == "pm":
        return minutes + 720 if minutes < 720 else minutes
    return minutes + 720 if minutes < 420 else minutes


def _clock_span(first: Point, last: Point | None, minutes: Fraction | None, reader: Reader) -> Span:
    """钟点到钟点,或钟点加小时。"""
    start_day = first.day.first if first.day else None
    end_day = _end_day(first, last)
    if start_day is None or end_day is None:
        return Span(problem="no_such_date")
    start = _noonward(first, reader)
    if last is not None:
        return _clock_to(first, last, (start_day, end_day, start), reader)
    if minutes is not None:
        end = start + int(minutes)
    elif _LATE.search(reader.text[first.to :]):
        start, end = reader.shift.start_of("am"), start
    else:
        end = max(reader.shift.end, start)
    return _clocks((start_day, start), (end_day, end), reader)


def _clock_to(first: Point, last: Point, when: tuple[date, date, int], reader: Reader) -> Span:
    start_day, end_day, start = when
    if last.minutes < 0:
        end = reader.shift.end if last.half != "am" else reader.shift.morning[1].hour * 60
        return _clocks((start_day, start), (end_day, end), reader)
    same = start_day == end_day
    half = last.half or (first.half if same else "")
    end = _noonward(replace(last, half=half), reader)
    if same and end <= start and end < 720 and not last.own_half:
        end += 720
    return _clocks((start_day, start), (end_day, end), reader)


def _clocks(start: tuple[date, int], end: tuple[date, int], reader: Reader) -> Span:
    if end <= start:
        return Span(problem="end_before_start")
    unknown = start[0].year if not reader.context.calendar.known(start[0]) else None
    return Span(_at(*start), _at(*end), unknown_year=unknown)


def _clocks_until(last: Point, reader: Reader) -> Span:
    """ "后天请到下午三点":从上班算起。"""
    day = last.day.first if last.day else None
    if day is None:
        return Span(problem="no_such_date")
    return _clocks((day, reader.shift.start_of("am")), (day, _noonward(last, reader)), reader)


def _at(day: date, minutes: int) -> str:
    moment = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%d %H:%M")


def _hours_of_half(first: Point, minutes: Fraction, reader: Reader) -> Span:
    """说了几个小时而没说几点:早走、晚到、半天各有起点,都没有就问。"""
    day = first.day.first if first.day else None
    if day is None:
        return Span(problem="no_such_date")
    length = int(minutes)
    if _EARLY.search(reader.text):
        return _clocks((day, reader.shift.end - length), (day, reader.shift.end), reader)
    if (first.half and not first.loose) or _LATE_IN.search(reader.text):
        start = reader.shift.start_of(first.half or "am")
        return _clocks((day, start), (day, start + length), reader)
    return Span(day.isoformat(), day.isoformat(), problem="no_hour")


def _only_days(count: Count, reader: Reader) -> Fraction | None:
    if reader.leave_type in CALENDAR_TYPES or count.unit == "month":
        return None
    return count.amount * (5 if count.unit == "week" else 1)


def _bare(counts: Sequence[Count], reader: Reader) -> Span:
    """只有长度没有日子:起止都空。"""
    count = _largest([c for c in counts if c.unit != "minute"])
    return Span(days=_only_days(count, reader) if count else None, problem="no_date")
