"""社保公积金 insurance:五险一金,按险种、城市、日期各自的基数上下限、比例与取整。

基数 = 申报基数夹在下限与上限之间;每一项、每一边各算一次、各取整一次:基数 × 比例 + 固定额。
依据:社会保险法第十二条;住房公积金管理条例第十六、十八条;各地公告(数据)。
公积金超过免税限额的部分(个人与单位两边)并入当月应税收入(财税〔2006〕10号)。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.days import Month
from engine.errors import NotReady
from engine.money import Money, percent, round_half_up
from engine.trace import Trace, money_leaf


class Rounding(StrEnum):
    """取整:到分四舍五入、到元四舍五入、见分进角。"""

    FEN_HALF_UP = "fen_half_up"
    YUAN_HALF_UP = "yuan_half_up"
    JIAO_UP = "jiao_up"


ROUNDING_LABELS = {
    Rounding.FEN_HALF_UP: "四舍五入到分",
    Rounding.YUAN_HALF_UP: "四舍五入到元",
    Rounding.JIAO_UP: "见分进角",
}


def _to_fen(n: int, d: int) -> int:
    return round_half_up(n, d)


def _to_yuan(n: int, d: int) -> int:
    return round_half_up(n, d * 100) * 100


def _to_jiao(n: int, d: int) -> int:
    return -(-n // (d * 10)) * 10


ROUND: dict[Rounding, Callable[[int, int], int]] = {
    Rounding.FEN_HALF_UP: _to_fen,
    Rounding.YUAN_HALF_UP: _to_yuan,
    Rounding.JIAO_UP: _to_jiao,
}


class BaseKind(StrEnum):
    """基数的种类:社保、公积金各申报各的。"""

    SOCIAL = "social"
    HOUSING = "housing"


@dataclass(frozen=True, slots=True)
class InsuranceLine:
    """一个险种的规定。金额为分;`cap` 为 None 即无上限;exempt_* 是公积金的免税限额(None 为不限)。"""

    code: str
    label: str
    base_kind: BaseKind
    employee_rate: Decimal
    employer_rate: Decimal
    floor: int = 0
    cap: int | None = None
    employee_fixed: int = 0
    employer_fixed: int = 0
    rounding: Rounding = Rounding.FEN_HALF_UP
    exempt_base_cap: int | None = None
    exempt_rate_cap: Decimal | None = None

    @property
    def has_limit(self) -> bool:
        return self.exempt_base_cap is not None or self.exempt_rate_cap is not None

    def base(self, declared: int) -> int:
        """实际用的基数(分)。"""
        capped = declared if self.cap is None else min(declared, self.cap)
        return max(capped, self.floor)

    def share(self, base: int, rate: Decimal, fixed: int) -> int:
        """一边应缴(分)。"""
        n, d = rate.as_integer_ratio()
        return ROUND[self.rounding](base * n + fixed * d, d)

    def limit(self, base: int, rate: Decimal) -> int:
        """一边的免税限额(分):min(基数, 限额基数) × min(比例, 限额比例),取整同本项。"""
        low_base = base if self.exempt_base_cap is None else min(base, self.exempt_base_cap)
        low_rate = rate if self.exempt_rate_cap is None else min(rate, self.exempt_rate_cap)
        return self.share(low_base, low_rate, 0)


@dataclass(frozen=True, slots=True)
class Share:
    """一个险种一个月的结果(分)。"""

    line: InsuranceLine
    base: int
    employee: int
    employer: int
    employee_not_deductible: int = 0
    employer_added_income: int = 0


def contribute(line: InsuranceLine, declared: int) -> Share:
    """算一个险种:申报基数(分)→ 两边应缴与超出免税限额的部分。"""
    base = line.base(declared)
    employee = line.share(base, line.employee_rate, line.employee_fixed)
    employer = line.share(base, line.employer_rate, line.employer_fixed)
    if not line.has_limit:
        return Share(line, base, employee, employer)
    over = max(0, employee - line.limit(base, line.employee_rate))
    added = max(0, employer - line.limit(base, line.employer_rate))
    return Share(line, base, employee, employer, over, added)


@dataclass(frozen=True, slots=True)
class Contribution:
    """一个人一个月的五险一金(分)。"""

    shares: tuple[Share, ...]

    @property
    def employee_total(self) -> int:
        return sum(s.employee for s in self.shares)

    @property
    def employer_total(self) -> int:
        return sum(s.employer for s in self.shares)

    @property
    def deductible(self) -> int:
        """个人部分可以税前扣除的。"""
        return sum(s.employee - s.employee_not_deductible for s in self.shares)

    @property
    def added_income(self) -> int:
        """单位部分超限、并入应税收入的。"""
        return sum(s.employer_added_income for s in self.shares)


def contribute_all(lines: Sequence[InsuranceLine], declared: dict[BaseKind, int]) -> Contribution:
    """算一个月:各险种按自己的基数种类取申报基数;没有申报基数报 NotReady(NO_DECLARED_BASE)。"""
    shares = []
    for line in lines:
        if line.base_kind not in declared:
            what = "公积金" if line.base_kind is BaseKind.HOUSING else "社保"
            raise NotReady("NO_DECLARED_BASE", f"还没有{what}申报基数,{line.label}算不出来。请 HR 补上申报基数。")
        shares.append(contribute(line, declared[line.base_kind]))
    return Contribution(tuple(shares))


@dataclass(frozen=True, slots=True)
class DeclaredBase:
    """申报基数(分),自某月起。调薪不改基数,直到下一次申报。"""

    kind: BaseKind
    since: Month
    base: int


@dataclass(frozen=True, slots=True)
class SchemeVersion:
    """自某月起的一组险种规定。"""

    since: Month
    lines: tuple[InsuranceLine, ...]


def lines_for(versions: Sequence[SchemeVersion], month: Month) -> tuple[InsuranceLine, ...]:
    """某月适用的规定:since 不晚于该月的最新一版。"""
    due = [v for v in versions if v.since <= month]
    if not due:
        raise NotReady("RULE_MISSING", f"{month.label}没有有效的社保公积金规定。请 HR 在城市数据里补上。")
    return max(due, key=lambda v: v.since).lines


def bases_for(declared: Sequence[DeclaredBase], month: Month) -> dict[BaseKind, int]:
    """某月适用的申报基数:各种类取 since 不晚于该月的最新一份。"""
    out: dict[BaseKind, int] = {}
    for one in sorted(declared, key=lambda b: b.since):
        if one.since <= month:
            out[one.kind] = one.base
    return out


@dataclass(frozen=True, slots=True)
class Paid:
    """某月某险种已经缴过的(分)。"""

    month: Month
    code: str
    employee: int
    employer: int


@dataclass(frozen=True, slots=True)
class Difference:
    """补缴(正)或多缴(负):应缴 − 已缴。"""

    month: Month
    code: str
    employee: int
    employer: int


def differences(month: Month, result: Contribution, paid: Sequence[Paid]) -> tuple[Difference, ...]:
    """某月的补缴差额:只比已缴里写明的险种。"""
    known = {p.code: p for p in paid if p.month == month}
    return tuple(
        Difference(
            month, s.line.code, s.employee - known[s.line.code].employee, s.employer - known[s.line.code].employer
        )
        for s in result.shares
        if s.line.code in known
    )


def arrears(results: Sequence[tuple[Month, Contribution]], paid: Sequence[Paid]) -> tuple[Difference, ...]:
    """几个月的补缴:基数或比例公布得晚,从生效月起逐月补差;多缴的为负。补的个人部分在发放月扣除、在发放月计税。"""
    return tuple(one for month, result in results for one in differences(month, result, paid))


def arrears_total(found: Sequence[Difference]) -> tuple[int, int]:
    """补缴合计(个人, 单位),分。"""
    return sum(d.employee for d in found), sum(d.employer for d in found)


def arrears_trace(found: Sequence[Difference], labels: Mapping[str, str], *, employer: bool = False) -> Trace:
    """补缴一边的来处:每月每险种一行。labels 是险种 → 中文名。"""
    side, total = ("单位", arrears_total(found)[1]) if employer else ("个人", arrears_total(found)[0])
    parts = []
    for one in found:
        fen = Money(one.employer if employer else one.employee)
        label = f"{one.month.label}{labels.get(one.code, one.code)}"
        way = "补缴" if fen.fen > 0 else "多缴退回"
        say = f"{label}{way}({side}){Money(abs(fen.fen)).show()}" if fen else f"{label}({side})没有差额"
        parts.append(Trace(label, fen.yuan(), say=say, evidence=(f"paid:{one.month}:{one.code}",)))
    months = len({one.month for one in found})
    words = f"{months} 个月的社保公积金补缴({side})"
    say = f"{words}合计 {Money(total).show()}"
    return Trace("社保公积金补缴", Money(total).yuan(), "money", say, words, parts=tuple(parts))


def trace(
    share: Share, declared: int, *, employer: bool = False, rule: str = "", evidence: tuple[str, ...] = ()
) -> Trace:
    """一个险种一边的来处:基数怎么定、比例、取整。"""
    line = share.line
    amount = Money(share.employer if employer else share.employee)
    rate = line.employer_rate if employer else line.employee_rate
    fixed = line.employer_fixed if employer else line.employee_fixed
    if share.base > declared:
        head = f"申报基数 {Money(declared).show()} 低于下限,按下限 {Money(share.base).show()}"
        words = "申报基数低于下限,按下限计算"
    elif share.base < declared:
        head = f"申报基数 {Money(declared).show()} 高于上限,按上限 {Money(share.base).show()}"
        words = "申报基数高于上限,按上限计算"
    else:
        head, words = f"基数 {Money(share.base).show()}", "按申报基数计算"
    say = f"{line.label}:{head} × {percent(rate)}"
    say += f" + {Money(fixed).show()}" if fixed else ""
    say += f" = {amount.show()}({ROUNDING_LABELS[line.rounding]})"
    side = "单位" if employer else "个人"
    parts = (
        money_leaf("申报基数", Money(declared), evidence=evidence),
        Trace("比例", percent(rate), "rate", rule=rule),
    )
    words = f"{line.label}({side} {percent(rate)}):{words}"
    return Trace(line.label, amount.yuan(), "money", say=say, words=words, rule=rule, parts=parts)
