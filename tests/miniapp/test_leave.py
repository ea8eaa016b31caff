"""网页请假 leave:填表即见天数、余额与对工资的话;提交、审批、拒绝、撤销;同一份表单只办一次。"""

from __future__ import annotations

import re
from datetime import date

import httpx
import pytest

from handlers import leave, leave_queries
from handlers.leave import DraftLeave
from handlers.leave_queries import MyLeaves
from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.world import World

HALF = {"type": "personal", "unit": "day", "start": "2026-11-24", "start_part": "pm", "end": "2026-11-24"}


def words_of(html: str) -> str:
    """页面上的字,标签去掉,空白合一。"""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def preview(me: Browser, **fields: str) -> tuple[int, str]:
    """边填边看的那一块。"""
    form = me.form("/m/leave/new", "/m/leave")
    answer = me.post("/m/leave/preview", form.fields | fields, **{"hx-request": "true"})
    return answer.status_code, answer.text


def sent(me: Browser, part: str) -> httpx.Response:
    """按下“提交”:交的就是看到的那一份。"""
    form = forms_in(part)[0]
    answer = me.post(form.action, form.fields)
    assert answer.status_code == 303, answer.text
    return answer


def leaves_of(world: World, userid: str) -> list[tuple[str, str, str]]:
    found = world.desk.ask(leave_queries.mine, MyLeaves(), world.desk.actor(userid, "test"))
    return [(one.type, one.amount_words, one.state) for one in found]


def test_the_preview_tells_days_balance_pay_and_approver(world: World) -> None:
    me = Browser(world, "liming")
    status, half = preview(me, **HALF)
    assert status == 200
    for words in ("11月24日(周二)下午", "0.5 天", "扣半天工资", "王芳"):
        assert words in words_of(half)
    _, annual = preview(me, type="annual", unit="day", start="2026-12-02", end="2026-12-03", end_part="am")
    assert "1.5 天" in annual
    assert "6 天 → 4.5 天" in words_of(annual)
    assert "¥" not in half + annual
    assert leaves_of(world, "liming") == []


def test_looking_leaves_the_draft_in_the_chat_alone(world: World) -> None:
    """聊天里有一份待提交的;在页面上看来看去,那份不作废,也没有新的。"""
    day = date(2026, 11, 26)
    world.desk.do(leave.draft, DraftLeave("annual", day, day), world.desk.actor("liming", "bot"), "chat-draft")
    me = Browser(world, "liming")
    status, part = preview(me, **HALF)
    assert status == 200
    asked = me.post_json("/api/v1/leave/preview", {"type": "personal", "start": "2026-11-24", "end": "2026-11-24"})
    assert (asked.json()["request_id"], asked.json()["amount_words"]) == (0, "1 天")
    assert leaves_of(world, "liming") == [("annual", "1 天", "draft")]
    send = forms_in(part)[0]
    me.post(send.action, send.fields)
    assert leaves_of(world, "liming") == [("personal", "0.5 天", "pending")]


def test_what_was_seen_is_what_is_sent_and_only_once(world: World) -> None:
    me = Browser(world, "liming")
    _, part = preview(me, **HALF, reason='看牙 "半天" <b>')
    send = forms_in(part)[0]
    first, again = me.post(send.action, send.fields), me.post(send.action, send.fields)
    assert first.headers["location"] == again.headers["location"]
    assert leaves_of(world, "liming") == [("personal", "0.5 天", "pending")]
    page = me.follow(first).text
    assert "看牙 &#34;半天&#34; &lt;b&gt;" in page
    other = me.post(send.action, send.fields | {"end": "2026-11-25"})
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"type": ""}, 422, "请先选择请哪一种假"),
        ({"start": "2026-02-30"}, 422, "“开始日期”不是一个存在的日期"),
        ({"start": "9999-12-31", "end": "9999-12-31"}, 422, "不是一个存在的日期"),
        ({"end": "2026-11-23"}, 422, "结束时间不在开始时间之后"),
        ({"start": "2026-11-28", "end": "2026-11-29", "start_part": "am"}, 409, "本来就不上班"),
        ({"type": "annual", "end": "2026-12-31"}, 409, "年假"),
        ({"type": "nosuch"}, 422, "没有这种假"),
        ({"unit": "hour", "type": "nursing", "start_clock": "下午"}, 422, "钟点没有填对"),
        ({"unit": "week"}, 422, "请选择“按天还是按小时”"),
        ({"start": "2027-03-01", "end": "2027-03-01", "start_part": "am"}, 409, "2027"),
    ],
)
def test_what_cannot_be_asked_for_is_said_on_the_spot(
    world: World, fields: dict[str, str], status: int, words: str
) -> None:
    me = Browser(world, "liming")
    found, html = preview(me, **(HALF | fields))
    assert (found, words in words_of(html).replace("\uff0c", ",")) == (status, True), html
    assert "<html" not in html
    assert leaves_of(world, "liming") == []


def test_from_the_form_to_the_manager_s_yes(world: World) -> None:
    me, boss = Browser(world, "liming"), Browser(world, "wangfang")
    _, part = preview(me, **HALF)
    answer = sent(me, part)
    page = me.follow(answer)
    assert "已提交，正在等待审批" in page.text
    assert "等待 王芳 审批" in page.text
    assert "已提交，正在等待审批" not in me.get(answer.headers["location"]).text
    number = answer.headers["location"].split("/")[3]
    seen = boss.get("/m/approvals").text
    assert "李明的事假" in seen
    assert "扣半天工资" not in seen
    decided = boss.submit("/m/approvals", f"/m/approvals/{number}", decision="approve")
    assert "已同意，申请人会收到通知" in boss.follow(decided).text
    assert "王芳 已同意" in me.get(f"/m/leave/{number}").text
    assert leaves_of(world, "liming") == [("personal", "0.5 天", "approved")]


def test_a_refusal_needs_a_reason_and_the_person_reads_it(world: World) -> None:
    boss, mate = Browser(world, "wangfang"), Browser(world, "zhangwei")
    bare = boss.submit("/m/approvals", "/m/approvals/1", decision="reject")
    assert bare.status_code == 422
    assert "拒绝需要写明理由" in bare.text
    assert 'href="/m/approvals"' in bare.text
    boss.submit("/m/approvals", "/m/approvals/1", decision="reject", reason="那天要盘点 <b>")
    page = mate.get("/m/leave/1").text
    assert "王芳 已拒绝" in page
    assert "理由：那天要盘点 &lt;b&gt;" in page


def test_only_the_approver_decides(world: World) -> None:
    for userid in ("liming", "zhangwei", "zhaohui", "gaoyuan"):
        other = Browser(world, userid)
        form = other.form("/m/leave/new", "/m/leave")
        answer = other.post("/m/approvals/1", form.fields | {"decision": "approve"})
        assert answer.status_code == 403, userid
    assert leaves_of(world, "zhangwei") == [("annual", "1 天", "pending")]


def test_the_same_form_twice_is_done_once(world: World) -> None:
    me = Browser(world, "zhangwei")
    form = me.form("/m/leave/1", "/withdraw")
    first, second = me.post(form.action, form.fields), me.post(form.action, form.fields)
    assert first.status_code == second.status_code == 303
    assert leaves_of(world, "zhangwei") == [("annual", "1 天", "withdrawn")]
    reused = me.post("/m/training/2/enrol", form.fields)
    assert reused.status_code == 409
    assert "没有重复办理" in reused.text


def test_a_form_without_its_stamp_is_refused(world: World) -> None:
    me, other = Browser(world, "zhangwei"), Browser(world, "liming")
    form = me.form("/m/leave/1", "/withdraw")
    theirs = other.form("/m/leave/new", "/m/leave")
    for fields in (
        form.fields | {"csrf": ""},
        form.fields | {"csrf": theirs.fields["csrf"]},
        {"key": form.fields["key"]},
    ):
        assert me.post(form.action, fields).status_code == 409
    for fields in (form.fields | {"key": "short"}, form.fields | {"key": "k" * 101}):
        assert me.post(form.action, fields).status_code == 422
    foreign = me.post(form.action, form.fields, **{"sec-fetch-site": "cross-site"})
    assert (foreign.status_code, foreign.json()["error"]) == (403, "FOREIGN_SITE")
    assert leaves_of(world, "zhangwei") == [("annual", "1 天", "pending")]


def test_coming_back_early_gives_back_the_rest(world: World) -> None:
    mate, boss = Browser(world, "zhangwei"), Browser(world, "wangfang")
    mate.submit("/m/leave/1", "/withdraw")
    _, part = preview(mate, type="annual", unit="day", start="2026-11-25", end="2026-11-27", end_part="pm")
    number = sent(mate, part).headers["location"].split("/")[3]
    boss.submit("/m/approvals", f"/m/approvals/{number}", decision="approve")
    world.times.now = world.times.now.replace(day=26)
    ended = mate.submit(f"/m/leave/{number}", "/end", last="2026-11-25", last_part="pm")
    assert "已销假" in mate.follow(ended).text
    assert leaves_of(world, "zhangwei")[0] == ("annual", "1 天", "ended")
    assert "5 天" in words_of(mate.get("/m/leave").text)


def test_the_cost_is_only_for_oneself_and_says_how(world: World) -> None:
    me = Browser(world, "liming")
    _, part = preview(me, **HALF)
    query = re.findall(r'href="(/m/leave/cost[^"]+)"', part)[0].replace("&amp;", "&")
    before = me.get(query)
    assert (before.status_code, before.headers["cache-control"]) == (200, "no-store")
    assert "−¥229.89" in before.text
    assert leaves_of(world, "liming") == []
    number = sent(me, part).headers["location"].split("/")[3]
    page = me.get(f"/m/leave/{number}/cost")
    assert page.headers["cache-control"] == "no-store"
    assert "−¥229.89" in page.text
    assert "¥10,000.00" in page.text
    assert re.search(r"事假扣款 •••• ¥0.00 → •••• −¥229.89 •••• −¥229.89", words_of(page.text))
    _, long = preview(me, **(HALF | {"start": "2026-11-26", "start_part": "am", "end": "2026-11-27", "end_part": "pm"}))
    far = words_of(me.get(re.findall(r'href="(/m/leave/cost[^"]+)"', long)[0].replace("&amp;", "&")).text)
    assert "事假 2 天" in far
    assert "餐补 •••• ¥" in far
    for userid in ("wangfang", "zhaohui", "chenjing", "zhangwei"):
        assert Browser(world, userid).get(f"/m/leave/{number}/cost").status_code == 404, userid


def test_who_is_away_names_people_and_days_only(world: World) -> None:
    page = words_of(Browser(world, "liming").get("/m/leave/away?first=2026-11-23&last=2026-11-27").text)
    assert "张伟 11月25日(周三)" in page
    assert "年假" not in page
    assert "大家都在" in Browser(world, "liming").get("/m/leave/away").text
    assert date(2026, 11, 23).isoformat() in Browser(world, "liming").get("/m/leave/away").text
