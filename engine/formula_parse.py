"""公式的读法 formula parse:把中文公式读成语法树(Pratt 法)。从不执行文字;深度与大小有上限。

词与词可以不留空格:`如果迟到次数=0则200元否则0元` 按已知的名字切开。全角符号与半角同样看待。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NoReturn

from engine.formula_lex import NAME, Lexer, Token, hint, near
from engine.formula_types import (
    FUNCTIONS,
    LADDER,
    LAST_MONTH,
    LOOKUP,
    MAX_DEPTH,
    MAX_LENGTH,
    MAX_NODES,
    SUFFIXES,
    SUM,
    TIMES,
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
    Pair,
    Source,
    Text,
    Unary,
    Unit,
    formula_error,
)

POWER = {"or": 10, "and": 20, "=": 40, "≠": 40, "<": 40, "≤": 40, ">": 40, "≥": 40, "+": 50, "-": 50, "×": 60, "÷": 60}
"""结合力:大的先算。"""
NOT_POWER = 30
SIGN_POWER = 70
COMPARISONS = frozenset("=≠<≤>≥")
_HEAD = re.compile(rf"\s*({NAME})\s*[=＝](?![=＝])")


@dataclass(frozen=True, slots=True)
class Definition:
    """一条公式:`名字 = 式子`;没有等号时 name 为空。"""

    name: str
    tree: Node
    text: str
    source: Source


def number(text: str) -> tuple[Pair, Unit]:
    """数字连同单位 → (值, 单位):`60%`、`15元`、`10万元`、`21.75`。金额以分计。"""
    unit, times, by = Unit.RATE, 1, 1
    if text.endswith("%"):
        text, by = text[:-1], 100
    else:
        for suffix, (named, factor) in SUFFIXES.items():
            if text.endswith(suffix):
                text, unit, times = text[: -len(suffix)], named, factor
                break
    whole, _dot, part = text.partition(".")
    return (int(whole + part) * times, 10 ** len(part) * by), unit


class Parser:
    """Pratt 法:按结合力读。深度与大小有上限。"""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self.tokens = lexer.tokens()
        self.position = 0
        self.nodes = 0
        self.prefixes: dict[str, Callable[[Token, int], Node]] = {
            "number": lambda t, _: Number(*number(t.value), t.value, t.at),
            "text": lambda t, _: Text(t.value, t.at),
            "name": self._name,
            "function": lambda t, depth: _SPECIAL.get(t.value, Parser._call)(self, t, depth),
        }

    @property
    def now(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def at_symbol(self, value: str) -> bool:
        return self.now.kind == "symbol" and self.now.value == value

    def expect(self, value: str, label: str) -> None:
        if self.now.value != value or self.now.kind not in ("symbol", "keyword"):
            self.missing(label)
        self.position += 1

    def missing(self, label: str) -> NoReturn:
        shown = f"“{self._shown(self.now)}”" if self.now.kind != "end" else "公式的结尾"
        self.lexer.fail("FORMULA_SYNTAX", f"这里应当是{label},却是{shown}。", self.now.at, expected=label)

    def _shown(self, token: Token) -> str:
        stop = self.tokens[self.position + 1].at  # 末尾总有 end
        return self.lexer.raw[token.at : stop].strip()

    def expression(self, power: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self.lexer.fail("FORMULA_TOO_BIG", f"括号套得太深(最多 {MAX_DEPTH} 层),请拆成几条。", self.now.at)
        left = self._prefix(depth)
        while True:
            token = self.now
            strength = POWER.get(token.value, 0) if token.kind in ("symbol", "keyword") else 0
            if strength <= power:
                return left
            self.take()
            right = self.expression(strength, depth + 1)
            if token.value in COMPARISONS and self.now.kind == "symbol" and self.now.value in COMPARISONS:
                self.lexer.fail("FORMULA_SYNTAX", "比较不能连着写,请用“且”连起来。", self.now.at, expected="且")
            left = self._count(Binary(token.value, left, right, token.at))

    def _count(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.lexer.fail("FORMULA_TOO_BIG", f"公式太长(最多 {MAX_NODES} 个运算),请拆成几条。", node.at)
        return node

    def _prefix(self, depth: int) -> Node:
        token = self.now
        reader = self.prefixes.get(token.kind)
        if reader:
            self.take()
            return self._count(reader(token, depth))
        if self.at_symbol("("):
            self.take()
            inner = self.expression(0, depth + 1)
            self.expect(")", "右括号")
            return inner
        if token.value in ("-", "+", "not") and token.kind != "end":
            self.take()
            operand = self.expression(NOT_POWER if token.value == "not" else SIGN_POWER, depth + 1)
            return operand if token.value == "+" else self._count(Unary(token.value, operand, token.at))
        if token.value == "if":
            return self._if(depth)
        self.missing("一个数、一个名字或左括号")

    def _name(self, token: Token, _: int) -> Node:
        if self.at_symbol("("):
            known = f"可用的函数:{'、'.join(FUNCTIONS)}。"
            say = f"没有叫“{token.value}”的函数,{hint(token.value, FUNCTIONS, known)}"
            nearest = near(token.value, FUNCTIONS)
            self.lexer.fail("FORMULA_UNKNOWN_FUNCTION", say, token.at, nearest=nearest)
        return Name(token.value, token.at)

    def _call(self, token: Token, depth: int) -> Node:
        self.expect("(", "左括号")
        args = [self.expression(0, depth + 1)]
        while self.at_symbol(","):
            args.append(self._next(depth))
        self.expect(")", "右括号或逗号")
        return Call(token.value, tuple(args), token.at)

    def _next(self, depth: int) -> Node:
        self.expect(",", "逗号")
        return self.expression(0, depth + 1)

    def _open(self, label: str) -> str:
        """左括号与第一项;第一项是一个光的名字(表、证据的种类、项目)。"""
        self.expect("(", "左括号")
        if self.now.kind != "name":
            self.missing(label)
        return self.take().value

    def _close(self, depth: int) -> Node | None:
        """可以有的最后一项,与右括号。"""
        last = self._next(depth) if self.at_symbol(",") else None
        self.expect(")", "右括号" if last else "右括号或逗号")
        return last

    def _ladder(self, token: Token, depth: int) -> Node:
        table, value = self._open("阶梯表的名字"), self._next(depth)
        self.expect(")", "右括号")
        return Ladder(table, value, token.at)

    def _lookup(self, token: Token, depth: int) -> Node:
        table, key = self._open("对照表的名字"), self._next(depth)
        return Lookup(table, key, self._close(depth), token.at)

    def _sum(self, token: Token, depth: int) -> Node:
        kind, value = self._open("证据的种类"), self._next(depth)
        return Gather(token.value, kind, value, self._close(depth), token.at)

    def _times(self, token: Token, depth: int) -> Node:
        return Gather(token.value, self._open("证据的种类"), None, self._close(depth), token.at)

    def _history(self, token: Token, depth: int) -> Node:
        return History(token.value, self._open("项目的名字"), self._close(depth), token.at)

    def _if(self, depth: int) -> Node:
        at = self.take().at
        condition = self.expression(0, depth + 1)
        if self.at_symbol(","):
            self.take()
        self.expect("then", "“则”")
        then = self.expression(0, depth + 1)
        if self.at_symbol(","):
            self.take()
        self.expect("else", "“否则”")
        return self._count(If(condition, then, self.expression(0, depth + 1), at))


_SPECIAL: dict[str, Callable[[Parser, Token, int], Node]] = {
    LADDER: Parser._ladder,
    LOOKUP: Parser._lookup,
    SUM: Parser._sum,
    TIMES: Parser._times,
    LAST_MONTH: Parser._history,
    YEAR_TO_DATE: Parser._history,
}


def parse(text: str, known: Collection[str], source: Source | None = None) -> Definition:
    """读一条公式。`known` 是可以用的名字;没见过的名字在查单位时报错。

    `名字 = 式子` 或只有式子;语法不对报 FormulaError(文件、行、列、应当写什么)。
    """
    where = source or Source()
    if len(text) > MAX_LENGTH:
        raise formula_error("FORMULA_TOO_BIG", f"公式超过 {MAX_LENGTH} 字,请拆成几条。", text, 0, where)
    head = _HEAD.match(text)
    if head and head.group(1).startswith(("如果", "非")) and head.group(1) not in known:
        head = None
    names = {*known, head.group(1)} if head else set(known)
    parser = Parser(Lexer(text, names, where))
    name = ""
    if head:
        name = parser.take().value
        parser.take()
    tree = parser.expression(0, 0)
    if parser.now.kind != "end":
        parser.missing("运算符或公式的结尾")
    return Definition(name, tree, text, where)


__all__ = ["Definition", "Parser", "near", "number", "parse"]
