"""钉钉的错误 errors:一次调用没成,接下来怎么办。

DingTalkError(属于 engine.errors.Unavailable)带一个 `verdict`:
- RETRY  过一会儿再试(限流、忙、超时、网页、半截的回答);`retry_after` 是至少等几秒
- TOKEN  令牌失效:换一次令牌,重做一次;再不行就成了 ASK
- GIVE_UP  这次请求本身不对,再试也一样
- ASK  要人去处理(权限、白名单、密钥、当月额度)

判断只看两张表:新接口的 `code`,旧接口的 `errcode`(88 再看 `sub_code`);表里没有的看 HTTP 状态。
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from ehr_sync.dingtalk.endpoints import Family
from engine.errors import Unavailable

Json = dict[str, Any]
"""一次回答的 JSON 对象;小数读成 Decimal,不经过 float。"""


class Verdict(StrEnum):
    """接下来怎么办。"""

    RETRY = "retry"
    TOKEN = "token"
    GIVE_UP = "give_up"
    ASK = "ask_person"


@dataclass(eq=False)
class DingTalkError(Unavailable):
    """钉钉没有办成:`code` 稳定英文名,`say` 给人看,`verdict` 给程序看,`answer` 是钉钉原来的错误码。"""

    verdict: Verdict = Verdict.RETRY
    answer: str = ""
    retry_after: float | None = None
    maybe_done: bool = False

    @property
    def retryable(self) -> bool:
        return self.verdict is Verdict.RETRY


@dataclass(frozen=True, slots=True)
class Rule:
    """一种回答的处理:我们的错误名、判断、说法、至少等几秒。"""

    code: str
    verdict: Verdict
    say: str
    wait: float | None = None


BUSY = Rule("DINGTALK_BUSY", Verdict.RETRY, "钉钉暂时忙,稍后会自动再试。")
SLOW_DOWN = Rule("DINGTALK_QPS", Verdict.RETRY, "调用钉钉太密,稍后会自动再试。", 1.0)
SLOW_MINUTE = Rule("DINGTALK_QPM", Verdict.RETRY, "这一分钟调用钉钉太多,一分钟后会自动再试。", 60.0)
PUNISHED = Rule("DINGTALK_PUNISHED", Verdict.RETRY, "钉钉暂时封住了这台机器的出口地址,约五分钟后会自动再试。", 300.0)
NOT_JSON = Rule("DINGTALK_NOT_JSON", Verdict.RETRY, "钉钉的回答不完整,稍后会自动再试。")
TOKEN_OLD = Rule("DINGTALK_TOKEN", Verdict.TOKEN, "钉钉的访问令牌失效,正在换新的。")
BAD_SECRET = Rule(
    "DINGTALK_BAD_SECRET", Verdict.ASK, "应用的 Client ID 或 Client Secret 不对,请管理员到钉钉开发者后台核对后改设置。"
)
NO_PERMISSION = Rule(
    "DINGTALK_NO_PERMISSION", Verdict.ASK, "应用还没有这个接口的权限,请管理员到钉钉开发者后台“权限管理”里申请。"
)
NOT_LISTED_IP = Rule("DINGTALK_IP", Verdict.ASK, "这台机器的出口地址不在应用的白名单里,请管理员到钉钉开发者后台加上。")
NO_SCOPE = Rule("DINGTALK_SCOPE", Verdict.ASK, "这个人或部门不在应用的通讯录范围里,请管理员在开发者后台放开范围。")
QUOTA = Rule(
    "DINGTALK_MONTH_QUOTA", Verdict.ASK, "本月的钉钉接口调用额度用完了,请管理员购买用量,或等到下个月自动恢复。"
)
BAD_REQUEST = Rule("DINGTALK_BAD_REQUEST", Verdict.GIVE_UP, "钉钉没有接受这次请求,已记下原因,请告诉管理员。")
NO_PERSON = Rule("DINGTALK_NO_PERSON", Verdict.GIVE_UP, "钉钉里找不到这个人,请核对是否已离职。")
NO_SESSION = Rule("DINGTALK_SESSION", Verdict.GIVE_UP, "这次会话的回复地址已过期,改用别的方式发送。")
BAD_LOGIN = Rule("DINGTALK_LOGIN_CODE", Verdict.GIVE_UP, "登录码已用过或过期,请退出后重新打开。")
NO_METHOD = Rule("DINGTALK_NO_METHOD", Verdict.GIVE_UP, "钉钉没有这个接口,请告诉管理员。")
NOT_REACHED = Rule("DINGTALK_UNREACHABLE", Verdict.RETRY, "暂时连不上钉钉,稍后会自动再试。")

NEW_CODES: Mapping[str, Rule] = {
    "InvalidAuthentication": TOKEN_OLD,
    "invalidClientIdOrSecret": BAD_SECRET,
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": NO_PERMISSION,
    "Forbidden.AccessDenied.IpNotInWhiteList": NOT_LISTED_IP,
    "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi": SLOW_DOWN,
    "Forbidden.AccessDenied.QpsLimitForApi": SLOW_DOWN,
    "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi": SLOW_MINUTE,
    "Forbidden.AccessDenied.ApiCountLimitForOrg": QUOTA,
}
"""新接口 `code` → 处理。"""

OLD_CODES: Mapping[int, Rule] = {
    -1: BUSY,
    15: BUSY,
    22: NO_METHOD,
    33012: NO_PERSON,
    40014: TOKEN_OLD,
    40078: BAD_LOGIN,
    40089: BAD_SECRET,
    42001: TOKEN_OLD,
    50002: NO_SCOPE,
    50004: NO_SCOPE,
    52010: BAD_SECRET,
    52011: BAD_SECRET,
    60011: NO_PERMISSION,
    60020: NOT_LISTED_IP,
    60121: NO_PERSON,
    90002: SLOW_DOWN,
    90018: SLOW_DOWN,
    90020: QUOTA,
    300001: NO_SESSION,
}
"""旧接口 `errcode` → 处理;别的非零都是 BAD_REQUEST。"""

STATUS: Mapping[int, Rule] = {
    401: TOKEN_OLD,
    403: NO_PERMISSION,
    404: NO_METHOD,
    408: BUSY,
    425: BUSY,
    429: SLOW_DOWN,
}
"""没有认得的 `code` 时只看 HTTP 状态;5xx 一律 BUSY,别的 4xx 一律 BAD_REQUEST。"""


@dataclass(frozen=True, slots=True)
class Answer:
    """一次 HTTP 回答里与判断有关的部分。"""

    family: Family
    endpoint: str
    status: int
    content_type: str
    text: str
    retry_after: str = ""


def read_answer(answer: Answer) -> Json:
    """读懂一次回答:成了就交出 JSON 对象,没成就抛 DingTalkError。"""
    data = _parse(answer)
    if data is None:
        raise _failure(_unreadable(answer), answer, {})
    rule = _judge(answer, data)
    if rule is not None:
        raise _failure(rule, answer, data)
    return data


def _parse(answer: Answer) -> Json | None:
    try:
        data = json.loads(answer.text, parse_float=Decimal)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _unreadable(answer: Answer) -> Rule:
    """读不成 JSON 对象:网页多半是风控,半截的与错了类型的都再试。"""
    looks_html = "html" in answer.content_type.lower() or answer.text.lstrip()[:1] == "<"
    if answer.status >= 500:
        return BUSY
    if answer.status in STATUS:
        return STATUS[answer.status]
    if looks_html:
        return PUNISHED
    return BAD_REQUEST if answer.status >= 400 else NOT_JSON


def _judge(answer: Answer, data: Json) -> Rule | None:
    if data.get("punish") or str(data.get("status", "")) == "1111":
        return PUNISHED
    if answer.family is Family.OLD and "errcode" in data:
        return _judge_old(data)
    if answer.status < 400:
        # 旧接口成功时必有 errcode;没有就是半截或别处的回答。
        return NOT_JSON if answer.family is Family.OLD else None
    known = NEW_CODES.get(str(data.get("code", "")))
    if known is not None:
        return known
    if answer.status >= 500:
        return BUSY
    return STATUS.get(answer.status, BAD_REQUEST)


def _judge_old(data: Json) -> Rule | None:
    code = _number(data["errcode"])
    if code == 0:
        return None
    if code == 88:
        sub = str(data.get("sub_code") or "")
        # 空的 sub_code 是鉴权服务超时,再试即可。
        return OLD_CODES.get(_number(sub), BAD_REQUEST) if sub else BUSY
    return OLD_CODES.get(code, BAD_REQUEST)


def _number(text: object) -> int:
    try:
        return int(str(text))
    except ValueError:
        return -9999


def _failure(rule: Rule, answer: Answer, data: Json) -> DingTalkError:
    code = str(data.get("code") or data.get("errcode") or f"HTTP {answer.status}")
    sub = str(data.get("sub_code") or "")
    details = {
        "endpoint": answer.endpoint,
        "status": str(answer.status),
        "message": str(data.get("message") or data.get("errmsg") or "")[:300],
        "request_id": str(data.get("requestid") or data.get("request_id") or ""),
    }
    scopes = data.get("accessdenieddetail")
    if isinstance(scopes, dict) and scopes.get("requiredScopes"):
        details["scopes"] = "、".join(str(s) for s in scopes["requiredScopes"])
    return DingTalkError(
        rule.code,
        rule.say,
        details,
        verdict=rule.verdict,
        answer=f"{code}/{sub}" if sub else code,
        retry_after=_wait(rule, answer),
        maybe_done=rule is NOT_JSON,
    )


def _wait(rule: Rule, answer: Answer) -> float | None:
    """至少等几秒:钉钉说了就听它的(只认秒数),没说用表里的。"""
    if rule.verdict is not Verdict.RETRY:
        return None
    said = answer.retry_after.strip()
    asked = float(said) if said.isdecimal() else 0.0
    return max(asked, rule.wait or 0.0) or None


def unreachable(endpoint: str, reason: str, *, maybe_done: bool) -> DingTalkError:
    """连不上、超时、连接断在半路;`maybe_done` 表示对方可能已经办了。"""
    details = {"endpoint": endpoint, "status": "", "message": reason[:300], "request_id": ""}
    return DingTalkError(
        NOT_REACHED.code, NOT_REACHED.say, details, verdict=Verdict.RETRY, answer="", maybe_done=maybe_done
    )
