"""并行对比 parallel:在命令行里看一次新旧对比、签认一组。旧工资表用 `ehr inputs take --kind old` 放进来。"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from app.counter import OPERATOR, counter, key_for, signed_in
from app.payroll import plain
from engine.errors import NotFound
from handlers import parallel
from handlers.desk import Desk
from handlers.inputs_shapes import OneBatch
from handlers.parallel import GroupView, ParallelView, SignGroup

ACTIONS = (
    ("show", "看一次对比:还剩几组没有签认,各组有哪些差异", "ehr parallel show 2"),
    ("sign", "签认一组(写明理由)", "ehr parallel sign 2 rounding --reason 旧表取整到角 --as 陈静"),
)
MOST = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr parallel` 的参数。"""
    actions = parser.add_subparsers(dest="action", required=True, metavar="做什么")
    for name, help_, example in ACTIONS:
        one = actions.add_parser(name, help=help_, description=help_, example=example)
        one.add_argument("batch", type=int, metavar="批号", help="放进旧工资表时的批号(ehr inputs list --kind old)")
        if name == "sign":
            one.add_argument("cause", metavar="缘由", help="哪一组,如 rounding、method、base")
            one.add_argument("--reason", required=True, metavar="理由", help="为什么可以接受,或已经怎么处理")
        one.add_argument("--as", dest="person", required=name == "sign", metavar="人", help="以谁的身份:账号或姓名")
        one.add_argument(
            "--state", type=Path, metavar="文件夹", help="用哪个演示的库(默认:设置里的库,没有就是 ./.ehr-demo)"
        )
        one.add_argument("--json", action="store_true", help="印 JSON")


def run(args: argparse.Namespace) -> int:
    """0 全部签认了,可以换过来;1 还有没签认的组。"""
    with counter(args.state) as desk:
        return WAYS[args.action](desk, args)


def _show(desk: Desk, args: argparse.Namespace) -> int:
    actor = signed_in(desk, args.person) if args.person else OPERATOR
    return _print(args, desk.ask(parallel.view, OneBatch(args.batch), actor))


def _sign(desk: Desk, args: argparse.Namespace) -> int:
    """签的就是此刻看到的那一组。"""
    actor = signed_in(desk, args.person)
    seen = desk.ask(parallel.view, OneBatch(args.batch), actor)
    group = next((one for one in seen.groups if one.cause == args.cause), None)
    if group is None:
        names = "、".join(one.cause for one in seen.groups) or "没有差异"
        raise NotFound("NO_GROUP", f"没有“{args.cause}”这一组。现有的:{names}。")
    command = SignGroup(args.batch, args.cause, group.digest, args.reason)
    return _print(args, desk.do(parallel.sign, command, actor, key_for("parallel.sign")))


def _print(args: argparse.Namespace, view: ParallelView) -> int:
    print(json.dumps(plain(view), ensure_ascii=False) if args.json else words_of(view))
    return 0 if view.go else 1


def words_of(view: ParallelView) -> str:
    """一次对比的话。"""
    state = "可以换过来" if view.go else f"还有 {view.open} 组没有签认"
    head = f"{view.month_label}并行对比({view.file_name} 与 {view.source}):{state}"
    counts = f"一分不差的人 {view.people_equal}/{view.people},相等的行 {view.lines_equal}/{view.lines}"
    return "\n".join([head, counts, *(line for one in view.groups for line in _group(one))])


def _group(one: GroupView) -> list[str]:
    signed = f"{one.signed_by}签认:{one.reason}" if one.signed_by else "签过之后变了" if one.stale else "没有签认"
    lines = [f"[{one.cause}] {one.label}:{one.people} 人 {one.lines} 行,相差 {one.change};{signed}"]
    lines += [f"  {r.name} {r.label}:旧 {r.old},我们 {r.new},{r.change}。{r.say}" for r in one.rows[:MOST]]
    return lines + ([f"  还有 {one.lines - MOST} 行,见页面或 --json"] if one.lines > MOST else [])


WAYS: dict[str, Callable[[Desk, argparse.Namespace], int]] = {"show": _show, "sign": _sign}
