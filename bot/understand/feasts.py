"""节日 feasts:公历节日、农历节日落在公历哪一天。

农历换算是天文事实,不是放假安排;放不放假、哪天补班只看公司日历。农历表只列到查证过的年份,超出就说不知道。
"""

from __future__ import annotations

from datetime import date, timedelta

SPRING = {2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)}
LANTERN = {2025: (2, 12), 2026: (3, 3), 2027: (2, 20), 2028: (2, 9)}
QINGMING = {2025: (4, 4), 2026: (4, 5), 2027: (4, 5), 2028: (4, 4), 2029: (4, 4), 2030: (4, 5)}
DRAGON = {2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28), 2029: (6, 16), 2030: (6, 5)}
SEVENTH = {2025: (8, 29), 2026: (8, 19), 2027: (8, 8), 2028: (8, 26)}
MOON = {2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22), 2030: (9, 12)}
NINTH = {2025: (10, 29), 2026: (10, 18), 2027: (10, 8), 2028: (10, 26)}

LUNAR: dict[str, dict[int, tuple[int, int]]] = {
    "春节": SPRING,
    "大年初一": SPRING,
    "正月初一": SPRING,
    "年初一": SPRING,
    "元宵": LANTERN,
    "清明": QINGMING,
    "端午": DRAGON,
    "七夕": SEVENTH,
    "中秋": MOON,
    "重阳": NINTH,
}
SOLAR: dict[str, tuple[int, int]] = {
    "元旦": (1, 1),
    "情人节": (2, 14),
    "妇女节": (3, 8),
    "三八节": (3, 8),
    "劳动节": (5, 1),
    "五一": (5, 1),
    "五四": (5, 4),
    "儿童节": (6, 1),
    "六一": (6, 1),
    "国庆": (10, 1),
    "十一假期": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "平安夜": (12, 24),
    "圣诞": (12, 25),
    "跨年": (12, 31),
}
EVE = ("除夕", "大年三十", "年三十", "年卅十")
STATUTORY = ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")
"""有放假安排的节日;"节前"、"节后" 只从这里找。"""

NAMES = (*EVE, *LUNAR, *SOLAR)
FIXED_STATUTORY = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""办法(国务院令第795号)写死的公历法定假日:通知还没出的年份也一定放。"""


def feast_in(name: str, year: int) -> date | None:
    """某年的某个节日;表里没有返回 None。"""
    if name in EVE:
        spring = SPRING.get(year)
        return date(year, *spring) - timedelta(days=1) if spring else None
    if name in SOLAR:
        return date(year, *SOLAR[name])
    day = LUNAR[name].get(year)
    return date(year, *day) if day else None


def feast_near(name: str, today: date, past: bool) -> date | None:
    """下一个(补办时为上一个)这个节日;当天算。"""
    years = (today.year, today.year - 1) if past else (today.year, today.year + 1)
    for year in years:
        day = feast_in(name, year)
        if day is not None and (day <= today if past else day >= today):
            return day
    return None
