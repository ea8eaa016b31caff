"""成批的工资条 batch slip:一批人一列一列地算,逐行逐人与 engine.pay.compute 一分不差。

次序同 engine.pay:基本工资 → 请假 → 加班 → 公式项目 → 调整 → 应发 → 社保公积金 → 个税 → 税后 → 实发。
算得的列里,要人看的(低于最低工资、实发不为正)、除以零的、界证不了的,都交给 engine.pay.compute。
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine import batch_ops as ops
from engine.batch import Batch, calm
from engine.batch_facts import Key, Reader
from engine.batch_ops import NONE, Bools, HandOver, Ints, NotVectorised, Truth, Vector
from engine.batch_shares import ShareColumn, base_of, brackets_of, share_column
from engine.errors import EhrError
from engine.pay_facts import Insured
from engine.pay_rules import CityRules, PayRules, ShareStep

BLOCK = 32_768
"""一次算几行:各列都在缓存里,比整列算快。"""


class Group(NamedTuple):
    """可以一起算的一批人:at 是各人在输入里的位置,columns 是各列(次序同 Reader.columns),各列一段连续的内存;

    bounds 是各列的(最小, 最大, 有没有人没有这个值),没有的不算在最小最大里。
    """

    key: Key
    at: NDArray[np.intp]
    columns: NDArray[np.int64]
    bounds: tuple[tuple[int, int, bool], ...]


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

    def __init__(self, rules: PayRules, least: int = 1) -> None:
        """least:一批不到这么多人的不成批(一批的固定开销要摊给这么多人才划算),逐人算。"""
        self.rules = rules
        self.least = least
        self.reader = Reader(rules)
        self.formulas = [(step, item, Batch(one)) for step, (item, one) in zip(rules.steps, rules.sheet.formulas, strict=True)]  # fmt: skip
        self.used = {name for _, one in rules.sheet.formulas for name in one.names}
        self.defaults = {i.name: i.default for i in rules.terms.items.inputs}
        self.brackets = brackets_of(rules)
        self.names = {item.rule: item.name for item in rules.sheet.built_in}
        self.input_names = {name: next(n for n, s in rules.sheet.scope.slots.items() if s == slot) for name, slot in rules.input_slot.items()}  # fmt: skip
        self.ready = self.reader.sizes_known and self.brackets is not None and set(rules.rule_index) <= _RULES
        self.ready &= self.reader.evidence.ready

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
            if len(where) < self.least:
                left += where
                continue
            try:
                columns = ops.matrix(numbers, self.reader.columns, self.reader.pairs)
                groups.append(Group(key, np.array(where, dtype=np.intp), columns, ops.bounds_of(columns)))
            except OverflowError:
                left += where
        return groups, left

    def compute(self, group: Group) -> tuple[list[Slips], list[int]]:
        """一批:算得的各段,与要逐人算的位置。"""
        try:
            city, steps = self._rules_of(group.key)
        except EhrError:
            return [], group.at.tolist()
        if not city.minimum:  # 没有最低工资可比,人人都要提一句
            return [], group.at.tolist()
        done: list[Slips] = []
        left: list[int] = []
        for start in range(0, len(group.at), BLOCK):
            rows = slice(start, start + BLOCK)
            part = group._replace(at=group.at[rows], columns=group.columns[:, rows])
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
        columns = np.ascontiguousarray(part.columns[:, rows])
        yield Group(part.key, part.at[rows], columns, ops.bounds_of(columns))


PAIR_FACTS = (
    ("worked", "出勤天数"),
    ("workdays", "应出勤天数"),
    ("personal", "事假天数"),
    ("away", "请假天数"),
    ("award", "全勤比例"),
)
PLAIN_FACTS = (
    ("late", "迟到次数"), ("early", "早退次数"), ("missing", "缺卡次数"), ("late_minutes", "迟到分钟"),
    ("early_minutes", "早退分钟"), ("years", "工龄"), ("nights", "夜班次数"),
)  # fmt: skip
"""列 → 公式里的名字。"""
_RULES = {
    "base_wage", "personal_leave", "sick_leave", "sick_pay", "absence", "lateness", "overtime_workday",
    "overtime_rest_day", "overtime_statutory", "heat_allowance",
}  # fmt: skip
"""这里认得的内置规则;规则里有别的,一律逐人算。"""


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


class _Computing:
    """一段人的一次计算:各列与公式的输入。"""

    def __init__(self, batch: SlipBatch, group: Group, terms: tuple[CityRules, tuple[ShareStep, ...]]) -> None:
        self.batch, self.rules, self.group = batch, batch.rules, group
        self.city, self.steps = terms
        self.raw = dict(zip(batch.reader.columns, zip(group.columns, group.bounds, strict=True), strict=True))
        self.amounts: list[Any] = [0] * len(batch.rules.items)
        self.bounds: list[Vector] = [ops.number(0)] * len(batch.rules.items)
        self.absent: dict[int, Bools | None] = {}
        self.inputs: dict[str, Any] = {item.name: ops.number(0) for item in batch.rules.items}
        self.lost: Bools | None = None

    def col(self, name: str) -> Vector:
        """一列整数;全是零的是常数。"""
        n, (low, high, _) = self.raw[name]
        return ops.number(0) if low == high == 0 else ops.guarded(Vector(n, 1, low, high, 1))

    def pair(self, name: str) -> Vector:
        """成对的两列。"""
        n, (low, high, _) = self.raw[f"{name}_n"]
        d, (least, most, _) = self.raw[f"{name}_d"]
        if least <= 0:
            raise HandOver("denominator")
        return ops.guarded(Vector(n, most if least == most else d, low, high, most))

    def maybe(self, name: str, slot: int) -> Vector:
        """可能没有的一列:没有的行当作零,记下有的是哪些行(一个也没有为 None)。"""
        pair = f"{name}_n" in self.raw
        n, (low, high, gone) = self.raw[f"{name}_n" if pair else name]
        d: Any = self.pair(name).d if pair else 1
        most = self.raw[f"{name}_d"][1][1] if pair else 1
        if gone:
            given = n != NONE
            self.absent[slot] = given if given.any() else None
            n, low, high = n * given, min(low, 0), max(high, 0)
        return ops.guarded(Vector(n, d, low, high, most))

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
        """公式里用到的事实,名字同 engine.pay_items.FACT_UNITS。"""
        wage, used, slots = self.col("wage"), self.batch.used, self.rules.sheet.scope.slots
        for name, label in (("score", "绩效得分"), ("multiplier", "绩效系数")):
            if label in used:
                self.inputs[label] = self.maybe(name, slots[label])
        for name, label in PAIR_FACTS:
            if label in used:
                self.inputs[label] = self.pair(name)
        for name, label in PLAIN_FACTS:
            if label in used:
                self.inputs[label] = self.col(name)
        hours = ops.times(self.col("overtime"), ops.number(1, 60)) if "加班小时" in used else ops.number(0)
        self.inputs |= {
            "基本工资": wage,
            "在职比例": ops.number(1),
            "旷工天数": ops.number(0),
            "病假天数": ops.number(0),
            "加班小时": hours,
        }
        for name, label in self.batch.input_names.items():
            if label in used:
                self._standard(name, label)
        self.inputs |= {one.text: self.pair(one.name) for one in self.batch.reader.evidence.sought}
        return wage

    def _standard(self, name: str, label: str) -> None:
        """本人标准:没填的用默认值,没有默认值的没有。"""
        default, slot = self.batch.defaults[label], self.rules.input_slot[name]
        found = self.maybe(f"input:{name}", slot)
        if default is not None and slot in self.absent:
            given = self.absent.pop(slot)
            found = ops.number(*default) if given is None else ops.choose(Truth(given), found, ops.number(*default))
        self.inputs[label] = found

    def _set(self, rule: str, fen: Vector, sign: int) -> None:
        index = self.rules.rule_index.get(rule)
        if index is not None:
            self._amount(index, fen if sign > 0 else ops.negate(fen))
            self.inputs[self.batch.names[rule]] = fen

    def _amount(self, index: int, fen: Vector) -> None:
        self.bounds[index] = fen
        self.amounts[index] = fen.n

    def _overtime(self, wage: Vector) -> None:
        """加班费:基数是合同月工资,不低于当地最低工资。"""
        wage = ops.extreme(True, (wage, ops.number(self.city.minimum)))
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
            minutes = ops.plus(self.col("late_minutes"), self.col("early_minutes"))
            per = self.rules.terms.overtime.month_minutes
            line = ops.half_up(ops.times(ops.times(wage, minutes), ops.number(per.denominator, per.numerator)))
            self._set("lateness", ops.extreme(False, (line, left)), -1)

    def _formula(self, step: Any, name: str, formula: Batch) -> None:
        """一个公式项目:没有所需标准的人没有这一项。"""
        present: Bools | None = None
        for need in step.needs:
            if need in self.absent:
                mask = self.absent[need]
                if mask is None:
                    return
                present = mask if present is None else present & mask
        try:
            found = ops.half_up(formula.run(self.inputs))
        except NotVectorised:
            found = self._each(formula)
        if found.lost is not None:
            gone = found.lost if present is None else found.lost & present
            self.lost = ops.either(self.lost, gone)
        n = np.broadcast_to(np.asarray(found.n, dtype=np.int64), len(self.group.at))
        if present is not None:
            n = n * present
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
        after = self._sum(rules.after_tax_of)
        employer = self._sum(rules.employer_of)
        own = beyond = ops.number(0)
        shares, bases = [], {}
        for step in self.steps:
            limits = (step.housing, step.floor, step.cap)
            if limits not in bases:
                bases[limits] = base_of(step, self.col("housing" if step.housing else "social"))
            one, employee, paid, over, added = share_column(step, bases[limits])
            shares.append(one)
            own, employer = plus(own, employee), plus(employer, paid)
            beyond, taxed = plus(beyond, over), plus(taxed, added)
        deductible = minus(own, beyond)
        tax = self._tax(plus(self.col("before"), minus(taxed, deductible)))
        net = plus(minus(minus(gross, own), tax), after)
        if after.low < 0 or after.high > 0:
            self.lost = ops.either(self.lost, after.n != 0)  # 税后扣款有次序与限额,由逐人的算
        self._watch(net, minus(gross, own) if self.city.after_insurance else gross)
        size = len(self.group.at)
        totals = (gross, own, taxed, deductible, tax, after, net, employer)
        sums = [*(np.broadcast_to(np.asarray(v.n), size) for v in totals), self.raw["adjusted"][0]]
        return Slips(self.group.at, tuple(self.amounts), tuple(shares), *sums), self.lost

    def _tax(self, taxable: Vector) -> Vector:
        """本月个税:累计预扣,不退。税额是各级算出的最大者(税率表在交界处相接)。"""
        if self.batch.brackets is None:
            raise HandOver("brackets")
        whole, lines = self.batch.brackets
        income = ops.nonnegative(taxable)
        found = ops.highest(income, [one for one in lines if income.high * one[0] - one[1] > 0 or one == lines[0]])
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
