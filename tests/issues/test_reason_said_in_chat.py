"""聊天里说明的事由原先丢了,审批人看到“未填写”;招呼与道谢原先答“没有完全听懂”。"""

from __future__ import annotations

import pytest

from bot.answers import ShowCard
from bot.reasons import reason_in
from handlers.cards import CardRef, card_ref
from models.work import Work
from tests.bot.company import said
from tests.bot.talker import Talker


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("周五上午请事假半天,因为要去银行办事", "要去银行办事"),
        ("因为家里装修,明天下午请半天事假", "家里装修"),
        ("明天请一天事假,事由:搬家,要搬两趟。", "搬家,要搬两趟"),
        ("由于孩子开家长会，所以明天请半天事假", "孩子开家长会"),
        ("明天因病请假一天", ""),
        ("明天下午请半天事假", ""),
        ("明天请事假,因为" + "长" * 500, "长" * 200),
    ],
)
def test_only_what_is_called_a_reason_is_one(text: str, reason: str):
    assert reason_in(text) == reason


def test_the_approver_reads_the_reason_and_no_link_comes_through(talker: Talker):
    (card,) = talker.say("liming", "明天下午请半天事假,因为[点我](http://evil.test/x)看病")
    assert isinstance(card, ShowCard)
    talker.press("liming", card.ref.out_track_id, "leave.submit")
    shown = talker.buttons.content(
        talker.desk.read(lambda work: _ref(work, talker.card_of("leave", "approver"))), talker.people.actor("wangfang")
    ).params["fields"]
    assert "看病" in shown
    assert "](" not in shown
    assert "http://" not in shown


def test_the_reason_outlives_a_question_and_a_change_of_mind(talker: Talker):
    talker.say("liming", "明天请假,因为朋友远道来访")
    (asked,) = talker.say("liming", "事假")
    assert talker.fields("liming", asked)["事由"] == "朋友远道来访"
    (changed,) = talker.say("liming", "改成后天")
    assert talker.fields("liming", changed)["事由"] == "朋友远道来访"


@pytest.mark.parametrize("text", ["你好", "您好!", "hi", "在吗?", "早上好"])
def test_a_greeting_is_greeted_with_what_can_be_done(talker: Talker, text: str):
    answer = said(talker.say("liming", text))
    assert "您好" in answer
    assert "没有完全听懂" not in answer


def test_thanks_are_taken(talker: Talker):
    assert "不客气" in said(talker.say("liming", "好的,谢谢您"))


def _ref(work: Work, track: str) -> CardRef:
    found = card_ref(work, track)
    assert found is not None
    return found
