"""日志 logs:写标准错误,一行一条;不带工资、证件号、手机号与令牌。库与 SDK 的话只留警告以上。"""

from __future__ import annotations

import logging
import re
import sys

from config.settings import Settings

NOISY = ("dbos", "alembic", "apscheduler", "httpx", "httpcore", "uvicorn", "sqlalchemy", "dingtalk_stream", "websockets")
SECRETS = re.compile(r"(ticket|access_token|token|secret|session|code)=[^&\s\"']+", re.IGNORECASE)
DIGITS = re.compile(r"\b(\d{17}[\dXx]|1[3-9]\d{9})\b")


class Discreet(logging.Formatter):
    """遮住网址里的令牌、证件号与手机号。"""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return DIGITS.sub("***", SECRETS.sub(r"\1=***", text))


def quiet(settings: Settings) -> None:
    """设好日志。"""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
