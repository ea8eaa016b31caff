"""收发的机制:先落库再应答、各人先后、慢的不拖别人、没送到再送、出错给编号、重启补办、按钮限时。"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot import actions, service, workers
from bot.ports import ActionCard, NewCard
from config.policies import Policies
from handlers.desk import Desk
from models.leave import LeaveRequest
from models.mailbox import Card
from tests.bot.company import Clock, FakeOutgoing, make_desk, message, press_data, until
from tests.bot.hall import Hall
from tests.bot.talker import Talker


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "FIRST_RETRY", 0.02)
    monkeypatch.setattr(workers, "LAST_RETRY", 0.05)


@pytest.fixture
def outgoing() -> FakeOutgoing:
    return FakeOutgoing()


@pytest.fixture
def hall(desk: Desk, outgoing: FakeOutgoing) -> Iterator[Hall]:
    with Hall(desk, outgoing) as opened:
        yield opened


def test_a_message_is_stored_before_it_is_acked_and_answered_once(hall: Hall, outgoing: FakeOutgoing):
    assert hall.message(message("liming", "年假还剩几天", "m1")) is True
    assert "m1" in hall.rows()
    until(lambda: hall.rows()["m1"][0] == "done")
    assert hall.message(message("liming", "年假还剩几天", "m1")) is False
    assert hall.message(message("liming", "帮助", "m2")) is True
    until(lambda: hall.rows()["m2"][0] == "done")
    assert ["4 天" in text for text in outgoing.texts("liming")] == [True, False]


def test_no_ack_when_the_store_is_away(hall: Hall, monkeypatch: pytest.MonkeyPatch):
    def broken(bookkeeping: Any) -> Any:
        raise OSError("disk")

    monkeypatch.setattr(hall.desk, "write", broken)
    assert hall.message(message("liming", "帮助", "m1")) is None
    monkeypatch.undo()
    assert hall.message(message("liming", "帮助", "m1")) is True


def test_one_person_in_order_and_nobody_waits_for_anothers_reply(hall: Hall, outgoing: FakeOutgoing):
    gate = threading.Event()
    outgoing.before = lambda to: gate.wait(10) if to == "liming" else True
    for n, text in enumerate(["年假还剩几天", "帮助", "转人工"]):
        hall.message(message("liming", text, f"l{n}"))
    hall.message(message("chenyu", "年假还剩几天", "c1"))
    until(lambda: outgoing.texts("chenyu"))
    assert outgoing.texts("liming") == []
    gate.set()
    until(lambda: len(outgoing.texts("liming")) == 3)
    found = outgoing.texts("liming")
    assert "4 天" in found[0]
    assert "您好" in found[1]
    assert "已转给" in found[2]


def test_a_reply_that_did_not_get_through_is_sent_later_with_one_effect(hall: Hall, outgoing: FakeOutgoing):
    tries = iter([False] * 4)  # 卡片与改发的消息,各两次
    outgoing.before = lambda to: next(tries, True)
    hall.message(message("liming", "明天下午请半天事假", "m1"))
    until(lambda: outgoing.to("liming"))
    until(lambda: hall.rows()["m1"][0] == "done")
    (card,) = outgoing.to("liming")
    assert isinstance(card, NewCard)
    tracks = hall.desk.read(lambda work: work.session.exec(select(Card.out_track_id)).all())
    assert list(tracks) == [card.out_track_id]


def test_what_never_gets_through_is_a_dead_letter_with_its_reason(hall: Hall, outgoing: FakeOutgoing):
    outgoing.before = lambda to: False
    hall.message(message("liming", "年假还剩几天", "m1"))
    until(lambda: hall.rows()["m1"][0] == "dead")
    assert "没有送到" in hall.rows()["m1"][2]


def test_a_bug_is_answered_with_a_number_and_logged_without_the_words(
    hall: Hall, outgoing: FakeOutgoing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> Any:
        raise RuntimeError("秘密:年假还剩几天")

    monkeypatch.setattr(hall.reception._dialogue, "answer", broken)
    hall.message(message("liming", "年假还剩几天", "m1"))
    until(lambda: hall.rows()["m1"][0] == "dead")
    (apology,) = outgoing.texts("liming")
    number = hall.rows()["m1"][2].split()[0]
    assert "编号 E-" in apology
    assert number in caplog.text
    assert "年假" not in caplog.text


def test_what_was_accepted_before_a_kill_is_answered_after(tmp_path: Path, rules: Policies):
    desk = make_desk(tmp_path, rules, Clock())
    stuck = FakeOutgoing()
    gate = threading.Event()
    stuck.before = lambda to: gate.wait(10) and False
    with Hall(desk, stuck) as first:
        first.message(message("liming", "明天下午请半天事假", "m1"))
        first.message(message("chenyu", "年假还剩几天", "m2"))
        until(lambda: first.workers.busy() == 2)
        gate.set()
    fresh = FakeOutgoing()
    with Hall(desk, fresh) as second:
        assert second.picked_up == 2
        until(lambda: {row[0] for row in second.rows().values()} == {"done"})
        assert len(fresh.to("liming")) == len(fresh.to("chenyu")) == 1
        drafts = desk.read(lambda work: work.session.exec(select(Card.out_track_id)).all())
        assert len(drafts) == 1
    desk.store.close()


def test_an_answer_completing_a_question_survives_a_kill_between_effect_and_reply(tmp_path: Path, rules: Policies):
    desk = make_desk(tmp_path, rules, Clock())
    talker = Talker(desk, Clock())
    talker.say("liming", "明天请假", key="m1")
    (card,) = talker.say("liming", "病假", key="m2")
    assert talker.say("liming", "病假", key="m2") == [card]
    desk.store.close()


def test_only_what_did_not_get_through_is_sent_again(hall: Hall, outgoing: FakeOutgoing):
    tries = iter([True, False])
    outgoing.before = lambda to: next(tries, True)
    hall.message(message("liming", "明天下午请半天哺乳假,顺便看看年假还剩几天", "m1"))
    until(lambda: hall.rows()["m1"][0] == "done")
    card, *rest = outgoing.to("liming")
    assert isinstance(card, NewCard)
    assert len(rest) == 1


def test_a_card_that_cannot_be_delivered_becomes_a_message_with_a_link(hall: Hall, outgoing: FakeOutgoing):
    tries = iter([False])
    outgoing.before = lambda to: next(tries, True)
    hall.message(message("liming", "明天下午请半天事假", "m1"))
    (sent,) = until(lambda: outgoing.to("liming"))
    assert isinstance(sent, ActionCard)
    assert sent.links[0].target == "/m/leave/1"


def test_an_event_is_handed_on_once_with_its_kind(hall: Hall):
    assert hall.event("user_leave_org", "e1", {"userId": ["liming"]}) is True
    assert hall.event("user_leave_org", "e1", {"userId": ["liming"]}) is False
    until(lambda: hall.rows()["e1"][0] == "done")
    assert hall.followed == [("user_leave_org", {"userId": ["liming"]})]


# ------- 按钮


def drafted(hall: Hall, outgoing: FakeOutgoing) -> str:
    hall.message(message("liming", "明天下午请半天事假", "draft"))
    until(lambda: outgoing.to("liming"))
    card = outgoing.to("liming")[0]
    assert isinstance(card, NewCard)
    return card.out_track_id


def test_a_press_is_answered_with_the_new_card(hall: Hall, outgoing: FakeOutgoing):
    track = drafted(hall, outgoing)
    assert hall.press(press_data("liming", track, "leave.submit"), "p1")["state"] == "审批中"
    assert hall.press(press_data("liming", track, "leave.submit"), "p1")["state"] == "审批中"
    until(lambda: hall.rows()["p1"][0] == "done")
    assert len(hall.outbox("card.create")) == 1


def test_a_press_does_not_wait_for_the_persons_slow_reply(hall: Hall, outgoing: FakeOutgoing):
    track = drafted(hall, outgoing)
    gate = threading.Event()
    outgoing.before = lambda to: gate.wait(10)
    hall.message(message("liming", "帮助", "m2"))
    assert hall.press(press_data("liming", track, "leave.submit"), "p1")["state"] == "审批中"
    gate.set()


def test_a_slow_press_says_so_in_time_and_the_card_follows(
    hall: Hall, outgoing: FakeOutgoing, monkeypatch: pytest.MonkeyPatch
):
    track = drafted(hall, outgoing)
    gate = threading.Event()
    real = actions.Buttons.press
    monkeypatch.setattr(service, "PRESS_LIMIT", 0.1)
    monkeypatch.setattr(actions.Buttons, "press", lambda self, press: (gate.wait(10), real(self, press))[1])
    answer = hall.press(press_data("liming", track, "leave.submit"), "p1")
    assert (answer["state"], answer["b1_text"]) == ("正在处理", "")
    gate.set()
    until(lambda: [row for row in hall.outbox("card.update") if row["revision"] > 1_000])
    view = hall.desk.read(lambda work: work.session.exec(select(LeaveRequest.state)).all())
    assert list(view) == ["pending"]


def test_a_slow_press_that_failed_is_explained_in_chat(
    hall: Hall, outgoing: FakeOutgoing, monkeypatch: pytest.MonkeyPatch
):
    track = drafted(hall, outgoing)
    gate = threading.Event()
    real = actions.Buttons.press
    monkeypatch.setattr(service, "PRESS_LIMIT", 0.1)
    monkeypatch.setattr(actions.Buttons, "press", lambda self, press: (gate.wait(10), real(self, press))[1])
    hall.press(press_data("chenyu", track, "leave.approve"), "p1")
    gate.set()
    until(lambda: hall.outbox("say"))
    assert hall.outbox("say")[0]["to"] == "chenyu"
    assert "不由您审批" in hall.outbox("say")[0]["markdown"]


@pytest.mark.parametrize(
    ("card", "action"), [("nothing", "leave.submit"), ("", ""), ("real", "course.enrol"), ("real", "leave.fly")]
)
def test_a_press_that_fits_nothing_is_explained(hall: Hall, outgoing: FakeOutgoing, card: str, action: str):
    track = drafted(hall, outgoing) if card == "real" else card
    answer = hall.press(press_data("liming", track, action), "p1")
    assert "没有办理" in answer["note"]
    assert set(answer) == {"note"}


@pytest.mark.parametrize(
    "content", ["", "不是JSON", "[]", '{"cardPrivateData": 5}', '{"cardPrivateData":{"params":[]}}']
)
def test_a_spoiled_callback_is_explained(hall: Hall, content: str):
    data = {"outTrackId": "x", "userId": "liming", "content": content}
    assert "没有办理" in hall.press(data, "p1")["note"]
