"""命令 understand:从标准输入逐行读句子,逐行写 JSON;不需要人员、数据库或网络。

例:echo 明天下午请半天事假 | ehr understand --at 2026-11-23T09:30:00+08:00 --json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from bot.understand import understand
from config import policies
from engine.days import SHANGHAI, Calendar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """命令行参数。"""
    parser.add_argument(
        "--at", metavar="时刻", type=parse_instant, help="发话的时刻,例如 2026-11-23T09:30:00+08:00;不给就用现在"
    )
    parser.add_argument("--json", action="store_true", help="每行输出一个 JSON 对象(目前也是唯一的输出形式)")


def run(args: argparse.Namespace) -> int:
    """读标准输入,写标准输出;返回退出码。"""
    at = args.at or datetime.now(UTC)
    calendar = policies.shipped().calendar
    sys.stdin.reconfigure(encoding="utf-8", errors="replace", newline="\n")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    for line in lines(sys.stdin, at, calendar):
        sys.stdout.write(line + "\n")
    return 0


def lines(source: Iterable[str], at: datetime, calendar: Calendar) -> Iterator[str]:
    """一句一行 → 一个 JSON 对象一行,次序不变;原话一字不改(只去掉行尾)。"""
    for raw in source:
        text = raw.removesuffix("\n").removesuffix("\r")
        yield json.dumps(understand(text, at, calendar).to_json(), ensure_ascii=False)


def parse_instant(word: str) -> datetime:
    """读 ISO 时刻;没写时区的当作上海时间;不对是用法错误。"""
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{word}”不是时刻,请写成 2026-11-23T09:30:00+08:00 这样") from None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)
