"""网页目标 goals:落后的在前;先看前后再保存;有人先改过就看到是谁、为什么,自己填的字还在。"""

from __future__ import annotations

import re
from datetime import date

from sqlmodel import select

from engine.days import Month
from engine.performance_cycle import Cycle
from handlers import goals
from handlers.goals import GoalHistory
from miniapp.pace import elapsed
from models.mailbox import OutboxRow
from tests.miniapp.browser import Browser
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World

NEW = {"value": "80000", "reason": "大客户延后签约", "effective_on": "2026-11-24"}


def page_of(world: World) -> str:
    return f"/m/goals/{world.person('liming')}/sales_completion?month=2026-11"


def history(world: World) -> list[tuple[int, str, str]]:
    actor = world.desk.actor("wangfang", "test")
    command = GoalHistory(world.person("liming"), "sales_completion", "2026-11")
    return [(int(float(one.value)), one.reason, one.set_by) for one in world.desk.ask(goals.history, command, actor)]


def test_the_one_behind_comes_first(world: World) -> None:
    page = Browser(world, "wangfang").get("/m/goals?month=2026-11").text
    assert page.index("李明") < page.index("张伟")
    assert page.count("落后") - page.count("落后的") == 1
    assert "本月时间过去了 73%" in page


def test_elapsed_runs_from_nothing_to_all() -> None:
    november = Month(2026, 11)
    days = [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 16), date(2026, 11, 30), date(2026, 12, 1)]
    assert [elapsed(november, day) for day in days] == [0, 0, 50, 96, 100]
    fourth = Cycle.parse("2026-Q4")  # 92 天
    assert [elapsed(fourth, day) for day in days] == [32, 33, 50, 65, 66]


def test_look_before_saving(world: World) -> None:
    boss = Browser(world, "wangfang")
    form = boss.form(page_of(world), "/sales_completion")
    shown = boss.post(form.action + "/preview", form.fields | NEW, **{"hx-request": "true"})
    text = words_of(shown.text)
    assert "目标 100,000 → 80,000" in text
    assert "完成率 52% → 65%" in text
    assert "得分 69.2% → 77%" in text
    assert len(history(world)) == 1
    saved = boss.post(form.action, form.fields | NEW)
    assert saved.headers["location"] == "/m/goals?month=2026-11"
    assert "目标已保存" in boss.follow(saved).text
    assert history(world)[0] == (80000, "大客户延后签约", "王芳")
    told = world.desk.read(lambda work: [row.payload for row in work.session.exec(select(OutboxRow))])
    assert any("销售额完成率目标:100,000 → 80,000" in str(one.get("markdown")) for one in told)


def test_two_managers_at_once_the_second_sees_the_first(world: World) -> None:
    boss, above = Browser(world, "wangfang"), Browser(world, "gaoyuan")
    mine, theirs = boss.form(page_of(world), "/sales_completion"), above.form(page_of(world), "/sales_completion")
    above.post(theirs.action, theirs.fields | NEW | {"value": "95000", "reason": "年底冲刺"})
    late = boss.post(mine.action, mine.fields | NEW)
    assert late.status_code == 409
    text = words_of(late.text)
    assert "高远已把李明的销售额完成率目标改为 95000" in text
    assert "年底冲刺" in text
    assert 'value="80000"' in late.text
    assert "大客户延后签约</textarea>" in late.text
    assert re.search(r'name="seen_revision" value="2"', late.text)
    assert [value for value, _, _ in history(world)] == [95000, 100000]


def test_what_cannot_be_saved_keeps_what_was_typed(world: World) -> None:
    boss = Browser(world, "wangfang")
    form = boss.form(page_of(world), "/sales_completion")
    for change, words in (
        ({"reason": " "}, "需要写明理由"),
        ({"value": "很多"}, "不是数字"),
        ({"value": "-5"}, "目标要大于 0"),
        ({"effective_on": "2026-12-05"}, "生效日要在"),
    ):
        answer = boss.post(form.action, form.fields | NEW | change)
        assert answer.status_code == 422
        assert words in answer.text
        assert f'value="{(NEW | change)["value"]}"' in answer.text
    assert len(history(world)) == 1


def test_a_locked_month_says_so(world: World) -> None:
    boss = Browser(world, "wangfang")
    form = boss.form(page_of(world).replace("2026-11", "2026-10"), "/sales_completion")
    answer = boss.post(form.action, form.fields | NEW | {"effective_on": "2026-10-20"})
    assert answer.status_code == 409
    assert "已经锁定" in answer.text


def test_the_score_page_shows_weights_and_history(world: World) -> None:
    text = words_of(Browser(world, "liming").get("/m/performance?month=2026-10").text)
    for words in ("110%", "已锁定", "销售额完成率 权重 60% 120%", "客户满意度 权重 40% 95%", "目标的历史(1 版)"):
        assert words in text
    none = words_of(Browser(world, "zhaohui").get("/m/performance").text)
    assert "没有绩效方案" in none


def test_each_indicator_opens_its_evidence_for_the_person_the_boss_and_hr(world: World) -> None:
    liming = world.person("liming")
    for userid in ("liming", "wangfang", "zhaohui"):
        me = Browser(world, userid)
        html = me.get(f"/m/performance?month=2026-10&person={liming}").text
        text = words_of(html)
        for words in ("4 条依据", "华东印染厂，10月9日(周五)，¥42,000.00 有效", "20 条依据", "10月5日(周一)，95%"):
            assert words in text, (userid, words)
        apart = text.index("没有算进去的")
        assert "远山茶业，10月29日(周四)，¥15,000.00 已取消" in text[apart:]
        assert ("/m/payslips/2026-10" in html) == (userid == "liming")
        found = me.get(f"/api/v1/performance/2026-10/evidence?person={liming}").json()
        sales = next(one for one in found["items"] if one["code"] == "sales_completion")
        assert (len(sales["counted"]), [one["id"] for one in sales["apart"]]) == (4, ["deal:d5"])
    page = words_of(Browser(world, "wangfang").get(page_of(world).replace("2026-11", "2026-10")).text)
    assert "华东印染厂" in page
    assert "已经锁定，不能再调整" in page


def test_who_may_see_pay_sees_the_bonus_and_others_the_percentages(world: World) -> None:
    """王芳没有“看薪酬”;高远有,又是上级的上级。底薪 10,000 × 得分 × 10%:69.2% 是 692.00,77% 是 770.00。"""
    boss, above = Browser(world, "wangfang"), Browser(world, "gaoyuan")
    pages = {me.userid: me.form(page_of(world), "/sales_completion") for me in (boss, above)}
    looks = {
        me.userid: me.post(f"{pages[me.userid].action}/preview", pages[me.userid].fields | NEW).text
        for me in (boss, above)
    }
    assert "得分 69.2% → 77%" in words_of(looks["wangfang"])
    assert "¥" not in looks["wangfang"].replace("¥100,000", "")
    assert "绩效奖金" not in boss.get(page_of(world)).text
    seen = above.get(page_of(world))
    assert "¥692.00" in seen.text
    assert 'class="pay masked"' in seen.text
    for amount in ("¥692.00", "¥770.00", "+¥78.00"):
        assert amount in looks["gaoyuan"]
    assert len(history(world)) == 1
    told = above.post_json(page_of(world).replace("/m/goals/", "/api/v1/goals/2026-11/").split("?")[0] + "/bonus", API)
    assert (told.json()["before_amount"], told.json()["after_amount"]) == ("692.00", "770.00")
    refused = boss.post_json(
        page_of(world).replace("/m/goals/", "/api/v1/goals/2026-11/").split("?")[0] + "/bonus", API
    )
    assert refused.status_code == 403


API = {"value": "80000", "reason": "看看", "effective_on": "2026-11-24", "seen_revision": 1}


def test_a_stale_login_sees_no_bonus_until_it_is_fresh(world: World) -> None:
    above = Browser(world, "gaoyuan")
    form = above.form(page_of(world), "/sales_completion")
    world.times.at += 6 * 60
    look = above.post(f"{form.action}/preview", form.fields | NEW).text
    assert "¥692.00" not in look
    assert "刷新页面后可以看到对奖金的影响" in look
    assert above.get(page_of(world)).headers["location"].startswith("/m/enter?to=%2Fm%2Fgoals%2F")


def test_a_target_goes_back_by_a_new_revision_with_a_reason(world: World) -> None:
    boss, above = Browser(world, "wangfang"), Browser(world, "gaoyuan")
    form = boss.form(page_of(world), "/sales_completion")
    boss.post(form.action, form.fields | NEW)
    back = boss.form(page_of(world), "/undo")
    bare = boss.post(back.action, back.fields | {"reason": " "})
    assert (bare.status_code, "需要写明理由" in bare.text) == (422, True)
    done = boss.post(back.action, back.fields | {"reason": "客户又签了"})
    assert "目标已保存" in boss.follow(done).text
    assert history(world) == [
        (100000, "客户又签了", "王芳"),
        (80000, "大客户延后签约", "王芳"),
        (100000, history(world)[2][1], history(world)[2][2]),
    ]
    late = above.post(
        back.action, above.form(page_of(world), "/undo").fields | {"seen_revision": "2", "reason": "再改"}
    )
    assert late.status_code == 409
    assert "王芳已把李明的销售额完成率目标改为 100000" in words_of(late.text)
    form = boss.form(page_of(world), "/sales_completion")
    same = boss.post(f"{form.action}/undo", form.fields | {"revision": "1", "reason": "一样"})
    assert (same.status_code, "不用改回" in same.text) == (409, True)
    none = boss.post(f"{form.action}/undo", form.fields | {"revision": "9", "reason": "一样", "key": "k" * 20})
    assert none.status_code == 404


def test_nobody_opens_the_form_for_their_own_target(world: World) -> None:
    for userid in ("liming", "zhangwei"):
        assert Browser(world, userid).get(page_of(world)).status_code == 403
    mine = f"/m/goals/{world.person('wangfang')}/sales_completion"
    assert "自己的目标不能自己调整" in Browser(world, "wangfang").get(mine).text
