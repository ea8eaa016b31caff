"""体检 doctor:检查设置、凭证、钟、库、政策、来往与磁盘,逐条说怎么修。

一项查不了不拦别的;有一条 fail 退出码就是 1。不改动任何东西:不建库、不升级、不发消息。
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from pydantic import ValidationError

from app.check_dingtalk import clock_drift, credentials
from app.check_files import card_template, crm_mapping, disk, policies, processes, settings_complete
from app.check_out import exports
from app.check_store import database, mailboxes, opening, roles, sync
from app.findings import FAIL, WARN, Finding, fail
from config.settings import Settings

Check = Callable[[Settings, datetime], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("设置", settings_complete),
    ("凭证", credentials),
    ("时钟", clock_drift),
    ("数据库", database),
    ("政策", policies),
    ("卡片模板", card_template),
    ("审批模板", processes),
    ("客户管理", crm_mapping),
    ("开账数据", opening),
    ("角色", roles),
    ("信箱", mailboxes),
    ("同步", sync),
    ("导出", exports),
    ("磁盘", disk),
)
"""先后有意义:前面的没好,后面的多半也不好。"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ehr doctor` 的参数。"""
    parser.add_argument("--json", action="store_true", help="印 JSON:{ok, findings:[{about, level, what, mend}]}")


def run(args: argparse.Namespace) -> int:
    """0 没有 fail;1 有。"""
    found = examine(datetime.now(UTC))
    bad = sum(one.level == FAIL for one in found)
    if args.json:
        print(json.dumps({"ok": not bad, "findings": [asdict(one) for one in found]}, ensure_ascii=False))
    else:
        print("\n".join(one.line() for one in found))
        print(_sum(bad, sum(one.level == WARN for one in found)))
    return 1 if bad else 0


def _sum(bad: int, warned: int) -> str:
    if bad:
        return f"有 {bad} 处要先修好才能运行,{warned} 处请留意。修好后再运行一次 ehr doctor。"
    return f"可以运行:ehr serve。有 {warned} 处请留意。" if warned else "都好,可以运行:ehr serve。"


def examine(now: datetime) -> list[Finding]:
    """逐项查完。设置本身读不出来,就只说设置。"""
    try:
        settings = Settings()
    except ValidationError as problem:
        return list(_unreadable(problem))
    found: list[Finding] = []
    for about, check in CHECKS:
        try:
            found += check(settings, now)
        except Exception as problem:  # 一项出了意外,也要把别的查完
            found.append(fail(about, f"没能查完({type(problem).__name__}:{problem})", "请把这一行告诉维护的人。"))
    return found


def _unreadable(problem: ValidationError) -> Iterator[Finding]:
    for one in problem.errors():
        name = f"EHR_{'_'.join(str(part) for part in one['loc']).upper()}"
        yield fail("设置", f"{name} 的值读不懂:{one['input']!r}", "请照 .env.example 里这一项的说明改好。")
