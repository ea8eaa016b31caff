"""假期账 leave ledger:只添不改的一本账,余额是各行之和。

每一行的数量是整数(半天数,或分钟数,看假的单位)。发放行 grant 自成一笔额度,有到期日;预占 reserve、
核销 commit、退回 release、过期 expire、调整 adjust 各自写明动的是哪一笔额度。用的时候先用先到期的。
任何时候一笔额度的 剩余 = 发放 + 调整 − 过期 − 预占 − 已用,不小于零。
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.errors import BadInput, NotEnough


class Kind(StrEnum):
    """账行的种类。"""

    GRANT = "grant"  # 发放
    RESERVE = "reserve"  # 预占:已申请,未批
    COMMIT = "commit"  # 核销:已批
    RELEASE = "release"  # 退回:撤回、拒绝、销假
    EXPIRE = "expire"  # 过期
    ADJUST = "adjust"  # 调整:HR 增减,可为负


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """账行。

    amount 数量(半天或分钟,整数;只有 adjust 可为负);on 哪天起算数;grant 动的是哪一笔额度
    (发放行就是它自己的编号);expires 只有发放行有,含当日;request 哪一份申请。
    """

    kind: Kind
    grant: str
    amount: int
    on: date
    expires: date | None = None
    request: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """余额 balance(某一天看):available = granted − used − reserved;expiring 各到期日还剩多少,先到期的在前。"""

    granted: int
    used: int
    reserved: int
    available: int
    expiring: tuple[tuple[date, int], ...]


@dataclass(slots=True)
class _Pot:
    """一笔额度的现状。"""

    on: date
    expires: date | None
    granted: int = 0
    expired: int = 0
    reserved: int = 0
    used: int = 0

    @property
    def left(self) -> int:
        return self.granted - self.expired - self.reserved - self.used

    def alive(self, day: date) -> bool:
        return self.on <= day and (self.expires is None or day <= self.expires)


def _pots(lines: Iterable[LedgerLine]) -> dict[str, _Pot]:
    """把账行加成一笔笔额度;动了不存在的额度或把额度动成负数即报 ValueError(账坏了,是程序错误)。"""
    pots: dict[str, _Pot] = {}
    held: dict[tuple[str, str], list[int]] = {}
    ordered = list(lines)
    for line in ordered:
        if line.kind is Kind.GRANT:
            pot = pots.setdefault(line.grant, _Pot(line.on, line.expires))
            pot.granted += line.amount
    for line in ordered:
        pot = pots[line.grant]
        _apply(pot, held.setdefault((line.request, line.grant), [0, 0]), line)
    for name, pot in pots.items():
        if pot.left < 0:  # 预占与已用不会小于零:每份申请各自的已在 _apply 里查过
            raise ValueError(f"leave ledger broken: grant {name} is below zero")
    return pots


def _apply(pot: _Pot, held: list[int], line: LedgerLine) -> None:
    """一行作用于一笔额度;held 是这份申请在这笔额度上的 [预占, 已用]。"""
    if line.kind is Kind.ADJUST:
        pot.granted += line.amount
    elif line.kind is Kind.EXPIRE:
        pot.expired += line.amount
    elif line.kind is Kind.RESERVE:
        held[0] += line.amount
        pot.reserved += line.amount
    elif line.kind is Kind.COMMIT:
        held[0] -= line.amount
        held[1] += line.amount
        pot.reserved -= line.amount
        pot.used += line.amount
    elif line.kind is Kind.RELEASE:
        freed = min(held[0], line.amount)
        back = line.amount - freed
        held[0] -= freed
        held[1] -= back
        pot.reserved -= freed
        pot.used -= back
    if min(held) < 0:
        raise ValueError(f"leave ledger broken: request {line.request} gives back more than it took")


def balance(lines: Iterable[LedgerLine], on: date) -> Balance:
    """某一天的余额:只看那天有效(已发放、未到期)的额度。"""
    alive = [pot for pot in _pots(lines).values() if pot.alive(on)]
    dates: dict[date, int] = {}
    for pot in alive:
        if pot.expires is not None and pot.left:
            dates[pot.expires] = dates.get(pot.expires, 0) + pot.left
    return Balance(
        granted=sum(pot.granted - pot.expired for pot in alive),
        used=sum(pot.used for pot in alive),
        reserved=sum(pot.reserved for pot in alive),
        available=sum(pot.left for pot in alive),
        expiring=tuple(sorted(dates.items())),
    )


@dataclass(frozen=True, slots=True)
class Allocation:
    """从哪一笔额度拿多少。"""

    grant: str
    amount: int


COMPANY = ":company"
"""额度编号的尾巴:公司在法定之外多给的;没有这个尾巴的是法定的(或不分)。"""


def take(lines: Iterable[LedgerLine], amount: int, on: date, *, company_first: bool = False) -> tuple[Allocation, ...]:
    """拿一笔:先到期的先用。不够报 NotEnough(NOT_ENOUGH)。"""
    return take_each(lines, ((on, amount),), company_first=company_first)


def take_each(
    lines: Iterable[LedgerLine], wanted: Sequence[tuple[date, int]], *, company_first: bool = False
) -> tuple[Allocation, ...]:
    """逐日拿:每一天只能用那天有效的额度(跨年、跨到期日的假各用各的),同一天先用先到期的。

    同一天到期的,法定的与公司多给的谁先用由政策 annual.order(默认法定的先用;company_first 为公司的先用)。
    不够报 NotEnough(NOT_ENOUGH),details:left 能拿到多少,needed 要多少,short 差多少(都是账的单位)。
    """
    pots = _pots(lines)

    def turn(name: str) -> tuple[date, bool, date, str]:
        pot = pots[name]
        return pot.expires or date.max, name.endswith(COMPANY) is not company_first, pot.on, name

    order = sorted(pots, key=turn)
    taken: dict[str, int] = {}
    short = 0
    # 日子由早到晚、额度由先到期到后到期,这样只要凑得够就一定凑得出。
    for day, amount in sorted(wanted):
        left = amount
        for name in order:
            if left and pots[name].alive(day):
                piece = min(left, pots[name].left - taken.get(name, 0))
                taken[name] = taken.get(name, 0) + piece
                left -= piece
        short += left
    if short:
        needed = sum(amount for _, amount in wanted)
        figures = {"left": str(needed - short), "needed": str(needed), "short": str(short)}
        raise NotEnough("NOT_ENOUGH", "假期余额不够。请您减少天数,或者差的部分改用别的假。", figures)
    return tuple(Allocation(name, taken[name]) for name in order if taken.get(name))


def reserve(allocations: Iterable[Allocation], request: str, on: date) -> tuple[LedgerLine, ...]:
    """预占:按分好的额度写行。"""
    return tuple(LedgerLine(Kind.RESERVE, a.grant, a.amount, on, request=request) for a in allocations)


def _held(lines: Iterable[LedgerLine], request: str) -> dict[str, list[int]]:
    """这份申请在各笔额度上的 [预占, 已用],按拿的先后。"""
    held: dict[str, list[int]] = {}
    for line in lines:
        if line.request != request or line.kind in (Kind.GRANT, Kind.ADJUST, Kind.EXPIRE):
            continue
        own = held.setdefault(line.grant, [0, 0])
        if line.kind is Kind.RESERVE:
            own[0] += line.amount
        elif line.kind is Kind.COMMIT:
            own[0] -= line.amount
            own[1] += line.amount
        else:
            freed = min(own[0], line.amount)
            own[0] -= freed
            own[1] -= line.amount - freed
    return held


def commit(lines: Iterable[LedgerLine], request: str, on: date) -> tuple[LedgerLine, ...]:
    """核销:这份申请还预占着的全部变成已用;没有预占则没有行(再来一次不重复)。"""
    held = _held(lines, request)
    return tuple(LedgerLine(Kind.COMMIT, grant, own[0], on, request=request) for grant, own in held.items() if own[0])


def reverse(lines: Iterable[LedgerLine], request: str, on: date, amount: int | None = None) -> tuple[LedgerLine, ...]:
    """退回:撤回、拒绝或销假。amount 不给则全部退;给了则只退这么多,后拿的先退。

    退的比拿的多,报 BadInput(TOO_MUCH_BACK)。没有可退的且未给 amount,则没有行(再来一次不重复)。
    """
    held = _held(lines, request)
    left = sum(sum(own) for own in held.values()) if amount is None else amount
    out: list[LedgerLine] = []
    for grant, own in reversed(held.items()):
        piece = min(left, sum(own))
        if piece:
            out.append(LedgerLine(Kind.RELEASE, grant, piece, on, request=request))
            left -= piece
    if left:
        raise BadInput("TOO_MUCH_BACK", "要退回的假比原来请的还多。请您核对一下要退回的天数。")
    return tuple(out)


def expire(lines: Iterable[LedgerLine], on: date) -> tuple[LedgerLine, ...]:
    """过期:到期日已过(早于 on)而还剩的额度,各写一行;预占着的不动。"""
    return tuple(
        LedgerLine(Kind.EXPIRE, name, pot.left, on)
        for name, pot in _pots(lines).items()
        if pot.expires is not None and pot.expires < on and pot.left
    )


def lapsed(lines: Iterable[LedgerLine], first: date, last: date) -> tuple[tuple[str, date, int], ...]:
    """到期日在 first 到 last 之间、到期时没有用掉的额度:(编号, 到期日, 多少);不论过期行写了没有。"""
    return tuple(
        (name, pot.expires, pot.left + pot.expired)
        for name, pot in _pots(lines).items()
        if pot.expires is not None and first <= pot.expires <= last and pot.left + pot.expired > 0
    )


def adjust(lines: Iterable[LedgerLine], grant: str, amount: int, on: date) -> LedgerLine:
    """调整一笔额度(可为负);减到零以下报 NotEnough(NOT_ENOUGH)。"""
    pot = _pots(lines)[grant]
    if pot.left + amount < 0:
        figures = {"left": str(pot.left), "needed": str(-amount), "short": str(-amount - pot.left)}
        raise NotEnough("NOT_ENOUGH", "这笔额度剩下的不够扣减。请您先退回已占用的假,或者少扣一些。", figures)
    return LedgerLine(Kind.ADJUST, grant, amount, on)
