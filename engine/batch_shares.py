"""成批的五险一金 batch shares:一个险种一列一列地算,与 engine.insurance.contribute 一分不差。"""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm
from typing import Any, NamedTuple

from engine import batch_ops as ops
from engine.batch_ops import HandOver, Vector
from engine.insurance import InsuranceLine, Rounding
from engine.pay_rules import PayRules, ShareStep


class ShareColumn(NamedTuple):
    """一个险种的各列(分):基数、个人、单位、个人超限、单位超限;可以是常数。"""

    step: ShareStep
    base: Any
    employee: Any
    employer: Any
    over: Any = 0
    added: Any = 0


def base_of(step: ShareStep, declared: Vector) -> Vector:
    """申报基数夹在下限与上限之间。"""
    base = declared if step.cap is None else ops.extreme(False, (declared, ops.number(step.cap)))
    return ops.extreme(True, (base, ops.number(step.floor)))


def share_column(step: ShareStep, base: Vector) -> tuple[ShareColumn, Vector, Vector, Vector, Vector]:
    """一个险种,由夹好的基数算:(各列, 个人, 单位, 个人超限, 单位超限),与 engine.insurance.contribute 相同。"""
    line = step.line
    if base.low < 0:
        raise HandOver("base")
    employee = _share(line, base, line.employee_rate.as_integer_ratio(), line.employee_fixed)
    if (line.employee_rate, line.employee_fixed) == (line.employer_rate, line.employer_fixed):
        employer = employee
    else:
        employer = _share(line, base, line.employer_rate.as_integer_ratio(), line.employer_fixed)
    over = added = ops.number(0)
    if line.has_limit and base.high > step.plain_base:
        beyond = base.n > step.plain_base
        over = _beyond(line, base, (employee, line.employee_rate), beyond)
        added = _beyond(line, base, (employer, line.employer_rate), beyond)
    found = ShareColumn(step, base.n, employee.n, employer.n, over.n, added.n)
    return found, employee, employer, over, added


def _share(line: InsuranceLine, base: Vector, rate: tuple[int, int], fixed: int) -> Vector:
    """一边应缴(分)。"""
    n, d = rate
    if not n:
        whole = ops.number(fixed)
    else:
        whole = ops.times(base, ops.number(n, d))
        whole = ops.plus(whole, ops.number(fixed)) if fixed else whole
    unit, rounding = _UNITS[line.rounding]
    return ops.times(rounding(ops.times(whole, ops.number(1, unit))), ops.number(unit))


def _beyond(line: InsuranceLine, base: Vector, side: tuple[Vector, Any], beyond: Any) -> Vector:
    """超出免税限额的部分,只看基数超过 plain_base 的行。"""
    paid, rate = side
    low_base = base if line.exempt_base_cap is None else ops.extreme(False, (base, ops.number(line.exempt_base_cap)))
    low_rate = rate if line.exempt_rate_cap is None else min(rate, line.exempt_rate_cap)
    limit = _share(line, low_base, low_rate.as_integer_ratio(), 0)
    over = ops.nonnegative(ops.minus(paid, limit))
    return ops.only(beyond, over)


_UNITS: Mapping[Rounding, tuple[int, Any]] = {
    Rounding.FEN_HALF_UP: (1, ops.half_up),
    Rounding.YUAN_HALF_UP: (100, ops.half_up),
    Rounding.JIAO_UP: (10, ops.upward),
}
"""险种的取整:(单位, 怎么取)。"""


def brackets_of(rules: PayRules) -> tuple[int, tuple[tuple[int, int], ...]] | None:
    """税率表 → (公分母, 各级(税率分子, 速算扣除数×公分母))。

    各级在交界处相等、税率递增时,税额就是各级算出的最大者,不必查落在哪一级;不是这样的表为 None。
    """
    found = rules.table.brackets
    whole = lcm(*(b.rate.as_integer_ratio()[1] for b in found))
    lines = []
    for one in found:
        n, d = one.rate.as_integer_ratio()
        lines.append((n * (whole // d), one.quick * whole))
    for here, (n1, q1), (n2, q2) in zip(found, lines, lines[1:], strict=False):
        if here.upto is None or n2 <= n1 or here.upto * n1 - q1 != here.upto * n2 - q2:
            return None
    return (whole, tuple(lines)) if lines[0][1] == 0 else None
