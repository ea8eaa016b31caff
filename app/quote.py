"""算例 quote:`ehr quote 文件` 逐个算一份算例文件,打印 {"results":[…]};不用数据库,不用网络。

读不懂的算例得 {"error":"BAD_CASE","say":…},不妨碍别的算例;`--why` 另给每个算例一段“怎么算的”。
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import quote_annual, quote_bonus, quote_compliance, quote_pay, quote_time
from app.quote_case import UNREADABLE, Quote, shown, unreadable
from app.quote_case import bad_case as _bad
from app.quote_file import Unreadable, read_cases, spoiled, written
from engine.errors import EhrError
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
LONGEST_SAY = 300
"""一句话最多几个字。"""


def quote(case: object, explain: bool = False) -> Json:
    """算一个算例,得 {"id", "result"};explain 时另有 "why":逐条的中文话。"""
    if isinstance(case, Unreadable):
        return {"id": case.case_id, "result": _bad(f"算例里有{case.why},读不了。")}
    if not isinstance(case, dict):
        return {"id": None, "result": _bad("算例应当是一个 JSON 对象。")}
    why: list[Trace] = []
    answer = {"id": _id(case), "result": _short(_result(case, why))}
    return answer | {"why": [said for one in why for said in _said(one)]} if explain else answer


def _id(case: Json) -> str | int | float | None:
    """照原样写回的编号;不是文字或数的写不回去,为 None。"""
    found = case.get("id")
    return found if isinstance(found, str | int | float) and spoiled(found) is None else None


def _short(result: Json) -> Json:
    """话太长的(引了算例里很长的名字)截短;结果里的数与名字不动。"""
    say = result.get("say")
    long = isinstance(say, str) and len(say) > LONGEST_SAY
    return result | {"say": f"{str(say)[:LONGEST_SAY]}……。"} if long else result


def _said(trace: Trace) -> list[str]:
    """一个数字的话;自己没有话的,说各部分的。"""
    if not trace.say:
        return [said for part in trace.parts for said in _said(part)]
    return [trace.say if ":" in trace.say else f"{trace.label}:{trace.say}"]


def _result(case: Json, why: list[Trace]) -> Json:
    broken = spoiled(case)
    if broken is not None:
        return _bad(f"算例里有{broken.why},读不了。")
    if not isinstance(case.get("id"), str | int | float | None):
        return _bad("算例的编号 id 应当是文字或数。")
    kind = case.get("kind")
    if not isinstance(kind, str) or not kind:
        return _bad("算例没有写种类 kind。")
    if kind not in QUOTES:
        return _bad(f"不认识的种类“{shown(kind)}”,可以写:{'、'.join(QUOTES)}。")
    if not isinstance(case.get("input"), dict):
        return _bad("算例没有 input,或 input 不是一个 JSON 对象。")
    try:
        return QUOTES[kind](case["input"], why)
    except EhrError as problem:
        return {"error": problem.code, "say": problem.say}
    except UNREADABLE as problem:
        return unreadable(problem)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr quote 文件`。"""
    parser.add_argument("file", type=Path, metavar="文件", help="算例文件(JSON),例如 CASES.json")
    parser.add_argument("--why", action="store_true", help="另给每个算例一段“怎么算的”")


def run(args: argparse.Namespace) -> int:
    """打印一个 JSON 对象;能读的都算,退出码 0。"""
    results = [quote(case, args.why) for case in read_cases(args.file)]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # 不随终端的编码:JSON 一律 UTF-8
    sys.stdout.write(written(results) + "\n")
    return 0
