"""日子说错或落进没有日历的年份:要说出是按哪一天理解的、错在这一句的哪里,刚过去的那天可以补请。"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.bot.company import Clock, buttons, said
from tests.bot.talker import Talker

NEW_YEARS_EVE = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)


def test_the_day_understood_is_named_and_the_one_just_past_is_offered(talker: Talker, clock: Clock):
    clock.now = NEW_YEARS_EVE
    answers = talker.say("liming", "12月30日请一天事假")
    assert "2027年12月30日(周四)" in said(answers)
    assert "通知还没有装入" in said(answers)
    assert buttons(answers) == ["2026年12月30日请事假"]
    (card,) = talker.say("liming", "2026年12月30日请事假")
    assert talker.fields("liming", card)["时间"] == "12月30日(周三)"


def test_a_day_too_long_past_is_not_offered(talker: Talker, clock: Clock):
    clock.now = NEW_YEARS_EVE
    answers = talker.say("liming", "10月20日请一天事假")
    assert "2027年10月20日(周三)" in said(answers)
    assert buttons(answers) == []


def test_a_year_that_was_said_is_not_repeated(talker: Talker):
    assert said(talker.say("liming", "2027年3月5日请一天年假")).startswith("国务院办公厅关于2027年")


def test_a_new_mistake_is_answered_not_the_one_before(talker: Talker):
    assert "日历上没有" in said(talker.say("liming", "2月30日请假一天"))
    assert "早于开始" in said(talker.say("liming", "我要请年假 从12月3日到12月1日"))
