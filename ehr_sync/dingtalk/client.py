"""钉钉客户端 client:一个 httpx.Client,两族接口,一个令牌,限速、额度、再试都在这里。

同步、线程安全:发件的线程与同步任务共用一个对象。每次调用都有超时。
读到的 JSON 小数是 Decimal;没成的一律是 DingTalkError。
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

import httpx

from ehr_sync.dingtalk.endpoints import TOKEN, Endpoint, Family
from ehr_sync.dingtalk.errors import (
    NO_SESSION,
    Answer,
    DingTalkError,
    Json,
    Verdict,
    read_answer,
    unreachable,
)
from ehr_sync.dingtalk.limits import Budget, MemoryMeters, Meter, QpsGate
from ehr_sync.dingtalk.quick import Quick, QuickError
from ehr_sync.dingtalk.retry import Pace, Policy, with_retry
from ehr_sync.dingtalk.token import Token, TokenKeeper
from engine.days import shanghai_date

API = "https://api.dingtalk.com"
OAPI = "https://oapi.dingtalk.com"
AGENT = "dingehr/0.1"
TIMEOUT = httpx.Timeout(connect=5.0, read=10.0, write=10.0, pool=10.0)
"""连、读、写、等连接各几秒;钉钉网关自己三秒就超时。"""
SESSION_SECONDS = 5.0
"""回复有人等着:五秒不成就换一条路。"""
SESSION_TIMEOUT = httpx.Timeout(SESSION_SECONDS)
HEADERS = {"User-Agent": AGENT, "Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""本机的沙箱不经代理;对外才认环境里的代理设置。"""
POOL = httpx.Limits(max_connections=40, max_keepalive_connections=40, keepalive_expiry=30.0)


@dataclass(frozen=True, slots=True)
class App:
    """应用的身份与地址:全部由调用的人给,这里不读环境。"""

    client_id: str
    client_secret: str = field(repr=False)
    corp_id: str = ""
    agent_id: str = ""
    robot_code: str = ""
    api: str = API
    oapi: str = OAPI


@dataclass(frozen=True, slots=True)
class Parts:
    """可换的零件:传输(测试用假的)、时间、退避、额度。"""

    transport: httpx.BaseTransport | None = None
    pace: Pace = field(default_factory=Pace)
    policy: Policy = field(default_factory=Policy)
    budget: Budget | None = None
    qps: int | None = None


def _split(url: str) -> SplitResult | None:
    """拆开网址;不成网址的为 None。"""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _shanghai_today() -> date:
    return shanghai_date(datetime.now(UTC))


class DingTalk:
    """钉钉:`call` 调一个接口,`post_session` 往会话地址回一句。"""

    def __init__(self, app: App, parts: Parts | None = None, today: Callable[[], date] | None = None) -> None:
        parts = parts or Parts()
        self.app = app
        self.budget = parts.budget or Budget(MemoryMeters(), today or _shanghai_today)
        self._pace = parts.pace
        self._policy = parts.policy
        self._gate = QpsGate(parts.pace, parts.qps) if parts.qps else QpsGate(parts.pace)
        outside = urlsplit(app.api).hostname not in LOOPBACK
        self._http = httpx.Client(
            transport=parts.transport,
            timeout=TIMEOUT,
            limits=POOL,
            headers={"User-Agent": AGENT, "Accept": "application/json"},
            follow_redirects=False,
            trust_env=outside,
        )
        proxied = outside and bool(getproxies())
        self._quick = Quick(SESSION_SECONDS, HEADERS) if parts.transport is None and not proxied else None
        self._date_said = ""
        self.server_date: datetime | None = None
        """对方最近一次回答里的时刻(UTC):与本机时钟差多少,给 doctor 看。"""
        self._tokens = TokenKeeper(self._fetch_token, parts.pace.now)
        self._hosts = {urlsplit(app.api).netloc, urlsplit(app.oapi).netloc}

    def __enter__(self) -> DingTalk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """关掉连接,并把额度的零头写下去。"""
        self.budget.flush()
        if self._quick is not None:
            self._quick.close()
        self._http.close()

    def call(
        self,
        endpoint: Endpoint,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        policy: Policy | None = None,
    ) -> Json:
        """调一个接口,交出整个回答(旧接口的 `errcode` 为 0)。没成抛 DingTalkError。"""
        chosen = policy or self._policy
        return with_retry(
            lambda: self._with_token(endpoint, body, query or {}), chosen, self._pace, endpoint.repeatable
        )

    def post_session(self, webhook: str, message: Mapping[str, Any]) -> Json:
        """往会话地址回一句(机器人推送,计入推送表);地址不是钉钉的就不发。"""
        url = _split(webhook)
        if url is None or not self._is_ours(url):
            raise DingTalkError(NO_SESSION.code, NO_SESSION.say, {"message": "foreign host"}, verdict=Verdict.GIVE_UP)
        self.budget.count(Meter.PUSHES)
        if self._quick is None:
            request = self._http.build_request("POST", webhook, json=message, timeout=SESSION_TIMEOUT)
            return self._send("session", Family.OLD, request)
        try:
            found = self._quick.post(url, json.dumps(message, ensure_ascii=False).encode())
        except QuickError as error:
            raise unreachable("session", str(error), maybe_done=error.maybe_done) from None
        self._note_date(found.headers.get("date", ""))
        kind, retry_after = found.headers.get("content-type", ""), found.headers.get("retry-after", "")
        return read_answer(Answer(Family.OLD, "session", found.status, kind, found.text, retry_after))

    def warm(self) -> None:
        """先取好令牌(启动时用);密钥不对在这里就会知道。"""
        self._tokens.get()

    def _is_ours(self, parts: SplitResult) -> bool:
        if parts.netloc in self._hosts and parts.scheme in ("http", "https"):
            return True
        host = parts.hostname or ""
        return parts.scheme == "https" and (host == "dingtalk.com" or host.endswith(".dingtalk.com"))

    def _with_token(self, endpoint: Endpoint, body: Mapping[str, Any] | None, query: Mapping[str, str]) -> Json:
        """带令牌发一次;令牌失效换一次、重做一次,再失效就请人来看。"""
        if not endpoint.token:
            return self._once(endpoint, body, query, "")
        token = self._tokens.get()
        try:
            return self._once(endpoint, body, query, token)
        except DingTalkError as error:
            if error.verdict is not Verdict.TOKEN:
                raise
        try:
            return self._once(endpoint, body, query, self._tokens.renew(token))
        except DingTalkError as error:
            if error.verdict is Verdict.TOKEN:
                error.verdict = Verdict.ASK
                error.say = "钉钉两次都不认访问令牌,请管理员核对应用的 Client ID 与 Client Secret。"
            raise

    def _once(self, endpoint: Endpoint, body: Mapping[str, Any] | None, query: Mapping[str, str], token: str) -> Json:
        self._gate.enter(endpoint.name)
        if endpoint.metered:
            self.budget.count(Meter.CALLS)
        base = self.app.api if endpoint.family is Family.NEW else self.app.oapi
        params = dict(query)
        headers: dict[str, str] = {}
        if token and endpoint.family is Family.NEW:
            headers["x-acs-dingtalk-access-token"] = token
        elif token:
            params["access_token"] = token
        content = None if endpoint.method == "GET" else json.dumps(body or {}, ensure_ascii=False).encode()
        if content is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        request = self._http.build_request(
            endpoint.method, base.rstrip("/") + endpoint.path, params=params, headers=headers, content=content
        )
        return self._send(endpoint.name, endpoint.family, request)

    def _send(self, name: str, family: Family, request: httpx.Request) -> Json:
        try:
            response = self._http.send(request)
            text = response.text
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise unreachable(name, type(error).__name__, maybe_done=False) from None
        except httpx.HTTPError as error:
            raise unreachable(name, type(error).__name__, maybe_done=True) from None
        self._note_date(response.headers.get("date", ""))
        return read_answer(
            Answer(
                family,
                name,
                response.status_code,
                response.headers.get("content-type", ""),
                text,
                response.headers.get("retry-after", ""),
            )
        )

    def _note_date(self, said: str) -> None:
        if said == self._date_said:
            return  # 一秒里许多回答,写的是同一刻
        self._date_said = said
        try:
            self.server_date = parsedate_to_datetime(said).astimezone(UTC)
        except ValueError:
            return

    def _fetch_token(self) -> Token:
        body = {"appKey": self.app.client_id, "appSecret": self.app.client_secret}
        answer = with_retry(lambda: self._once(TOKEN, body, {}, ""), self._policy, self._pace)
        text = answer.get("accessToken")
        if not isinstance(text, str) or not text:
            raise unreachable(TOKEN.name, "no accessToken", maybe_done=False)
        return Token(text, float(answer.get("expireIn") or 7200))
