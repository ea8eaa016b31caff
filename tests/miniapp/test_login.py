"""免登 login:授权码只用一次,会话会过期,去处只许本站,离职的人进不来,乱试要歇一歇。"""

from __future__ import annotations

from datetime import date

import pytest

from handlers import people
from handlers.desk import SYSTEM
from handlers.people import Today
from miniapp.session import local_path
from tests.miniapp.browser import Browser
from tests.miniapp.world import World, open_world


def test_a_page_asks_to_log_in_first_and_comes_back(world: World) -> None:
    visitor = Browser(world)
    answer = visitor.get("/m/payslips/2026-10?from=card")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/m/enter?to=%2Fm%2Fpayslips%2F2026-10%3Ffrom%3Dcard"
    page = visitor.follow(answer)
    assert page.status_code == 200
    assert 'data-to="/m/payslips/2026-10?from=card"' in page.text
    assert 'data-corp-id="corp1"' in page.text
    assert 'data-client-id="client1"' in page.text


def test_the_api_says_401_and_htmx_is_sent_to_the_door(world: World) -> None:
    visitor = Browser(world)
    answer = visitor.get("/api/v1/leave")
    assert (answer.status_code, answer.json()["error"]) == (401, "LOGIN_NEEDED")
    part = visitor.post("/m/leave/preview", {}, **{"hx-request": "true"})
    assert part.headers["hx-redirect"] == "/m/enter?to=%2Fm%2F"


def test_a_code_serves_once(world: World) -> None:
    code = world.code("liming")
    first, second = Browser(world), Browser(world)
    assert first.post_json("/m/login", {"code": code}).status_code == 200
    again = second.post_json("/m/login", {"code": code})
    assert (again.status_code, again.json()["error"]) == (422, "BAD_CODE")
    assert second.get("/m/").status_code == 303


def test_the_cookie_is_httponly_lax_and_secure_on_https(world: World, tmp_path_factory: pytest.TempPathFactory) -> None:
    answer = Browser(world).post_json("/m/login", {"code": world.code("liming")})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "; path=/;" in cookie + ";"
    assert "secure" not in cookie
    with open_world(world.store_path, miniapp_base="https://ehr.example.com") as outside:
        answer = Browser(outside).post_json("/m/login", {"code": outside.code("liming")})
        assert "secure" in answer.headers["set-cookie"].lower()


def test_a_session_ends_when_idle_and_lives_while_used(world: World) -> None:
    me = Browser(world, "liming")
    for _ in range(4):
        world.times.at += 20 * 60
        assert me.get("/m/leave").status_code == 200
    world.times.at += 31 * 60
    assert me.get("/m/leave").status_code == 303


def test_a_session_lasts_half_a_day_at_most(world: World) -> None:
    me = Browser(world, "liming")
    statuses = []
    for _ in range(37):
        world.times.at += 20 * 60
        statuses.append(me.get("/m/leave").status_code)
    assert statuses == [200] * 36 + [303]


def test_a_changed_cookie_is_no_session(world: World) -> None:
    me = Browser(world, "liming")
    value = me.cookies["ehr_session"]
    for forged in (value[:-2] + "xx", "zhaohui", "", "a.b.c"):
        other = Browser(world)
        other.cookies.set("ehr_session", forged)
        assert other.get("/m/").status_code == 303


def test_pay_asks_for_a_fresh_login_but_leave_does_not(world: World) -> None:
    me = Browser(world, "liming")
    assert me.get("/m/payslips/2026-10").status_code == 200
    world.times.at += 6 * 60
    assert me.get("/m/leave").status_code == 200
    stale = me.get("/m/payslips/2026-10")
    assert stale.headers["location"] == "/m/enter?to=%2Fm%2Fpayslips%2F2026-10"
    assert me.get("/api/v1/payslips").status_code == 401
    me.login()
    assert me.get("/m/payslips/2026-10").status_code == 200


def test_a_form_opened_before_logging_in_again_still_counts(world: World) -> None:
    me = Browser(world, "liming")
    form = me.form("/m/training/2", "/enrol")
    world.times.at += 6 * 60
    me.login()
    assert me.post(form.action, form.fields).headers["location"] == "/m/training/2"


def test_a_leaver_and_a_stranger_are_refused_in_words(world: World) -> None:
    me = Browser(world, "wulei")
    assert me.get("/m/").status_code == 200
    world.desk.do(people.close_leavers, Today(date(2026, 11, 23)), SYSTEM, "leavers")
    gone = me.get("/m/")
    assert gone.status_code == 403
    assert "离职手续已经办结" in gone.text
    for userid, status, words in (("wulei", 403, "离职"), ("nobody", 404, "不认识")):
        answer = Browser(world).post_json("/m/login", {"code": world.code(userid)})
        assert answer.status_code == status
        assert words in answer.json()["say"]
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/m//evil.example",
        "/m/\\evil",
        "javascript:alert(1)",
        "/m/enter?to=/m/enter",
        "/m/login",
        "/x/y",
        "/m/../x",
        "/m/a\r\nSet-Cookie: x=1",
        "m/leave",
        "",
    ],
)
def test_only_our_own_pages_are_gone_to(world: World, to: str) -> None:
    assert local_path(to) == "/m/"
    page = Browser(world)._send("GET", "/m/enter", params={"to": to})
    assert 'data-to="/m/"' in page.text


def test_trying_codes_blindly_is_slowed_down(world: World) -> None:
    thief = Browser(world)
    answers = [thief.post_json("/m/login", {"code": f"guess{n}"}) for n in range(22)]
    assert [a.status_code for a in answers] == [422] * 20 + [503] * 2
    assert answers[-1].json()["error"] == "TOO_MANY_LOGINS"
    world.times.at += 301
    assert thief.post_json("/m/login", {"code": world.code("liming")}).status_code == 200


def test_health_and_readiness(world: World) -> None:
    visitor = Browser(world)
    assert visitor.get("/healthz").json() == {"status": "ok"}
    world.ready = {"database": "", "dingtalk": "换不到访问凭证"}
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not_ready", "parts": {"database": "ok", "dingtalk": "换不到访问凭证"}}
    world.ready = {"database": ""}
    assert visitor.get("/readyz").status_code == 200


def test_a_pay_form_sent_too_late_goes_back_to_its_page_and_says_so(world: World) -> None:
    officer = Browser(world, "chenjing")
    form = officer.form("/m/payroll", "/m/payroll")
    world.times.at += 6 * 60
    late = officer.post(form.action, form.fields | {"month": "2026-11"})
    assert late.headers["location"] == "/m/enter?to=%2Fm%2Fpayroll"
    officer.login()
    page = officer.get("/m/payroll").text
    assert "刚才的内容没有提交" in page
    assert "2026年11月</b>" not in page
