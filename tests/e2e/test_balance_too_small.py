"""余额不够 balance too small:什么也不占,给出拆分,点一下就照拆分接着办。"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.e2e.telling import ask_card, ask_one, balance, facts, words
from tests.harness.house import House


def test_the_offer_splits_the_leave_and_one_tap_goes_on(story: House) -> None:
    left = balance(story, "yuanyuan", "annual")
    answer = ask_one(story, "yuanyuan", "下周一到12月11日请年假")
    text = words(answer)
    assert f"年假还可用 {left}" in text and "10 天" in text and "不够" in text
    days = float(left.split()[0])
    assert f"年假 {days:g} 天 + 事假 {10 - days:g} 天" in text
    assert balance(story, "yuanyuan", "annual") == left
    sql = "SELECT count(*) FROM leaverequest WHERE person_id = :p AND start = '2026-11-30'"
    assert story.rows(sql, p=story.person_id("yuanyuan")) == [(0,)]
    annual = next(one for one in answer["buttons"] if "年假" in one["text"])
    said = parse_qs(urlsplit(annual["url"]).query)["content"][0]
    card = ask_card(story, "yuanyuan", said)
    assert (facts(card)["类型"], facts(card)["时长"]) == ("年假", f"{days:g} 天")


def test_no_annual_leave_at_all_says_so(story: House) -> None:
    answer = ask_one(story, "luomin", "12月16日请一天年假")
    assert answer["card"] is None and "不够" in words(answer) and "事假" in words(answer)
