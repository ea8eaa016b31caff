"""免登 login:小程序里拿到的登录码 → userid。登录码五分钟内有效,只能用一次。"""

from __future__ import annotations

from ehr_sync.dingtalk.client import DingTalk
from ehr_sync.dingtalk.endpoints import LOGIN_USER
from ehr_sync.dingtalk.errors import BAD_LOGIN, DingTalkError
from ehr_sync.dingtalk.retry import FAST
from ehr_sync.pull import read
from ehr_sync.pull.read import Unreadable
from engine.errors import NotAllowed


def userid_of(ding: DingTalk, code: str) -> str:
    """登录码换 userid。用过的、过期的报 NotAllowed(LOGIN_CODE);钉钉不通报 DingTalkError(Unavailable)。"""
    try:
        answer = ding.call(LOGIN_USER, {"code": code}, policy=FAST)
    except DingTalkError as error:
        if error.code == BAD_LOGIN.code or (not error.retryable and error.answer.startswith(("4000", "40035"))):
            raise NotAllowed("LOGIN_CODE", "登录码已用过或过期,请关掉这一页,从钉钉里重新打开。") from None
        raise
    try:
        return read.text(read.inner(answer, "result"), "userid")
    except Unreadable:
        raise NotAllowed("LOGIN_CODE", "钉钉没有说出您是谁,请关掉这一页,从钉钉里重新打开。") from None
