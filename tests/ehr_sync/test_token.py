"""令牌:许多线程一起要,只取一次;失败大家都知道;取坏了下次再取。"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ehr_sync.dingtalk.token import Token, TokenKeeper

THREADS = 16


class Fetcher:
    """慢慢取:等到所有线程都已开始要,才交出来。"""

    def __init__(self, gate: threading.Event | None = None, error: Exception | None = None) -> None:
        self.calls = 0
        self.gate = gate
        self.error = error
        self._lock = threading.Lock()

    def __call__(self) -> Token:
        with self._lock:
            self.calls += 1
            number = self.calls
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.error is not None:
            raise self.error
        return Token(f"t{number}", 7200)


def together(work: Callable[[], str], gate: threading.Event) -> list[str]:
    """`THREADS` 个线程一起做,都出发后放行;交回各自的结果(异常记其文字)。"""
    ready = threading.Barrier(THREADS + 1)
    results: list[str] = []

    def run() -> None:
        ready.wait(10)
        try:
            results.append(work())
        except RuntimeError as error:
            results.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait(10)
    gate.set()
    for thread in threads:
        thread.join(10)
    return results


def test_many_threads_fetch_once():
    gate = threading.Event()
    fetch = Fetcher(gate)
    keeper = TokenKeeper(fetch)
    assert together(keeper.get, gate) == ["t1"] * THREADS
    assert fetch.calls == 1


def test_many_threads_renew_a_stale_token_once():
    gate = threading.Event()
    gate.set()
    fetch = Fetcher(gate)
    keeper = TokenKeeper(fetch)
    stale = keeper.get()
    gate.clear()
    assert together(lambda: keeper.renew(stale), gate) == ["t2"] * THREADS
    assert fetch.calls == 2
    assert keeper.renew(stale) == "t2"  # 晚来的拿到已换好的
    assert fetch.calls == 2


def test_failure_reaches_all_and_the_next_asks_again():
    gate = threading.Event()
    fetch = Fetcher(gate, RuntimeError("down"))
    keeper = TokenKeeper(fetch)
    assert set(together(keeper.get, gate)) == {"down"}
    fetch.error = None
    assert keeper.get().startswith("t")


def test_token_is_renewed_before_it_expires():
    now = [0.0]
    fetch = Fetcher()
    keeper = TokenKeeper(fetch, lambda: now[0])
    assert keeper.get() == "t1"
    now[0] = 6899.0
    assert keeper.get() == "t1"
    now[0] = 6901.0
    assert keeper.get() == "t2"


@pytest.mark.parametrize("life", [10.0, 200.0])
def test_a_short_lived_token_is_still_used(life: float):
    now = [0.0]
    fetch = Fetcher()
    keeper = TokenKeeper(lambda: Token(fetch().text, life), lambda: now[0])
    assert keeper.get() == "t1"
    now[0] = life / 2 - 1
    assert keeper.get() == "t1"
    now[0] = life / 2 + 1
    assert keeper.get() == "t2"
