"""钉钉自己表单里的请假 leave from DingTalk:批准的事件一到就入同一本台账;撤销了就退;我们写回的不会再记一次。"""

from __future__ import annotations

from tests.e2e.telling import approved, balance
from tests.harness.house import House
from tests.harness.sandbox import until

OF = "SELECT state, source, half_days FROM leaverequest WHERE person_id = :p AND start = :d"


def test_leave_approved_in_dingtalk_books_the_same_ledger(story: House) -> None:
    before = float(balance(story, "hanbing", "annual").split()[0])
    made = story.sandbox.ding(
        "leave",
        userid="hanbing",
        type="年假",
        unit="day",
        reason="家里有事",
        **{"from": "2026-12-07", "to": "2026-12-08"},
    )
    person = story.person_id("hanbing")
    until(
        lambda: story.rows(OF, p=person, d="2026-12-07") == [("approved", "dingtalk", 4)],
        20,
        lambda: f"没有入账:{story.rows(OF, p=person, d='2026-12-07')}",
    )
    assert float(balance(story, "hanbing", "annual").split()[0]) == before - 2
    story.sandbox.ding(f"approval/{made['processInstanceId']}", action="revoke")
    until(
        lambda: float(balance(story, "hanbing", "annual").split()[0]) == before,
        20,
        lambda: f"撤了没有退:{story.rows(OF, p=person, d='2026-12-07')}",
    )


def test_what_we_wrote_back_is_known_again_and_not_counted_twice(story: House) -> None:
    before = float(balance(story, "hanbing", "annual").split()[0])
    approved(story, "hanbing", "12月17日请一天年假", "zhengkai")
    story.settle()
    requests = story.rows("SELECT count(*) FROM leaverequest")
    story.pull_again()
    story.settle()
    assert story.rows("SELECT count(*) FROM leaverequest") == requests
    assert float(balance(story, "hanbing", "annual").split()[0]) == before - 1


def test_leave_refused_in_dingtalk_books_nothing(story: House) -> None:
    before = balance(story, "hanbing", "annual")
    span = {"from": "2026-12-21 AM", "to": "2026-12-21 PM"}
    made = story.sandbox.ding("leave", userid="hanbing", type="年假", unit="halfDay", reason="", approve=False, **span)
    story.sandbox.ding(f"approval/{made['processInstanceId']}", action="refuse", remark="月底要结账")
    story.settle()
    rows = story.rows(OF, p=story.person_id("hanbing"), d="2026-12-21")
    assert [row[0] for row in rows] in ([], ["rejected"])
    assert balance(story, "hanbing", "annual") == before
