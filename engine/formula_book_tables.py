"""公式文件里的表与输入 formula book tables:`阶梯表(…)`、`对照表(…)`、`输入(…)` 的读法,写得不对报到那一格。"""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from engine.formula_lex import Lexer, Token, hint, near
from engine.formula_parse import number
from engine.formula_tables import (
    BOUND_LABELS,
    GIVES_LABELS,
    MAX_ROWS,
    MODE_LABELS,
    Bound,
    Gives,
    LookupTable,
    Mode,
    StepTable,
    Table,
    faults,
)
from engine.formula_types import UNIT_LABELS, Pair, Source, Unit, formula_error

STEPS, LOOKUPS, INPUT = "阶梯表", "对照表", "输入"
TABLE_WORDS = (STEPS, LOOKUPS)
UNIT_WORDS = {
    "金额": Unit.MONEY,
    "比率": Unit.RATE,
    "天数": Unit.DAYS,
    "小时": Unit.HOURS,
    "次数": Unit.COUNT,
    "是否": Unit.BOOL,
    "文字": Unit.TEXT,
}
"""文件里怎么写单位。"""
ABOVE, ONE_BY_ONE, ELSE = "以上", "逐个", "else"
_MAX_LENGTH = 40_000
_COUNTS = (Unit.DAYS, Unit.HOURS, Unit.COUNT)
Cell = Pair | str | None


class Input(NamedTuple):
    """一个输入:单位,没给时的值(None 为一定要给)。"""

    unit: Unit
    default: Pair | None = None


class _Row(NamedTuple):
    """一行:两格的词(报错用)。"""

    key: Token
    value: Token


class _Reader:
    """`名字 = 词(格, 格, …)` 的读法。"""

    def __init__(self, text: str, source: Source) -> None:
        self.text, self.source = text, source
        if len(text) > _MAX_LENGTH:
            raise formula_error(
                "FORMULA_TOO_BIG", f"一张表最多 {_MAX_LENGTH} 字、{MAX_ROWS} 行,请拆成几张。", text, 0, source
            )
        self.tokens = Lexer(text, (), source).tokens()
        self.position = 0
        self.name = self.take("名字").value
        self.symbol("=")
        self.word = self.take("阶梯表、对照表或输入").value
        self.symbol("(")

    def fail(self, code: str, say: str, token: Token, **more: str) -> NoReturn:
        raise formula_error(code, say, self.text, token.at, self.source, **more)

    def shown(self, token: Token) -> str:
        """这个词原来怎么写的(关键字读作 if,人写的是“如果”)。"""
        if token.kind != "keyword":
            return token.value
        stop = next(after.at for after in self.tokens if after.at > token.at)
        return self.text[token.at : stop].strip()

    def missing(self, label: str) -> NoReturn:
        token = self.tokens[self.position]
        shown = f"“{self.shown(token)}”" if token.kind != "end" else "这一条的结尾"
        self.fail("FORMULA_SYNTAX", f"这里应当是{label},却是{shown}。", token, expected=label)

    def take(self, label: str) -> Token:
        token = self.tokens[self.position]
        if token.kind in ("symbol", "end"):
            self.missing(label)
        self.position += 1
        return token

    def symbol(self, value: str) -> None:
        token = self.tokens[self.position]
        if token.kind != "symbol" or token.value != value:
            self.missing(f"“{value}”")
        self.position += 1

    def more(self) -> bool:
        """后面还有没有一格;没有就读掉右括号,并且到了结尾。"""
        token = self.tokens[self.position]
        if token.kind == "symbol" and token.value == ",":
            self.position += 1
            return True
        self.symbol(")")
        if self.tokens[self.position].kind != "end":
            self.missing("这一条的结尾")
        return False

    def cell(self, label: str) -> Token:
        """一格:名字、文字、数(可以带负号)。"""
        token = self.tokens[self.position]
        if token.kind == "symbol" and token.value == "-":
            self.position += 1
            inner = self.take(label)
            return Token(inner.kind, f"-{inner.value}", token.at) if inner.kind == "number" else self.missing(label)
        return self.take(label)

    def choose(self, words: dict[str, str], label: str) -> str:
        """从几个词里选一个。"""
        token = self.take(label)
        if token.value not in words:
            allowed = "、".join(words)
            say = f"这里应当是{label}({allowed}),却是“{token.value}”,{hint(token.value, words, '请改成其中之一。')}"
            self.fail("FORMULA_SYNTAX", say, token, expected=allowed, nearest=near(token.value, words))
        return words[token.value]

    def unit(self, label: str) -> Unit:
        return Unit(self.choose({word: unit.value for word, unit in UNIT_WORDS.items()}, label))

    def next(self, label: str) -> None:
        if not self.more():
            self.position -= 1
            self.missing(label)

    def value(self, token: Token, unit: Unit) -> Pair:
        """一格里的数,单位要合。写成纯数的可以是天数、小时、次数,0 可以是金额。"""
        if token.kind != "number":
            self.fail("FORMULA_SYNTAX", f"这里应当是数,却是“{self.shown(token)}”。", token, expected="数")
        (n, d), written = number(token.value)
        if written is not unit and not (written is Unit.RATE and (unit in _COUNTS or n == 0)):
            want, got = UNIT_LABELS[unit], UNIT_LABELS[written]
            self.fail("FORMULA_UNIT", f"这里应当是{want},却是{got}。数字后面请写明单位,例如 200元、3天、60%。", token)
        return n, d

    def rows(self) -> list[_Row]:
        found = []
        while self.more():
            key = self.cell("上限或键")
            self.next("这一行的值")
            found.append(_Row(key, self.cell("这一行的值")))
            if len(found) > MAX_ROWS + 1:
                self.fail("FORMULA_TOO_BIG", f"一张表最多 {MAX_ROWS} 行,请拆成几张。", key)
        return found

    def key(self, token: Token, unit: Unit) -> Cell:
        if token.kind == "name" and token.value == ABOVE:
            return None
        if unit is not Unit.TEXT:
            return self.value(token, unit)
        if token.kind not in ("text", "name"):
            self.fail(
                "FORMULA_SYNTAX", f"这里应当是文字,却是“{self.shown(token)}”,请加上引号。", token, expected="文字"
            )
        return token.value

    def checked(self, table: Table, rows: list[_Row]) -> Table:
        for fault in faults(table):
            token = rows[fault.row].key if fault.row >= 0 else self.tokens[0]  # 逐行的不对都在界限或键那一格
            self.fail("FORMULA_TABLE", fault.say, token)
        return table


def read_input(text: str, source: Source) -> Input:
    """`回款额 = 输入(金额)`、`餐补标准 = 输入(金额, 20元)`。"""
    reader = _Reader(text, source)
    unit = reader.unit("输入的单位")
    default = None
    if reader.more():
        default = reader.value(reader.cell("没给时的值"), unit)
        if reader.more():
            reader.position -= 1
            reader.missing("右括号")
    return Input(unit, default)


def read_table(text: str, source: Source) -> Table:
    """阶梯表或对照表。"""
    reader = _Reader(text, source)
    return _steps(reader) if reader.word == STEPS else _lookups(reader)


def _steps(reader: _Reader) -> Table:
    unit = reader.unit("输入的单位")
    reader.next("比率、单价或定额")
    gives = Gives(reader.choose({label: one.value for one, label in GIVES_LABELS.items()}, "每一档给什么"))
    reader.next("分段或全额")
    mode = Mode(reader.choose({label: one.value for one, label in MODE_LABELS.items()}, "算法"))
    reader.next("上限含或下限含")
    bound = Bound(reader.choose({label: one.value for one, label in BOUND_LABELS.items()}, "界限的写法"))
    written = reader.rows()
    of = Unit.RATE if gives is Gives.RATE else Unit.MONEY
    rows = tuple((_number(reader, row.key, unit), reader.value(row.value, of)) for row in written)
    return reader.checked(StepTable(reader.name, unit, gives, mode, bound, rows), written)


def _number(reader: _Reader, token: Token, unit: Unit) -> Pair | None:
    found = reader.key(token, unit)
    if isinstance(found, str):
        reader.fail("FORMULA_SYNTAX", f"上限应当是数,却是“{found}”。", token, expected="数")
    return found


def _lookups(reader: _Reader) -> Table:
    key = reader.unit("键的单位")
    reader.next("值的单位")
    unit = reader.unit("值的单位")
    reader.next("上限含、下限含或逐个")
    how = reader.choose({**{label: one.value for one, label in BOUND_LABELS.items()}, ONE_BY_ONE: ""}, "怎么查")
    written = reader.rows()
    otherwise = None
    if written and written[-1].key.kind == "keyword" and written[-1].key.value == ELSE:
        otherwise = reader.value(written.pop().value, unit)
    rows = tuple((reader.key(row.key, key), reader.value(row.value, unit)) for row in written)
    return reader.checked(LookupTable(reader.name, key, unit, Bound(how) if how else None, rows, otherwise), written)
