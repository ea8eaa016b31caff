"""成批的工资条 batch slip:一批人一列一列地算,逐行逐人与 engine.pay.compute 一分不差。

次序同 engine.pay:基本工资 → 请假 → 加班 → 公式项目 → 调整 → 应发 → 社保公积金 → 个税 → 税后 → 实发。
算得的列里,要人看的(低于最低工资、实发不为正)、除以零的、界证不了的,都交给 engine.pay.compute。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import lcm
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import batch_ops as ops
from engine.batch import Batch, calm
from engine.batch_facts import NONE, PAIRS, Key, Reader
from engine.batch_ops import Bools, HandOver, Ints, NotVectorised, Vector
from engine.batch_shares import ShareColumn, share_column
from engine.errors import EhrError
from engine.pay_facts import Insured
from engine.pay_rules import CityRules, PayRules, ShareStep

BLOCK = 32_768
"""一次算几行:各列都在缓存里,比整列算快。"""


class Group(NamedTuple):
    """可以一起算的一批人:at 是各人在输入里的位置,columns 是各列(次序同 Reader.columns),各列一段连续的内存。"""

    key: Key
    at: NDArray[np.intp]
    columns: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slips:
    """一批工资条的各列(分),含义同 engine.pay.Slip;adjusted 是有几笔调整;amounts 与规则的项目一一对应(带正负号),常数 0 是谁都没有。"""

    at: NDArray[np.intp]
    amounts: tuple[Any, ...]
    shares: tuple[ShareColumn, ...]
    gross: Ints
    insurance: Ints
    taxable: Ints
    deductible: Ints
    tax: Ints
    after: Ints
    net: Ints
    employer: Ints
    adjusted: Ints


class SlipBatch:
    """按一个月的规则编好的成批算法。"""

    def __init__(self, rules: PayRules) -> None:
        self.rules = rules
        self.reader = Reader(rules)
        self.formulas = [(step, item, Batch(one)) for step, (item, one) in zip(rules.steps, rules.sheet.formulas, strict=True)]  # fmt: skip
        self.brackets = _brackets(rules)
        self.names = {item.rule: item.name for item in rules.sheet.built_in}
        self.input_names = {name: next(n for n, s in rules.sheet.scope.slots.items() if s == slot) for name, slot in rules.input_slot.items()}  # fmt: skip
        self.ready = self.reader.sizes_known and self.brackets is not None and set(rules.rule_index) <= _RULES

    def gather(self, people: Iterable[Sequence[Any]]) -> tuple[list[Group], list[int]]:
        """事实(PayFacts 或其 JSON 列表)→ 各批;第二样是要逐人算的位置。"""
        found: dict[Key, tuple[list[int], list[tuple[int, ...]]]] = {}
        left: list[int] = []
        flat = self.reader.flat if self.ready else lambda data: None
        for at, data in enumerate(people):
            one = flat(data)
            if one is None:
                left.append(at)
                continue
            rows = found.get(one[0])
            if rows is None:
                rows = found[one[0]] = ([], [])
            rows[0].append(at)
            rows[1].append(one[1])
        groups = []
        for key, (where, numbers) in found.items():
            try:
                columns = _matrix(numbers, self.reader.columns)
                groups.append(Group(key, np.array(where, dtype=np.intp), columns))
            except OverflowError:
                left += where
        return groups, left

    def compute(self, group: Group) -> tuple[list[Slips], list[int]]:
        """一批:算得的各段,与要逐人算的位置。"""
        try:
            city, steps = self._rules_of(group.key)
        except EhrError:
            return [], group.at.tolist()
        done: list[Slips] = []
        left: list[int] = []
        for start in range(0, len(group.at), BLOCK):
            part = Group(group.key, group.at[start : start + BLOCK], group.columns[:, start : start + BLOCK])
            self._part(part, (city, steps), (done, left))
        return done, left

    def _rules_of(self, key: Key) -> tuple[CityRules, tuple[ShareStep, ...]]:
        city = self.rules.city(key.city)
        if key.insured is None:
            return city, ()
        where, no_social, no_housing, rate, more = key.insured
        own = Insured(where, None if no_social else 0, None if no_housing else 0, rate, more)
        return city, self.rules.shares(own)

    def _part(self, part: Group, terms: tuple[CityRules, tuple[ShareStep, ...]], out: tuple[list[Slips], list[int]]) -> None:  # fmt: skip
        done, left = out
        for here in _tries(part):
            try:
                slips, lost = _Computing(self, here, terms).run()
            except HandOver:
                continue
            if len(here.at) != len(part.at):
                left += np.setdiff1d(part.at, here.at).tolist()
            if lost is not None and lost.any():
                left += here.at[lost].tolist()
                slips = _kept(slips, ~lost)
            done.append(slips)
            return
        left += part.at.tolist()


def _tries(part: Group) -> Iterator[Group]:
    """先试整段;界证不了时,挑出大数再试。"""
    yield part
    size = np.zeros(len(part.at), dtype=np.int64)
    for one in part.columns:
        size = np.maximum(size, np.abs(np.where(one == NONE, 0, one)))
    for rows in calm(size)[1:]:
        yield Group(part.key, part.at[rows], np.ascontiguousarray(part.columns[:, rows]))


_RULES = {
    "base_wage", "personal_leave", "sick_leave", "sick_pay", "absence", "lateness", "overtime_workday",
    "overtime_rest_day", "overtime_statutory",
}  # fmt: skip
"""这里认得的内置规则;规则里有别的,一律逐人算。"""


def _matrix(rows: Sequence[tuple[int, ...]], names: Sequence[str]) -> NDArray[np.int64]:
    """各行整数 → 各列(连续),分母不同的列通分。装不进 64 位抛 OverflowError。"""
    width = len(names)
    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * width)
    found = np.ascontiguousarray(flat.reshape(len(rows), width).T)
    for name in PAIRS:
        at = names.index(f"{name}_n")
        _same_denominator(found[at], found[at + 1])
    return found


def _same_denominator(n: Ints, d: Ints) -> None:
    """就地通分;分母花样太多、装不下的不动。"""
    if d.min() == d.max():
        return
    shared, known = ops.common(d), n != NONE
    if not shared or int(np.abs(np.where(known, n, 0)).max()) * shared > ops.LIMIT:
        return
    n[known] *= shared // d[known]
    d[:] = shared


def _kept(slips: Slips, keep: Bools) -> Slips:
    """只留其中几行。"""

    def rows(one: Any) -> Any:
        return one[keep] if isinstance(one, np.ndarray) else one

    shares = tuple(ShareColumn(s.step, *(rows(x) for x in s[1:])) for s in slips.shares)
    sums = (slips.gross, slips.insurance, slips.taxable, slips.deductible, slips.tax, slips.after, slips.net)
    return Slips(
        slips.at[keep],
        tuple(rows(a) for a in slips.amounts),
        shares,
        *(rows(x) for x in (*sums, slips.employer, slips.adjusted)),
    )


def _brackets(rules: PayRules) -> tuple[int, tuple[tuple[int, int], ...]] | None:
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


class _Computing:
    """一段人的一次计算:各列与公式的输入。"""

    def __init__(self, batch: SlipBatch, group: Group, terms: tuple[CityRules, tuple[ShareStep, ...]]) -> None:
        self.batch, self.rules, self.group = batch, batch.rules, group
        self.city, self.steps = terms
        self.raw = dict(zip(batch.reader.columns, group.columns, strict=True))
        self.amounts: list[Any] = [0] * len(batch.rules.items)
        self.bounds: list[Vector] = [ops.number(0)] * len(batch.rules.items)
        self.absent: dict[int, Bools] = {}
        self.inputs: dict[str, Any] = {item.name: ops.number(0) for item in batch.rules.items}
        self.lost: Bools | None = None

    def col(self, name: str) -> Vector:
        return ops.column(self.raw[name])

    def pair(self, name: str) -> Vector:
        return ops.column(self.raw[f"{name}_n"], self.raw[f"{name}_d"])

    def run(self) -> tuple[Slips, Bools | None]:
        """算:各列,与要逐人算的行。"""
        wage = self._facts()
        self._set("base_wage", wage, 1)
        self._overtime(wage)
        self._absent(wage)
        for step, item, formula in self.batch.formulas:
            self._formula(step, item.name, formula)
        return self._totals()

    def _facts(self) -> Vector:
        """公式里的事实,次序同 engine.pay._fact_slots。"""
        wage = self.col("wage")
        for name, label in (("score", "绩效得分"), ("multiplier", "绩效系数")):
            n = self.raw[f"{name}_n"]
            scored: Any = n != NONE
            self.inputs[label] = ops.column(n if scored.all() else np.where(scored, n, 0), self.raw[f"{name}_d"])
            self.absent[self.rules.sheet.scope.slots[label]] = scored
        minutes = self.col("overtime")
        self.inputs |= {
            "基本工资": wage,
            "在职比例": ops.number(1),
            "出勤天数": self.pair("worked"),
            "应出勤天数": self.pair("workdays"),
            "旷工天数": ops.number(0),
            "事假天数": self.pair("personal"),
            "病假天数": ops.number(0),
            "请假天数": self.pair("away"),
            "迟到次数": self.col("late"),
            "早退次数": self.col("early"),
            "缺卡次数": self.col("missing"),
            "迟到分钟": self.col("late_minutes"),
            "早退分钟": self.col("early_minutes"),
            "加班小时": minutes._replace(d=60, most=60),
            "工龄": self.col("years"),
        }
        self._standards()
        return wage

    def _standards(self) -> None:
        """本人标准:没填的用默认值,没有默认值的没有。"""
        defaults = {i.name: i.default for i in self.rules.terms.items.inputs}
        for name, label in self.batch.input_names.items():
            found = self.raw[f"input:{name}"]
            given: Any = found != NONE
            default = defaults[label]
            n, d = default if default is not None else (0, 1)
            if given.all():
                self.inputs[label] = ops.column(found)
                continue
            denominators = 1 if d == 1 else np.where(given, 1, d)
            self.inputs[label] = ops.column(np.where(given, found, n), denominators)
            if default is None:
                self.absent[self.rules.input_slot[name]] = given

    def _set(self, rule: str, fen: Vector, sign: int) -> None:
        index = self.rules.rule_index.get(rule)
        if index is not None:
            self._amount(index, fen if sign > 0 else ops.negate(fen))
            self.inputs[self.batch.names[rule]] = fen

    def _amount(self, index: int, fen: Vector) -> None:
        self.bounds[index] = fen
        self.amounts[index] = fen.n

    def _overtime(self, wage: Vector) -> None:
        for kind, (index, _, n, d) in self.rules.overtime.items():
            minutes = self.col(f"overtime:{kind}")
            if minutes.low == minutes.high == 0:
                continue
            if minutes.low < 0:
                raise HandOver("minutes")
            fen = ops.half_up(ops.times(ops.times(wage, minutes), ops.number(n, d)))
            self._amount(index, fen)
            self.inputs[self.rules.items[index].name] = fen

    def _absent(self, wage: Vector) -> None:
        """事假与迟到早退:依次扣,扣到当月基本工资为止。"""
        days, simple = self.pair("unpaid"), self.rules.personal
        left = wage
        if days.high > 0 and simple is not None:
            line = ops.half_up(ops.times(ops.times(wage, days), ops.number(simple.up, simple.down)))
            fen = ops.extreme(False, (line, wage))
            self._set("personal_leave", fen, -1)
            left = ops.minus(wage, fen)
        if self.rules.terms.deduct_lateness:
            minutes = ops.plus(self.inputs["迟到分钟"], self.inputs["早退分钟"])
            per = self.rules.terms.overtime.month_minutes
            line = ops.half_up(ops.times(ops.times(wage, minutes), ops.number(per.denominator, per.numerator)))
            self._set("lateness", ops.extreme(False, (line, left)), -1)

    def _formula(self, step: Any, name: str, formula: Batch) -> None:
        """一个公式项目:没有所需标准的人没有这一项。"""
        present: Bools | None = None
        for need in step.needs:
            mask = self.absent.get(need)
            if mask is not None:
                present = mask if present is None else present & mask
        if present is not None and not present.any():
            return
        try:
            found = ops.half_up(formula.run(self.inputs))
        except NotVectorised:
            found = self._each(formula)
        if found.lost is not None:
            gone = found.lost if present is None else found.lost & present
            self.lost = ops.either(self.lost, gone)
        n = np.broadcast_to(np.asarray(found.n, dtype=np.int64), len(self.group.at))
        if present is not None and not present.all():
            n = np.where(present, n, 0)
            found = found._replace(low=min(found.low, 0), high=max(found.high, 0))
        fen = Vector(n, 1, found.low, found.high, 1)
        self.inputs[name] = fen
        self._amount(step.line, fen if step.sign > 0 else ops.negate(fen))

    def _each(self, formula: Batch) -> Vector:
        """不会成批算的公式逐行算;用到证据或往月的,整张工资条逐人算。"""
        if not formula.only_names:
            raise HandOver("facts")
        fens, lost = formula.each(self.inputs, len(self.group.at))
        if max(map(abs, fens)) > ops.LIMIT:
            raise HandOver("bound")
        return ops.column(np.array(fens, dtype=np.int64))._replace(lost=lost if lost.any() else None)

    def _sum(self, pick: Any) -> Vector:
        """合计:界与列用同一套挑法(pick 是规则里编好的合计)。"""
        low, high = pick([v.low for v in self.bounds]), pick([v.high for v in self.bounds])
        return ops.guarded(Vector(pick(self.amounts), 1, low, high, 1))

    def _totals(self) -> tuple[Slips, Bools | None]:
        rules, plus, minus = self.rules, ops.plus, ops.minus
        gross = self._sum(rules.gross_of)
        taxed = plus(minus(gross, self._sum(rules.untaxed_of)), self.col("more_taxed"))
        gross = plus(gross, self.col("more_gross"))
        after = plus(self._sum(rules.after_tax_of), self.col("more_after"))
        employer = self._sum(rules.employer_of)
        own = deductible = ops.number(0)
        shares = []
        for step in self.steps:
            one, employee, paid, over, added = share_column(step, self.col("housing" if step.housing else "social"))
            shares.append(one)
            own, employer = plus(own, employee), plus(employer, paid)
            deductible, taxed = plus(deductible, minus(employee, over)), plus(taxed, added)
        tax = self._tax(plus(self.col("before"), minus(taxed, deductible)))
        net = plus(minus(minus(gross, own), tax), after)
        if after.low < 0 or after.high > 0:
            self.lost = ops.either(self.lost, after.n != 0)  # 税后扣款有次序与限额,由逐人的算
        self._watch(net, minus(gross, own) if self.city.after_insurance else gross)
        size = len(self.group.at)
        totals = (gross, own, taxed, deductible, tax, after, net, employer)
        sums = [*(np.broadcast_to(np.asarray(v.n), size) for v in totals), self.raw["adjusted"]]
        return Slips(self.group.at, tuple(self.amounts), tuple(shares), *sums), self.lost

    def _tax(self, taxable: Vector) -> Vector:
        """本月个税:累计预扣,不退。税额是各级算出的最大者(税率表在交界处相接)。"""
        if self.batch.brackets is None:
            raise HandOver("brackets")
        whole, lines = self.batch.brackets
        income = ops.nonnegative(taxable)
        found = ops.times(income, ops.number(lines[0][0]))
        for n, quick in lines[1:]:
            if income.high * n - quick > found.low:
                found = ops.extreme(True, (found, ops.minus(ops.times(income, ops.number(n)), ops.number(quick))))
        due = ops.half_up(found._replace(d=whole, most=whole))
        return ops.nonnegative(ops.minus(due, self.col("held")))

    def _watch(self, net: Vector, counted: Vector) -> None:
        """要人看的行交给逐人的:实发不为正,低于最低工资。"""
        for i in self.city.excluded:
            counted = ops.minus(counted, self.bounds[i])
        if net.low <= 0:
            self.lost = ops.either(self.lost, net.n <= 0)
        if counted.low < self.city.minimum:
            self.lost = ops.either(self.lost, counted.n < self.city.minimum)
