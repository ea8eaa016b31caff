"""请假 leave 的整条路:聊天里说一句 → 核对卡片 → 提交 → 上级同意 → 台账、考勤、试算都跟上。"""

from __future__ import annotations

from tests.e2e.telling import (
    approval_card,
    ask_card,
    balance,
    buttons,
    facts,
    press,
    slip_line,
    wait_state,
    words,
    written,
)
from tests.harness.house import House


def test_half_a_day_of_personal_leave_from_one_sentence_to_the_payslip(story: House) -> None:
    net = story.page("liming").get("/api/v1/payslips/2026-11")["net"]
    card = ask_card(story, "liming", "明天下午请半天事假")
    assert (card["title"], card["state"]) == ("事假申请", "待提交")
    assert facts(card) == {
        "类型": "事假",
        "时间": "11月24日(周二)下午",
        "时长": "0.5 天",
        "工资": "扣半天工资",
        "审批人": "王芳",
    }
    assert buttons(card) == ["提交", "撤销"]
    before = story.sandbox.seq("wangfang")
    assert press(story, "liming", card, "提交")["state"] == "审批中"

    theirs = approval_card(story, "wangfang", "李明的事假申请", before)
    assert facts(theirs) | {"同期不在": ""} == {
        "申请人": "李明",
        "类型": "事假",
        "时间": "11月24日(周二)下午",
        "时长": "0.5 天",
        "事由": "未填写",
        "同期不在": "",
    }
    assert "工资" not in words({"card": theirs}) and "余额" not in words({"card": theirs})
    assert buttons(theirs) == ["同意", "拒绝"]
    answered = press(story, "wangfang", theirs, "同意")
    assert (answered["state"], buttons(answered)) == ("已同意", [])
    mine = wait_state(story, "liming", card, "已同意")
    assert mine["id"] == card["id"] and "王芳 已同意" in mine["body"]

    story.settle()
    assert [(r["subType"], r["beginTime"], r["endTime"]) for r in written(story, "liming", "2026-11-24")] == [
        ("事假", "2026-11-24 13:00:00", "2026-11-24 18:00:00")
    ]
    assert slip_line(story, "liming", "2026-11", "personal_leave") == "-229.89"
    why = story.page("liming").get("/api/v1/payslips/2026-11/personal_leave")
    assert [one["kind"] for one in why["evidence"]].count("leave") == 1
    assert "11月24日" in str(why["evidence"])
    assert story.page("liming").get("/api/v1/payslips/2026-11")["net"] != net


def test_half_a_day_of_annual_leave_is_paid_and_books_the_ledger(story: House) -> None:
    before = story.page("liming").get("/api/v1/payslips/2026-11")
    card = ask_card(story, "liming", "下周三下午请半天年假")
    shown = facts(card)
    assert (shown["类型"], shown["时间"], shown["时长"]) == ("年假", "12月2日(周三)下午", "0.5 天")
    assert shown["余额"] == "9 天 → 8.5 天" and "工资不变" in shown["工资"]
    assert balance(story, "liming", "annual") == "9 天", "没有提交,什么也不占"
    seen = story.sandbox.seq("wangfang")
    press(story, "liming", card, "提交")
    assert balance(story, "liming", "annual") == "8.5 天", "提交即预占"
    theirs = approval_card(story, "wangfang", "李明的年假申请", seen)
    press(story, "wangfang", theirs, "同意")
    wait_state(story, "liming", card, "已同意")
    story.settle()
    assert balance(story, "liming", "annual") == "8.5 天"
    sql = (
        "SELECT kind, amount FROM leaveline WHERE type = 'annual' AND request_id = "
        "(SELECT max(id) FROM leaverequest WHERE person_id = :p AND state = 'approved') ORDER BY id"
    )
    assert story.rows(sql, p=story.person_id("liming")) == [("reserve", 1), ("commit", 1)]
    assert [r["subType"] for r in written(story, "liming", "2026-12-02")] == ["年假"]
    after = story.page("liming").get("/api/v1/payslips/2026-11")
    assert (after["gross"], after["net"]) == (before["gross"], before["net"]), "带薪,金额不变"
