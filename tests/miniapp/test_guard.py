"""守门 guard:安全头在每个回应上,页面没有内联脚本与样式,怪输入不出 500,没想到的错有编号而不漏底。"""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest

from handlers.desk import Desk
from miniapp.guard import CSP
from miniapp.view import HERE, STATIC
from tests.miniapp.browser import Browser
from tests.miniapp.test_permissions import PAGES
from tests.miniapp.world import World


@pytest.mark.parametrize(
    "path", ["/m/", "/m/enter", "/m/none", "/healthz", "/api/v1/leave", "/m/static/app.css", "/m/payroll"]
)
def test_headers_are_on_every_answer(world: World, path: str) -> None:
    answer = Browser(world, "liming").get(path)
    assert answer.headers["content-security-policy"] == CSP
    assert "default-src 'self'" in CSP
    assert "frame-ancestors 'self' https://*.dingtalk.com" in CSP
    assert "unsafe" not in CSP
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    if not path.startswith("/m/static/"):
        assert answer.headers["cache-control"] == "no-store"


def test_static_files_last_when_versioned(world: World) -> None:
    visitor = Browser(world)
    assert "immutable" in visitor.get("/m/static/app.css?v=1").headers["cache-control"]
    assert visitor.get("/m/static/app.css").headers["cache-control"] == "no-cache"
    assert visitor.get("/m/static/../session.py").status_code == 404
    assert visitor.get("/m/static/%2e%2e/session.py").status_code == 404


def test_pages_carry_nothing_inline(world: World) -> None:
    """严格的 CSP 下,内联的脚本、样式、事件属性都不会执行;页面里就不该有。"""
    liming = world.person("liming")
    for userid in ("liming", "wangfang", "zhaohui", "chenjing"):
        me = Browser(world, userid)
        for rule in PAGES:
            if userid not in rule.yes or rule.path.startswith("/api/"):
                continue
            html = me.get(rule.path.replace("{liming}", str(liming))).text
            assert not re.search(r"<script(?![^>]*\bsrc=)", html), rule.path
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), rule.path
            assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", html), rule.path


def test_our_own_scripts_and_styles_name_no_outside_host() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in (".js", ".css") and "htmx" not in path.parts:
            assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text(encoding="utf-8")), path


def test_vendored_files_come_with_their_licence() -> None:
    assert "Zero-Clause BSD" in (STATIC / "htmx" / "LICENSE").read_text(encoding="utf-8")
    assert "MIT" in (STATIC / "dd" / "README.md").read_text(encoding="utf-8")


def test_every_template_is_used() -> None:
    code = "".join(p.read_text(encoding="utf-8") for p in Path(HERE).rglob("*") if p.suffix in (".py", ".html"))
    pages = [p.relative_to(HERE / "pages").as_posix() for p in (HERE / "pages").rglob("*.html")]
    assert [page for page in pages if f'"{page}"' not in code] == []


STRANGE = [
    "",
    "x",
    "0",
    "-1",
    "9" * 30,
    "../..",
    "%00",
    "<script>",
    "%F0%9F%98%80",
    "%ED%A0%80",
    "' OR 1=1 --",
    "a" * 3000,
]


def test_strange_addresses_never_break(world: World) -> None:
    broken = []
    me = Browser(world, "zhaohui")
    shapes = (
        "/m/leave/{}",
        "/m/training/{}",
        "/m/alerts/{}",
        "/m/handoffs/{}",
        "/m/attendance?month={}",
        "/m/attendance?person={}",
        "/m/performance?month={}&person={}",
        "/m/goals?month={}",
        "/m/goals/{}/{}",
        "/m/leave/away?first={}&last={}",
        "/m/leave/new?type={}",
        "/api/v1/leave/{}",
        "/api/v1/leave?limit={}",
        "/api/v1/attendance/{}",
        "/api/v1/goals/{}/1/{}",
    )
    for shape in shapes:
        for text in STRANGE:
            answer = me.get(shape.replace("{}", text))
            if answer.status_code >= 500 or "<script>" in answer.text.split("</head>")[-1].replace("<script src", ""):
                broken.append((shape, text[:20], answer.status_code))
    assert broken == []


ODD: list[object] = [
    "\x00",
    "\ud800",
    "9999-12-31",
    "0001-01-01",
    "😀" * 500,
    "a" * 5000,
    None,
    float("nan"),
    10**40,
    [],
    {},
]


def test_strange_bodies_never_break(world: World) -> None:
    me = Browser(world, "zhangwei")
    broken = []
    for n, odd in enumerate(ODD):
        for name in ("type", "start", "end", "start_part", "start_at", "reason"):
            body = {"type": "personal", "start": "2026-11-26", "end": "2026-11-26", name: odd}
            answer = me.write_raw("/api/v1/leave", json.dumps(body), f"strange-{n}-{name}")
            if answer.status_code >= 500:
                broken.append((name, repr(odd)[:20], answer.status_code))
    for text in ("", "{", "[]", "null", '{"type":1}', "\ufeff{}", "{" * 5000):
        if me.write_raw("/api/v1/leave", text, "strange-raw").status_code != 422:
            broken.append(("", text[:20], 0))
    assert broken == []


def test_a_heavy_body_is_not_read(world: World) -> None:
    me = Browser(world, "liming")
    form = me.form("/m/leave/new", "/m/leave")
    answer = me.post("/m/leave/preview", form.fields | {"reason": "重" * 200_000})
    assert (answer.status_code, answer.json()["error"]) == (413, "TOO_LARGE")


def test_a_bug_is_numbered_logged_and_tells_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    me = Browser(world, "liming")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret of the house")

    monkeypatch.setattr(Desk, "ask", broken)
    with caplog.at_level(logging.ERROR, "ehr.miniapp"):
        page, answer = me.get("/m/leave"), me.get("/api/v1/leave")
    for one in (page, answer):
        assert one.status_code == 500
        assert "secret" not in one.text
        assert "Traceback" not in one.text
        assert one.headers["content-security-policy"] == CSP
    number = re.search(r"错误编号 ([0-9a-f]{8})", page.text)
    assert number is not None
    assert number.group(1) in caplog.text
    assert answer.json()["error"] == "BUG"


def test_names_and_notes_are_text_not_markup(world: World) -> None:
    me, boss = Browser(world, "liming"), Browser(world, "wangfang")
    evil = '"><img src=x onerror=alert(1)>{{ 7*7 }}'
    body = {"type": "personal", "start": "2026-11-24", "end": "2026-11-24", "reason": evil}
    number = me.write("/api/v1/leave", body, "evil-0001").json()["request_id"]
    me.write(f"/api/v1/leave/{number}/submit", {}, "evil-0002")
    for page in (me.get(f"/m/leave/{number}"), boss.get("/m/approvals"), boss.get("/m/")):
        assert "<img src=x" not in page.text
    assert "{{ 7*7 }}" in boss.get("/m/approvals").text


def test_the_api_is_described(world: World) -> None:
    paths = Browser(world).get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/payslips/{month}/{code}" in paths
    assert not [path for path in paths if not path.startswith("/api/v1/")]
    assert Browser(world).get("/docs").status_code == 404
