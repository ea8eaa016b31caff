"""公式的读法 formula parse:把中文公式读成语法树(Pratt 法)。从不执行文字。

词与词可以不留空格:`如果迟到次数=0则200元否则0元` 按已知的名字切开。全角符号与半角同样看待。
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from engine.formula_types import (
    FUNCTIONS,
    KEYWORDS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_LENGTH,
    MAX_NODES,
    SUFFIXES,
    Binary,
    Call,
    If,
    Name,
    Node,
    Number,
    Source,
    Text,
    Unary,
    Unit,
    formula_error,
)

_WIDE = str.maketrans("（），＝＋－＊／％＜＞＂　“”−–∗：０１２３４５６７８９．", '(),=+-*/%<>" ""--*:0123456789.')
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[A-Za-z_一-鿿·][A-Za-z_0-9一-鿿·]*")
_SYMBOLS = (">=", "<=", "!=", "<>", "==", "≥", "≤", "≠", "×", "÷", "*", "/", "+", "-", "(", ")", ",", "=", "<", ">")
_SAME = {"*": "×", "/": "÷", ">=": "≥", "<=": "≤", "!=": "≠", "<>": "≠", "==": "="}
_POWER = {"or": 10, "and": 20, "=": 40, "≠": 40, "<": 40, "≤": 40, ">": 40, "≥": 40, "+": 50, "-": 50, "×": 60, "÷": 60}
_NOT_POWER = 30
_SIGN_POWER = 70
_COMPARISONS = frozenset("=≠<≤>≥")


@dataclass(frozen=True, slots=True)
class Token:
    """一个词:kind 为 number|text|name|function|symbol|keyword|end。"""

    kind: str
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Definition:
    """一条公式:`名字 = 式子`;没有等号时 name 为空。"""

    name: str
    tree: Node
    text: str
    source: Source


def near(name: str, known: Collection[str]) -> str:
    """最相近的已知名字;没有相近的则为空串。"""
    found = get_close_matches(name, sorted(known), n=1)
    return found[0] if found else ""


class _Lexer:
    """切词:已知的名字优先,其次关键字。"""

    def __init__(self, text: str, known: Collection[str], source: Source) -> None:
        self.raw = text
        self.text = text.translate(_WIDE)
        self.known = known
        self.source = source
        words = sorted({*known, *KEYWORDS, *FUNCTIONS}, key=lambda w: (-len(w), w))
        self._pieces = re.compile("|".join(map(re.escape, words)))

    def fail(self, code: str, say: str, at: int, **more: str) -> NoReturn:
        raise formula_error(code, say, self.raw, at, self.source, **more)

    def tokens(self) -> list[Token]:
        out: list[Token] = []
        at = 0
        while at < len(self.text):
            if self.text[at].isspace():
                at += 1
                continue
            at = self._one(at, out)
        out.append(Token("end", "", len(self.text)))
        return out

    def _one(self, at: int, out: list[Token]) -> int:
        number = _NUMBER.match(self.text, at)
        if number:
            return self._number(number, out)
        word = _WORD.match(self.text, at)
        if word:
            self._word(word.group(), at, out)
            return word.end()
        if self.text[at] == '"':
            return self._quoted(at, out)
        for symbol in _SYMBOLS:
            if self.text.startswith(symbol, at):
                out.append(Token("symbol", _SAME.get(symbol, symbol), at))
                return at + len(symbol)
        self.fail("FORMULA_SYNTAX", f"看不懂“{self.raw[at]}”,请删去或换成 + - × ÷ 之一。", at)

    def _number(self, found: re.Match[str], out: list[Token]) -> int:
        digits, at, end = found.group(), found.start(), found.end()
        if len(digits.replace(".", "")) > MAX_DIGITS:
            self.fail("FORMULA_TOO_BIG", f"数字超过 {MAX_DIGITS} 位,请改小。", at)
        if self.text.startswith("%", end):
            out.append(Token("number", digits + "%", at))
            return end + 1
        for suffix in SUFFIXES:
            if self.text.startswith(suffix, end):
                out.append(Token("number", digits + suffix, at))
                return end + len(suffix)
        out.append(Token("number", digits, at))
        return end

    def _quoted(self, at: int, out: list[Token]) -> int:
        close = self.text.find('"', at + 1)
        if close < 0:
            self.fail("FORMULA_SYNTAX", "引号没有合上,请在文字后面补上引号。", at, expected='"')
        out.append(Token("text", self.raw[at + 1 : close], at))
        return close + 1

    def _word(self, word: str, at: int, out: list[Token]) -> None:
        """一串连着的字:整串是名字则取整串;否则按名字与关键字切开;切不开就是没见过的名字。"""
        if word in self.known or word in KEYWORDS or word in FUNCTIONS:
            out.append(self._piece(word, at))
            return
        pieces: list[Token] = []
        position = 0
        while position < len(word):
            found = self._pieces.match(word, position)
            number = _NUMBER.match(self.text, at + position)
            if found:
                pieces.append(self._piece(found.group(), at + position))
                position = found.end()
            elif number and pieces and pieces[-1].kind == "keyword":
                position = self._number(number, pieces) - at
            else:
                pieces = [Token("name", word, at)]
                break
        else:
            if any(a.kind == b.kind == "name" for a, b in zip(pieces, pieces[1:], strict=False)):
                pieces = [Token("name", word, at)]
        out.extend(pieces)

    def _piece(self, word: str, at: int) -> Token:
        if word in self.known:
            return Token("name", word, at)
        if word in KEYWORDS:
            return Token("keyword", KEYWORDS[word], at)
        return Token("function", word, at)


class _Parser:
    """Pratt 法:按结合力读。深度与大小有上限。"""

    def __init__(self, lexer: _Lexer) -> None:
        self.lexer = lexer
        self.tokens = lexer.tokens()
        self.position = 0
        self.nodes = 0
        self.prefixes: dict[str, Callable[[Token, int], Node]] = {
            "number": self._number,
            "text": lambda t, _: Text(t.value, t.at),
            "name": lambda t, _: Name(t.value, t.at),
            "function": self._call,
        }

    @property
    def now(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def expect(self, value: str, label: str) -> None:
        if self.now.value != value or self.now.kind not in ("symbol", "keyword"):
            self.missing(label)
        self.position += 1

    def missing(self, label: str) -> NoReturn:
        shown = f"“{self._shown(self.now)}”" if self.now.kind != "end" else "公式的结尾"
        self.lexer.fail("FORMULA_SYNTAX", f"这里应当是{label},却是{shown}。", self.now.at, expected=label)

    def _shown(self, token: Token) -> str:
        stop = self.tokens[self.position + 1].at if self.position + 1 < len(self.tokens) else token.at + 1
        return self.lexer.raw[token.at : stop].strip()

    def expression(self, power: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self.lexer.fail("FORMULA_TOO_BIG", f"括号套得太深(最多 {MAX_DEPTH} 层),请拆成几条。", self.now.at)
        left = self._prefix(depth)
        while True:
            token = self.now
            strength = _POWER.get(token.value, 0) if token.kind in ("symbol", "keyword") else 0
            if strength <= power:
                return left
            self.take()
            right = self.expression(strength, depth + 1)
            if token.value in _COMPARISONS and self.now.kind == "symbol" and self.now.value in _COMPARISONS:
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
        if token.value == "(":
            self.take()
            inner = self.expression(0, depth + 1)
            self.expect(")", "右括号")
            return inner
        if token.value in ("-", "+", "not") and token.kind != "end":
            self.take()
            operand = self.expression(_NOT_POWER if token.value == "not" else _SIGN_POWER, depth + 1)
            return operand if token.value == "+" else self._count(Unary(token.value, operand, token.at))
        if token.value == "if":
            return self._if(depth)
        self.missing("一个数、一个名字或左括号")

    def _number(self, token: Token, _: int) -> Node:
        text = token.value
        unit, times, by = Unit.RATE, 1, 1
        if text.endswith("%"):
            text, by = text[:-1], 100
        else:
            for suffix, (named, factor) in SUFFIXES.items():
                if text.endswith(suffix):
                    text, unit, times = text[: -len(suffix)], named, factor
        whole, _dot, part = text.partition(".")
        value = (int(whole + part) * times, 10 ** len(part) * by)
        return Number(value, unit, token.value, token.at)

    def _call(self, token: Token, depth: int) -> Node:
        self.expect("(", "左括号")
        args = [self.expression(0, depth + 1)]
        while self.now.kind == "symbol" and self.now.value == ",":
            self.take()
            args.append(self.expression(0, depth + 1))
        self.expect(")", "右括号或逗号")
        return Call(token.value, tuple(args), token.at)

    def _if(self, depth: int) -> Node:
        at = self.take().at
        condition = self.expression(0, depth + 1)
        if self.now.kind == "symbol" and self.now.value == ",":
            self.take()
        self.expect("then", "“则”")
        then = self.expression(0, depth + 1)
        if self.now.kind == "symbol" and self.now.value == ",":
            self.take()
        self.expect("else", "“否则”")
        return self._count(If(condition, then, self.expression(0, depth + 1), at))


def parse(text: str, known: Collection[str], source: Source | None = None) -> Definition:
    """读一条公式。`known` 是可以用的名字;没见过的名字在查单位时报错。

    `名字 = 式子` 或只有式子;语法不对报 FormulaError(文件、行、列、应当写什么)。
    """
    where = source or Source()
    if len(text) > MAX_LENGTH:
        raise formula_error("FORMULA_TOO_BIG", f"公式超过 {MAX_LENGTH} 字,请拆成几条。", text, 0, where)
    head = re.match(r"\s*([A-Za-z_一-鿿·][A-Za-z_0-9一-鿿·]*)\s*[=＝](?![=＝])", text)
    if head and head.group(1).startswith(("如果", "非")) and head.group(1) not in known:
        head = None
    names = {*known, head.group(1)} if head else set(known)
    parser = _Parser(_Lexer(text, names, where))
    name = ""
    if head:
        name = parser.take().value
        parser.take()
    tree = parser.expression(0, 0)
    if parser.now.kind != "end":
        parser.missing("运算符或公式的结尾")
    return Definition(name, tree, text, where)
