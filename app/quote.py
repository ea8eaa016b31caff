"""算例 quote:`ehr quote 文件` 逐个算一份算例文件,打印 {"results":[…]};不用数据库,不用网络。

读不懂的算例得 {"error":"BAD_CASE","say":…},不妨碍别的算例;`--why` 另给每个算例一段“怎么算的”。
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import quote_annual, quote_bonus, quote_compliance, quote_pay, quote_time
from app.quote_case import Quote
from engine.errors import BadInput, EhrError
from engine.trace import Trace

Json = dict[str, Any]
QUOTES: Mapping[str, Quote] = {
    **quote_time.QUOTES,
    **quote_pay.QUOTES,
    **quote_bonus.QUOTES,
    **quote_annual.QUOTES,
    **quote_compliance.QUOTES,
}
"""种类 → 算一个算例。"""


def quote(case: object, explain: bool = False) -> Json:
    """算一个算例,得 {"id", "result"};explain 时另有 "why":逐条的中文话。"""
    if not isinstance(case, dict):
        return {"id": None, "result": _bad("算例应当是一个 JSON 对象。")}
    why: list[Trace] = []
    answer = {"id": case.get("id"), "result": _result(case, why)}
    return answer | {"why": [said for one in why for said in _said(one)]} if explain else answer


def _said(trace: Trace) -> list[str]:
    """一个数字的话;自己没有话的,说各部分的。"""
    if not trace.say:
        return [said for part in trace.parts for said in _said(part)]
    return [trace.say if ":" in trace.say else f"{trace.label}:{trace.say}"]


def _result(case: Json, why: list[Trace]) -> Json:
    kind = case.get("kind")
    if not isinstance(kind, str) or not kind:
        return _bad("算例没有写种类 kind。")
    if kind not in QUOTES:
        return _bad(f"不认识的种类“{kind[:40]}”,可以写:{'、'.join(QUOTES)}。")
    if not isinstance(case.get("input"), dict):
        return _bad("算例没有 input,或 input 不是一个 JSON 对象。")
    try:
        return QUOTES[kind](case["input"], why)
    except EhrError as problem:
        return {"error": problem.code, "say": problem.say}
    except KeyError as problem:
        return _bad(f"算例少了“{problem.args[0] if problem.args else ''}”,请补上。")
    except (TypeError, ValueError, ArithmeticError, AttributeError, IndexError, RecursionError) as problem:
        return _bad(f"算例里有看不懂的值,请检查写法({_short(problem)})。")


def _bad(say: str) -> Json:
    return {"error": "BAD_CASE", "say": say}


def _short(problem: Exception) -> str:
    return str(problem).splitlines()[0][:120] if str(problem) else type(problem).__name__


def read_cases(path: Path) -> list[object]:
    """读算例文件:{"cases":[…]} 或直接一个列表;读不了报 BadInput。"""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        why = "没有这个文件" if isinstance(problem, FileNotFoundError) else "文件打不开"
        raise BadInput("NO_FILE", f"{path}:{why},请检查路径。") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise BadInput("NOT_JSON", f"{path}:不是 JSON(UTF-8)文件,请检查内容。") from None
    cases = data.get("cases") if isinstance(data, dict) else data
    if not isinstance(cases, list):
        raise BadInput("NO_CASES", f'{path}:里面没有算例,应当是 {{"cases":[…]}}。')
    return cases


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr quote 文件`。"""
    parser.add_argument("file", type=Path, metavar="文件", help="算例文件(JSON),例如 CASES.json")
    parser.add_argument("--why", action="store_true", help="另给每个算例一段“怎么算的”")


def run(args: argparse.Namespace) -> int:
    """打印一个 JSON 对象;能读的都算,退出码 0。"""
    results = [quote(case, args.why) for case in read_cases(args.file)]
    json.dump({"results": results}, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0
