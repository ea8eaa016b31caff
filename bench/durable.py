"""我们的机器人 durable:app 的接线、真的办事台与库、真的 SDK 长连接,只是对面换成量一量的网关。

python -m bench.durable 网关地址 库的文件;标准输入断了就停。环境变量 DINGTALK_OPENAPI_ENDPOINT 也要是这个地址。
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr

from app.outgoing import Outgoing, ticket_opener
from app.wiring import wire
from bot.service import Bot, Ports
from config.settings import Settings
from engine.days import shanghai_date
from handlers.actor import SYSTEM
from handlers.desk import Desk
from handlers.intake import take_page
from handlers.opening import LeaveLot, OpenLeave, open_leave
from handlers.records import DepartmentRecord, Page, PersonRecord, Record


def settings_for(gateway: str, database: Path) -> Settings:
    """设置:额度放到最大,别的都是出厂的。"""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{database}",
        dingtalk_api=gateway,
        dingtalk_oapi=gateway,
        allow_other_dingtalk=True,
        client_id="ours",
        client_secret=SecretStr("ours-secret"),
        corp_id="dingbench",
        agent_id="1",
        robot_code="dingbench",
        session_secret=SecretStr("0123456789abcdef0123456789abcdef"),
        miniapp_base="https://ehr.invalid",
        monthly_calls=10**9,
        monthly_pushes=10**9,
    )


def seed(desk: Desk, people: int) -> None:
    """people 个人,各有一笔年假。"""
    today = shanghai_date(datetime.now(UTC))
    names = [f"u{n:06d}" for n in range(people)]
    records: tuple[Record, ...] = (
        DepartmentRecord(1, "量一量", None),
        *(PersonRecord(u, f"同事{n}", "1", dept_ids=(1,), hired_on=date(2020, 1, 6)) for n, u in enumerate(names)),
    )
    page = Page("people", "all", records, tuple("{}" for _ in records))
    desk.do(take_page, page, SYSTEM, "bench:people")
    until = date(today.year, 12, 31)
    lots = tuple(LeaveLot(u, "annual", "day", Decimal(10), Decimal(3), today, until, "期初") for u in names)
    desk.do(open_leave, OpenLeave(today, lots), SYSTEM, "bench:leave")


def main(gateway: str, database: Path) -> int:
    """跑到标准输入断了为止。"""
    wired = wire(settings_for(gateway, database))
    bot = Bot(wired.desk, wired.settings, Ports(Outgoing(wired), lambda topic, data: None, ticket_opener(wired)))
    bot.start()
    try:
        sys.stdin.read()
    finally:
        bot.stop()
        wired.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
