"""时间点 points:把记号并成一个个点(哪天、哪半天、几点),分清起点、终点,去掉不相干的日子。"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.understand.daywords import Context, Day, monday, nearest_day
from bot.understand.timephrase import Token
from engine.days import days_between

_AFTER = re.compile(r"^(?:的)?(?:之后|以后|过后|往后|后)(?!天|面|半|续|勤|台|悔|再说)")
_THAT_WEEK = re.compile(r"^(?:所在的?|那|那一|这)个?整?(?:周|星期|礼拜)(?![一二三四五六日天末])")
_EITHER = re.compile(r"或|还是|要么")
_UNTIL = re.compile(r"(?:到|至|~|-|截止|截至)(?:了|在|于)?$|(?:结束|截止|终止)(?:时间|日期|日)?[: ]*(?:是|为)?$")


@dataclass(frozen=True, slots=True)
class Shift:
    """班次 shift:上午、下午的起止钟点;默认周一到周五 09:00–12:00、13:00–18:00。"""

    morning: tuple[time, time] = (time(9), time(12))
    afternoon: tuple[time, time] = (time(13), time(18))

    def start_of(self, half: str) -> int:
        at = self.morning[0] if half == "am" else self.afternoon[0]
        return at.hour * 60 + at.minute

    @property
    def end(self) -> int:
        return self.afternoon[1].hour * 60 + self.afternoon[1].minute


@dataclass(slots=True)
class Point:
    """一个时间点:哪天、哪半天、几点;ranged 表示它是上一点的终点,loose 表示只说了中午、晚上,clash 表示几号与周几对不上。"""

    at: int
    to: int
    day: Day | None = None
    half: str = ""
    minutes: int = -1
    ranged: bool = False
    own_half: bool = False
    loose: bool = False
    clash: bool = False
    either: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """拼起止要用的一切:句子、上下文、此刻、班次、假种。"""

    text: str
    context: Context
    now: datetime
    shift: Shift
    leave_type: str | None


def points_of(tokens: Sequence[Token], text: str, past: bool = False) -> list[Point]:
    """把记号并成点;`past` 时不写周的日子不往后挪。"""
    points: list[Point] = []
    cut = 0
    for token in tokens:
        if token.kind not in ("date", "half", "clock"):
            continue
        gap = text[cut : token.at]
        ranged = bool(_UNTIL.search(gap)) and (bool(points) or token.kind == "date")
        last = points[-1] if points else None
        cut = token.to
        if last is not None and not ranged and _refines(last, token, gap):
            last.to = token.to
        elif token.kind == "date" or last is None or ranged or not _joins(last, token):
            day = token.day if ranged else _following(last, token.day, past)
            points.append(Point(token.at, token.to, day, token.half, token.minutes, ranged, bool(token.half)))
            points[-1].either = bool(token.kind == "date" and last and last.day and _EITHER.search(gap))
        else:
            last.half, last.own_half = token.half or last.half, last.own_half or bool(token.half)
            last.minutes = token.minutes if token.minutes >= 0 else last.minutes
            last.to = token.to
    return points


def _refines(last: Point, token: Token, gap: str) -> bool:
    """后一个日子只是把前一个说细:"12月3日(周四)"、"明天(11月24日)"、"两周后的周三"。"""
    if last.day and token.day and token.day.form == "weekday" and not token.day.last and last.day.first:
        inside = monday(last.day.first) + timedelta(days=token.day.parts[0])
        if last.day.form == "week" or gap == "的":
            last.day = Day("exact", inside, parts=token.day.parts)
            return True
    if not _restates(last, token, gap):
        return False
    last.clash = last.clash or not _agrees(last, token)
    return True


def _following(last: Point | None, day: Day | None, past: bool) -> Day | None:
    """ "1月5日、6日" 的 6 日、"下周一、周三" 的周三,接着前一个日子。"""
    if last is not None and last.day is not None and day is not None and not past and _bare_weekday(day):
        return _later(day, last.day)
    if last is None or last.day is None or day is None or day.form != "day" or last.day.end is None:
        return day
    return replace(day, first=nearest_day(last.day.end, day) or day.first)


def _bare_weekday(day: Day) -> bool:
    return day.form == "weekday" or (day.form == "list" and bool(day.parts))


def _later(day: Day, last: Day) -> Day:
    """光说周几而早于前一个说全了的日子:挪到它之后的那一周。"""
    if day.first is None or last.end is None or last.form not in ("exact", "list") or day.first >= last.end:
        return day
    weeks = ((last.end - day.first).days + 7) // 7 * 7
    return replace(
        day, first=day.first + timedelta(days=weeks), last=day.last + timedelta(days=weeks) if day.last else None
    )


def _restates(last: Point, token: Token, gap: str) -> bool:
    """ "12月3日(周四)" 的周四只是复述,不是另一天。"""
    if not last.day or not token.day or gap.strip() or last.day.first is None:
        return False
    if last.day.first == token.day.first and not token.day.last:
        return True
    if last.day.form == "exact" and last.day.parts:
        return False
    return "weekday" in (last.day.form, token.day.form) and last.day.form != token.day.form and not token.day.last


def _agrees(last: Point, token: Token) -> bool:
    first, second = last.day and last.day.first, token.day and token.day.first
    return bool(first and second and first.weekday() == second.weekday())


def _joins(last: Point, token: Token) -> bool:
    """半天、钟点能不能并进前一点。"""
    if token.kind == "half":
        return (not last.half or last.half == token.half) and last.minutes < 0
    return last.minutes < 0


def fill(points: list[Point], reader: Reader) -> list[Point]:
    """没写日子的点补上日子:先看前一点,再看后面的点,都没有就是今天。"""
    clocks = [point for point in points if point.minutes >= 0]
    dated = [point for point in points if point.day]
    if clocks and len(dated) == 1 and dated[0].minutes < 0:
        for point in clocks:
            point.day, point.half = point.day or dated[0].day, point.half or dated[0].half
        points = clocks
    elif (
        not clocks and dated and not points[0].day and len(points) == 2 and not points[1].ranged and not points[1].half
    ):
        points[1].half, points[1].own_half = points[0].half, True
        points = points[1:]
    elif clocks and not dated:
        halves = [point for point in points if point.minutes < 0]
        for point in clocks:
            point.half = point.half or (halves[0].half if halves else "")
        points = clocks
    first = next((point.day for point in points if point.day), None)
    today = Day("exact", reader.context.today)
    if len(points) > 1 and points[1].ranged and points[1].day:
        first = today
    for index, point in enumerate(points):
        if not point.day:
            point.day = points[index - 1].day if index else first or today
    for point in points:
        _settle_half(point)
    if not dated and not clocks and all(_over(point, reader) for point in points):
        return []
    return points


def _settle_half(point: Point) -> None:
    """中午、晚上归到上下午;光凭它们定不下几点(loose)。"""
    point.loose = point.half in ("noon", "eve") and point.minutes < 0
    if point.half == "eve":
        point.half = "pm"
    elif point.half == "noon":
        if point.minutes < 0:
            point.half = "am" if point.ranged else "pm"
        elif 60 <= point.minutes < 300:
            point.minutes += 720
            point.half = "pm"
        else:
            point.half = "am"


def _over(point: Point, reader: Reader) -> bool:
    """没说日子的半天已经过去:不能当成今天。"""
    minute = reader.now.hour * 60 + reader.now.minute
    return not reader.context.past and minute >= (
        reader.shift.start_of("pm") if point.half == "am" else reader.shift.end
    )


def week_of_named(point: Point, text: str, work: Callable[[date], bool]) -> None:
    """ "12月14号那周":那天所在的一周。"""
    if point.day is None or point.day.first is None or not _THAT_WEEK.search(text[point.to :]):
        return
    first = monday(point.day.first)
    days = [day for day in days_between(first, first + timedelta(days=6)) if work(day)]
    if days:
        point.day = Day("week", days[0], days[-1])


def after_named(point: Point, text: str, work: Callable[[date], bool]) -> None:
    """ "下周三之后请两天":从那天的下一个上班日算起(钟点、节日之后另有讲法)。"""
    if (
        point.day is None
        or point.day.end is None
        or point.minutes >= 0
        or point.half
        or point.ranged
        or not _AFTER.search(text[point.to :])
    ):
        return
    day = point.day.end + timedelta(days=1)
    for _ in range(15):
        if work(day):
            break
        day += timedelta(days=1)
    point.day = Day("exact", day)


def pairs(points: list[Point]) -> list[tuple[Point, Point | None]]:
    """起点与终点配成对;没有终点的为 None。"""
    found: list[tuple[Point, Point | None]] = []
    for point in points:
        if point.ranged and found and found[-1][1] is None:
            found[-1] = (found[-1][0], point)
        else:
            found.append((point, None))
    return found


_MENDING = re.compile(r"补|忘|没来得及|事后|算")
_MEND_AT = re.compile(r"补(?:请|个|一下|一个|交|录|提|登记|办)?(?:我)?$")
_STARTING = re.compile(r"^(?:的|上午|下午|早上|中午|号)*(?:就)?(?:起|开始|算起)")
_FOR_WORK = re.compile(
    r"^[^,休请]{0,4}(?:加班|值班|要?陪客户|要?见客户|要?开会|有会|要?交付|要?去客户|值了|加了|加的班|出差|调来|攒|换来|要?回老家|要?出发|的(?:车|飞机|票|航班))|^(?:我)?(?:再|就|才|会|能|正常|照常)*(?:来$|来(?:上班|公司|的|吧)?(?=,|$)|到岗|到公司|回来上班|回公司|在公司|在岗)"
)
_EVENT = re.compile(
    r"(?:预产期|婚礼|手术|考试|生日|航班|机票|面试)(?:定|约|是|在)*$|(?:过|连着?|连上|加上|接着|凑上?)$"
)


def relevant(found: list[tuple[Point, Point | None]], reader: Reader) -> list[tuple[Point, Point | None]]:
    """几个互不相连的日子里,哪些才是要请的:加班那天、事情那天、说原因的昨天都不是。"""
    kept = [pair for pair in found if not _FOR_WORK.search(reader.text[(pair[1] or pair[0]).to :])] or found
    if len(kept) > 1:
        kept = [pair for pair in kept if not _EVENT.search(reader.text[: pair[0].at])] or kept
    mended = [at for at, pair in enumerate(kept) if _MEND_AT.search(reader.text[: pair[0].at])]
    if mended:
        kept = kept[mended[0] :]
    starting = [p for p in kept if _STARTING.search(reader.text[p[0].to :]) or reader.text[: p[0].at].endswith("从")]
    if len(kept) > 1 and len(starting) == 1:
        return starting
    if len(kept) > 1 and not _MENDING.search(reader.text):
        kept = [pair for pair in kept if _coming(pair[0], reader)] or kept
    return kept


def _coming(point: Point, reader: Reader) -> bool:
    day = point.day.first if point.day else None
    return day is not None and day >= reader.context.today


def adjacent(one: Point, two: Point, reader: Reader) -> bool:
    """两点挨着(中间没有上班时间),合成一段。"""
    if one.minutes >= 0 or two.minutes >= 0 or not one.day or not two.day:
        return False
    end, start = one.day.end, two.day.first
    if end is None or start is None or start < end:
        return False
    if start == end:
        return one.half == "am" and two.half == "pm"
    if one.half == "am" or two.half == "pm":
        return False
    between = list(days_between(end + timedelta(days=1), start - timedelta(days=1)))
    return not any(reader.context.is_work(day) for day in between)
