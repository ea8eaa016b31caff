"""登录 login:免登授权码 → userid。授权码五分钟内有效、只能用一次;身份只从这里来。"""

from __future__ import annotations

from ehr_sync.dingtalk.client import DingTalk
from ehr_sync.dingtalk.endpoints import LOGIN_USER
from ehr_sync.dingtalk.errors import DingTalkError, Verdict
from ehr_sync.dingtalk.retry import FAST
from engine.errors import NotAllowed, Unavailable


def login_code(ding: DingTalk, code: str) -> str:
    """换 userid。码不对或用过了报 LOGIN_CODE,钉钉不通报 LOGIN_UNAVAILABLE。"""
    try:
        answer = ding.call(LOGIN_USER, {"code": code}, policy=FAST)
    except DingTalkError as error:
        if error.verdict is Verdict.RETRY:
            raise Unavailable("LOGIN_UNAVAILABLE", "钉钉登录暂时不通,请稍等片刻,再重新打开这一页。") from None
        if error.verdict is Verdict.ASK:  # 密钥、权限、白名单:不是这个人的码不对,原话是给管理员的
            raise
        raise NotAllowed("LOGIN_CODE", "这次登录没有成功(授权码已用过或过期)。请在钉钉里重新打开这一页。") from None
    result = answer.get("result")
    userid = result.get("userid") if isinstance(result, dict) else None
    if not isinstance(userid, str) or not userid:
        raise NotAllowed("LOGIN_CODE", "钉钉没有告诉我们您是谁。请在钉钉里重新打开这一页;若仍不行,请联系管理员。")
    return userid
