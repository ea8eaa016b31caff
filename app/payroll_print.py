"""发薪的输出 payroll print:给人看的文字,或 `--json` 的 JSON;命令各处共用。"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any


def put(args: argparse.Namespace, outcome: object, text: str) -> None:
    """印出结果。"""
    print(json.dumps(plain(outcome), ensure_ascii=False) if args.json else text)


def plain(value: Any) -> Any:
    """结果 → JSON 里的样子:数据类是对象,时刻与日期是 ISO 文字。"""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime | date) else value
