"""成批的运算 batch ops:一列一列地算。数是 分子列 ÷ 分母,64 位整数,精确;每一步先用上下界证明装得下,证不了就交出去。

上下界是 Python 整数(不会溢出),从各列真实的最小最大值起,顺着式子推;任何中间值的界超过 `LIMIT` 就抛 `HandOver`,
由 engine.batch 把这些行(或这条公式)交给逐人的那一个求值器。除数为零的行记在 `lost` 里:没走到的分支不算数。
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from math import gcd, lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.formula_ops import COMPARE
from engine.money import round_half_up

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NONE = -(2**63)
"""没有这个值(没填的标准、没有考核的得分):int64 里最小的数,任何金额都到不了。"""
LIMIT = 2**62
"""中间值的界:超过它就不敢说 64 位装得下(留一倍余地给取整时加的半个分母)。"""


class HandOver(Exception):
    """证不了安全,或这种结点不会成批算:交给逐人的求值器。只在 engine 的成批求值里流转,不出门。"""


class NotVectorised(HandOver):
    """这条公式不会成批算(不认得的结点、写死的除以零),与数的大小无关。"""


class Vector(NamedTuple):
    """一列精确的数:n ÷ d。n、d 是列或常数(Python 整数),d 为正;low、high 是 n 的界,most 是 d 的上界;lost 是要交出的行。"""

    n: Any
    d: Any
    low: int
    high: int
    most: int
    lost: Bools | None = None

    @property
    def constant(self) -> bool:
        """是不是常数。"""
        return isinstance(self.n, int) and isinstance(self.d, int)


class Truth(NamedTuple):
    """一列是否:v 是列或常数;lost 是要交出的行。"""

    v: Any
    lost: Bools | None = None


def number(n: int, d: int = 1) -> Vector:
    """常数,约到最简(值不变)。"""
    shared = gcd(n, d)
    n, d = n // shared, d // shared
    return Vector(n, d, n, n, d)


def column(n: Ints, d: Any = 1) -> Vector:
    """一列:界取这一列真实的最小最大值;分母各行都一样的记成常数,不一样而公倍数不大的通分。"""
    low, high = (int(n.min()), int(n.max())) if len(n) else (0, 0)
    if isinstance(d, int):
        return guarded(Vector(n, d, low, high, d))
    if not len(n):
        return Vector(n, 1, 0, 0, 1)
    least, most = int(d.min()), int(d.max())
    if least <= 0:
        raise HandOver("denominator")
    if least == most:
        return guarded(Vector(n, least, low, high, least))
    shared = common(d)
    if shared and max(abs(low), abs(high)) * shared <= LIMIT:
        n = n * (shared // d)
        return Vector(n, shared, int(n.min()), int(n.max()), shared)
    return guarded(Vector(n, d, low, high, most))


def common(d: Ints) -> int:
    """各行分母的公倍数;太大的不通分,为 0。"""
    shared = lcm(*(int(x) for x in np.unique(d)))
    return shared if shared <= _COMMON else 0


_COMMON = 10_000
"""通分到一个公分母,公分母不超过它才做:常数分母比分母列快几倍。"""


def guarded(v: Vector) -> Vector:
    """界在范围里才放行。"""
    if v.low < -LIMIT or v.high > LIMIT or v.most > LIMIT:
        raise HandOver("bound")
    return v


def either(a: Bools | None, b: Bools | None) -> Bools | None:
    """两边要交出的行合起来。"""
    if a is None or b is None:
        return b if a is None else a
    found: Bools = a | b
    return found


def scaled(v: Vector, by: Any, most: int) -> tuple[Any, int, int]:
    """分子乘以正的 by(不超过 most):(列, 下界, 上界)。"""
    if isinstance(by, int) and by == 1:
        return v.n, v.low, v.high
    low, high = min(v.low, v.low * most), max(v.high, v.high * most)
    if low < -LIMIT or high > LIMIT:
        raise HandOver("bound")
    return v.n * by, low, high


def alike(a: Vector, b: Vector) -> tuple[Vector, Vector]:
    """通分:两边换成同一个分母。"""
    if a.d is b.d or (isinstance(a.d, int) and isinstance(b.d, int) and a.d == b.d):
        return a, b
    if isinstance(a.d, int) and isinstance(b.d, int):
        d: Any = lcm(a.d, b.d)
        most, up, other = d, d // a.d, d // b.d
    else:
        most = a.most * b.most
        if most > LIMIT:
            raise HandOver("bound")
        d, up, other = a.d * b.d, b.d, a.d
    n1, low1, high1 = scaled(a, up, b.most if up is b.d else up)
    n2, low2, high2 = scaled(b, other, a.most if other is a.d else other)
    return guarded(Vector(n1, d, low1, high1, most, a.lost)), guarded(Vector(n2, d, low2, high2, most, b.lost))


def negate(a: Vector) -> Vector:
    """取负。"""
    return Vector(-a.n, a.d, -a.high, -a.low, a.most, a.lost)


def _nothing(v: Vector) -> bool:
    return isinstance(v.n, int) and v.n == 0


def plus(a: Vector, b: Vector) -> Vector:
    """加。"""
    if _nothing(a) or _nothing(b):
        found, other = (b, a) if _nothing(a) else (a, b)
        return found if other.lost is None else found._replace(lost=either(found.lost, other.lost))
    a, b = alike(a, b)
    low, high = a.low + b.low, a.high + b.high
    return guarded(Vector(a.n + b.n, a.d, low, high, a.most, either(a.lost, b.lost)))


def minus(a: Vector, b: Vector) -> Vector:
    """减。"""
    if _nothing(b) and b.lost is None:
        return a
    a, b = alike(a, b)
    low, high = a.low - b.high, a.high - b.low
    return guarded(Vector(a.n - b.n, a.d, low, high, a.most, either(a.lost, b.lost)))


def times(a: Vector, b: Vector) -> Vector:
    """乘:先算界,再算列;常数与另一边的分母先约一次。"""
    if a.constant:
        a, b = b, a
    if b.constant and isinstance(a.d, int):
        shared = gcd(b.n, a.d)
        if shared > 1:
            a, b = a._replace(d=a.d // shared, most=a.d // shared), b._replace(n=b.n // shared)
            b = b._replace(low=b.n, high=b.n)
    corners = (a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high)
    low, high, most = min(corners), max(corners), a.most * b.most
    if low < -LIMIT or high > LIMIT or most > LIMIT:
        raise HandOver("bound")
    n = a.n if b.constant and b.n == 1 else a.n * b.n
    return Vector(n, a.d if isinstance(b.d, int) and b.d == 1 else a.d * b.d, low, high, most, either(a.lost, b.lost))


def over(a: Vector, b: Vector) -> Vector:
    """除:结果仍是精确的比。除数为零的行记进 lost(分母代以 1),由逐人的求值器说清楚。"""
    lost = either(a.lost, b.lost)
    if b.constant:
        if b.n == 0:
            raise NotVectorised("zero")
        sign = 1 if b.n > 0 else -1
        return times(a, number(sign * b.d, abs(b.n)))._replace(lost=lost)
    sign_low, sign_high = b.low < 0, b.high > 0
    b = b._replace(n=np.full_like(b.d, b.n)) if isinstance(b.n, int) else b
    size, biggest = b.n, max(abs(b.low), abs(b.high))
    up, low, high = scaled(a, b.d, b.most)
    if a.most * max(biggest, 1) > LIMIT:
        raise HandOver("bound")
    if b.low <= 0 <= b.high:
        zero = b.n == 0
        lost = either(lost, zero) if zero.any() else lost
        size = np.where(zero, 1, size)
    if sign_low:
        up = np.where(size < 0, -up, up)
        size = np.abs(size)
        low, high = (min(low, -high), max(high, -low)) if sign_high or b.high == 0 else (-high, -low)
    return guarded(Vector(up, a.d * size, low, high, a.most * max(biggest, 1), lost))


def compare(op: str, a: Vector, b: Vector) -> Truth:
    """比较:通分之后比分子。"""
    a, b = alike(a, b)
    return Truth(COMPARE[op](a.n, b.n), either(a.lost, b.lost))


def extreme(largest: bool, args: Sequence[Vector]) -> Vector:
    """最大、最小。"""
    found = args[0]
    for one in args[1:]:
        a, b = alike(found, one)
        pick = max if largest else min
        whole = np.maximum(a.n, b.n) if largest else np.minimum(a.n, b.n)
        n = pick(a.n, b.n) if a.constant and b.constant else whole
        found = Vector(n, a.d, pick(a.low, b.low), pick(a.high, b.high), a.most, either(a.lost, b.lost))
    return found


def choose(test: Truth, a: Vector, b: Vector) -> Vector:
    """如果:两支都算,按行取;没走到的那一支除以零不算数。"""
    if isinstance(test.v, bool):
        taken = a if test.v else b
        return taken._replace(lost=either(test.lost, taken.lost))
    lost = _taken_lost(test, a.lost, b.lost)
    a, b = alike(a, b)
    return Vector(picked(test.v, a.n, b.n), a.d, min(a.low, b.low), max(a.high, b.high), a.most, lost)


def picked(mask: Bools, a: Any, b: Any) -> Ints:
    """按行取 a 或 b。用乘加,比 np.where 快十倍;64 位回绕之后仍是原数,所以一样精确。"""
    found: Ints = a * mask if isinstance(b, int) and b == 0 else b + (a - b) * mask
    return found


def branch(test: Truth, a: Truth, b: Truth) -> Truth:
    """如果的两支是是否。"""
    if isinstance(test.v, bool):
        taken = a if test.v else b
        return taken._replace(lost=either(test.lost, taken.lost))
    return Truth(np.where(test.v, a.v, b.v), _taken_lost(test, a.lost, b.lost))


def _taken_lost(test: Truth, a: Bools | None, b: Bools | None) -> Bools | None:
    lost = test.lost
    if a is not None:
        lost = either(lost, test.v & a)
    return lost if b is None else either(lost, ~test.v & b)


def both(a: Truth, b: Truth) -> Truth:
    """且:左边不成立的行,右边算不出也不要紧。"""
    lost = a.lost if b.lost is None else either(a.lost, b.lost & a.v)
    return Truth(_logic(a.v, b.v, "and"), lost)


def any_of(a: Truth, b: Truth) -> Truth:
    """或:左边成立的行,右边算不出也不要紧。"""
    lost = a.lost if b.lost is None else either(a.lost, b.lost & ~np.asarray(a.v))
    return Truth(_logic(a.v, b.v, "or"), lost)


def _logic(a: Any, b: Any, word: str) -> Any:
    if isinstance(a, bool) and isinstance(b, bool):
        return (a and b) if word == "and" else (a or b)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, bool):  # 真 且 乙 就是乙,假 且 乙 就是假;“或”反过来
            return other if one is (word == "and") else one
    return a & b if word == "and" else a | b


def opposite(a: Truth) -> Truth:
    """非。"""
    return Truth(not a.v if isinstance(a.v, bool) else ~a.v, a.lost)


def half_up(v: Vector) -> Vector:
    """四舍五入到整数,远离零,与 engine.money.round_half_up 相同。"""
    if isinstance(v.d, int) and v.d == 1:
        return v
    if 2 * max(abs(v.low), abs(v.high)) + v.most > LIMIT or 2 * v.most > LIMIT:
        raise HandOver("bound")
    half = v.d // 2  # n ÷ d 加一半再去尾:d 是奇数时没有正好一半的,少加的半个不改结果
    if v.low >= 0:
        n = (v.n + half) // v.d
    else:
        n = (abs(v.n) + half) // v.d
        n = (n if v.n >= 0 else -n) if isinstance(n, int) else n * np.sign(v.n)
    return Vector(n, 1, *_whole(v, round_half_up), 1, v.lost)


def upward(v: Vector) -> Vector:
    """向上取整。"""
    return Vector(-(-v.n // v.d), 1, *_whole(v, lambda n, d: -(-n // d)), 1, v.lost)


def downward(v: Vector) -> Vector:
    """向下取整。"""
    return Vector(v.n // v.d, 1, *_whole(v, lambda n, d: n // d), 1, v.lost)


def _whole(v: Vector, rounding: Callable[[int, int], int]) -> tuple[int, int]:
    """取整之后的界:取整不改大小次序,两头取整就是;分母不是常数时只知道至少是 1。"""
    if isinstance(v.d, int):
        return rounding(v.low, v.d), rounding(v.high, v.d)
    return min(v.low, 0), max(v.high, 0)


def only(mask: Bools, v: Vector) -> Vector:
    """其余的行当作零。"""
    return v._replace(n=v.n * mask, low=min(v.low, 0), high=max(v.high, 0))


def nonnegative(v: Vector) -> Vector:
    """小于零的当作零。"""
    return v if v.low >= 0 else v._replace(n=np.maximum(v.n, 0), low=0, high=max(v.high, 0))


def highest(v: Vector, lines: Sequence[tuple[int, int]]) -> Vector:
    """各条直线 斜率 × v − 截距 里最大的(整数的列,v 不小于零,头一条过原点):就地算,少占缓存。"""
    low, high = v.low * lines[0][0], max(v.high * n - q for n, q in lines)
    if v.low < 0 or max(v.high * n + q for n, q in lines) > LIMIT:
        raise HandOver("bound")
    best = np.asarray(v.n) * lines[0][0]
    for n, q in lines[1:]:
        other = np.asarray(v.n) * n
        other -= q
        best = np.maximum(best, other)
    return Vector(best, v.d, low, high, v.most, v.lost)


def matrix(rows: Sequence[tuple[int, ...]], names: Sequence[str], pairs: Sequence[str]) -> NDArray[np.int64]:
    """各行整数 → 各列(连续),分母不同的列通分。装不进 64 位抛 OverflowError。"""
    width = len(names)
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * width)
    found = np.ascontiguousarray(flat.reshape(len(rows), width).T)
    for name in pairs:
        at = names.index(f"{name}_n")
        _same_denominator(found[at], found[at + 1])
    return found


def bounds_of(columns: NDArray[np.int64]) -> tuple[tuple[int, int, bool], ...]:
    """各列的(最小, 最大, 有没有人没有这个值),没有的不算在最小最大里。"""
    out = []
    for one in columns:
        low, high = int(one.min()), int(one.max())
        gone = low == NONE
        if gone:
            known = one[one != NONE]
            low, high = (int(known.min()), int(known.max())) if len(known) else (0, 0)
        out.append((low, high, gone))
    return tuple(out)


def _same_denominator(n: Ints, d: Ints) -> None:
    """就地通分;分母花样太多、装不下的不动。"""
    if d.min() == d.max():
        return
    shared, known = common(d), n != NONE
    if not shared or int(np.abs(np.where(known, n, 0)).max()) * shared > LIMIT:
        return
    n[known] *= shared // d[known]
    d[:] = shared
