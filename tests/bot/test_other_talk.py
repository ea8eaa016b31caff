"""别的对话:培训、考勤、工资、绩效、转人工、帮助、听不懂、群里、不是文字的消息、不认识的人。"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from sqlmodel import select

from bot.answers import Say, ShowCard
from bot.words import GROUP_HELP, PRIVATE
from handlers import people
from handlers.desk import SYSTEM
from models.alerts import Handoff
from models.mailbox import OutboxRow
from models.people import Person
from tests.bot.company import START, buttons, cards, said
from tests.bot.talker import Talker


def last_day_was_yesterday(work: Any) -> None:
    row = work.session.exec(select(Person).where(Person.userid == "liming")).one()
    row.last_work_day = START.date() - timedelta(days=1)
    work.session.add(row)


def handoffs(talker: Talker) -> list[tuple[str, str]]:
    return talker.desk.read(lambda work: [(r.intent, r.words) for r in work.session.exec(select(Handoff))])


def notices(talker: Talker) -> list[dict[str, Any]]:
    return talker.desk.read(
        lambda work: [r.payload for r in work.session.exec(select(OutboxRow)) if r.kind == "notice"]
    )


# ------- 培训


def test_courses_are_listed_with_a_button_each(talker: Talker):
    answers = talker.say("liming", "有什么培训")
    assert "《高效客户沟通技巧》" in said(answers)
    assert buttons(answers)[:3] == ["报名高效客户沟通技巧", "报名团队管理入门", "报名大客户销售策略"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我要报名沟通技巧", "高效客户沟通技巧"),
        ("我要报名第二门课", "团队管理入门"),
        ("报名大客户销售策略", "大客户销售策略"),
        ("我想参加团队管理的培训", "团队管理入门"),
        ("帮我报一门沟通技巧的课", "高效客户沟通技巧"),
    ],
)
def test_a_course_is_known_by_name_or_number(talker: Talker, text: str, name: str):
    (card,) = talker.say("liming", text)
    shown = talker.params("liming", card)
    assert shown["title"] == f"培训:{name}"
    assert shown["b1_action"] == "course.enrol"


def test_enrol_wait_cancel_and_move_up(talker: Talker):
    (first,) = talker.say("liming", "报名大客户销售策略")
    (second,) = talker.say("chenyu", "报名大客户销售策略")
    assert isinstance(first, ShowCard)
    assert isinstance(second, ShowCard)
    assert talker.press("liming", first.ref.out_track_id, "course.enrol")["state"] == "已报名"
    waiting = talker.press("chenyu", second.ref.out_track_id, "course.enrol")
    assert (waiting["state"], waiting["b1_text"]) == ("候补第 1 位", "退出候补")
    (again,) = talker.say("liming", "取消报名大客户销售策略")
    assert isinstance(again, ShowCard)
    assert "取消" in talker.press("liming", again.ref.out_track_id, "course.cancel")["note"]
    assert talker.params("chenyu", second)["state"] == "已报名"


def test_which_course_is_asked_and_answered(talker: Talker):
    assert "哪一门" in said(talker.say("liming", "帮我报名"))
    (card,) = talker.say("liming", "第一个")
    assert talker.params("liming", card)["title"] == "培训:高效客户沟通技巧"


def test_study_progress_goes_to_hr(talker: Talker):
    answers = talker.say("liming", "我的学习进度")
    assert "赵慧" in said(answers)
    assert handoffs(talker) == [("training.progress", "我的学习进度")]


# ------- 转人工与后来才有的


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("转人工", "handoff"),
        ("我要面试", "interview.start"),
        ("我对绩效评分有异议", "performance.feedback"),
    ],
)
def test_what_comes_later_is_handed_to_hr_with_the_words(talker: Talker, text: str, intent: str):
    assert "赵慧" in said(talker.say("liming", text))
    assert handoffs(talker) == [(intent, text)]
    (notice,) = notices(talker)
    assert notice["to"] == ["zhaohui"]
    assert text in str(notice["text"])


def test_the_same_words_delivered_again_are_handed_over_once(talker: Talker):
    one = talker.say("liming", "转人工", key="same")
    two = talker.say("liming", "转人工", key="same")
    assert one == two
    assert len(notices(talker)) == 1


# ------- 工资、绩效、考勤、目标、审批


def test_payslip_without_pay_data_says_what_to_do(talker: Talker):
    answers = talker.say("liming", "查工资条")
    assert buttons(answers)
    assert "¥" not in said(answers)


@pytest.mark.parametrize("text", ["陈雨的工资是多少", "王芳上个月发了多少奖金", "大家的工资都是多少"])
def test_the_pay_of_others_is_not_looked_up(talker: Talker, text: str):
    assert "个人隐私" in said(talker.say("liming", text))


def test_attendance_of_the_month(talker: Talker):
    answers = talker.say("liming", "这个月考勤怎么样")
    assert "2026年11月" in said(answers)
    assert "旷工" in said(answers)
    assert buttons(answers) == ["查看每日明细"]


def test_attendance_of_a_colleague_is_refused_and_of_the_team_is_given(talker: Talker):
    assert "没有" in said(talker.say("liming", "陈雨这个月迟到几次"))
    assert "陈雨" in said(talker.say("wangfang", "陈雨这个月迟到几次"))


def test_performance_without_a_plan(talker: Talker):
    assert "绩效" in said(talker.say("liming", "我的绩效怎么样"))


def test_goals_are_adjusted_in_the_mini_app(talker: Talker):
    assert "由您的上级调整" in said(talker.say("liming", "把团队的目标调高"))
    answers = talker.say("wangfang", "把李明的销售目标调到12万")
    assert buttons(answers) == ["打开团队目标"]


def test_what_waits_for_the_manager(talker: Talker):
    (card,) = talker.say("liming", "明天请一天事假")
    assert isinstance(card, ShowCard)
    talker.press("liming", card.ref.out_track_id, "leave.submit")
    answers = talker.say("wangfang", "有哪些待我审批的")
    assert "**1** 份" in said(answers)
    assert "李明" in said(answers)


# ------- 帮助与听不懂


def test_help_names_what_can_be_done_today(talker: Talker):
    text = said(talker.say("liming", "帮助"))
    assert "明天下午请半天事假" in text
    assert "审批" not in text
    assert "审批" in said(talker.say("wangfang", "帮助"))


def test_what_is_not_understood_is_said_honestly(talker: Talker):
    answers = talker.say("liming", "今天天气怎么样")
    assert "没有完全听懂" in said(answers)
    assert buttons(answers)[-1] == "转人工"
    assert len(buttons(answers)) == 4


# ------- 群里


@pytest.mark.parametrize(
    "text",
    [
        "查工资条",
        "李明的工资多少",
        "年假还剩几天",
        "我的绩效怎么样",
        "这个月迟到几次",
        "明天下午请半天事假",
        "王芳请假了吗",
        "王芳的考核",
    ],
)
def test_in_a_group_one_sentence_and_nothing_else(talker: Talker, text: str):
    answers = talker.say("liming", f" {text}", conversationType="2")
    assert said(answers) == PRIVATE
    assert not buttons(answers)


def test_in_a_group_training_and_help(talker: Talker):
    assert "《高效客户沟通技巧》" in said(talker.say("liming", "@人事助手 有什么培训", conversationType="2"))
    assert said(talker.say("liming", "你会什么", conversationType="2")) == GROUP_HELP


# ------- 不是一句话的


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text": {"content": "   "}}, "没有收到文字"),
        ({"text": {"content": "请假" * 2500}}, "5000 个字"),
        ({"text": {"content": "😀😀"}}, "只看得懂文字"),
        ({"text": {"content": "???"}}, "只看得懂文字"),
        ({"msgtype": "picture", "content": {"downloadCode": "x"}}, "图片"),
        ({"msgtype": "video", "content": {}}, "视频"),
        ({"msgtype": "file", "content": {"fileName": "假条.pdf"}}, "文件"),
        ({"msgtype": "audio", "content": {"duration": 1}}, "语音没有识别"),
        ({"msgtype": "unknownMsgType", "content": {}}, "看不懂"),
        ({"msgtype": 5, "text": "不是对象", "createAt": "x", "sessionWebhookExpiredTime": None}, "没有收到文字"),
    ],
)
def test_messages_that_are_not_a_sentence(talker: Talker, more: dict[str, Any], words: str):
    answers = talker.say("liming", "", **more)
    assert words in said(answers)


def test_voice_is_heard_by_its_recognition(talker: Talker):
    answers = talker.say("liming", "", msgtype="audio", content={"recognition": "明天下午请半天事假"})
    assert cards(answers)


def test_a_rich_text_is_read(talker: Talker):
    answers = talker.say(
        "liming", "", msgtype="richText", content={"richText": [{"text": "年假还剩"}, {"text": "几天"}]}
    )
    assert "4 天" in said(answers)


@pytest.mark.parametrize(("userid", "words"), [("nobody", "不认识您"), ("gone", "离职"), ("", "不认识您")])
def test_who_is_not_here_is_told_whom_to_ask(talker: Talker, userid: str, words: str):
    assert words in said(talker.say(userid, "年假还剩几天"))


def test_who_leaves_is_refused_at_once(talker: Talker):
    talker.say("liming", "年假还剩几天")
    talker.desk.write(last_day_was_yesterday)
    talker.desk.do(people.close_leavers, people.Today(talker.clock.now.date()), SYSTEM, "leavers")
    assert "离职" in said(talker.say("liming", "年假还剩几天"))


def test_the_buttons_of_the_list_say_what_is_understood(talker: Talker):
    answers = talker.say("liming", "有什么培训")
    links = [link for a in answers if isinstance(a, Say) for link in a.links if link.text.startswith("报名")]
    for link in links:
        words = unquote(link.target.partition("content=")[2])
        (card,) = talker.say("liming", words)
        assert talker.params("liming", card)["title"] == f"培训:{link.text.removeprefix('报名')}"


@pytest.mark.parametrize("text", ["如果这个月再签 5 万", "要是再签一单5万,奖金多多少", "再签5万绩效能到多少"])
def test_another_deal_is_told_in_percentages_with_a_link(talker: Talker, text: str):
    """聊天里没有金额:没有方案的人说清楚,有方案的只说百分比(金额在页面上)。"""
    answers = talker.say("liming", text)
    assert "¥" not in said(answers)
    assert "绩效方案" in said(answers)
