"""数量 quantities:中文与阿拉伯数字、天数、小时数。

一律用 Fraction,不用浮点数:"一天半" 是 3/2,"1.5 小时" 也是 3/2。
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

NUM = r"(?:\d{1,5}(?:\.\d+)?|[零一二两三四五六七八九十百]+)"
"""数字的写法:阿拉伯数字(可带小数)或中文数字。"""

DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "百": 100}

_DAY_UNITS = {"天": "day", "日": "day", "工作日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month"}
_HOUR_UNITS = {"小时": 60, "钟头": 60, "钟": 60, "h": 60, "分钟": 1, "分": 1, "刻钟": 15}

DAYS = re.compile(
    rf"(?<![第前这那头每近几\d.])(?:"
    rf"(?P<half>半)个?(?P<hu>天|日(?!本)|工作日|月|周|星期)"
    rf"|(?P<n>{NUM})(?:整|个)?(?P<nh>半)?(?P<u>天(?!气)|工作日|周(?![一二三四五六日]天?(?!天))|星期(?![一二三四五六日])|礼拜(?![一二三四五六日])|(?<=个)月|(?<=半)月)(?P<tail>半(?!天))?"
    rf"|(?P<whole>一整天|整天|全天|一天|full day))"
)
DAYS_BY_SUN = re.compile(rf"(?:(?<=请)|(?<=休)|(?<=补)|(?<=放)|(?<=共)|(?<=假))(?P<n>{NUM})日(?P<tail>半)?")
HOURS = re.compile(
    rf"(?P<half>半)个?(?P<hu>小时|钟头|h(?![a-z]))"
    rf"|(?P<n>{NUM})个?(?P<nh>半)?(?P<u>小时|钟头|分钟|刻钟|h(?![a-z]))(?P<tail>半)?(?:(?P<m>{NUM})分钟?)?"
)


@dataclass(frozen=True, slots=True)
class Count:
    """一段长度:`unit` 为 day/week/month/minute;`amount` 为该单位的个数。"""

    unit: str
    amount: Fraction


def number(text: str) -> Fraction | None:
    """读一个数;读不懂返回 None。"""
    if not text:
        return None
    if text[0].isdigit():
        return Fraction(text)
    if not any(ch in UNITS for ch in text):
        value = 0
        for ch in text:
            value = value * 10 + DIGITS[ch]
        return Fraction(value)
    total, current = 0, 0
    for ch in text:
        if ch in UNITS:
            total += (current or 1) * UNITS[ch]
            current = 0
        else:
            current = DIGITS[ch]
    return Fraction(total + current)


def day_count(match: re.Match[str]) -> Count | None:
    """把 DAYS 的一次匹配读成天、周或月。"""
    found = match.groupdict()
    if found.get("whole"):
        return Count("day", Fraction(1))
    if found.get("half"):
        unit = _DAY_UNITS[found["hu"]]
        return Count(unit, Fraction(1, 2))
    value = number(found["n"])
    if value is None:
        return None
    if found.get("nh") or found.get("tail"):
        value += Fraction(1, 2)
    return Count(_DAY_UNITS[found.get("u") or "天"], value)


def hour_count(match: re.Match[str]) -> Count | None:
    """把 HOURS 的一次匹配读成分钟。"""
    found = match.groupdict()
    if found["half"]:
        return Count("minute", Fraction(30))
    value = number(found["n"])
    if value is None:
        return None
    if found["nh"] or found["tail"]:
        value += Fraction(1, 2)
    minutes = value * _HOUR_UNITS[found["u"]]
    if found["m"]:
        minutes += number(found["m"]) or 0
    return Count("minute", minutes)
