"""另发的命令 payroll apart:开一期离职结算、年终奖、补发,给人添一行;算用 `run --run 期号`,发用 `publish --run 期号`。"""

from __future__ import annotations

import argparse

from app.arguments import Usage
from app.counter import OPERATOR, key_for, signed_in
from app.payroll_print import put
from app.payroll_words import bonus_words, run_words
from handlers import payroll_offcycle
from handlers.desk import Desk
from handlers.people import FindPerson, find_person

KINDS = {"离职结算": "leaver", "年终奖": "bonus", "补发": "arrears"}
TAXES = {"单独": "separate", "并入": "merged"}
APART_ACTIONS = (
    ("apart", "另发开一期:离职结算、年终奖、补发", "ehr payroll apart 补发 2026-10 --pay-month 2026-11 --as 陈静"),
    ("bonus", "年终奖两种计税各要多少,只看", "ehr payroll bonus --run 5 张三 36000 --as 陈静"),
    ("line", "给另发的一期添一行;只写人是列入", "ehr payroll line --run 5 张三 高温补贴 500 --as 陈静 --reason 漏发"),
)
"""(做什么, 一句话, 例)。"""
EXAMPLES = {name: example for name, _, example in APART_ACTIONS}


def apart(desk: Desk, args: argparse.Namespace) -> int:
    """开一期。"""
    kind = KINDS.get(args.words[0], args.words[0])
    actor = signed_in(desk, args.person)
    command = payroll_offcycle.OpenApart(kind, args.month, args.pay_month or args.month)
    view = desk.do(payroll_offcycle.open_apart, command, actor, key_for("payroll.apart"))
    put(args, view, run_words(view))
    return 0


def line(desk: Desk, args: argparse.Namespace) -> int:
    """添一行:人、名字、金额(负数是扣);只写人是列入;年终奖写 人 年终奖 金额 单独|并入。"""
    if not args.run:
        raise Usage(f"没有写是哪一期(--run)。\n例:{EXAMPLES['line']}")
    actor = signed_in(desk, args.person)
    whose = desk.ask(find_person, FindPerson(args.words[0]), OPERATOR)
    label, amount, way = (*args.words[1:], "", "", "")[:3]
    reason = args.reason or ""
    key = key_for("payroll.line")
    if way or label == "年终奖":
        bonus = payroll_offcycle.AddBonus(args.run, whose.person_id, amount, reason, TAXES.get(way, way))
        view = desk.do(payroll_offcycle.add_bonus, bonus, actor, key)
    else:
        section = "deduction" if amount.startswith("-") else "earning"
        given = payroll_offcycle.AddLine(args.run, whose.person_id, reason, label, amount.lstrip("-"), section)
        view = desk.do(payroll_offcycle.add_line, given, actor, key)
    put(args, view, run_words(view))
    return 0


def bonus(desk: Desk, args: argparse.Namespace) -> int:
    """年终奖两种计税的比较:人、金额。"""
    if not args.run or len(args.words) < 2:
        raise Usage(f"要写是哪一期(--run)、谁、多少。\n例:{EXAMPLES['bonus']}")
    actor = signed_in(desk, args.person)
    whose = desk.ask(find_person, FindPerson(args.words[0]), OPERATOR)
    command = payroll_offcycle.AddBonus(args.run, whose.person_id, args.words[1], "")
    found = desk.ask(payroll_offcycle.bonus_ways, command, actor)
    put(args, found, bonus_words(found, whose.name))
    return 0
