"""其余各页 nouns:首页、考勤、培训、发薪、提醒、求助、同步——一个人在网页上能办的事,各办一遍。"""

from __future__ import annotations

from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World, to_december


def test_home_has_what_each_role_needs(world: World) -> None:
    links = {
        "liming": ("/m/leave/new", "/m/payslips", "/m/attendance", "/m/performance", "/m/training"),
        "wangfang": ("/m/goals", "/m/approvals", "/m/leave/1"),
        "zhaohui": ("/m/alerts", "/m/handoffs", "/m/sync"),
        "chenjing": ("/m/payroll",),
    }
    pages = {userid: Browser(world, userid).get("/m/").text for userid in links}
    for userid, paths in links.items():
        for path in paths:
            assert f'href="{path}"' in pages[userid], (userid, path)
    assert "/m/payroll" not in pages["wangfang"] + pages["zhaohui"]
    assert "/m/goals" not in pages["liming"]
    assert "¥" not in "".join(pages.values())


def test_a_seat_then_the_waitlist_then_a_seat(world: World) -> None:
    first, second = Browser(world, "liming"), Browser(world, "zhangwei")
    assert "报名成功" in first.follow(first.submit("/m/training/1", "/enrol")).text
    assert "名额已满，排候补" in second.get("/m/training/1").text
    assert "您已进入候补" in second.follow(second.submit("/m/training/1", "/enrol")).text
    assert "候补第 1 位" in second.get("/m/training").text
    first.submit("/m/training/1", "/cancel")
    assert "已报名" in second.get("/m/training/1").text


def test_a_run_is_computed_by_one_and_published_by_another(world: World) -> None:
    one, other = Browser(world, "chenjing"), Browser(world, "sunli")
    answer = one.submit("/m/payroll", "/m/payroll", month="2026-11")
    draft = one.follow(answer)
    page = words_of(draft.text)
    assert "这个月还没有过完，缺 11月23日(周一)" in page
    assert "确定发布" not in page
    assert words_of(one.get("/m/payroll").text).count("已发布") >= 1
    to_december(world)
    for browser in (one, other):
        browser.login()
    where = answer.headers["location"]
    again = one.post("/m/payroll", next(f for f in forms_in(one.get(where).text) if f.action == "/m/payroll").fields)
    assert again.headers["location"] == where
    assert "/publish" not in one.get(where).text
    seen = other.get(where).text
    assert "确定发布给" in seen
    assert "不能撤回" in seen
    publish = next(f for f in forms_in(seen) if f.action.endswith("/publish"))
    stale = other.post(publish.action, publish.fields | {"seen_hash": "old"})
    assert stale.status_code == 409
    done = other.post(publish.action, publish.fields)
    assert "已发布，员工会收到工资条的通知" in other.follow(done).text
    assert "孙丽 · 12月1日" in words_of(other.get(where).text)
    assert "/publish" not in other.get(where).text
    again = other.post(publish.action, publish.fields | {"key": "k" * 20})
    assert "没有重复发布" in other.follow(again).text


def test_the_alert_has_its_remedy_and_a_renewal_closes_it(world: World) -> None:
    hr = Browser(world, "zhaohui")
    assert "刘洋" in hr.get("/m/alerts").text
    assert "已发给" in hr.follow(hr.submit("/m/alerts/1", "/remind")).text
    form = hr.form("/m/alerts/1", "/renew")
    bad = hr.post(form.action, form.fields | {"start": "2027-01-11", "kind": "fixed", "end": ""})
    assert bad.status_code == 422
    done = hr.post(form.action, form.fields | {"start": "2027-01-11", "kind": "fixed", "end": "2030-01-10"})
    page = hr.follow(done).text
    assert "续签已登记" in page
    assert "已关闭" in page
    assert "合同已续签，新的到期日：2030年1月10日(周四)" in page


def test_an_alert_is_closed_only_with_a_reason(world: World) -> None:
    hr = Browser(world, "zhaohui")
    assert hr.submit("/m/alerts/1", "/settle", reason=" ").status_code == 422
    assert "已关闭这条提醒" in hr.follow(hr.submit("/m/alerts/1", "/settle", reason="本人不续签")).text


def test_a_colleague_s_question_is_answered(world: World) -> None:
    hr = Browser(world, "zhaohui")
    assert "我的工牌丢了，找谁补办" in hr.get("/m/handoffs/1").text
    assert hr.submit("/m/handoffs/1", "/m/handoffs/1", answer="").status_code == 422
    done = hr.submit("/m/handoffs/1", "/m/handoffs/1", answer="请到前台登记")
    assert "答复已发送" in hr.follow(done).text
    assert "请到前台登记" in hr.get("/m/handoffs/1").text
    assert hr.get("/m/handoffs/99").status_code == 404


def test_sync_health_shows_each_feed_and_the_meters(world: World) -> None:
    text = words_of(Browser(world, "zhaohui").get("/m/sync").text)
    for words in ("打卡 上次成功", "签单 上次成功", "排班 还没有成功过", "接口调用 0 / 5,000", "消息推送 0 / 3,000"):
        assert words in text


def test_the_api_does_once_what_it_is_told_twice(world: World) -> None:
    me = Browser(world, "liming")
    body = {"type": "annual", "start": "2026-12-02", "end": "2026-12-02", "start_part": "pm"}
    first, second = (me.write("/api/v1/leave", body, "same-key-1").json() for _ in range(2))
    assert first == second
    assert first["amount_words"] == "0.5 天"
    other = me.write("/api/v1/leave", body | {"start_part": ""}, "same-key-1")
    assert (other.status_code, other.json()["error"]) == (409, "KEY_REUSED")
    bare = me.post_json("/api/v1/leave", body)
    assert (bare.status_code, bare.json()["error"]) == (422, "KEY_MISSING")
    sent = me.write(f"/api/v1/leave/{first['request_id']}/submit", {}, "same-key-2").json()
    assert sent["state"] == "pending"
    back = me.write(f"/api/v1/leave/{first['request_id']}/end", {}, "same-key-3")
    assert (back.status_code, back.json()["error"]) == (409, "NOT_APPROVED")
    slip = me.get("/api/v1/payslips/2026-10/performance_bonus").json()
    assert (slip["amount"], slip["label"]) == ("1100.00", "绩效奖金")
