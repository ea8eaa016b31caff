"""投递 deliveries:发件箱里到了时候的,各开一件投递作业;卡片送出时按当时的状态现写。"""

from __future__ import annotations

import hashlib
import logging
import threading
from datetime import date, timedelta
from typing import Any

from app.jobs import PUSH, SYNC, Jobs
from app.sync import pull_follow
from app.wiring import Wired
from bot.cards import render
from bot.cards.content import CardContent
from ehr_sync.events import Follow
from ehr_sync.push.deliver import Dead, Delivered, Retry, Row
from engine.errors import EhrError
from handlers.cards import card_ref, refresh_card_of
from handlers.mail import bury, delivered, due, open_deliveries, retry_later
from models.mailbox import OutboxRow
from models.work import Work

log = logging.getLogger("ehr.deliveries")
BATCH = 200


class Deliveries:
    """投递:`wake` 叫醒,`dispatch` 开作业,`deliver` 是作业本身。"""

    def __init__(self, wired: Wired) -> None:
        self._wired = wired
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._started: set[str] = set()

    def start(self, jobs: Jobs) -> None:
        """开始看发件箱:有人叫就看,没人叫每秒看一眼。"""
        self._wired.desk.after_commit.append(self._wake.set)
        self._thread = threading.Thread(target=self._loop, args=(jobs,), name="outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def open_count(self) -> int:
        """还没送到的。"""
        return self._wired.desk.read(open_deliveries)

    def _loop(self, jobs: Jobs) -> None:
        while not self._stop.is_set():
            self._wake.wait(timeout=1.0)
            self._wake.clear()
            try:
                self.dispatch(jobs)
            except Exception:
                log.exception("outbox dispatch failed")

    def dispatch(self, jobs: Jobs) -> None:
        """到了时候的各开一件作业;编号含次数,同一次只开一件。"""
        for row in self._wired.desk.read(lambda work: due(work, BATCH)):
            job_id = f"outbox:{row.id}:{row.attempts}"
            if job_id not in self._started:
                self._started.add(job_id)
                # 回头再读不是投递,别排在卡片前面
                jobs.start(job_id, "deliver", str(row.id), SYNC if row.kind == "pull" else PUSH)
        if len(self._started) > 10_000:
            self._started.clear()

    def deliver(self, argument: str) -> None:
        """送一封:送到、过会儿再来、或进死信;已送到的再来一遍什么也不做。"""
        outbox_id = int(argument)
        desk = self._wired.desk
        row = desk.read(lambda work: _row(work.session.get(OutboxRow, outbox_id)))
        if row is None:
            return
        result, sent = self._attempt(row)
        match result:
            case Delivered():
                desk.write(lambda work: delivered(work, outbox_id))
                if row.kind == "card.create":
                    self._catch_up(sent)
            case Retry(after, reason):
                desk.write(lambda work: retry_later(work, outbox_id, after, reason))
            case Dead(reason):
                desk.write(lambda work: bury(work, outbox_id, reason))

    def _attempt(self, row: Row) -> tuple[Delivered | Retry | Dead, Row]:
        """送一次:怎么样了,送的是什么。"""
        sent = row
        try:
            if row.kind == "pull":
                return self._pull(row), sent
            sent = self._rendered(row)
            return self._wired.deliverer.deliver(sent), sent
        except EhrError as error:
            return Dead(f"{error.code}:{error.say}"), sent
        except Exception as error:  # 程序错误:留着再试,到期进死信,HR 看得到
            log.exception("delivery failed")
            return Retry(timedelta(minutes=5), type(error).__name__), sent

    def _catch_up(self, sent: Row) -> None:
        """卡片寄在路上时事情又变了(那时以为还没写好,没有另发更新):寄到之后补一次更新。"""
        track = str(sent.payload["out_track_id"])
        params = card_payload(self._wired, track)["params"]
        if params == sent.payload["params"]:
            return
        mark = int(hashlib.sha256(repr(sorted(params.items())).encode()).hexdigest()[:12], 16)

        def book(work: Work) -> None:
            ref = card_ref(work, track)
            if ref is not None:
                refresh_card_of(work, ref, mark)

        self._wired.desk.write(book)

    def _pull(self, row: Row) -> Delivered | Retry:
        """回头再读:那一天和前一天(夜班);读不成过会儿再来。"""
        day = date.fromisoformat(str(row.payload["day"]))
        ids = row.payload["ids"]
        assert isinstance(ids, list)
        try:
            for on in (day - timedelta(days=1), day):
                pull_follow(self._wired, Follow(str(row.payload["feed"]), tuple(ids), on), f"again:{on}")
        except EhrError as error:
            return Retry(timedelta(minutes=10), error.say)
        return Delivered("重读过了")

    def _rendered(self, row: Row) -> Row:
        """卡片:编号 → 此刻的样子。别的照原样。"""
        if row.kind not in ("card.create", "card.update"):
            return row
        track = str(row.payload["out_track_id"])
        return Row(row.kind, card_payload(self._wired, track), row.attempts)


def card_payload(wired: Wired, track: str) -> dict[str, Any]:
    """一张卡此刻的投递内容。"""
    ref = wired.desk.read(lambda work: card_ref(work, track))
    if ref is None:
        raise LookupError(track)
    viewer = wired.desk.actor(ref.userid, "bot")
    content: CardContent = render(ref, lambda query, command: wired.desk.ask(query, command, viewer))
    return {
        "out_track_id": track,
        "to": ref.userid,
        "params": content.params,
        "conversation": {"type": "1"},
        "weight": "approval" if ref.role == "approver" else "answer",
    }


def _row(row: OutboxRow | None) -> Row | None:
    return Row(row.kind, row.payload, row.attempts) if row is not None and row.state == "new" else None
