"""日志 logs:写标准错误(设了 EHR_LOG_FILE 也写那个文件,满 10 MB 换一份,留五份),一行一条;不带工资、证件号、手机号与令牌。库与 SDK 的话只留警告以上。"""

from __future__ import annotations

import logging
import re
import sys
from logging.handlers import RotatingFileHandler

from config.settings import Settings

NOISY = (
    "dbos",
    "alembic",
    "apscheduler",
    "httpx",
    "httpcore",
    "uvicorn",
    "sqlalchemy",
    "dingtalk_stream",
    "websockets",
)
SECRETS = re.compile(r"(ticket|access_token|token|secret|session|code)=[^&\s\"']+", re.IGNORECASE)
MOST_BYTES = 10_000_000
DIGITS = re.compile(r"\b(\d{17}[\dXx]|1[3-9]\d{9})\b")


class Discreet(logging.Formatter):
    """遮住网址里的令牌、证件号与手机号。"""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return DIGITS.sub("***", SECRETS.sub(r"\1=***", text))


def quiet(settings: Settings) -> None:
    """设好日志。"""
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    if settings.log_file is not None:
        settings.log_file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(RotatingFileHandler(settings.log_file, maxBytes=MOST_BYTES, backupCount=5, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(settings.log_level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # 上一眼还没看完就跳过这一眼,本来就是这样安排的,不用提醒。
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # 钟往前拨时会抱怨上一眼还没看完,无妨
