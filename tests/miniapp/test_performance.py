"""网页绩效 performance:本人看得分、评语、各版,提申诉;经理校准;HR 看分布、缺数据、申诉,锁定。填错了字还在。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from handlers import opening
from handlers.desk import SYSTEM
from tests.miniapp.browser import Browser, Form, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World, to_december

OCT, NOV = "2026-10", "2026-11"
BANDS = [["0", "C", "0.8"], ["0.7", "B", "1"], ["0.9", "A", "1.2"]]


def page_of(world: World, who: str, month: str = NOV) -> str:
    return f"/m/performance?month={month}&person={world.person(who)}"


def with_grades(world: World) -> None:
    """方案添上等级,A 不超过三成;吴磊也用它而什么数据都没有。"""
    items = (("sales_completion", Decimal("0.6"), "", ""), ("satisfaction", Decimal("0.4"), "", ""))
    plan = opening.OpenPlan(
        "sales",
        "销售岗绩效方案",
        date(2026, 1, 1),
        ("销售岗",),
        items,
        "绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%",
        "block",
        rules={"bands": BANDS, "limits": {"A": "0.3"}},
    )
    found = opening.OpenPerformance((), (plan,), (), (("wulei", date(2026, 1, 1), None, "sales"),))
    world.desk.do(opening.open_performance, found, SYSTEM, "grades")


def calibrated(world: World, userid: str, **fields: str) -> Browser:
    """经理把张伟十一月的总分定为 115%。"""
    boss = Browser(world, userid)
    usual = {"what": "score", "value": "115%", "reason": "带新人"}
    done = boss.submit(page_of(world, "zhangwei"), "/calibrate", **(usual | fields))
    assert "新的一版已保存" in boss.follow(done).text
    return boss


def test_the_manager_calibrates_and_the_person_sees_why(world: World) -> None:
    calibrated(world, "wangfang")
    text = words_of(Browser(world, "zhangwei").get(f"/m/performance?month={NOV}").text)
    for words in ("已校准", "115%", "第 1 版 · 115%", "校准：带新人", "王芳 · 11月23日(周一) 09:30"):
        assert words in text
    assert "新的值" not in text  # 自己的得分没有校准表单


def test_two_managers_at_once_the_second_sees_the_first_and_keeps_what_was_typed(world: World) -> None:
    boss, above = Browser(world, "wangfang"), Browser(world, "gaoyuan")
    mine, theirs = (b.form(page_of(world, "zhangwei"), "/calibrate") for b in (boss, above))
    above.post(theirs.action, theirs.fields | {"what": "score", "value": "90", "reason": "回款慢"})
    late = boss.post(mine.action, mine.fields | {"what": "score", "value": "115%", "reason": "带新人"})
    assert late.status_code == 409
    text = words_of(late.text)
    assert "高远已改了张伟2026年11月的得分" in text
    assert "回款慢" in text
    assert 'value="115%"' in late.text
    assert "带新人</textarea>" in late.text
    again = boss.post(
        mine.action,
        mine.fields | {"seen_revision": "1", "what": "score", "value": "115%", "reason": "带新人", "key": "k" * 20},
    )
    assert again.status_code == 303


def test_what_cannot_be_saved_stays_on_the_page(world: World) -> None:
    boss = Browser(world, "wangfang")
    form = boss.form(page_of(world, "zhangwei"), "/calibrate")
    good = {"what": "score", "value": "115", "reason": "带新人"}
    for change, words in (
        ({"reason": " "}, "需要写明理由"),
        ({"value": "很好"}, "不是数字"),
        ({"value": "-3"}, "得分要在 0%"),
        ({"what": "grade", "grade": "S"}, "没有“S”这个等级"),
        ({"seen_revision": "7"}, "没有您看到的那一版"),
    ):
        answer = boss.post(form.action, form.fields | good | change)
        assert answer.status_code in (409, 422)
        assert words in answer.text
    other = Browser(world, "liming").post(form.action, form.fields | good)
    assert other.status_code in (403, 409)
    assert "得分的各版" not in boss.get(page_of(world, "zhangwei")).text


def test_an_appeal_from_the_item_to_the_new_version(world: World) -> None:
    """李明对十月的销售额提申诉,经理答复,HR 定为 125%:125% × 60% + 95% × 40% = 113%。"""
    me, boss, hr = (Browser(world, who) for who in ("liming", "wangfang", "zhaohui"))
    page = f"/m/performance?month={OCT}"
    forms = [f for f in _forms(me, page) if f.action.endswith("/appeal")]
    sales = next(f for f in forms if f.fields["item"] == "sales_completion")
    bare = me.post(sales.action, sales.fields | {"why": " "})
    assert (bare.status_code, "请写明您对哪里有不同意见" in bare.text) == (422, True)
    done = me.post(sales.action, sales.fields | {"why": "有一笔算到了别人名下"})
    assert "申诉已提交" in me.follow(done).text
    twice = me.post(sales.action, sales.fields | {"why": "再提一次", "key": "k" * 20})
    assert (twice.status_code, "已经有一件没办完的申诉" in twice.text) == (409, True)
    assert "待答复的申诉 2" in words_of(boss.get("/m/performance/cycle").text)
    assert 'class="dot">2' in boss.get("/m/").text
    boss.submit("/m/performance/appeals/2", "/reply", reply="我去核对")
    assert "/decide" not in boss.get("/m/performance/appeals/2").text
    assert "我去核对" in me.get("/m/performance/appeals/2").text
    form = hr.form("/m/performance/appeals/2", "/decide")
    wrong = hr.post(form.action, form.fields | {"grant": "yes", "value": "", "reason": "核对属实"})
    assert (wrong.status_code, "核对属实</textarea>" in wrong.text) == (422, True)
    ok = hr.post(form.action, form.fields | {"grant": "yes", "value": "125%", "reason": "核对属实"})
    assert "成立" in words_of(hr.follow(ok).text)
    text = words_of(me.get(page).text)
    for words in ("113%", "第 2 版 · 113%", "申诉成立：核对属实", "第 1 版 · 110%"):
        assert words in text
    assert Browser(world, "zhangwei").get("/m/performance/appeals/2").status_code == 404


def _forms(me: Browser, page: str) -> list[Form]:
    return forms_in(me.get(page).text)


def test_an_appeal_is_withdrawn(world: World) -> None:
    me = Browser(world, "liming")
    done = me.submit("/m/performance/appeals/1", "/withdraw")
    assert "申诉已撤回" in me.follow(done).text
    assert "已撤回" in words_of(me.get(f"/m/performance?month={OCT}").text)
    again = me.post("/m/performance/appeals/1/reply", me.form("/m/training/1", "/enrol").fields | {"reply": "再说"})
    assert again.status_code == 409


def test_comments_are_read_by_the_person(world: World) -> None:
    boss = Browser(world, "wangfang")
    done = boss.submit(page_of(world, "liming", OCT), "/comment", item="", comment="跟得很紧 <b>不错</b>")
    assert "评语已保存" in boss.follow(done).text
    html = Browser(world, "liming").get(f"/m/performance?month={OCT}").text
    assert "跟得很紧 &lt;b&gt;不错&lt;/b&gt;" in html
    assert "王芳" in words_of(html)


def test_hr_sees_the_distribution_the_missing_and_locks(world: World) -> None:
    with_grades(world)
    hr = Browser(world, "zhaohui")
    calibrated(world, "wangfang")
    early = words_of(hr.get(f"/m/performance/cycle?cycle={NOV}").text)
    for words in (
        "3 考核人数",
        "1 无数据",
        "吴磊",
        "A 超出 1 人",
        "不超过 30%，最多 0 人",
        "建议改为 B：张伟",
        "不能锁定",
    ):
        assert words in early
    page = f"/m/performance/cycle?cycle={OCT}"
    form = hr.form(page, "/lock")
    whole = hr.post(form.action, form.fields)
    assert (whole.status_code, "吴磊(销售额完成率、客户满意度)" in whole.text) == (409, True)
    done = hr.post(form.action, form.fields | {"leave_out": str(world.person("wulei")), "key": "k" * 20})
    assert "已锁定" in hr.follow(done).text
    boss = Browser(world, "wangfang")
    mine = words_of(boss.get(page).text)
    assert "锁定由 HR 来做" in mine
    assert "/lock" not in boss.get(page).text
    assert boss.post(form.action, form.fields).status_code in (403, 409)


def test_november_is_locked_in_december(world: World) -> None:
    to_december(world)
    hr = Browser(world, "zhaohui")
    done = hr.submit(f"/m/performance/cycle?cycle={NOV}", "/lock")
    assert "刚锁定的同事会收到一条通知" in hr.follow(done).text
    assert "已锁定" in words_of(Browser(world, "liming").get(f"/m/performance?month={NOV}").text)
    boss = Browser(world, "wangfang")
    assert "锁定后更正" not in words_of(boss.get(page_of(world, "liming")).text)
    assert "锁定后更正" in words_of(hr.get(page_of(world, "liming")).text)


def test_odd_addresses_are_said_plainly(world: World) -> None:
    hr = Browser(world, "zhaohui")
    for path, status in (
        ("/m/performance/cycle?cycle=2026-13", 422),
        ("/m/performance/cycle?cycle=2026-Q4", 200),
        ("/m/performance/cycle?cycle=2026", 200),
        ("/m/performance/appeals/99", 404),
        ("/api/v1/scores/next", 422),
    ):
        assert hr.get(path).status_code == status, path
