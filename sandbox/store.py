"""状态 store:一切会变的东西写进一张 SQLite 表(种类, 键, JSON);写在自己的线程里成批提交,不挡事件循环。"""

from __future__ import annotations

import json
import logging
import queue
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

Doc: TypeAlias = dict[str, Any]
Row: TypeAlias = tuple[str, str, str | None]

_log = logging.getLogger("sandbox")
_PUT = "INSERT INTO doc(kind, key, body) VALUES(?, ?, ?) ON CONFLICT(kind, key) DO UPDATE SET body = excluded.body"
_CUT = "DELETE FROM doc WHERE kind = ? AND key = ?"


class Store:
    """folder 为 None 时什么也不留。put 立刻返回;close 之前的写入都已落盘。"""

    def __init__(self, folder: Path | None) -> None:
        self._lines: queue.SimpleQueue[Row | threading.Event] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._file: Path | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = folder / "sandbox.sqlite3"
            with sqlite3.connect(self._file) as base:
                base.execute("PRAGMA journal_mode = WAL")
                base.execute(
                    "CREATE TABLE IF NOT EXISTS doc(kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY(kind, key))"
                )
            base.close()
            self._thread = threading.Thread(target=self._write, name="sandbox-store", daemon=True)
            self._thread.start()

    def put(self, kind: str, key: str, doc: Doc) -> None:
        """写一份文档;此后改动 doc 不影响已写的。"""
        if self._thread is not None:
            self._lines.put((kind, key, json.dumps(doc, ensure_ascii=False)))

    def cut(self, kind: str, key: str) -> None:
        """删一份文档;没有就算了。"""
        if self._thread is not None:
            self._lines.put((kind, key, None))

    def load(self, kind: str) -> list[Doc]:
        """一种文档的全部,按写入的先后。"""
        if self._file is None:
            return []
        base = sqlite3.connect(self._file)
        try:
            rows = base.execute("SELECT body FROM doc WHERE kind = ? ORDER BY rowid", (kind,)).fetchall()
        finally:
            base.close()
        return [json.loads(body) for (body,) in rows]

    def close(self) -> None:
        """等写完再停。"""
        if self._thread is not None:
            done = threading.Event()
            self._lines.put(done)
            self._thread.join(timeout=5)
            self._thread = None

    def _write(self) -> None:
        assert self._file is not None
        base = sqlite3.connect(self._file, isolation_level=None)
        base.execute("PRAGMA synchronous = NORMAL")
        try:
            while self._batch(base):
                pass
        finally:
            base.close()

    def _batch(self, base: sqlite3.Connection) -> bool:
        """把手头等着的都写成一笔;遇到收工的信号返回 False。"""
        items: list[Row | threading.Event] = [self._lines.get()]
        while not self._lines.empty():
            items.append(self._lines.get())
        try:
            base.execute("BEGIN IMMEDIATE")
            self._apply(base, (item for item in items if not isinstance(item, threading.Event)))
            base.execute("COMMIT")
        except sqlite3.OperationalError as error:
            # 磁盘满了之类:沙箱照常跑,只是这一笔没有留底
            _log.error("状态写不进 %s:%s", self._file, error)
            if base.in_transaction:
                base.execute("ROLLBACK")
        return not any(isinstance(item, threading.Event) for item in items)

    @staticmethod
    def _apply(base: sqlite3.Connection, rows: Iterable[Row]) -> None:
        for kind, key, body in rows:
            if body is None:
                base.execute(_CUT, (kind, key))
            else:
                base.execute(_PUT, (kind, key, body))
