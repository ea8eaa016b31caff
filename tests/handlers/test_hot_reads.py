"""热路上的读与收:按行读看得见同一件事里刚写的;不占写的路;一批来信里重来的只记一次。"""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from handlers import mail
from handlers.mail import Letter
from models.mailbox import Fact, InboxRow
from models.migrate import upgrade
from models.work import Store
from tests.conftest import Stores

NOW = datetime(2026, 11, 23, 1, 30, 0, 250_000, tzinfo=UTC)
READ = "SELECT value FROM fact WHERE key = ?"


@pytest.fixture
def store(stores: Stores) -> Store:
    return stores("hot", upgrade)


def letter(message_id: str, text: str = "{}") -> Letter:
    return Letter(message_id, "message", "liming", "im", text, NOW)


def test_a_lean_read_sees_what_the_same_work_has_just_written_and_nobody_elses(store: Store) -> None:
    with store.writing(NOW) as work:
        work.session.add(Fact(key="k", value="new"))
        assert [tuple(row) for row in work.lean(READ, "k")] == [("new",)]
        with store.reading(NOW) as other:
            assert other.lean(READ, "k") == []
    with store.reading(NOW) as work:
        assert [tuple(row) for row in work.lean(READ, "k")] == [("new",)]
        assert work.session.get(Fact, "k") is not None
        assert [tuple(row) for row in work.lean(READ, "k")] == [("new",)]


def test_a_reader_in_the_middle_does_not_hold_up_a_writer(store: Store) -> None:
    with store.reading(NOW) as reader:
        assert reader.lean(READ, "k") == []
        with store.writing(NOW) as work:
            work.session.add(Fact(key="k", value="1"))
        assert [tuple(row) for row in reader.lean(READ, "k")] == [("1",)]


def test_a_bad_statement_is_a_database_error_like_any_other(store: Store) -> None:
    with store.reading(NOW) as work, pytest.raises(DBAPIError):
        work.lean("SELECT nothing FROM nowhere")
    with store.reading(NOW) as work:
        assert work.lean(READ, "k") == []


def test_many_threads_read_at_once(store: Store) -> None:
    with store.writing(NOW) as work:
        work.session.add_all([Fact(key=f"k{n}", value=str(n)) for n in range(8)])
    wrong: list[int] = []

    def read(number: int) -> None:
        for _ in range(50):
            with store.reading(NOW) as here:
                if [tuple(row) for row in here.lean(READ, f"k{number}")] != [(str(number),)]:
                    wrong.append(number)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []


def test_nothing_is_kept_when_the_work_fails(store: Store) -> None:
    def half() -> None:
        with store.writing(NOW) as work:
            mail.accept(work, [letter("a")])
            work.session.add(Fact(key="k", value="1"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    with store.reading(NOW) as work:
        assert work.lean(READ, "k") == []
        assert mail.pending(work, 10) == []


def test_a_batch_tells_new_from_repeated_and_keeps_the_order(store: Store) -> None:
    with store.writing(NOW) as work:
        assert mail.accept(work, [letter("b")]) == [True]
    batch = [letter("c", "%s?"), letter("b"), letter("a"), letter("c", "again"), letter("a")]
    with store.writing(NOW) as work:
        assert mail.accept(work, batch) == [True, False, True, False, False]
        assert mail.accept(work, []) == []
    with store.reading(NOW) as work:
        rows = work.session.exec(select(InboxRow).order_by(InboxRow.id)).all()  # type: ignore[arg-type]
        assert [(row.message_id, row.deliveries, row.payload) for row in rows] == [
            ("b", 2, "{}"), ("c", 2, "%s?"), ("a", 2, "{}")
        ]  # fmt: skip
        assert [found.letter.received_at for found in mail.pending(work, 10)] == [NOW] * 3
