"""发薪一步一步走 payroll steps:准备、锁定、计算、复核、审批、归档、退回,暂缓、恢复、单独重算一人,与差异归因。"""

from __future__ import annotations

import argparse

from app.arguments import Usage
from app.counter import OPERATOR, key_for, signed_in
from app.payroll_print import put
from app.payroll_words import run_words, variance_words
from handlers import payroll, payroll_hold, payroll_life, payroll_variance
from handlers.desk import Desk
from handlers.people import FindPerson, find_person

STEP_ACTIONS = (
    ("prepare", "只准备:收齐、冻结,列出缺什么", "ehr payroll prepare 2026-11 --as 陈静"),
    ("lock", "锁定:之后的更正留到下一期补", "ehr payroll lock 2026-11 --as 陈静"),
    ("compute", "由锁定的输入计算", "ehr payroll compute 2026-11 --as 陈静"),
    ("review", "复核(要另一个人)", "ehr payroll review 2026-11 --as 孙丽"),
    ("approve", "审批(要另一个人)", "ehr payroll approve 2026-11 --as 孙丽"),
    ("archive", "发布之后归档", "ehr payroll archive 2026-11 --as 孙丽"),
    ("back", "发布之前退回准备,写明理由", "ehr payroll back 2026-11 --as 孙丽 --reason 签单少一张"),
    ("hold", "暂缓一个人,写明理由,不影响别人", "ehr payroll hold 2026-11 张三 --as 陈静 --reason 账号核对中"),
    ("release", "恢复暂缓的人", "ehr payroll release 2026-11 张三 --as 陈静"),
    ("rerun", "单独重收重算一个人", "ehr payroll rerun 2026-11 张三 --as 陈静"),
    ("variance", "与上月的差异归到哪些缘由", "ehr payroll variance 2026-11"),
)
"""(做什么, 一句话, 例)。"""
OF_PERSON = ("hold", "release", "rerun")
WHOSE = {"hold": payroll_hold.hold, "release": payroll_hold.release, "rerun": payroll_hold.rerun}


def find(desk: Desk, args: argparse.Namespace) -> payroll.RunView:
    """说的是哪一期:写了期号按期号,否则按月份。"""
    actor = signed_in(desk, args.person) if args.person else OPERATOR
    if args.run:
        return desk.ask(payroll.view, payroll.OneRun(args.run), actor)
    return desk.ask(payroll.view_of_month, payroll.RunOf(args.month), actor)


def step(desk: Desk, args: argparse.Namespace) -> int:
    """走一步。"""
    actor = signed_in(desk, args.person)
    if args.action == "prepare" and not args.month:
        raise Usage(
            "准备是按月份的。\n例:ehr payroll prepare 2026-11 --as 陈静;另发的一期用 ehr payroll run --run 期号"
        )
    if args.action == "prepare":
        view = desk.do(payroll_life.prepare, payroll.Prepare(args.month), actor, key_for("payroll.prepare"))
    else:
        seen = find(desk, args)
        command = payroll_life.Move(seen.run_id, args.action, seen.state, seen.input_hash, args.reason or "")
        view = desk.do(payroll_life.move, command, actor, key_for(f"payroll.{args.action}"))
    put(args, view, run_words(view))
    return 0


def one_person(desk: Desk, args: argparse.Namespace) -> int:
    """暂缓、恢复、单独重算一个人。"""
    actor = signed_in(desk, args.person)
    whose = desk.ask(find_person, FindPerson(args.words[0]), OPERATOR)  # 离职的人也找得到
    seen = find(desk, args)
    command = payroll_hold.OneInRun(seen.run_id, whose.person_id, args.reason or "")
    view = desk.do(WHOSE[args.action], command, actor, key_for(f"payroll.{args.action}"))
    put(args, view, run_words(view))
    return 0


def variance(desk: Desk, args: argparse.Namespace) -> int:
    """差异归因;有说不清的退出码 1。"""
    actor = signed_in(desk, args.person) if args.person else OPERATOR
    seen = find(desk, args)
    found = desk.ask(payroll_variance.variance, payroll.OneRun(seen.run_id), actor)
    put(args, found, variance_words(found))
    return 1 if found.unexplained else 0
