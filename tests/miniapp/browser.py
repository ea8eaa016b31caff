"""浏览器 browser:不开窗的——记得 cookie,会登录,会把页面上的表单原样交出去。"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.miniapp.world import World

BASE = "http://127.0.0.1:8080"


@dataclass
class Form:
    """页面上的一张表单:action 与带着值的输入框。"""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """记下表单与它里面的隐藏输入。"""
        found = dict(attrs)
        if tag == "form":
            self.forms.append(Form(found.get("action") or ""))
        if tag == "input" and self.forms and found.get("name") and found.get("type") == "hidden":
            self.forms[-1].fields[found["name"] or ""] = found.get("value") or ""


@dataclass
class Browser:
    """一个人的浏览器;userid 为空是没登录。"""

    world: World
    userid: str = ""
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def __post_init__(self) -> None:
        if self.userid:
            self.login()

    def login(self) -> None:
        """用一个新的授权码登录。"""
        answer = self.post_json("/m/login", {"code": self.world.code(self.userid)})
        assert answer.status_code == 200, answer.text

    def get(self, path: str, **headers: str) -> httpx.Response:
        """打开一页(不跟着跳转)。"""
        return self._send("GET", path, headers=headers)

    def post_json(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """给接口发 JSON。"""
        return self._send("POST", path, json=body, headers=headers)

    def write(self, path: str, body: Any, key: str) -> httpx.Response:
        """给接口发一次写操作。"""
        return self._send("POST", path, json=body, headers={"Idempotency-Key": key})

    def write_raw(self, path: str, text: str, key: str) -> httpx.Response:
        """给接口发一段原样的 JSON 文字(可以不合规矩)。"""
        headers = {"Idempotency-Key": key, "content-type": "application/json"}
        return self._send("POST", path, content=text.encode(), headers=headers)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """交一张表单。"""
        return self._send("POST", path, data=fields, headers=headers)

    def form(self, page: str, action: str) -> Form:
        """打开一页,取出 action 以此结尾的表单。"""
        answer = self.get(page)
        assert answer.status_code == 200, answer.text
        return next(one for one in forms_in(answer.text) if one.action.endswith(action))

    def submit(self, page: str, action: str, **fields: str) -> httpx.Response:
        """打开一页,填好表单,交上去。"""
        form = self.form(page, action)
        return self.post(form.action, form.fields | fields)

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """跟着跳转走一步。"""
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        return asyncio.run(self._sending(method, path, **more))

    async def _sending(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.world.app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=self.cookies) as client:
            answer = await client.request(method, path, **more)
            self.cookies = client.cookies
        return answer


def forms_in(html: str) -> list[Form]:
    """页面上的全部表单。"""
    parser = _Forms()
    parser.feed(html)
    return parser.forms
