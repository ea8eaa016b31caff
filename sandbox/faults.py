"""故障 faults:沙箱可以出的毛病,全是开关。

计数开关(drop_push、drop_ack、duplicate、refuse_open):0 关,正整数是接下来的次数,-1(或 true)一直开。
answers 与 bad_records 是清单,每行带自己的 count(-1 一直)。
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from typing import Any

from sandbox.refusal import SayRefusal

KINDS = {
    "429": "答 429(限流)",
    "qps": "答 403 QpsLimit / errcode 90018",
    "quota": "答 403 ApiCountLimit / errcode 90020",
    "500": "答 500",
    "502": "答 502 网页",
    "503": "答 503",
    "504": "答 504 网关超时",
    "401": "答 401",
    "403": "答 403 无权限 / errcode 60011",
    "busy": "答 errcode -1 系统繁忙 / 503",
    "html": "答 200 的网页(被拦截)",
    "truncated": "正文只给一半",
    "1111": "答 status:1111(出口 IP 被罚)",
    "empty": "答空正文",
    "hang": "迟迟不答(30 秒后断开)",
}
FEEDS = ("punch", "approval", "deal", "rating", "user", "roster")

_COUNTS = {
    "drop_push": "推送丢失(机器人收不到)",
    "drop_ack": "不认回执(会重推)",
    "duplicate": "每条推送发两遍",
    "refuse_open": "拒绝建立长连接",
}
_NUMBERS = {
    "delay_ms": "推送延迟(毫秒)",
    "slow_ms": "接口回答延迟(毫秒)",
    "clock_skew_s": "钉钉的钟偏差(秒)",
    "repush_message_s": "机器人消息多久没回执就重推一次(秒,0 不重推)",
}
_FLAGS = {"reorder": "推送乱序", "summary_events": "推送考勤日汇总事件"}


@dataclass
class Faults:
    """现在开着的毛病。"""

    drop_push: int = 0
    drop_ack: int = 0
    duplicate: int = 0
    refuse_open: int = 0
    delay_ms: int = 0
    slow_ms: int = 0
    clock_skew_s: int = 0
    repush_message_s: int = 60
    event_retry_s: list[float] = field(default_factory=lambda: [3.0, 6.0, 12.0, 24.0, 48.0, 60.0, 60.0, 60.0])
    reorder: bool = False
    summary_events: bool = False
    answers: list[dict[str, Any]] = field(default_factory=list)
    bad_records: list[dict[str, Any]] = field(default_factory=list)

    def take(self, name: str) -> bool:
        """这个计数开关此刻生不生效;生效则用掉一次。"""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left != 0

    def answer_for(self, path: str) -> str | None:
        """这条路径该答哪种毛病;没有返回 None。"""
        return _spend(self.answers, lambda rule: fnmatch.fnmatch(path, rule["path"]))

    def spoil(self, feed: str, record: dict[str, Any]) -> dict[str, Any]:
        """按开关把一条记录弄坏:missing 少一半字段,type 换成别的类型。"""
        how = _spend(self.bad_records, lambda rule: rule["feed"] == feed)
        if how == "missing":
            return dict(list(record.items())[: len(record) // 2])
        if how == "type":
            return {key: [value] if isinstance(value, str) else str(value) for key, value in record.items()}
        return record

    def change(self, doc: dict[str, Any]) -> None:
        """按控制 API 改开关;不认得的名字拒绝。{"clear": true} 先全部关掉。"""
        if doc.get("clear"):
            fresh = Faults()
            for name in vars(fresh):
                setattr(self, name, getattr(fresh, name))
        for name, value in doc.items():
            if name == "clear":
                continue
            if name not in vars(self):
                raise SayRefusal(400, "UNKNOWN_FAULT", f"没有叫“{name}”的故障开关。可用的见 GET /_sandbox/api/faults。")
            setattr(self, name, _read(name, value))

    def view(self) -> dict[str, Any]:
        """现状,连同给页面用的开关清单。"""
        lists = [("count", _COUNTS), ("number", _NUMBERS), ("flag", _FLAGS)]
        switches = [{"key": k, "kind": kind, "label": label} for kind, table in lists for k, label in table.items()]
        return {**vars(self), "switches": switches, "answer_kinds": KINDS, "feeds": list(FEEDS)}


def _spend(rules: list[dict[str, Any]], fits: Any) -> str | None:
    for rule in rules:
        if rule["count"] != 0 and fits(rule):
            if rule["count"] > 0:
                rule["count"] -= 1
            return str(rule["kind"])
    return None


def _read(name: str, value: Any) -> Any:
    if name in _COUNTS:
        return -1 if value is True else 0 if value is False or value is None else int(value)
    if name in _NUMBERS:
        return int(value or 0)
    if name in _FLAGS:
        return bool(value)
    if name == "event_retry_s":
        return [float(item) for item in value]
    allowed: tuple[str, ...] = tuple(KINDS) if name == "answers" else ("missing", "type")
    where = "path" if name == "answers" else "feed"
    rules = [
        {where: str(r.get(where, "*")), "kind": str(r.get("kind", "")), "count": int(r.get("count", 1))} for r in value
    ]
    for rule in rules:
        if rule["kind"] not in allowed:
            raise SayRefusal(400, "UNKNOWN_FAULT", f"没有“{rule['kind']}”这种毛病。可用:{'、'.join(allowed)}。")
    return rules
