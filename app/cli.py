"""命令 ehr:一张表列出所有词,用到哪个才读哪个。

每个词的模块提供 `add_arguments(parser)` 与 `run(args) -> int`。退出码:0 完成,1 答案是否,2 用法不对,3 外面的东西出了问题。
结果写到标准输出,错误写到标准错误;程序错误只留一个编号给人看,详情在日志文件里。
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import secrets
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from app.arguments import ChineseParser, Usage
from engine.errors import BadInput, EhrError, Unavailable

VERSION = "0.1.0"
DONE, NO, WRONG_CALL, OUTSIDE, INTERRUPTED = 0, 1, 2, 3, 130

PLAIN = {
    errno.ENOSPC: "磁盘满了",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "这里只能读、不能写",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EISDIR: "这是文件夹,不是文件",
    errno.ENOTDIR: "这不是文件夹",
    errno.EADDRINUSE: "端口已被别的程序占用",
    errno.ECONNREFUSED: "对方没有在听,连不上",
}


@dataclass(frozen=True)
class Command:
    """命令表的一行:词、一句话、一个例子、在哪个模块。"""

    name: str
    help: str
    example: str
    module: str


COMMANDS: tuple[Command, ...] = (
    Command("demo", "一条命令看全貌:沙箱钉钉 + 机器人 + 小程序,带一家六十人的公司", "ehr demo", "app.demo"),
    Command("chat", "以某个人的身份对机器人说一句话,看它怎么答", "ehr chat --as 李明 年假还剩几天", "app.chat"),
    Command("understand", "逐行读句子,逐行给出听懂的意图与日期(JSON)", "echo 明天下午请半天事假 | ehr understand --json", "app.understand"),
    Command("quote", "不用数据库,算一份算例(个税、社保、假期、绩效、合规……)", "ehr quote CASES.json", "app.quote"),
    Command("formula", "查工资公式与表写得对不对,或给几个值试算一条", "ehr formula check pay_items.yaml", "app.formula"),
    Command("payroll", "发薪:试算、看状态、发布、核对、解释", "ehr payroll run 2026-11 --as 陈静", "app.payroll"),
    Command("policy", "查公司的政策目录,做一张空的城市表,或由 CSV 导入城市表", "ehr policy check policies/", "app.policy"),
    Command("doctor", "检查配置、凭证、数据库、时钟与迁移,并说怎么修", "ehr doctor", "app.doctor"),
    Command("serve", "连真的钉钉运行机器人、小程序与后台作业", "ehr serve", "app.serve"),
    Command("sandbox", "只启动沙箱里的那个钉钉", "ehr sandbox --port 8700 --json", "app.sandbox_command"),
    Command("bench", "并排量一量:chat 或 pay", "ehr bench pay --json", "app.bench_command"),
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """跑一个词,返回退出码;任何情形都不让人看见调用栈。"""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except Usage as problem:
        return _say(problem.text, WRONG_CALL)
    except BadInput as problem:
        return _say(problem.say, WRONG_CALL)
    except Unavailable as problem:
        return _say(problem.say, OUTSIDE)
    except EhrError as problem:
        return _say(problem.say, NO)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # 读的人先走了,不必再写
        return DONE
    except Exception as problem:
        return _say(_unexpected(problem, words), OUTSIDE)


def _run(words: list[str]) -> int:
    if not words:
        print(overview(), file=sys.stderr)
        return WRONG_CALL
    if words[0] in ("-h", "--help", "help"):
        print(overview())
        return DONE
    if words[0] in ("-V", "--version", "version"):
        print(f"ehr {VERSION}")
        return DONE
    command = next((known for known in COMMANDS if known.name == words[0]), None)
    if command is None:
        raise Usage(
            f"没有“{words[0]}”这个词。可用的词:{'、'.join(known.name for known in COMMANDS)}。看说明:ehr --help"
        )
    module = importlib.import_module(command.module)
    parser = ChineseParser(prog=f"ehr {command.name}", description=command.help, example=command.example)
    cast("Callable[[argparse.ArgumentParser], None]", module.add_arguments)(parser)
    code = cast("Callable[[argparse.Namespace], int]", module.run)(parser.parse_args(words[1:]))
    sys.stdout.flush()
    return code


def overview() -> str:
    """总说明:每个词一句话、一个例子。"""
    lines = ["用法:ehr 词 [参数…](没装过时:python3 run.py 词 [参数…])", ""]
    for command in COMMANDS:
        lines += [f"  {command.name:<11}{command.help}", f"  {'':<11}例:{command.example}"]
    lines += ["", "  test       (只在 run.py 里)装好测试要的东西,跑全部测试", f"  {'':<11}例:python3 run.py test"]
    return "\n".join(
        [*lines, "", "每个词的参数:ehr 词 --help。退出码:0 完成,1 答案是否,2 用法不对,3 外面的东西出了问题。"]
    )


def _say(text: str, code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    print(text, file=sys.stderr)
    return code


def _unexpected(problem: Exception, words: list[str]) -> str:
    """认不出的错误:操作系统的说清楚,程序自己的给一个编号,栈写进日志文件。"""
    number = f"E{datetime.now(UTC):%m%d%H%M}-{secrets.token_hex(2)}"
    log = Path(os.environ.get("EHR_LOG_DIR") or tempfile.gettempdir()) / "ehr-error.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"── {number} ehr {' '.join(words)}\n{''.join(traceback.format_exception(problem))}\n")
        where = f"详情在 {log}"
    except OSError:
        where = "日志也没能写下"
    if isinstance(problem, OSError):
        name = f":{problem.filename}" if problem.filename else ""
        what = PLAIN.get(problem.errno or 0) or problem.strerror or str(problem)
        return f"没能做完:{what}{name}。请改好后再运行一次(编号 {number},{where})。"
    return f"程序出了意料之外的错,这不是您的问题。请把编号 {number} 告诉维护的人({where})。"


if __name__ == "__main__":
    sys.exit(main())
