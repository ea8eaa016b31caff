"""公式的单位与语法树 formula types:单位、结点、出错的位置。只有数据,没有计算。"""

from __future__ import annotations

from dataclasses import dataclass
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

SUFFIXES = {"元": (Unit.MONEY, 100), "天": (Unit.DAYS, 1), "小时": (Unit.HOURS, 1), "次": (Unit.COUNT, 1)}
"""数字后面可以跟的单位,及换成内部单位(金额为分)的倍数。"""

FUNCTIONS = ("最小", "最大", "四舍五入", "向上取整", "向下取整")
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
    """公式写得不对:details 里有 file、line、column、expected、nearest。"""


@dataclass(frozen=True, slots=True)
class Number:
    """数字:`60%`、`15元`、`21.75`。"""

    value: Pair
    unit: Unit
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Text:
    """文字:`"销售"`。"""

    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """名字:另一个项目或一个事实。"""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    """一元:负号 `-`、`not`。"""

    op: str
    operand: Node
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """二元:+ - × ÷ = ≠ < ≤ > ≥ and or。"""

    op: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class If:
    """如果 条件 则 甲 否则 乙。"""

    condition: Node
    then: Node
    other: Node
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """函数:最小(甲, 乙)、四舍五入(甲, 2)。"""

    function: str
    args: tuple[Node, ...]
    at: int


Node = Number | Text | Name | Unary | Binary | If | Call


def formula_error(code: str, say: str, text: str, at: int, source: Source, **more: str) -> FormulaError:
    """做一个带位置的公式错误;`at` 是公式里第几个字(从 0 数)。"""
    before = text[:at]
    line = source.line + before.count("\n")
    column = at - (before.rfind("\n") + 1) + 1 + (source.column - 1 if "\n" not in before else 0)
    where = f"{source.file}:{line}:{column}" if source.file else f"第 {line} 行第 {column} 字"
    details = {"file": source.file, "line": str(line), "column": str(column), **more}
    return FormulaError(code, f"公式写得不对({where}):{say}", details)
