"""导入 inputs:在命令行里先看一看、导入、复核、撤回、列出各批;与小程序是同一些用例,同一张权限表。

导入与复核要 `--as` 两个不同的薪酬专员。`look` 什么也不写;有问题时退出码 1,`--errors` 把问题清单写成 xlsx。
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from app.arguments import Usage
from app.counter import OPERATOR, counter, key_for, signed_in
from app.payroll import plain
from engine.errors import BadInput
from handlers import imports
from handlers.desk import Desk
from handlers.imports import BatchesOf
from handlers.inputs_batch import KINDS
from handlers.inputs_shapes import BatchView, ImportFile, OneBatch, Preview, UndoBatch, Upload

ACTIONS = (
    ("look", "先看一看一份文件,什么也不写", "ehr inputs look 提成.xlsx --period 2026-11 --as 陈静"),
    ("take", "导入一份文件(有一处问题整份不收)", "ehr inputs take 提成.xlsx --period 2026-11 --as 陈静"),
    ("confirm", "复核一批(另一位薪酬专员)", "ehr inputs confirm 3 --as 孙丽"),
    ("undo", "撤回一批(锁定之前)", "ehr inputs undo 3 --reason 导错了月份 --as 陈静"),
    ("list", "各批导入", "ehr inputs list --kind monthly"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr inputs` 的参数。"""
    actions = parser.add_subparsers(dest="action", required=True, metavar="做什么")
    for name, help_, example in ACTIONS:
        one = actions.add_parser(name, help=help_, description=help_, example=example)
        if name in ("look", "take"):
            one.add_argument("file", type=Path, metavar="文件", help="xlsx、xls 或 csv")
            one.add_argument("--period", required=True, metavar="期次", help="哪个月,如 2026-11(个税期初写年,如 2026)")
            one.add_argument("--reason", default="", metavar="事由", help="表里没有事由一列时用")
            one.add_argument(
                "--repeat",
                choices=("refuse", "add", "replace"),
                default="refuse",
                help="已有同一个人同一个项目时怎么办",
            )
            one.add_argument(
                "--map", action="append", default=[], metavar="列=项目", help="旧工资表的列对应哪一项,可以写几次"
            )
        if name == "look":
            one.add_argument("--errors", type=Path, metavar="文件", help="把问题清单写成 xlsx")
        if name in ("confirm", "undo"):
            one.add_argument("batch", type=int, metavar="批号")
        if name == "undo":
            one.add_argument("--reason", required=True, metavar="理由", help="为什么撤回")
        default = "monthly" if name in ("look", "take") else ""
        if name in ("look", "take", "list"):
            one.add_argument("--kind", choices=tuple(KINDS), default=default or None, help=_kinds())
        one.add_argument("--as", dest="person", required=name != "list", metavar="人", help="以谁的身份:账号或姓名")
        one.add_argument(
            "--state", type=Path, metavar="文件夹", help="用哪个演示的库(默认:设置里的库,没有就是 ./.ehr-demo)"
        )
        one.add_argument("--json", action="store_true", help="印 JSON")


def _kinds() -> str:
    return "哪一种:" + "、".join(f"{name} {label}" for name, label in KINDS.items())


def run(args: argparse.Namespace) -> int:
    """0 做了(看过没有问题);1 有问题、不可以、没有;3 库或演示用不了。"""
    with counter(args.state) as desk:
        return WAYS[args.action](desk, args)


def file_of(args: argparse.Namespace, kind: str) -> ImportFile:
    """命令行的文件 → 导入的命令。"""
    try:
        data = args.file.read_bytes()
    except OSError as problem:
        raise BadInput("NO_FILE", f"读不到文件 {args.file}:{problem.strerror}。请核对路径。") from None
    pairs = []
    for one in args.map:
        head, equals, target = one.partition("=")
        if not equals:
            raise Usage(f"--map 要写成 列=项目,例如 --map 底薪=base;现在是“{one}”。")
        pairs.append((head.strip(), target.strip()))
    return ImportFile(
        kind, args.period, Upload.of(args.file.name, data), args.reason, args.repeat, mapping=tuple(pairs)
    )


def _look(desk: Desk, args: argparse.Namespace) -> int:
    actor, command = signed_in(desk, args.person), file_of(args, args.kind)
    shown = desk.ask(imports.preview, command, actor)
    if args.errors is not None and shown.faults:
        args.errors.write_bytes(desk.ask(imports.errors, command, actor).data())
    print(json.dumps(plain(shown), ensure_ascii=False) if args.json else preview_words(shown))
    return 1 if shown.faults else 0


def preview_words(shown: Preview) -> str:
    """看一看的结果:合计、问题、提醒。"""
    lines = [f"{shown.file_name}({shown.digest[:12]}):{len(shown.lines)} 笔,{len(shown.faults)} 处问题。什么也没有写。"]
    lines += [shown.already] if shown.already else []
    lines += [f"  {one.label}:{one.people} 人,合计 {one.show}" for one in shown.totals]
    lines += [f"  × {one.at}:{one.say}" for one in shown.faults[:50]]
    lines += [f"  · {one}" for one in shown.notes[:20]]
    return "\n".join(lines)


def _take(desk: Desk, args: argparse.Namespace) -> int:
    actor = signed_in(desk, args.person)
    return _done(args, desk.do(imports.take, file_of(args, args.kind), actor, key_for("inputs.take")))


def _confirm(desk: Desk, args: argparse.Namespace) -> int:
    actor = signed_in(desk, args.person)
    return _done(args, desk.do(imports.confirm, OneBatch(args.batch), actor, key_for("inputs.confirm")))


def _undo(desk: Desk, args: argparse.Namespace) -> int:
    actor = signed_in(desk, args.person)
    return _done(args, desk.do(imports.undo, UndoBatch(args.batch, args.reason), actor, key_for("inputs.undo")))


def _list(desk: Desk, args: argparse.Namespace) -> int:
    actor = signed_in(desk, args.person) if args.person else OPERATOR
    found = desk.ask(imports.batches, BatchesOf(args.kind or ""), actor)
    text = "\n".join(batch_words(one) for one in found) or "还没有导入过。"
    print(json.dumps(plain(found), ensure_ascii=False) if args.json else text)
    return 0


def _done(args: argparse.Namespace, view: BatchView) -> int:
    print(json.dumps(plain(view), ensure_ascii=False) if args.json else view.note or batch_words(view))
    return 0


def batch_words(one: BatchView) -> str:
    """一批的一句话。"""
    who = f",{one.confirmed_by}复核" if one.confirmed_by else ""
    why = f"。撤回:{one.undone_reason}" if one.undone_reason else ""
    return f"第 {one.batch_id} 批 {one.kind_label} {one.period} {one.file_name}:{one.state_label},{one.imported_by}导入{who}{why}"


WAYS: dict[str, Callable[[Desk, argparse.Namespace], int]] = {
    "look": _look,
    "take": _take,
    "confirm": _confirm,
    "undo": _undo,
    "list": _list,
}
