"""算例文件 quote file:读进来,一例坏了只坏一例;写出去,总是合法的 UTF-8 JSON。

JSON 里没有 NaN 与无穷大,几千位的整数、几万层的括号也不是算例:文件里有,只让那一例读不懂,别的照算。
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import BadInput

MOST_DIGITS = 60
"""一个整数最多几位:再长的不是金额、天数或日期。"""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """文件里读不进来的一处:why 是什么(中文),case_id 是它所在算例的编号(整例读不进来时才有)。"""

    why: str
    case_id: object = None


# ── 读 ────────────────────────────────────────────────────────────────


def read_cases(path: Path) -> list[object]:
    """读算例文件:{"cases":[…]} 或直接一个列表;整份读不了报 BadInput。"""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        why = "没有这个文件" if isinstance(problem, FileNotFoundError) else "文件打不开"
        raise BadInput("NO_FILE", f"{path}:{why},请检查路径。") from None
    except UnicodeDecodeError:
        raise _not_json(path) from None
    try:
        data = _parse(text)
    except json.JSONDecodeError:
        raise _not_json(path) from None
    except RecursionError:
        return _case_by_case(path, text)
    cases = data.get("cases") if isinstance(data, dict) else data
    if not isinstance(cases, list):
        raise BadInput("NO_CASES", f'{path}:里面没有算例,应当是 {{"cases":[…]}}。')
    return cases


def _not_json(path: Path) -> BadInput:
    return BadInput("NOT_JSON", f"{path}:不是 JSON(UTF-8)文件,请检查内容。")


def _parse(text: str) -> Any:
    return json.loads(text, parse_int=_integer, parse_constant=lambda _: Unreadable("不是数的数(非数或无穷大)"))


def _integer(text: str) -> int | Unreadable:
    return int(text) if len(text) <= MOST_DIGITS else Unreadable("太长的整数")


def spoiled(case: object) -> Unreadable | None:
    """一例里头一处读不进来的;没有为 None。逐层往里看,不递归:层数多也不怕。"""
    left = [case]
    while left:
        value = left.pop()
        if isinstance(value, Unreadable):
            return value
        if isinstance(value, float) and not math.isfinite(value):
            return Unreadable("不是数的数(非数或无穷大)")
        if isinstance(value, dict):
            left += value.values()
        elif isinstance(value, list):
            left += value
    return None


# ── 太深的一例:把最外面的数组拆开,一例一例读 ────────────────────────────

STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"'
BLANKS = re.compile(r"[ \t\r\n]*")
PLAIN_ID = re.compile(rf"{STRING}|-?[0-9]{{1,{MOST_DIGITS}}}", re.DOTALL)
TOKEN = re.compile(rf"{STRING}|[\[\]{{}},:]", re.DOTALL)
"""JSON 里定层次的记号:整个字符串(里面的括号不算),或一个括号、逗号、冒号。"""


def _case_by_case(path: Path, text: str) -> list[object]:
    """嵌套太深、整份读不动:逐例读,读不动的一例换成 Unreadable,再用 null 顶替它,把其余的照常查一遍。"""
    cases: list[object] = []
    rest, done = [], 0
    try:
        for start, end in _elements(text, _array_start(text)):
            try:
                cases.append(_parse(text[start:end]))
            except RecursionError:
                cases.append(Unreadable("太深的嵌套", _id_of(text[start:end])))
                rest += [text[done:start], "null"]
                done = _closed_at(text, start)
        _parse("".join([*rest, text[done:]]))
    except (json.JSONDecodeError, RecursionError):
        raise _not_json(path) from None
    return cases


def _array_start(text: str) -> int:
    """算例数组的左方括号在哪里:文件本身是数组,或最后一个 "cases" 的值;找不到报 JSONDecodeError。"""
    start = _after_blanks(text, 0)
    if text.startswith("{", start):
        found = [at for name, at in _members(text, start) if name == "cases"]
        start = found[-1] if found else len(text)
    if not text.startswith("[", start):
        raise json.JSONDecodeError("no cases", text, min(start, len(text)))
    return start


def _top_tokens(text: str, start: int) -> Iterator[tuple[str, int]]:
    """从 start 处的左括号起,最外一层的(记号, 位置);到配对的右括号为止。"""
    depth = 0
    for found in TOKEN.finditer(text, start):
        token = found.group()
        if token in "[{":
            depth += 1
        elif token in "]}":
            depth -= 1
        elif depth == 1:
            yield token, found.start()
        if depth == 0:
            yield token, found.start()
            return


def _elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """数组各项的起止位置。"""
    begin = start + 1
    for token, at in _top_tokens(text, start):
        if token in ",]" and text[begin:at].strip():
            yield begin, at
        begin = at + 1 if token == "," else begin


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """对象各项的(名字, 值的位置)。"""
    name = '""'
    for token, at in _top_tokens(text, start):
        if token.startswith('"'):
            name = token
        elif token == ":":
            yield json.loads(name), _after_blanks(text, at + 1)


def _after_blanks(text: str, start: int) -> int:
    found = BLANKS.match(text, start)
    return found.end() if found else start


def _closed_at(text: str, start: int) -> int:
    """从 start 起的一个数组或对象,配对的右括号之后的位置;后面若还有字,留给整份再查。"""
    *_, (_, last) = _top_tokens(text, _after_blanks(text, start))
    return last + 1


def _id_of(case: str) -> object:
    """太深的一例的编号:最外一层的 id,是文字或整数才要。"""
    start = _after_blanks(case, 0)
    found = [at for name, at in _members(case, start) if name == "id"] if case.startswith("{", start) else []
    plain = PLAIN_ID.match(case, found[-1]) if found else None
    return json.loads(plain.group()) if plain else None


# ── 写 ────────────────────────────────────────────────────────────────

HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""落单的半个字符(代理码位):UTF-8 写不出,在 JSON 里写成 \\udXXX。"""


def written(results: Sequence[object]) -> str:
    """{"results":[…]} 的 JSON 文字:写得成 UTF-8,没有 NaN。"""
    text = json.dumps({"results": results}, ensure_ascii=False, allow_nan=False)
    return HALF_CHARACTER.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
