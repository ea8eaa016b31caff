"""造句 generate:从假种 × 时间说法 × 客套话 × 错字造请假句子,答案由独立的日期算法给出。

这里的日期算法不碰 bot.understand 的任何代码:只用标准库与一份写死的 2026 年休息日表。
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

OFF_2026 = {
    date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18), date(2026, 2, 19), date(2026, 2, 20),
    date(2026, 2, 23), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5), date(2026, 6, 19), date(2026, 9, 25),
    date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7),
}  # fmt: skip
ON_2026 = {
    date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10),
}  # fmt: skip
CALENDAR_TYPES = {"marriage", "maternity", "paternity", "work_injury"}
NAMES = {
    "annual": ["年假", "年休假", "带薪年假"],
    "personal": ["事假", "无薪假"],
    "sick": ["病假"],
    "comp": ["调休", "补休", "倒休"],
    "parental": ["育儿假"],
    "care": ["护理假", "独生子女护理假"],
    "bereavement": ["丧假"],
    "marriage": ["婚假"],
    "maternity": ["产假"],
    "paternity": ["陪产假"],
    "work_injury": ["工伤假"],
}
DIGITS = "零一二三四五六七八九十"
WEEK = "一二三四五六日"
OPENINGS = ["", "我想", "我要", "帮我", "麻烦", "您好,", "领导,", "那个,", "你好我想", "嗯,我", "麻烦帮我", "我打算"]
CLOSINGS = ["", "谢谢", ",谢谢", "可以吗", ",麻烦了", "吧", "😊", "。", "!", ",辛苦了"]
TYPOS = {
    "请假": "清假",
    "年假": "年价",
    "明天": "名天",
    "下周": "下州",
    "半天": "半填",
    "调休": "跳休",
    "病假": "病价",
    "事假": "事价",
}


@dataclass(frozen=True)
class Said:
    """一句造出来的话与它的答案。"""

    text: str
    type: str
    start: str
    end: str
    days: float | None


@dataclass(frozen=True)
class When:
    """一种时间说法:`words` 放在假种之前;答案是起止(日子与半天)。"""

    words: str
    start: tuple[date, str]
    end: tuple[date, str]
    count: str = ""


def works(day: date) -> bool:
    """那天上不上班(只知道 2026 年)。"""
    assert day.year == 2026
    return day in ON_2026 or (day.weekday() < 5 and day not in OFF_2026)


def measure(start: tuple[date, str], end: tuple[date, str]) -> float:
    """逐个半天数:上班的半天每个 0.5 天。"""
    halves = 0
    day, half = start[0], start[1] or "am"
    last = (end[0], end[1] or "pm")
    while (day, half) <= last:
        halves += works(day)
        day, half = (day, "pm") if half == "am" else (day + timedelta(days=1), "am")
    return halves / 2


def count_on(start: date, half: str, halves: int, calendar_days: bool) -> tuple[date, str]:
    """从某个半天数起,数满 halves 个半天,落在哪个半天。"""
    day, now, last = start, half or "am", (start, half)
    while halves:
        if calendar_days or works(day):
            halves -= 1
            last = (day, now)
        day, now = (day, "pm") if now == "am" else (day + timedelta(days=1), "am")
    return last[0], "am" if last[1] == "am" else ""


def _days_ahead(rng: random.Random, today: date) -> tuple[str, date]:
    """一个日子的说法与它的答案。"""
    monday = today - timedelta(days=today.weekday())
    kind = rng.randrange(9)
    if kind == 0:
        ahead = rng.randrange(4)
        return ["今天", "明天", "后天", "大后天"][ahead], today + timedelta(days=ahead)
    if kind in (1, 2):
        weeks, weekday = rng.randrange(1, 3), rng.randrange(5)
        word = rng.choice(["周", "星期", "礼拜", "个礼拜", "个星期"])
        return "下" * weeks + word + WEEK[weekday], monday + timedelta(days=7 * weeks + weekday)
    if kind == 3:
        weekday = rng.randrange(today.weekday(), 5) if today.weekday() < 5 else 4
        return rng.choice(["这周", "本周", "周", "这个星期"]) + WEEK[weekday], monday + timedelta(days=weekday)
    day = today + timedelta(days=rng.randrange(0, 30))
    if kind in (4, 5):
        shown = rng.choice(
            [
                f"{day.month}月{day.day}日",
                f"{day.month}月{day.day}号",
                f"{day.month}.{day.day}",
                f"{day.year}-{day:%m-%d}",
                f"{day.month}/{day.day}",
            ]
        )
        return shown, day
    if kind == 6:
        return f"{chinese(day.month)}月{chinese(day.day)}号", day
    if kind == 7:
        ahead = rng.randrange(1, 9)
        return f"{rng.choice([str(ahead), chinese(ahead) if ahead != 2 else '两'])}天后", today + timedelta(days=ahead)
    return f"{day.day}号", day


def chinese(number: int) -> str:
    """1–31 的中文数字。"""
    if number <= 10:
        return DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def whole_day(rng: random.Random, today: date, kind: str) -> When:
    words, day = _days_ahead(rng, today)
    return When(words, (day, ""), (day, ""), rng.choice(["", "一天", "1天"]) if kind not in CALENDAR_TYPES else "")


def half_day(rng: random.Random, today: date, kind: str) -> When:
    words, day = _days_ahead(rng, today)
    half = rng.choice(["am", "pm"])
    shown = rng.choice(["上午", "早上"] if half == "am" else ["下午"])
    return When(words + shown, (day, half), (day, half), rng.choice(["", "半天"]))


def span(rng: random.Random, today: date, kind: str) -> When:
    words, first = _days_ahead(rng, today)
    last = first + timedelta(days=rng.randrange(1, 9))
    link = rng.choice(["到", "至"])
    shown = rng.choice([f"{last.month}月{last.day}日", f"{last.month}月{last.day}号"])
    half = rng.choice(["", "", "", "am", "pm"])
    named = {"": "", "am": "上午", "pm": "下午"}[half]
    return When(f"{rng.choice(['', '从'])}{words}{link}{shown}{named}", (first, ""), (last, half))


def counted(rng: random.Random, today: date, kind: str) -> When:
    words, first = _days_ahead(rng, today)
    halves = rng.choice([3, 4, 5, 6, 8, 10])
    half = rng.choice(["", "", "", "pm"]) if kind not in CALENDAR_TYPES else ""
    if kind in CALENDAR_TYPES:
        halves += halves % 2
    end = count_on(first, half, halves, kind in CALENDAR_TYPES)
    days, extra = divmod(halves, 2)
    shown = rng.choice([str(days), "两" if days == 2 else chinese(days)]) + "天" + ("半" if extra else "")
    start = rng.choice(["起", "开始"])
    return When(f"{rng.choice(['', '从'])}{words}{'下午' if half else ''}{start}", (first, half), end, shown)


def weekday_span(rng: random.Random, today: date, kind: str) -> When:
    """下周二到周四:终点没说哪一周,跟着起点。"""
    weeks = rng.choice([1, 2])
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks)
    first = rng.randrange(0, 4)
    last = rng.randrange(first + 1, 5)
    down = "下" * weeks
    again = rng.choice(["", down])
    half = rng.choice(["", "", "pm"])
    words = f"{down}周{WEEK[first]}{'下午' if half else ''}到{again}周{WEEK[last]}"
    return When(words, (monday + timedelta(days=first), half), (monday + timedelta(days=last), ""))


def whole_week(rng: random.Random, today: date, kind: str) -> When:
    """下周一整周:头一个到末一个上班的日子。"""
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    days = [day for day in (monday + timedelta(days=n) for n in range(7)) if works(day)]
    return When(rng.choice(["下周整周", "下周一整周", "下个星期一整周", "下周全周"]), (days[0], ""), (days[-1], ""))


def listed(rng: random.Random, today: date, kind: str) -> When:
    """周二周三两天、明后两天、11月24、25号。"""
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    first = rng.randrange(0, 4)
    if rng.random() < 0.3:
        return When("明后两天", (today + timedelta(days=1), ""), (today + timedelta(days=2), ""))
    words = f"下周{WEEK[first]}{rng.choice(['', '、', '和'])}下周{WEEK[first + 1]}"
    return When(words, (monday + timedelta(days=first), ""), (monday + timedelta(days=first + 1), ""))


def hours(rng: random.Random, today: date, kind: str) -> When:
    """下午两点到四点、上午九点请两小时:写成钟点,天数为空。"""
    words, day = _days_ahead(rng, today)
    morning = rng.random() < 0.4
    start = rng.choice([9, 10]) if morning else rng.choice([13, 14, 15])
    length = rng.choice([1, 2]) if morning else rng.choice([1, 2, 3])
    shown, named = (start, "上午") if morning else (start - 12, "下午")
    minute = rng.choice(["", "半"])
    begin = f"{start:02d}:{'30' if minute else '00'}"
    finish = f"{start + length:02d}:{'30' if minute else '00'}"
    clock = f"{'两' if shown == 2 else chinese(shown)}点{minute}"
    if rng.random() < 0.5:
        end = shown + length
        clock += f"到{'两' if end == 2 else chinese(end)}点{minute}"
        return When(f"{words}{named}{clock}", (day, begin), (day, finish))
    count = f"{rng.choice([str(length), '两' if length == 2 else chinese(length)])}个小时"
    return When(f"{words}{named}{clock}", (day, begin), (day, finish), count)


SHAPES: tuple[Callable[[random.Random, date, str], When], ...] = (
    whole_day, half_day, span, counted, weekday_span, whole_week, listed, hours,
)  # fmt: skip


def sentences(seed: int, count: int, today: date) -> Iterator[Said]:
    """造 count 句;同一个种子永远同样的句子。"""
    rng = random.Random(seed)
    made = 0
    while made < count:
        kind = rng.choice(list(NAMES))
        when = rng.choice(SHAPES)(rng, today, kind)
        if when.start[0].year != 2026 or when.end[0].year != 2026:
            continue
        yield _said(rng, kind, when)
        made += 1


def _said(rng: random.Random, kind: str, when: When) -> Said:
    name = rng.choice(NAMES[kind])
    order = rng.choice(
        ["{when}请{count}{name}", "请{name}{when}{count}", "{when}{count}{name}", "{when}休{count}{name}"]
    )
    if when.words[-1].isdigit() and when.count[:1].isdigit():
        order = "请{count}{name}{when}"
    text = rng.choice(OPENINGS) + order.format(when=when.words, count=when.count, name=name) + rng.choice(CLOSINGS)
    if rng.random() < 0.1:
        for right, wrong in TYPOS.items():
            if right in text and rng.random() < 0.5:
                text = text.replace(right, wrong)
                break
    if rng.random() < 0.05:
        text = text.translate(str.maketrans("0123456789", "0123456789"))
    days = None if kind in CALENDAR_TYPES or ":" in when.start[1] else measure(when.start, when.end)
    return Said(text, kind, _write(when.start), _write(when.end), days)


def _write(point: tuple[date, str]) -> str:
    return f"{point[0].isoformat()} {point[1]}".strip()
