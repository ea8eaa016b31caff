"""推送用量只数发出的:收到的消息、按钮与事件钉钉也计,一半看不见,以为还够用;现在收下时一同记账,通讯录事件除外。"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers import mail
from handlers.mail import Letter
from models.migrate import upgrade
from models.work import Store, Work
from tests.conftest import Stores

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LAST_SECOND = datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores("metered", upgrade)


def accept(store: Store, *letters: Letter) -> None:
    with store.writing(NOW) as work:
        mail.accept(work, letters)


def used(store: Store, month: str) -> int:
    with store.reading(NOW) as work:
        return mail.usage(work, month).get("pushes", 0)


def letter(message_id: str, kind: str = "message", topic: str = "im", at: datetime = NOW) -> Letter:
    return Letter(message_id, kind, "liming", topic, "{}", at)


def test_what_comes_in_counts_once_however_often_it_comes(store: Store) -> None:
    three = (letter("m"), letter("p", "callback", "card"), letter("e", "event", "bpms_instance_change"))
    accept(store, *three, letter("m"))
    accept(store, *three)
    assert used(store, "2026-11") == 3


@pytest.mark.parametrize("topic", ["user_add_org", "org_dept_create", "label_user_change"])
def test_events_of_the_address_book_are_free(store: Store, topic: str) -> None:
    accept(store, letter("e", "event", topic))
    assert used(store, "2026-11") == 0


def test_a_month_ends_at_midnight_in_shanghai(store: Store) -> None:
    accept(store, letter("old", at=LAST_SECOND), letter("new", at=LAST_SECOND + timedelta(seconds=1)))
    assert (used(store, "2026-11"), used(store, "2026-12")) == (1, 1)


def test_what_was_not_kept_was_not_counted(store: Store) -> None:
    def broken(work: Work) -> None:
        mail.accept(work, [letter("m")])
        raise ConnectionError

    with pytest.raises(ConnectionError), store.writing(NOW) as work:
        broken(work)
    assert used(store, "2026-11") == 0
