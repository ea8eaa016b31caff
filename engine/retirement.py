"""退休年龄 retirement:渐进式延迟法定退休年龄,与最低缴费年限。

依据:全国人大常委会关于实施渐进式延迟法定退休年龄的决定(2025-01-01):男 60、女 55 的每四个月延一个月,最多到 63、58;
女 50 的每两个月延一个月,最多到 55。最低缴费年限自 2030 年起每年提高六个月,由 15 年到 20 年。自愿可提前或延后最多三年。
这一天决定合同终止、社保停缴与返聘的条件。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.days import Month, add_months
from engine.errors import BadInput
from engine.trace import Trace


@dataclass(frozen=True, slots=True)
class RetirementClass:
    """一类人:原退休年龄 old_years 岁,每 step 个月延一个月,最多延 most 个月。"""

    label: str
    old_years: int
    step: int
    most: int


@dataclass(frozen=True, slots=True)
class RetirementRules:
    """延迟退休:start 起的月份,各类人,弹性 flexible_months 个月,最低缴费(月):原来、自哪年起、每年加、最多。"""

    start: Month
    classes: Mapping[str, RetirementClass]
    flexible_months: int
    contribution: tuple[int, int, int, int]
    rule: str = "compliance.retirement"


@dataclass(frozen=True, slots=True)
class Retirement:
    """法定退休的日子 day(delay 是延迟的月数),最早 earliest、最晚 latest 可选的日子,contribution 最低缴费几个月。"""

    kind: RetirementClass
    day: date
    delay: int
    earliest: date
    latest: date
    contribution: int


def delay_months(old: Month, kind: RetirementClass, start: Month) -> int:
    """延迟几个月:原退休月在 start 之前的不延;当月起第一批延 1 个月,每 step 个月再加 1。"""
    passed = (old.year - start.year) * 12 + old.month - start.month
    if passed < 0:
        return 0
    return min(kind.most, passed // kind.step + 1)


def contribution_months(year: int, rules: RetirementRules) -> int:
    """某年退休的最低缴费月数。"""
    base, first, step, most = rules.contribution
    return min(most, base + step * max(0, year - first + 1))


def retirement(born: date, kind_key: str, rules: RetirementRules) -> Retirement:
    """法定退休年龄达到的日子。不认得的类别报 BadInput(BAD_RETIREMENT_CLASS)。"""
    kind = rules.classes.get(kind_key)
    if kind is None:
        names = "、".join(f"{key}({one.label})" for key, one in rules.classes.items())
        raise BadInput("BAD_RETIREMENT_CLASS", f"不认得的退休类别“{kind_key}”,可以写:{names}。")
    old = add_months(born, 12 * kind.old_years)
    delay = delay_months(Month.of(old), kind, rules.start)
    day = add_months(born, 12 * kind.old_years + delay)
    flexible = min(delay, rules.flexible_months)  # 提前不得早于原来的年龄
    earliest = add_months(born, 12 * kind.old_years + delay - flexible)
    latest = add_months(born, 12 * kind.old_years + delay + rules.flexible_months)
    return Retirement(kind, day, delay, earliest, latest, contribution_months(day.year, rules))


def trace(found: Retirement, rules: RetirementRules) -> Trace:
    """退休年龄的话。"""
    years, months = divmod(12 * found.kind.old_years + found.delay, 12)
    age = f"{years} 岁" + (f" {months} 个月" if months else "")
    say = (
        f"{found.kind.label}:法定退休年龄 {age},{found.day.isoformat()} 到龄;最低缴费 "
        f"{found.contribution // 12} 年" + (f" {found.contribution % 12} 个月" if found.contribution % 12 else "")
    )
    return Trace("法定退休日", found.day.isoformat(), "text", say, say, rules.rule)
