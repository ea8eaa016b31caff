"""公式文件 formula book:一行一条 `名字 = 式子` 的文字文件;表与输入也写在里面。全部不对之处一次说完。

    回款额 = 输入(金额)
    提成表 = 阶梯表(金额, 比率, 分段, 上限含, 10万元, 1%, 30万元, 3%, 以上, 5%)
    提成 = 四舍五入(阶梯(提成表, 回款额))

以空白开头的行接着上一行;# 后面是说明。公式之间可以互相用,先后随意。
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from engine.formula import Formula, Scope, compile_formula, in_order, names_in
from engine.formula_book_tables import INPUT, TABLE_WORDS, Input, read_input, read_table
from engine.formula_lex import NAME, halfwidth
from engine.formula_parse import Definition, parse
from engine.formula_tables import Table
from engine.formula_tree import needs_in, tables_in
from engine.formula_types import FormulaError, Node, Source, Unit, formula_error

MAX_FILE = 200_000  # 字
MAX_STATEMENTS = 1000
_HEAD = re.compile(rf"({NAME})\s*[=＝]\s*({NAME})?")


class Statement(NamedTuple):
    """一条:字与它在哪里。"""

    text: str
    source: Source


@dataclass
class Book:
    """读好的公式文件:输入、表、按先后排好的公式,与全部不对之处。"""

    facts: Mapping[str, Unit]
    inputs: dict[str, Input] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    formulas: dict[str, Formula] = field(default_factory=dict)
    faults: list[FormulaError] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    @property
    def units(self) -> dict[str, Unit]:
        """名字 → 单位:事实、输入、编好的公式。"""
        own = {name: one.unit for name, one in self.inputs.items()}
        return {**self.facts, **own, **{name: one.unit for name, one in self.formulas.items()}}


def statements(text: str, file: str) -> list[Statement]:
    """切成一条一条:空白开头的行接着上一条,# 到行末是说明(换成空格,位置不变)。"""
    found: list[Statement] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = _without_comment(raw)
        if not line.strip():
            if found:
                found[-1] = found[-1]._replace(text=f"{found[-1].text}\n")
        elif line[0].isspace() and found:
            found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{line}")
        else:
            found.append(Statement(line, Source(file, number)))
    return found


def _without_comment(line: str) -> str:
    quoted = False
    for i, c in enumerate(halfwidth(line)):
        quoted = quoted != (c == '"')
        if c in "#＃" and not quoted:
            return line[:i]
    return line


def read_book(text: str, file: str, facts: Mapping[str, Unit]) -> Book:
    """读一份公式文件。facts 是现成的事实与单位;不对之处都在 faults 里,按行排好。"""
    book = Book(facts)
    if len(text) > MAX_FILE:
        say = f"文件超过 {MAX_FILE} 字,请拆成几份。"
        book.faults.append(formula_error("FORMULA_TOO_BIG", say, "", 0, Source(file)))
        return book
    found = statements(text, file)
    if len(found) > MAX_STATEMENTS:
        say = f"超过 {MAX_STATEMENTS} 条,请拆成几份。"
        book.faults.append(formula_error("FORMULA_TOO_BIG", say, "", 0, found[MAX_STATEMENTS].source))
        return book
    heads = {m.group(1) for one in found if (m := _HEAD.match(one.text.lstrip()))}
    known = {*facts, *heads}
    for one in found:
        try:
            _read(book, one, known)
        except FormulaError as fault:
            head = _HEAD.match(one.text.lstrip())
            book.broken.update({head.group(1)} if head else ())
            book.faults.append(fault)
    _compile(book)
    book.faults.sort(key=lambda f: (int(f.details["line"]), int(f.details["column"])))
    return book


def _read(book: Book, one: Statement, known: set[str]) -> None:
    head = _HEAD.match(one.text.lstrip())
    text, source = one
    word = head.group(2) if head else None
    if head and word == INPUT:
        name, value = head.group(1), read_input(text, source)
        _new(book, name, one)
        book.inputs[name] = value
    elif head and word in TABLE_WORDS:
        table = read_table(text, source)
        _new(book, table.name, one)
        book.tables[table.name] = table
    else:
        definition = parse(text, known, source)
        if not definition.name:
            raise formula_error("FORMULA_SYNTAX", "这一行要写成 名字 = 式子。", text, 0, source, expected="=")
        _new(book, definition.name, one)
        book.definitions[definition.name] = definition


def _new(book: Book, name: str, one: Statement) -> None:
    if name in book.inputs or name in book.tables or name in book.definitions:
        raise formula_error("FORMULA_TWICE", f"“{name}”已经有了,请换一个名字或删去一处。", one.text, 0, one.source)


def _compile(book: Book) -> None:
    """按先后编;没编成的、用到它的,不再报第二遍。"""
    failed = set(book.broken)
    for name in _order(book, failed):
        definition = book.definitions[name]
        used = {*names_in(definition.tree), *tables_in(definition.tree), *(n.name for n in needs_in(definition.tree))}
        if (used - {name}) & failed or name in failed:
            failed.add(name)
            continue
        try:
            book.formulas[name] = _one(book, definition)
        except FormulaError as fault:
            failed.add(name)
            book.faults.append(fault)


def _one(book: Book, definition: Definition) -> Formula:
    """编一条。用到自己上月的值时,自己的单位要猜:哪个单位编得成、结果又正是它,就是哪个。"""
    scope = Scope.of(book.units, book.tables)
    if all(need.name != definition.name for need in needs_in(definition.tree)):
        return compile_formula(definition, scope)
    last: FormulaError | None = None
    for unit in Unit:
        try:
            return compile_formula(
                definition, Scope.of(book.units, book.tables, {**book.units, definition.name: unit}), unit
            )
        except FormulaError as fault:
            last = last or fault
    raise last or AssertionError("there is a unit")


def _order(book: Book, failed: set[str]) -> tuple[str, ...]:
    """先算谁后算谁;成环的报一次,环上的放下,再排其余的。往月的项目只为先知道单位,不算环。"""
    left = dict(book.definitions)
    while True:
        try:
            order = in_order(left)
            break
        except FormulaError as ring:
            book.faults.append(ring)
            for name in ring.details["ring"].split(" → "):
                left.pop(name, None)
                failed.add(name)
    return _units_first(book, order)


def _units_first(book: Book, order: tuple[str, ...]) -> tuple[str, ...]:
    """要往月的值的放到那些项目之后;放不成(互相要)就照原来的次序。"""
    graph = {name: {*names_in(tree), *(n.name for n in needs_in(tree))} - {name} for name, tree in _trees(book, order)}
    try:
        return tuple(name for name in TopologicalSorter(graph).static_order() if name in graph)
    except CycleError:
        return order


def _trees(book: Book, names: tuple[str, ...]) -> list[tuple[str, Node]]:
    return [(name, book.definitions[name].tree) for name in names]
