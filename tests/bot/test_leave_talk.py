"""请假的对话:一句话到卡片,缺什么问什么,改口、算了、取消、进度、余额。"""

from __future__ import annotations

import pytest

from bot.answers import Say, ShowCard
from tests.bot.company import buttons, cards, said
from tests.bot.talker import Talker


def test_half_a_day_of_personal_leave_from_words_to_approval(talker: Talker):
    (card,) = talker.say("liming", "明天下午请半天事假")
    assert isinstance(card, ShowCard)
    shown = talker.params("liming", card)
    assert (shown["title"], shown["state"], shown["tone"]) == ("事假申请", "待提交", "info")
    assert talker.fields("liming", card) == {
        "类型": "事假",
        "时间": "11月24日(周二)下午",
        "时长": "0.5 天",
        "工资": "扣半天工资",
        "审批人": "王芳",
    }
    assert [shown[f"b{n}_action"] for n in (1, 2, 3)] == ["leave.submit", "leave.withdraw", ""]
    after = talker.press("liming", card.ref.out_track_id, "leave.submit")
    assert (after["state"], after["b1_action"]) == ("审批中", "leave.withdraw")
    assert after["link_url"] == "http://127.0.0.1:1/m/enter?to=/m/leave/1"
    boss = talker.card_of("leave", "approver")
    approved = talker.press("wangfang", boss, "leave.approve")
    assert (approved["state"], approved["b1_text"], approved["reason_label"]) == ("已同意", "", "")
    assert "工资" not in approved["fields"]
    assert "余额" not in approved["fields"]
    assert talker.params("liming", card)["state"] == "已同意"


def test_annual_leave_shows_the_balance_before_and_after(talker: Talker):
    (card,) = talker.say("liming", "下周三下午请半天年假")
    fields = talker.fields("liming", card)
    assert (fields["余额"], fields["工资"]) == ("4 天 → 3.5 天", "带薪,工资不变")


def test_a_refusal_needs_a_reason_and_the_employee_sees_it(talker: Talker):
    (card,) = talker.say("liming", "明天请一天事假")
    assert isinstance(card, ShowCard)
    talker.press("liming", card.ref.out_track_id, "leave.submit")
    boss = talker.card_of("leave", "approver")
    asked = talker.press("wangfang", boss, "leave.reject")
    assert "理由" in asked["note"]
    assert "state" not in asked
    refused = talker.press("wangfang", boss, "leave.reject", "周二有 [客户](http://x.y) 来访")
    assert refused["state"] == "已拒绝"
    assert "http://" not in refused["fields"]
    assert talker.fields("liming", card)["拒绝理由"].startswith("周二有")


def test_only_the_approver_can_approve(talker: Talker):
    (card,) = talker.say("liming", "明天请一天事假")
    assert isinstance(card, ShowCard)
    talker.press("liming", card.ref.out_track_id, "leave.submit")
    boss = talker.card_of("leave", "approver")
    assert "不由您审批" in talker.press("chenyu", boss, "leave.approve")["note"]
    assert "不由您审批" in talker.press("liming", boss, "leave.approve")["note"]
    assert "离职" in talker.press("gone", boss, "leave.approve")["note"]
    assert talker.press("wangfang", boss, "leave.approve")["state"] == "已同意"


def test_a_stale_press_answers_with_what_is_now(talker: Talker):
    (card,) = talker.say("liming", "明天请一天事假")
    assert isinstance(card, ShowCard)
    track = card.ref.out_track_id
    talker.press("liming", track, "leave.submit")
    boss = talker.card_of("leave", "approver")
    talker.press("liming", track, "leave.withdraw")
    late = talker.press("wangfang", boss, "leave.approve")
    assert (late["state"], late["b1_text"]) == ("已撤销", "")
    assert "没有再改动" in late["note"]
    again = talker.press("liming", track, "leave.submit")
    assert again["state"] == "已撤销"


def test_the_same_press_twice_is_done_once(talker: Talker):
    (card,) = talker.say("liming", "明天请一天年假")
    assert isinstance(card, ShowCard)
    one = talker.press("liming", card.ref.out_track_id, "leave.submit", key="same")
    two = talker.press("liming", card.ref.out_track_id, "leave.submit", key="same")
    assert one == two
    assert "3 天" in said(talker.say("liming", "年假还剩几天"))


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("明天请假", "病假", ("病假", "11月24日(周二)")),
        ("我想请假", "明天下午请半天事假", ("事假", "11月24日(周二)下午")),
        ("请病假", "后天", ("病假", "11月25日(周三)")),
        ("请病假", "后天上午", ("病假", "11月25日(周三)上午")),
        ("明天请假", "那就年假吧", ("年假", "11月24日(周二)")),
        ("明天下午请半天事假", "改成周四", ("事假", "11月26日(周四)下午")),
        ("明天下午请半天事假", "换成年假", ("年假", "11月24日(周二)下午")),
        ("明天下午请半天事假", "改成上午", ("事假", "11月24日(周二)上午")),
        ("明天下午请半天事假", "还是周五吧", ("事假", "11月27日(周五)下午")),
        ("11月25日到27日请年假", "改成11月26日到27日", ("年假", "11月26日(周四)至11月27日(周五)")),
        ("12月5日请一天事假,只要周六", "改成下周一", ("事假", "11月30日(周一)")),
    ],
)
def test_two_sentences_make_one_request(talker: Talker, first: str, then: str, expected: tuple[str, str]):
    talker.say("liming", first)
    answers = talker.say("liming", then)
    assert cards(answers), said(answers)
    fields = talker.fields("liming", cards(answers)[0])
    assert (fields["类型"], fields["时间"]) == expected


def test_neither_type_nor_day_then_one_after_the_other(talker: Talker):
    assert "哪种假" in said(talker.say("liming", "我想请假"))
    asked = talker.say("liming", "明天下午")
    assert "哪种假" in said(asked)
    assert buttons(asked)[:2] == ["年假", "事假"]
    (card,) = talker.say("liming", "事假")
    assert talker.fields("liming", card)["时间"] == "11月24日(周二)下午"


def test_never_mind_drops_the_draft_and_the_question(talker: Talker):
    (card,) = talker.say("liming", "明天请一天事假")
    assert "作废" in said(talker.say("liming", "算了"))
    assert talker.params("liming", card)["state"] == "已撤销"
    talker.say("liming", "我想请假")
    assert "没有提交" in said(talker.say("liming", "不请了"))
    assert not cards(talker.say("liming", "病假吧"))


def test_a_matter_is_forgotten_after_a_while_and_survives_another_question(talker: Talker):
    talker.say("liming", "明天请假")
    assert "4 天" in said(talker.say("liming", "年假还剩几天"))
    assert cards(talker.say("liming", "事假"))
    talker.say("liming", "明天请假")
    talker.clock.forward(minutes=31)
    assert not cards(talker.say("liming", "事假吧"))


def test_not_what_i_meant(talker: Talker):
    talker.say("liming", "明天请假")
    answers = talker.say("liming", "我说的不是这个")
    assert "理解错了" in said(answers)
    assert "转人工" in buttons(answers)
    assert not cards(talker.say("liming", "事假吧"))


def test_too_little_balance_offers_the_split(talker: Talker):
    answers = talker.say("liming", "11月30日到12月4日请年假")
    assert "不够" in said(answers)
    assert len(buttons(answers)) == 2
    (link,) = [link for a in answers if isinstance(a, Say) for link in a.links if "事假" in link.text]
    assert "dtmd://" in link.target


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2月30日请年假", "日历上没有"),
        ("12月5日请年假", "不用请假"),
        ("2027年3月2日请年假", "2027年"),
        ("补请10月8日的事假", "补请"),
    ],
)
def test_what_cannot_be_asked_for_is_explained(talker: Talker, text: str, words: str):
    answers = talker.say("liming", text)
    assert not cards(answers)
    assert words in said(answers)


def test_overlap_names_the_other_request(talker: Talker):
    (card,) = talker.say("liming", "明天请一天事假")
    assert isinstance(card, ShowCard)
    talker.press("liming", card.ref.out_track_id, "leave.submit")
    assert "重叠" in said(talker.say("liming", "明天下午请半天年假"))


def submitted(talker: Talker, text: str) -> ShowCard:
    (card,) = talker.say("liming", text)
    assert isinstance(card, ShowCard)
    talker.press("liming", card.ref.out_track_id, "leave.submit")
    return card


def test_cancel_shows_the_request_on_a_new_card(talker: Talker):
    first = submitted(talker, "明天请一天年假")
    (again,) = talker.say("liming", "取消明天的假")
    assert isinstance(again, ShowCard)
    assert again.ref.out_track_id != first.ref.out_track_id
    done = talker.press("liming", again.ref.out_track_id, "leave.withdraw")
    assert done["state"] == "已撤销"
    assert "4 天" in said(talker.say("liming", "年假还剩几天"))


def test_cancel_asks_which_of_several(talker: Talker):
    submitted(talker, "明天请一天事假")
    submitted(talker, "后天请一天年假")
    answers = talker.say("liming", "取消请假")
    assert buttons(answers) == ["11月25日(周三) 年假", "11月24日(周二) 事假"]
    (card,) = talker.say("liming", "取消2026年11月24日的事假")
    assert talker.fields("liming", card)["类型"] == "事假"


def test_nothing_to_cancel(talker: Talker):
    assert "没有找到可以取消" in said(talker.say("liming", "取消明天的假"))


def test_back_early_gives_the_rest_back(talker: Talker):
    card = submitted(talker, "明天到周四请年假")
    talker.press("wangfang", talker.card_of("leave", "approver"), "leave.approve")
    talker.clock.forward(days=2)
    (again,) = talker.say("liming", "我提前回来了,销假")
    assert isinstance(again, ShowCard)
    assert talker.params("liming", again)["b1_action"] == "leave.end"
    assert talker.press("liming", again.ref.out_track_id, "leave.end")["state"] == "已销假"
    assert talker.params("liming", card)["state"] == "已销假"
    assert "3 天" in said(talker.say("liming", "年假还剩几天"))


def test_status_tells_who_is_to_approve(talker: Talker):
    submitted(talker, "明天请一天事假")
    assert "等 王芳 审批" in said(talker.say("liming", "我的假批了吗"))


def test_two_wishes_are_both_answered(talker: Talker):
    answers = talker.say("liming", "明天下午请半天事假,顺便看看年假还剩几天")
    assert cards(answers)
    assert "4 天" in said(answers)


def test_two_requests_in_one_sentence_go_one_after_the_other(talker: Talker):
    answers = talker.say("liming", "周四请一天年假,周五请一天事假")
    assert len(cards(answers)) == 1
    assert any("2026年11月27日" in text for text in buttons(answers))


def test_balance_of_a_type_without_account(talker: Talker):
    assert "没有固定额度" in said(talker.say("liming", "事假还剩几天"))


def test_hours_follow_the_persons_shift(talker: Talker):
    (card,) = talker.say("liming", "明天14:00到16:00请哺乳假")
    assert talker.fields("liming", card)["时长"] == "2 小时"


def test_a_type_that_is_not_given_by_the_hour_offers_the_half_day(talker: Talker):
    answers = talker.say("liming", "明天14:00到16:00请事假")
    assert "半天" in said(answers)
    assert buttons(answers) == ["2026年11月24日下午请事假"]
    assert cards(talker.say("liming", buttons(answers)[0]))
