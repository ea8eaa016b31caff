"""拒绝 refusal:钉钉两族接口各自的错误;处理函数抛出,门房按所属一族写成回答。"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """一切拒绝的总称。"""


class OldRefusal(Refusal):
    """旧版 oapi 的拒绝:HTTP 200 + errcode≠0;有 sub_code 的按网关样式写。"""

    def __init__(self, errcode: int, errmsg: str, sub_code: str = "") -> None:
        super().__init__(errmsg)
        self.errcode, self.errmsg, self.sub_code = errcode, errmsg, sub_code

    def body(self, request_id: str) -> dict[str, Any]:
        """回答的正文。"""
        if not self.sub_code:
            return {"errcode": self.errcode, "errmsg": self.errmsg, "request_id": request_id}
        say = f"ding talk error[subcode={self.sub_code},submsg={self.errmsg}]"
        return {
            "errcode": self.errcode,
            "errmsg": say,
            "sub_code": self.sub_code,
            "sub_msg": self.errmsg,
            "request_id": request_id,
        }


class NewRefusal(Refusal):
    """新版 api 的拒绝:HTTP 4xx/5xx + {code, message, requestid}。"""

    def __init__(self, status: int, code: str, message: str, more: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.more = status, code, message, more or {}

    def body(self, request_id: str) -> dict[str, Any]:
        """回答的正文。"""
        return {"code": self.code, "message": self.message, "requestid": request_id, **self.more}


class BadField(Refusal):
    """字段不合文档:why 为 missing(缺)或 invalid(类型、长度、范围不对)。"""

    def __init__(self, name: str, why: str, say: str = "") -> None:
        super().__init__(f"{name}: {say or why}")
        self.name, self.why, self.say = name, why, say

    def old(self) -> OldRefusal:
        """旧版的说法。"""
        if self.why == "missing":
            return OldRefusal(40035, f"缺少参数 {self.name}")
        return OldRefusal(400002, f"参数错误: {self.name} {self.say}".rstrip())

    def new(self) -> NewRefusal:
        """新版的说法。"""
        if self.why == "missing":
            return NewRefusal(400, f"Missing{self.name}", f"{self.name} is mandatory for this action.")
        say = f"Specified parameter {self.name} is not valid. {self.say}".rstrip()
        return NewRefusal(400, f"Invalid{self.name}", say)


class SayRefusal(Refusal):
    """控制 API 的拒绝:{"error": 代码, "say": 中文}。"""

    def __init__(self, status: int, error: str, say: str) -> None:
        super().__init__(say)
        self.status, self.error, self.say = status, error, say
