"""公式的编译 formula compile:查单位,把语法树编成闭包;每个结点的闭包都留着,解释时用同一个。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NoReturn

from engine import formula_gather as gather
from engine import formula_ops as ops
from engine import formula_table_ops as tables
from engine.formula_evidence import EVIDENCE, Kind, slot_name
from engine.formula_history import Need
from engine.formula_lex import hint, near
from engine.formula_ops import Code
from engine.formula_parse import Definition
from engine.formula_tables import LookupTable, StepTable, Table
from engine.formula_tree import extra_slots, names_in, walk, written
from engine.formula_types import (
    SUM,
    UNIT_LABELS,
    YEAR_TO_DATE,
    Binary,
    Call,
    Gather,
    History,
    If,
    Ladder,
    Lookup,
    Name,
    Node,
    Number,
    Text,
    Unary,
    Unit,
    formula_error,
)

_COUNTS = (Unit.DAYS, Unit.HOURS, Unit.COUNT)
_MAX_PLACES = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """可以用的名字:名字 → 单位,名字 → 槽号;表;往月的项目 → 单位(空则同 units)。"""

    units: Mapping[str, Unit]
    slots: Mapping[str, int]
    tables: Mapping[str, Table] = field(default_factory=dict)
    past: Mapping[str, Unit] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        units: Mapping[str, Unit],
        tables: Mapping[str, Table] | None = None,
        past: Mapping[str, Unit] | None = None,
    ) -> Scope:
        return cls(units, {name: i for i, name in enumerate(units)}, tables or {}, past or {})

    def holding(self, trees: Sequence[Node]) -> Scope:
        """加上这些式子要的证据与往月的槽,排在名字之后。"""
        extra = dict.fromkeys(key for tree in trees for key in extra_slots(tree) if key not in self.slots)
        if not extra:
            return self
        start = len(self.slots)
        slots = {**self.slots, **{key: start + i for i, key in enumerate(extra)}}
        return Scope(self.units, slots, self.tables, self.past)


class Compiler:
    """查单位,并把语法树编成闭包。"""

    def __init__(self, definition: Definition, scope: Scope, *, inside: str = "") -> None:
        self.definition = definition
        self.scope = scope
        self.inside = inside  # 在哪一类证据的式子里
        self.codes: dict[int, Code] = {}
        self.readers: dict[int, gather.Reader] = {}

    @property
    def formula(self) -> str:
        """报错时公式的名字。"""
        return self.definition.name or "结果"

    def fail(self, code: str, say: str, node: Node, **more: str) -> NoReturn:
        raise formula_error(code, say, self.definition.text, node.at, self.definition.source, **more)

    def code(self, node: Node) -> Code:
        """编一个结点。"""
        found = self.codes[id(node)] = _COMPILE[type(node)](self, node)
        return found

    def _number(self, node: Number) -> Code:
        return ops.constant(node.value, node.unit)

    def _text(self, node: Text) -> Code:
        value = node.value
        return Code(lambda s: value, Unit.TEXT)

    def _name(self, node: Name) -> Code:
        unit = self.scope.units.get(node.name)
        if unit is None:
            say = f"没有叫“{node.name}”的项目,{hint(node.name, self.scope.units, _outside(node.name))}"
            self.fail("FORMULA_UNKNOWN_NAME", say, node, nearest=near(node.name, self.scope.units))
        return Code(itemgetter(self.scope.slots[node.name]), unit)

    def _unary(self, node: Unary) -> Code:
        inner = self.code(node.operand)
        if node.op == "not":
            self._want(inner, Unit.BOOL, node.operand)
            run = inner.run
            return Code(lambda s: not run(s), Unit.BOOL)
        self._numeric(inner, node.operand)
        return ops.negate(inner)

    def _binary(self, node: Binary) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        if node.op in ("and", "or"):
            return self._logic(node, left, right)
        if node.op in ("=", "≠") and left.unit is right.unit and left.unit in (Unit.TEXT, Unit.BOOL):
            return ops.same_value(node.op, left, right)
        self._numeric(left, node.left)
        self._numeric(right, node.right)
        if node.op == "×":
            return ops.times(left, right, self._product(node, left, right))
        if node.op == "÷":
            return self._over(node, left, right)
        unit = self._same(node, (left, right))
        if node.op in ops.COMPARE:
            return ops.compare(node.op, left, right)
        return ops.plus(left, right, unit, 1 if node.op == "+" else -1)

    def _over(self, node: Binary, left: Code, right: Code) -> Code:
        if right.const is not None and right.const[0] == 0:
            self.fail("FORMULA_ZERO", "除数写成了 0,请改成别的数。", node.right)
        return ops.over(left, right, self._quotient(node, left, right), (self.formula, written(node.right)))

    def _logic(self, node: Binary, left: Code, right: Code) -> Code:
        self._want(left, Unit.BOOL, node.left)
        self._want(right, Unit.BOOL, node.right)
        a, b = left.run, right.run
        if node.op == "and":
            return Code(lambda s: a(s) and b(s), Unit.BOOL)
        return Code(lambda s: a(s) or b(s), Unit.BOOL)

    def _product(self, node: Binary, a: Code, b: Code) -> Unit:
        units = (a.unit, b.unit)
        if Unit.RATE in units:
            return b.unit if a.unit is Unit.RATE else a.unit
        if Unit.MONEY in units and a.unit is not b.unit:
            return Unit.MONEY
        if Unit.COUNT in units:
            return b.unit if a.unit is Unit.COUNT else a.unit
        self.fail("FORMULA_UNIT", f"{UNIT_LABELS[a.unit]}不能乘{UNIT_LABELS[b.unit]},请检查这一处。", node)

    def _quotient(self, node: Binary, a: Code, b: Code) -> Unit:
        if a.unit is b.unit:
            return Unit.RATE
        if b.unit is Unit.RATE or (a.unit is Unit.MONEY and b.unit in _COUNTS) or b.unit is Unit.COUNT:
            return a.unit
        self.fail("FORMULA_UNIT", f"{UNIT_LABELS[a.unit]}不能除以{UNIT_LABELS[b.unit]},请检查这一处。", node)

    def _same(self, node: Node, parts: Sequence[Code]) -> Unit:
        """各部分单位要一样;写成纯数的 0 可以配任何单位,写成纯数的常数可以配天数、小时、次数(`迟到次数 ≤ 1`)。"""
        units = {p.unit for p in parts if p.const is None or p.const[0] != 0 or p.unit is not Unit.RATE}
        if len(units) == 2 and Unit.RATE in units and units & set(_COUNTS):
            units = {p.unit for p in parts if p.const is None or p.unit is not Unit.RATE}
        if len(units) <= 1:
            return units.pop() if units else parts[0].unit
        first, second, *_ = sorted(units, key=list(Unit).index)
        hint = "数字后面请写明单位,例如 200元、3天、60%。" if Unit.RATE in units else "请检查这一处。"
        say = f"{UNIT_LABELS[first]}和{UNIT_LABELS[second]}不能放在一起加减或比较。{hint}"
        self.fail("FORMULA_UNIT", say, node)

    def _numeric(self, code: Code, node: Node) -> None:
        if code.unit in (Unit.BOOL, Unit.TEXT):
            self.fail("FORMULA_UNIT", f"这里应当是数,却是{UNIT_LABELS[code.unit]}。请检查这一处。", node)

    def _want(self, code: Code, unit: Unit, node: Node) -> None:
        if code.unit is not unit:
            self.fail("FORMULA_UNIT", f"这里应当是{UNIT_LABELS[unit]},却是{UNIT_LABELS[code.unit]}。", node)

    def _if(self, node: If) -> Code:
        condition, then, other = self.code(node.condition), self.code(node.then), self.code(node.other)
        self._want(condition, Unit.BOOL, node.condition)
        unit = self._same(node, (then, other))
        test, a, b = condition.run, then.run, other.run
        return Code(lambda s: a(s) if test(s) else b(s), unit)

    def _call(self, node: Call) -> Code:
        args = [self.code(a) for a in node.args]
        for arg, own in zip(args, node.args, strict=True):
            self._numeric(arg, own)
        if node.function in ("最大", "最小"):
            if len(args) < 2:
                self.fail("FORMULA_SYNTAX", f"“{node.function}”至少要两项,用逗号隔开。", node)
            return ops.extreme(node.function == "最大", args, self._same(node, args))
        return ops.rounded(node.function, args[0], self._places(node, args))

    def _places(self, node: Call, args: Sequence[Code]) -> int:
        if len(args) == 1:
            return 2 if node.function == "四舍五入" and args[0].unit is Unit.MONEY else 0
        places = args[1].const
        if len(args) > 2 or places is None or args[1].unit is not Unit.RATE or places[0] % places[1]:
            self.fail("FORMULA_SYNTAX", f"“{node.function}”的第二项是小数位数,请写成 0 到 {_MAX_PLACES} 的整数。", node)
        if not 0 <= places[0] // places[1] <= _MAX_PLACES:
            self.fail("FORMULA_SYNTAX", f"小数位数请写成 0 到 {_MAX_PLACES} 的整数。", node)
        return places[0] // places[1]

    def _fits(self, code: Code, unit: Unit, node: Node, what: str) -> None:
        """这一项要是 unit;写成纯数的 0 配任何单位,写成纯数的常数可以配天数、小时、次数。"""
        if code.unit is unit:
            return
        plain = code.const is not None and code.unit is Unit.RATE
        if plain and code.const is not None and (unit in _COUNTS or (code.const[0] == 0 and unit is Unit.MONEY)):
            return
        self.fail("FORMULA_UNIT", f"{what}应当是{UNIT_LABELS[unit]},却是{UNIT_LABELS[code.unit]}。请检查这一处。", node)

    def _table(self, node: Ladder | Lookup) -> Table:
        table = self.scope.tables.get(node.table)
        if table is None:
            say = f"没有叫“{node.table}”的表,{hint(node.table, self.scope.tables, '请检查写法,或先添上这张表。')}"
            self.fail("FORMULA_UNKNOWN_TABLE", say, node, nearest=near(node.table, self.scope.tables))
        return table

    def _ladder(self, node: Ladder) -> Code:
        table = self._table(node)
        if not isinstance(table, StepTable):
            self.fail("FORMULA_TABLE_KIND", f"“{node.table}”是对照表,请用 查表({node.table}, …)。", node)
        value = self.code(node.value)
        self._fits(value, table.input, node.value, f"阶梯表“{node.table}”的输入")
        return tables.ladder(value, table)

    def _lookup(self, node: Lookup) -> Code:
        table = self._table(node)
        if not isinstance(table, LookupTable):
            self.fail("FORMULA_TABLE_KIND", f"“{node.table}”是阶梯表,请用 阶梯({node.table}, …)。", node)
        key = self.code(node.key)
        self._fits(key, table.key, node.key, f"表“{node.table}”的键")
        default = self._default(node.default, table.unit, "没有时的值")
        return tables.lookup(key, default, table, self.formula)

    def _default(self, node: Node | None, unit: Unit, what: str) -> Code | None:
        if node is None:
            return None
        code = self.code(node)
        self._fits(code, unit, node, what)
        return code

    def _gather(self, node: Gather) -> Code:
        kind = EVIDENCE.get(node.kind)
        if kind is None:
            known = f"可用的有:{'、'.join(EVIDENCE)}。"
            say = f"没有叫“{node.kind}”的证据,{hint(node.kind, EVIDENCE, known)}"
            self.fail("FORMULA_UNKNOWN_EVIDENCE", say, node, nearest=near(node.kind, EVIDENCE))
        if self.inside:
            self.fail("FORMULA_NESTED", f"“{self.inside}”的式子里不能再写合计、次数,请拆成两条公式。", node)
        reader = self.readers[id(node)] = self._reader(node, kind)
        inner = self._record_compiler(kind)
        if node.where is not None:
            where = inner.code(node.where)
            inner._want(where, Unit.BOOL, node.where)
            reader.where = where.run
        if node.value is None or node.function != SUM:
            return gather.times(reader)
        value = inner.code(node.value)
        inner._numeric(value, node.value)
        return gather.total(reader, value)

    def _reader(self, node: Gather, kind: Kind) -> gather.Reader:
        outer = bool(names_in(node)) or any(isinstance(n, History) for n in walk(node))
        reader = gather.Reader(kind, self.scope.slots[slot_name(kind.name)], self.formula)
        reader.see(_fields(node.where, kind), _fields(node.value, kind), outer=outer)
        return reader

    def _record_compiler(self, kind: Kind) -> Compiler:
        """证据的字段在前、外面的名字在后。"""
        scope, ahead = self.scope, len(kind.fields)
        slots = {name: ahead + slot for name, slot in scope.slots.items()}
        slots |= {name: i for i, name in enumerate(kind.fields)}
        past = scope.past or scope.units
        inner = Scope({**scope.units, **kind.fields}, slots, scope.tables, past)
        return Compiler(self.definition, inner, inside=kind.name)

    def _history(self, node: History) -> Code:
        past = self.scope.past or self.scope.units
        unit = past.get(node.name)
        if unit is None:
            say = f"没有叫“{node.name}”的项目,{hint(node.name, past, '请检查写法,或先添上这个项目。')}"
            self.fail("FORMULA_UNKNOWN_NAME", say, node, nearest=near(node.name, past))
        if node.function == YEAR_TO_DATE and unit is not Unit.MONEY and unit not in _COUNTS:
            self.fail("FORMULA_UNIT", f"“{node.name}”是{UNIT_LABELS[unit]},不能累计。请改用 上月({node.name})。", node)
        default = self._default(node.default, unit, "没有时的值")
        need = Need(node.function, node.name)
        return gather.history(need, self.scope.slots[need.slot], unit, default, self.formula)


def _outside(name: str) -> str:
    """证据或它的字段写到了合计、次数外面,说清楚;别的请检查写法。"""
    kinds = [kind.name for kind in EVIDENCE.values() if name == kind.name or name in kind.fields]
    if kinds:
        return f"它是证据“{kinds[0]}”的,要写在合计、次数里面,例如 次数({kinds[0]})。"
    return "请检查写法,或先添上这个项目。"


def _fields(node: Node | None, kind: Kind) -> tuple[int, ...]:
    """式子里用到的字段是第几个。"""
    used = {n.name for n in walk(node) if isinstance(n, Name)} if node else set()
    return tuple(i for i, name in enumerate(kind.fields) if name in used)


_COMPILE: Mapping[type, Callable[[Compiler, Any], Code]] = {
    Number: Compiler._number,
    Text: Compiler._text,
    Name: Compiler._name,
    Unary: Compiler._unary,
    Binary: Compiler._binary,
    If: Compiler._if,
    Call: Compiler._call,
    Ladder: Compiler._ladder,
    Lookup: Compiler._lookup,
    Gather: Compiler._gather,
    History: Compiler._history,
}
