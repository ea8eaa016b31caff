"""导出 export:在命令行里导出一期的文件、读入收款账户、与扣缴客户端核对;与小程序是同一些用例、同一张权限表。

每份文件都留记录;文件写到 --to 的文件夹(默认当前文件夹),同名的不覆盖。`--json` 时标准输出只有 JSON(没有账号)。
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

from app.arguments import Usage
from app.counter import counter, key_for, signed_in
from app.payroll import plain
from engine.errors import BadInput
from handlers import out_accounts, out_exports, out_tax_check, payroll
from handlers.actor import Actor
from handlers.desk import Desk
from handlers.out_accounts import TakeAccounts
from handlers.out_exports import KINDS, Export, ExportView, OneExport
from handlers.out_read import Upload, upload_of
from handlers.out_tax_check import TakeResult, TaxCheckView
from handlers.payroll import OneRun

ACTIONS = (
    ("sheet", "工资表(xlsx);没审批的标明草稿", "ehr export sheet --month 2026-10 --as 陈静"),
    ("bank", "银行代发文件", "ehr export bank --month 2026-10 --as 陈静 --layout csv-gbk"),
    ("tax", "报税文件(29 列)", "ehr export tax --month 2026-10 --as 陈静"),
    ("insurance", "社保清单", "ehr export insurance --month 2026-10 --as 陈静 --format csv"),
    ("voucher", "凭证", "ehr export voucher --month 2026-10 --as 陈静"),
    ("cost", "人工成本表", "ehr export cost --month 2026-12 --since 2026-01 --as 陈静"),
    ("list", "一期的导出记录", "ehr export list --month 2026-10 --as 周军"),
    ("accounts", "读入收款账户与证件", "ehr export accounts 账户.xlsx --as 陈静"),
    ("check", "读回扣缴客户端的结果并核对", "ehr export check 税款计算.xlsx --month 2026-10 --as 陈静"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr export` 的参数。"""
    actions = parser.add_subparsers(dest="action", required=True, metavar="什么")
    for name, help_, example in ACTIONS:
        one = actions.add_parser(name, help=help_, description=help_, example=example)
        one.add_argument("--as", dest="person", metavar="人", required=True, help="以谁的身份:账号或姓名")
        one.add_argument("--state", type=Path, metavar="文件夹", help="用哪个演示的库(默认:设置里的库)")
        one.add_argument("--json", action="store_true", help="印 JSON")
        if name in ("accounts", "check"):
            one.add_argument("file", type=Path, metavar="文件", help="xlsx、xls 或 csv")
        if name != "accounts":
            one.add_argument("--month", metavar="月份", required=True, help="哪个月,如 2026-10")
        if name in KINDS:
            one.add_argument("--to", type=Path, metavar="文件夹", default=Path(), help="写到哪里(默认当前文件夹)")
            one.add_argument("--layout", metavar="格式", default="", help="银行格式的名字,如 csv-gbk")
            one.add_argument("--format", metavar="xlsx|csv", default="", help="xlsx(默认)或 csv")
            one.add_argument("--since", metavar="月份", default="", help="成本表从哪个月起")
            one.add_argument("--reason", metavar="理由", default="", help="再导出一次银行文件要写")


def run(args: argparse.Namespace) -> int:
    """0 做了;1 不可以、没有,或核对有不同;2 用法不对;3 库用不了。"""
    with counter(args.state) as desk:
        actor = signed_in(desk, args.person)
        return WAYS.get(args.action, _export)(desk, actor, args)


def _export(desk: Desk, actor: Actor, args: argparse.Namespace) -> int:
    """导出一份,写成文件。"""
    if args.action == "bank" and not args.layout:
        names = "、".join(desk.rules.layouts.banks)
        raise Usage(f"没有写银行格式(--layout)。可以用的有:{names}。\n例:{ACTIONS[1][2]}")
    if not args.to.is_dir():
        raise Usage(f"没有 {args.to} 这个文件夹。请先建好,或换一个。")
    run_id = _run_id(desk, actor, args)
    command = Export(run_id, args.action, args.layout, args.format, args.since, args.reason)
    view = desk.do(out_exports.export, command, actor, key_for("export"))
    file = desk.ask(out_exports.download, OneExport(view.export_id), actor)
    path = _write(args.to, file.name, file.data)
    _print(args, {"export": view, "path": str(path)}, f"{_words(view)}\n写到 {path}")
    return 0


def _write(folder: Path, name: str, data: bytes) -> Path:
    """写下;同名的已经有就加一个号,不覆盖。只有自己读得到。"""
    stem, dot, suffix = name.rpartition(".")
    for n in range(1, 1000):
        path = folder / (name if n == 1 else f"{stem}({n}){dot}{suffix}")
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        return path
    raise BadInput("TOO_MANY_FILES", f"{folder} 里叫 {name} 的文件太多。请清理后再导出。")


def _run_id(desk: Desk, actor: Actor, args: argparse.Namespace) -> int:
    return desk.ask(payroll.view_of_month, payroll.RunOf(args.month), actor).run_id


def _words(view: ExportView) -> str:
    lines = [f"{view.month} {view.kind_label}{f'({view.layout})' if view.layout else ''}:{view.rows} 行"]
    lines.append("控制合计:" + ",".join(f"{name} {figure}" for name, figure in view.totals))
    lines.append(f"SHA-256 {view.sha256}")
    lines += [f"没有放进去:{name}({why})" for name, why in view.left_out]
    lines += [f"请留意:{note}" for note in view.notes]
    return "\n".join(lines)


def _list(desk: Desk, actor: Actor, args: argparse.Namespace) -> int:
    found = desk.ask(out_exports.exports, OneRun(_run_id(desk, actor, args)), actor)
    text = "\n\n".join(
        f"{one.exported_at:%Y-%m-%d %H:%M} {one.exported_by}{f' 理由:{one.reason}' if one.reason else ''}\n{_words(one)}"
        for one in found.records
    )
    _print(args, found, text or f"{found.month_label}还没有导出过。")
    return 0


def _accounts(desk: Desk, actor: Actor, args: argparse.Namespace) -> int:
    taken = desk.do(out_accounts.take, TakeAccounts(_file(args.file)), actor, key_for("accounts"))
    text = f"已读入收款账户 {taken.accounts} 个、证件 {taken.identities} 份。"
    if taken.changed:
        text += f"\n账号换了的:{'、'.join(taken.changed)};已提醒本人。"
    _print(args, taken, "\n".join((text, *taken.notes)))
    return 0


def _check(desk: Desk, actor: Actor, args: argparse.Namespace) -> int:
    command = TakeResult(_run_id(desk, actor, args), _file(args.file))
    seen = desk.do(out_tax_check.take_result, command, actor, key_for("taxcheck"))
    _print(args, seen, _differences(seen))
    return 1 if seen.open else 0


def _differences(seen: TaxCheckView) -> str:
    if not seen.differences:
        return f"{seen.pay_month_label}与扣缴客户端逐人逐项一致({seen.rows} 人)。"
    lines = [f"{seen.pay_month_label}与扣缴客户端有 {len(seen.differences)} 处不同,{seen.open} 处要说明:"]
    for one in seen.differences:
        mark = "" if one.state == "open" else f"(已说明:{one.reason})"
        lines.append(
            f"  {one.who} {one.label}:我们 {one.ours or '没有'},客户端 {one.theirs or '没有'}{mark}\n    {one.hint}"
        )
    return "\n".join(lines)


def _file(path: Path) -> Upload:
    return upload_of(path.name, path.read_bytes())


def _print(args: argparse.Namespace, outcome: object, text: str) -> None:
    print(json.dumps(plain(outcome), ensure_ascii=False) if args.json else text)


WAYS: dict[str, Callable[[Desk, Actor, argparse.Namespace], int]] = {
    "list": _list,
    "accounts": _accounts,
    "check": _check,
}
