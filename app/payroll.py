"""发薪 payroll:在命令行里计算、看、发布、核对、解释;与小程序是同一些用例,同一张权限表。

计算与发布要 `--as` 两个不同的薪酬专员;解释是本人看自己的。`--json` 时标准输出只有 JSON。
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from app.arguments import Usage
from app.counter import OPERATOR, counter, key_for, signed_in
from app.payroll_apart import APART_ACTIONS, apart, bonus, line
from app.payroll_print import plain, put
from app.payroll_steps import OF_PERSON, STEP_ACTIONS, find, one_person, step, variance
from app.payroll_words import explained, radius, run_words, slip_words
from app.progress import shown
from engine.errors import NotAllowed, NotFound
from handlers import payroll, payroll_explain, payroll_offcycle, payslip
from handlers.actor import Actor
from handlers.desk import Desk
from handlers.people import FindPerson, Nothing, find_person

MONTH = re.compile(r"\d{4}-\d{2}")
ACTIONS = (
    ("run", "计算一个月:准备、锁定、计算连走(没人复核之前可反复算)", "ehr payroll run --month 2026-11 --as 陈静"),
    ("status", "各月算到哪一步", "ehr payroll status --month 2026-11"),
    ("publish", "发布一个月:复核、审批、发布连走(要另一位薪酬专员)", "ehr payroll publish --month 2026-11 --as 孙丽"),
    ("verify", "由冻结的输入重算,逐人逐分核对", "ehr payroll verify --month 2026-10"),
    (
        "explain",
        "一个人的一张工资条,或其中一行怎么算的;本人看自己的,薪酬与审计(--as)按月份或期号看",
        "ehr payroll explain 2026-10 李明 绩效奖金 --as 周军",
    ),
    *STEP_ACTIONS,
    *APART_ACTIONS,
)
READS = ("status", "verify", "explain", "variance")
"""只看不改的,不写身份就是登上这台机器的管理员(解释除外,是本人)。"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr payroll` 的参数。"""
    actions = parser.add_subparsers(dest="action", required=True, metavar="做什么")
    for name, help_, example in ACTIONS:
        one = actions.add_parser(name, help=help_, description=help_, example=example)
        one.add_argument("--month", metavar="月份", help="哪个月,如 2026-11;也可以直接写在后面")
        one.add_argument("--run", type=int, metavar="期号", help="另发的那些按期号(ehr payroll status 里有)")
        one.add_argument("--reason", metavar="理由", help="退回、暂缓、手工行要写明理由")
        one.add_argument("--pay-month", metavar="月份", help="另发在哪个月发(个税按它),不写同所属月份")
        one.add_argument("--as", dest="person", metavar="人", help="以谁的身份:账号(chenjing)或姓名(陈静)")
        one.add_argument(
            "--state", type=Path, metavar="文件夹", help="用哪个演示的库(默认:设置里的库,没有就是 ./.ehr-demo)"
        )
        one.add_argument("--json", action="store_true", help="印 JSON")
        one.add_argument("words", nargs="*", metavar="月份" if name != "explain" else "人与项目")


def run(args: argparse.Namespace) -> int:
    """0 做了;1 不可以、没有、或核对出不一致;3 库或演示用不了。"""
    _month_from_words(args)
    with counter(args.state) as desk:
        return WAYS[args.action](desk, args)


def _month_from_words(args: argparse.Namespace) -> None:
    """月份写在后面也行;多出来的话说清楚。"""
    words = list(args.words)
    if args.month is None:
        args.month = next((word for word in words if MONTH.fullmatch(word)), None)
        if args.month is not None:
            words.remove(args.month)
    example = next(example for name, _, example in ACTIONS if name == args.action)
    _run_from_words(args, words)
    if args.month is None and not args.run and args.action != "status":
        raise Usage(f"没有写是哪个月。\n例:{example}")
    if args.action not in READS and not args.person:
        raise Usage(f"没有写以谁的身份(--as)。\n例:{example}")
    _check_words(args.action, words, example)
    args.words = words


def _run_from_words(args: argparse.Namespace, words: list[str]) -> None:
    """期号写在后面也行(如 `ehr payroll verify 5`)。"""
    if args.run is None and args.month is None and words and words[0].isdecimal():
        args.run = int(words.pop(0))


def _check_words(action: str, words: list[str], example: str) -> None:
    """解释要一个人(可再跟一个项目),暂缓之类要一个人,另发要种类,手工行要人、名字、金额,别的不该有多的话。"""
    most = MOST_WORDS.get(action, 1 if action in OF_PERSON else 0)
    if most and not words and action == "apart":
        raise Usage(f"没有写是哪一种:离职结算、年终奖、补发。\n例:{example}")
    if most and not words:
        raise Usage(f"要写一个人{',后面可以跟一个项目' if most == 2 else ''}。\n例:{example}")
    if len(words) > most:
        said = f"要写一个人,后面可以跟一个项目。\n例:{example}"
        raise Usage(said if most == 2 else f"多出来的话:{' '.join(words[most:])}。\n例:{example}")


MOST_WORDS = {"explain": 2, "apart": 1, "bonus": 2, "line": 4}


def _viewer(desk: Desk, args: argparse.Namespace) -> Actor:
    """看的人:点了名就是他;没点名是登上这台机器的管理员,只看不改。"""
    return signed_in(desk, args.person) if args.person else OPERATOR


def _run(desk: Desk, args: argparse.Namespace) -> int:
    actor = signed_in(desk, args.person)
    key = key_for("payroll.run")
    with shown():
        if args.run:
            view = desk.do(payroll_offcycle.run, payroll.OneRun(args.run), actor, key)
        else:
            view = desk.do(payroll.run, payroll.Prepare(args.month), actor, key)
    put(args, view, run_words(view))
    return 0


def _status(desk: Desk, args: argparse.Namespace) -> int:
    actor = _viewer(desk, args)
    if args.month or args.run:
        views = [find(desk, args)]
    else:
        views = desk.ask(payroll.runs, Nothing(), actor)
    late = [one for one in desk.ask(payroll.late, Nothing(), actor) if not args.month or one.month == args.month]
    text = (
        "\n\n".join(run_words(view) for view in views)
        or "还没有算过工资。请先运行:ehr payroll run --month 月份 --as 人"
    )
    waiting = [one for one in late if one.state == "open"]
    if waiting:
        text += f"\n\n发布之后才知道的事 {len(waiting)} 件:\n" + "\n".join(
            f"  {one.name}({one.month}):{one.say}" for one in waiting
        )
    put(args, {"runs": views, "late": late}, text)
    return 0


def _publish(desk: Desk, args: argparse.Namespace) -> int:
    """先说这一发牵动多少,再发;看到的和发的是同一份。"""
    actor = signed_in(desk, args.person)
    seen = find(desk, args)
    if not seen.published_at:
        print(radius(seen), file=sys.stderr if args.json else sys.stdout, flush=True)
    command = payroll.Publish(seen.run_id, seen.input_hash)
    view = desk.do(payroll.publish, command, actor, key_for("payroll.publish"))
    put(args, view, view.note or f"{view.month_label}的工资已发布,共 {view.people} 人;每人会收到一条不带金额的通知。")
    return 0


def _verify(desk: Desk, args: argparse.Namespace) -> int:
    actor = _viewer(desk, args)
    view = find(desk, args)
    problems = desk.ask(payroll.verify, payroll.OneRun(view.run_id), actor)
    if problems:
        text = f"{view.month_label}有 {len(problems)} 处与重算不一致:\n" + "\n".join(f"  {one}" for one in problems)
    else:
        text = f"{view.month_label}的 {view.people} 张工资条与重算逐分一致。"
    put(args, {"month": view.month, "run_id": view.run_id, "people": view.people, "problems": problems}, text)
    return 1 if problems else 0


def _explain(desk: Desk, args: argparse.Namespace) -> int:
    """本人看自己的;薪酬专员与审计以自己的身份看一期里的一个人,由权限表决定。"""
    if args.person:
        actor, whose = signed_in(desk, args.person), desk.ask(find_person, FindPerson(args.words[0]), OPERATOR)
        if actor.person_id != whose.person_id:
            return _explain_in_run(desk, args, actor, whose.person_id)
    actor = signed_in(desk, args.words[0])
    slip = desk.ask(payslip.view, payslip.MonthSlip(actor.person_id, _key(desk, args)), actor)
    if len(args.words) == 1:
        put(args, slip, slip_words(slip))
        return 0
    code = _code_of(slip, args.words[1])
    how = desk.ask(payslip.explain, payslip.ExplainLine(actor.person_id, slip.month, code), actor)
    put(args, how, explained(how))
    return 0


def _explain_in_run(desk: Desk, args: argparse.Namespace, actor: Actor, person_id: int) -> int:
    """一期里一个人的一张,或其中一行;没发布的也看得到。每看一次留一行审计。"""
    try:
        seen = find(desk, args)
        slip = desk.ask(payroll_explain.slip, payroll_explain.SlipInRun(seen.run_id, person_id), actor)
    except NotAllowed as problem:
        say = "工资条只有本人能看(薪酬专员与审计按期看)。请用 --as 写这个人自己,或让本人到小程序里打开。"
        raise NotAllowed(problem.code, say) from None
    if len(args.words) == 1:
        put(args, slip, slip_words(slip))
        return 0
    line = payroll_explain.LineInRun(seen.run_id, person_id, _code_of(slip, args.words[1]))
    how = desk.ask(payroll_explain.line, line, actor)
    put(args, how, explained(how))
    return 0


def _key(desk: Desk, args: argparse.Namespace) -> str:
    """工资条的名字:月份,或另发的一期(2026-11-r5)。"""
    if not args.run:
        return str(args.month)
    seen = desk.ask(payroll.view, payroll.OneRun(args.run), OPERATOR)
    return seen.month if seen.kind == "regular" else f"{seen.month}-r{seen.run_id}"


def _code_of(slip: payslip.SlipView, word: str) -> str:
    """行的编号:编号、名字都认;没有完全一样的,名字里含有它的唯一一行也算。"""
    if word in ("gross", "net", "应发", "实发"):
        return {"应发": "gross", "实发": "net"}.get(word, word)
    exact = [line.code for line in slip.lines if word in (line.code, line.label)]
    near = [line.code for line in slip.lines if word in line.label]
    if exact or len(near) == 1:
        return (exact or near)[0]
    names = "、".join(line.label for line in slip.lines)
    raise NotFound("NO_SUCH_LINE", f"{slip.month_label}的工资条上没有“{word}”这一行。有:{names}、应发、实发。")


WAYS: dict[str, Callable[[Desk, argparse.Namespace], int]] = {
    "run": _run,
    "status": _status,
    "publish": _publish,
    "verify": _verify,
    "explain": _explain,
    **dict.fromkeys(("prepare", "lock", "compute", "review", "approve", "archive", "back"), step),
    **dict.fromkeys(OF_PERSON, one_person),
    "variance": variance,
    "apart": apart,
    "bonus": bonus,
    "line": line,
}

__all__ = ["ACTIONS", "add_arguments", "plain", "run"]
