"""检查用的手脚 check street:认得出金额,找得到卡片上的按钮,等不到时说看到了什么。"""

from __future__ import annotations

import httpx
import pytest

from app import check_street
from app.check_street import Message, StepFailed, Street, card_with, no_money, words_of

CARD: Message = {
    "id": "card-1",
    "title": "请假申请",
    "state": "待提交",
    "body": "",
    "note": "",
    "link_text": "看影响",
    "fields": [{"k": "类型", "v": "事假"}, {"k": "工资", "v": "扣半天工资"}],
    "buttons": [{"id": "leave.submit", "text": "提交", "style": "primary"}],
}
MESSAGE: Message = {"seq": 3, "rev": 9, "from": {"bot": True}, "kind": "card", "title": "", "text": "", "card": CARD}


def street(*messages: Message) -> Street:
    pressed: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/press"):
            pressed.append(request)
            return httpx.Response(200, json={"messageId": "m1", "response": {}})
        if request.url.path.endswith("/messages"):
            return httpx.Response(200, json={"seq": 9, "messages": list(messages)})
        return httpx.Response(404, text="没有")

    api = httpx.Client(transport=httpx.MockTransport(answer))
    return Street(chat="http://127.0.0.1:1", api=api, seen={"pressed": pressed})


@pytest.mark.parametrize("text", ["奖金 ¥1,100.00", "扣 229.89", "扣了 50 元", "1,100.00"])
def test_an_amount_is_seen(text: str) -> None:
    with pytest.raises(StepFailed, match="金额"):
        no_money({**MESSAGE, "text": text})


@pytest.mark.parametrize(
    "text", ["11月24日(星期二)下午,0.5 天", "完成率 120%,得分 110.0%", "2026-11-24 13:00 到 18:00,还剩 4.5 天"]
)
def test_days_hours_and_percentages_are_no_amounts(text: str) -> None:
    no_money({**MESSAGE, "text": text})
    assert text in words_of({**MESSAGE, "text": text})


def test_words_and_cards() -> None:
    assert "工资:扣半天工资" in words_of(MESSAGE)
    assert card_with("事假", "提交")(MESSAGE)
    assert not card_with("年假")(MESSAGE)
    assert not card_with()({**MESSAGE, "card": None})


def test_press_finds_the_button_by_its_words() -> None:
    here = street(MESSAGE)
    assert here.press("liming", CARD, "提交")["messageId"] == "m1"
    assert b'"leave.submit"' in here.seen["pressed"][0].content
    with pytest.raises(StepFailed, match="没有“同意”,只有:提交"):
        here.press("liming", CARD, "同意")


def test_waiting_returns_the_message_or_says_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_street, "PATIENCE", 0.0)
    here = street(MESSAGE)
    assert here.latest("liming") == 9
    assert here.wait("liming", 0, card_with("事假"), "卡片") == MESSAGE
    with pytest.raises(StepFailed, match=r"没等到年假的卡片;最后看到的是:请假申请"):
        here.wait("liming", 0, card_with("年假"), "年假的卡片")
    with pytest.raises(StepFailed, match="沙箱回答 404"):
        here.call("GET", "clock")
