"""不能照办的请假 what cannot be booked:每一句都说发生了什么、接下来怎么办,什么也没有占用。"""

from __future__ import annotations

import pytest

from tests.e2e.telling import ask, ask_card, ask_one, press, words
from tests.harness.house import House

CASES = (
    ("2月30日请一天年假", ("日历上没有", "再告诉我")),
    ("11月28日到11月26日请事假", ("结束时间早于开始时间", "再告诉我")),
    ("这周六请一天事假", ("周末", "换个日期")),
    ("2027年3月5日请一天年假", ("2027年", "通知", "HR", "不需要升级")),
    ("补请10月9日一天事假", ("31 天", "HR")),
    ("补请9月8日一天事假", ("HR",)),
    ("请假", ("哪种假",)),
    ("请三天年假", ("哪一天",)),
)


@pytest.mark.parametrize(("text", "parts"), CASES)
def test_says_what_happened_and_what_to_do(story: House, text: str, parts: tuple[str, ...]) -> None:
    person = story.person_id("dongliang")
    before = story.rows("SELECT count(*) FROM leaverequest WHERE person_id = :p", p=person)
    answer = ask_one(story, "dongliang", text)
    assert answer["card"] is None
    for part in parts:
        assert part in words(answer), words(answer)
    assert "系统错误" not in words(answer)
    assert story.rows("SELECT count(*) FROM leaverequest WHERE person_id = :p", p=person) == before
    ask(story, "dongliang", "算了")


def test_a_day_in_the_closed_month_is_left_to_hr(story: House) -> None:
    answer = ask_one(story, "dongliang", "补请10月27日一天事假")
    assert answer["card"] is None and "结算" in words(answer) and "HR" in words(answer)


def test_an_overlap_names_the_request_already_there(story: House) -> None:
    press(story, "dongliang", ask_card(story, "dongliang", "12月8日请一天年假"), "提交")
    answer = ask_one(story, "dongliang", "12月8日下午请半天事假")
    assert answer["card"] is None and "12月8日" in words(answer) and "年假" in words(answer)


def test_an_unknown_person_is_said_to_be_unknown(story: House) -> None:
    assert "没有找到“李四”" in words(ask_one(story, "wangfang", "李四这个月迟到几次"))
