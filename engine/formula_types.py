"""公式的单位与语法树 formula types:单位、结点、出错的位置。只有数据,没有计算。"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.errors import BadInput

Pair = tuple[int, int]
"""精确的数:(分子, 分母),分母为正,不约分。金额以分为单位。"""


class Unit(StrEnum):
    """单位:钱、比率(纯数)、天、小时、次数、真假、文字。"""

    MONEY = "money"
    RATE = "rate"
    DAYS = "days"
    HOURS = "hours"
    COUNT = "count"
    BOOL = "bool"
    TEXT = "text"


UNIT_LABELS = {
    Unit.MONEY: "金额",
    Unit.RATE: "比率(纯数)",
    Unit.DAYS: "天数",
    Unit.HOURS: "小时数",
    Unit.COUNT: "次数",
    Unit.BOOL: "是否",
    Unit.TEXT: "文字",
}

SUFFIXES = {
    "万元": (Unit.MONEY, 1_000_000),
    "元": (Unit.MONEY, 100),
    "天": (Unit.DAYS, 1),
    "小时": (Unit.HOURS, 1),
    "分钟": (Unit.COUNT, 1),
    "次": (Unit.COUNT, 1),
}
"""数字后面可以跟的单位,及换成内部单位(金额为分)的倍数;长的在前。"""

ROUNDING = ("四舍五入", "向上取整", "向下取整")
LADDER, LOOKUP, SUM, TIMES, LAST_MONTH, YEAR_TO_DATE = "阶梯", "查表", "合计", "次数", "上月", "本年累计"
FUNCTIONS = ("最小", "最大", *ROUNDING, LADDER, LOOKUP, SUM, TIMES, LAST_MONTH, YEAR_TO_DATE)
KEYWORDS = {
    "如果": "if",
    "则": "then",
    "那么": "then",
    "否则": "else",
    "并且": "and",
    "且": "and",
    "或者": "or",
    "或": "or",
    "非": "not",
}

MAX_LENGTH = 2000  # 字
MAX_NAME = 40  # 一个名字的字数
MAX_NODES = 300
MAX_DEPTH = 40
MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Source:
    """公式写在哪里:文件、行、首字的列(都从 1 数)。"""

    file: str = ""
    line: int = 1
    column: int = 1


class FormulaError(BadInput):
    """公式写得不对:details 里有 file、line、column、problem(不带位置的话)、expected、nearest。"""


@dataclass(frozen=True, slots=True)
class Number:
    """数字:`60%`、`15元`、`21.75`。"""

    value: Pair
    unit: Unit
    text: str
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """文字:`"销售"`。"""

    value: str
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """名字:另一个项目或一个事实。"""

    name: str
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """一元:负号 `-`、`not`。"""

    op: str
    operand: Node
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """二元:+ - × ÷ = ≠ < ≤ > ≥ and or。"""

    op: str
    left: Node
    right: Node
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """如果 条件 则 甲 否则 乙。"""

    condition: Node
    then: Node
    other: Node
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """函数:最小(甲, 乙)、四舍五入(甲, 2)。"""

    function: str
    args: tuple[Node, ...]
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Ladder:
    """阶梯(表, 数):按阶梯表算,例如提成;表在 Scope.tables 里,是 engine.formula_tables.StepTable。"""

    table: str
    value: Node
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """查表(表, 键) 或 查表(表, 键, 没有时的值):查不到又没写没有时的值就报错,绝不当作零。"""

    table: str
    key: Node
    default: Node | None
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Gather:
    """合计(签单, 金额, 条件)、次数(迟到, 条件):对一类证据逐笔算。

    function 是“合计”或“次数”;kind 是证据的种类(engine.formula_evidence.EVIDENCE);
    value 是合计的式子(次数没有),where 是条件(没有为 None)。这两个式子里的名字先当作证据的字段,再当作外面的名字。
    """

    function: str
    kind: str
    value: Node | None
    where: Node | None
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class History:
    """上月(项目)、本年累计(项目),可带没有时的值;单位与那个项目相同。本年累计不含本月。"""

    function: str
    name: str
    default: Node | None
    at: int = field(compare=False)


Node = Number | Text | Name | Unary | Binary | If | Call | Ladder | Lookup | Gather | History


def formula_error(code: str, say: str, text: str, at: int, source: Source, **more: str) -> FormulaError:
    """做一个带位置的公式错误;`at` 是公式里第几个字(从 0 数)。"""
    before = text[:at]
    line = source.line + before.count("\n")
    column = at - (before.rfind("\n") + 1) + 1 + (source.column - 1 if "\n" not in before else 0)
    where = f"{source.file}:{line}:{column}" if source.file else f"第 {line} 行第 {column} 字"
    details = {"file": source.file, "line": str(line), "column": str(column), "problem": say, **more}
    return FormulaError(code, f"公式写得不对({where}):{say}", details)
