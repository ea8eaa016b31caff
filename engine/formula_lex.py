"""公式的切词 formula lex:把一行字切成词。已知的名字优先,其次关键字;全角与半角同样看待,看不见的字符一律拒绝。"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from operator import eq
from typing import NoReturn
from unicodedata import category

from engine.formula_evidence import WORDS
from engine.formula_types import FUNCTIONS, KEYWORDS, MAX_DIGITS, MAX_NAME, SUFFIXES, Source, formula_error

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FULL_LETTERS = "".join(chr(ord(c) + 0xFEE0) for c in _LETTERS)
_WIDE = str.maketrans(
    "（），＝＋－＊／％＜＞＂　“”−–∗：０１２３４５６７８９．≦≧" + _FULL_LETTERS,
    '(),=+-*/%<>" ""--*:0123456789.≤≥' + _LETTERS,
)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
NAME = r"[A-Za-z_一-鿿·][A-Za-z_0-9一-鿿·]*"
"""名字的写法:汉字、字母、数字、下划线、间隔号,不以数字开头。"""
_WORD = re.compile(NAME)
_OPEN = re.compile(r"\s*\(")
_SYMBOLS = (">=", "<=", "!=", "<>", "==", "≥", "≤", "≠", "×", "÷", "*", "/", "+", "-", "(", ")", ",", "=", "<", ">")
_SAME = {"*": "×", "/": "÷", ">=": "≥", "<=": "≤", "!=": "≠", "<>": "≠", "==": "="}
_OPERANDS = ("name", "function", "number")


@dataclass(frozen=True, slots=True)
class Token:
    """一个词:kind 为 number|text|name|function|symbol|keyword|end。"""

    kind: str
    value: str
    at: int


def near(name: str, known: Collection[str]) -> str:
    """最相近的已知名字;没有相近的则为空串。短的名字一样长、错的不到一半也算相近(苏洲、苏州)。"""
    short, names = name[:MAX_NAME], sorted(known)
    found = get_close_matches(short, names, n=1)
    if not found:
        found = [k for k in names if len(k) == len(short) and 2 * sum(map(eq, k, short)) >= len(short)]
    return found[0] if found else ""


def hint(name: str, known: Collection[str], otherwise: str) -> str:
    """“是不是某某?”;没有相近的就说 otherwise。"""
    nearest = near(name, known)
    return f"是不是“{nearest}”?" if nearest else otherwise


def halfwidth(text: str) -> str:
    """全角的符号、数字、字母换成半角;一个字还是一个字,位置不变。"""
    return text.translate(_WIDE)


def _invisible(text: str) -> int | None:
    """第一个看不见的或拼在别的字上的字符在哪里(零宽、方向控制、组合符);没有为 None。"""
    if text.isascii() and text.isprintable():
        return None
    return next((i for i, c in enumerate(text) if c not in "\n\r\t" and category(c)[0] in "CM"), None)


class Lexer:
    """切词:已知的名字优先,其次关键字。"""

    def __init__(self, text: str, known: Collection[str], source: Source) -> None:
        self.raw = text
        self.text = halfwidth(text)
        self.known = WORDS.union(known)
        self.source = source
        words = sorted({*self.known, *KEYWORDS, *FUNCTIONS}, key=lambda w: (-len(w), w))
        self._pieces = re.compile("|".join(map(re.escape, words)))

    def fail(self, code: str, say: str, at: int, **more: str) -> NoReturn:
        raise formula_error(code, say, self.raw, at, self.source, **more)

    def tokens(self) -> list[Token]:
        """全部的词,末尾是 end。"""
        hidden = _invisible(self.raw)
        if hidden is not None:
            say = f"这里有看不见的字符(U+{ord(self.raw[hidden]):04X}),请删去它,重新打这几个字。"
            self.fail("FORMULA_SYNTAX", say, hidden)
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
        for suffix in ("%", *SUFFIXES):
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
        """一串连着的字:按名字与关键字切开,长的优先(整串是名字就是整串);切不开就是没见过的名字。"""
        pieces = self._split(word, at)
        if not pieces:
            if len(word) > MAX_NAME:
                self.fail(
                    "FORMULA_TOO_BIG", f"名字最多 {MAX_NAME} 个字,这一串有 {len(word)} 个,请检查是不是漏了符号。", at
                )
            pieces = [Token("name", word, at)]
        out.extend(pieces)

    def _split(self, word: str, at: int) -> list[Token]:
        """切开一串字;切不开,或切出来两个数、名字、函数挨在一起,则为空。"""
        pieces: list[Token] = []
        position = 0
        while position < len(word):
            found = self._pieces.match(word, position)
            piece = self._piece(found.group(), at + position) if found else None
            number = _NUMBER.match(self.text, at + position)
            if found and piece:
                pieces.append(piece)
                position += len(found.group())
            elif number and pieces and pieces[-1].kind == "keyword":
                position = self._number(number, pieces) - at
            else:
                return []
        touching = any(a.kind in _OPERANDS and b.kind in _OPERANDS for a, b in zip(pieces, pieces[1:], strict=False))
        return [] if touching else pieces

    def _piece(self, word: str, at: int) -> Token | None:
        """一个词:后面跟着左括号的函数、已知的名字、关键字;都不是则为 None。"""
        if word in FUNCTIONS and _OPEN.match(self.text, at + len(word)):
            return Token("function", word, at)
        if word in self.known:
            return Token("name", word, at)
        return Token("keyword", KEYWORDS[word], at) if word in KEYWORDS else None
