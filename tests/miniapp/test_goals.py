"""网页目标 goals:落后的在前;先看前后再保存;有人先改过就看到是谁、为什么,自己填的字还在。"""

from __future__ import annotations

import re
from datetime import date

from engine.days import Month
from handlers import goals
from handlers.goals import GoalHistory
from miniapp.pace import elapsed
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
