"""办事台 desk:一件事一个事务,不论从哪扇门来。

`do`:开工作单元 → 这个键做过吗?做过就取回当时的结果 → 权限表 → 用例 → 审计 → 发件 → 提交。
别处都不提交。什么都可能来两次、晚到、乱序,而只做一次。
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from config.policies import Policies
from engine.errors import BadInput, Conflict, Unavailable
from handlers import audit
from handlers.actor import SYSTEM, Actor, find_actor
from handlers.audit import Entry
from handlers.codec import digest, dump_outcome, load_outcome
from handlers.permissions import Permit
from models.mailbox import DoneKey
from models.work import Store, Work

Outcome = TypeVar("Outcome")
Command = TypeVar("Command")
UseCase = Callable[[Work, Command, Policies, Actor], Outcome]
"""用例:(work, command, rules, actor) → outcome;此刻是 work.now。"""

RETRIES = 5


class Desk:
    """办事台:store 库、rules 政策、clock 给此刻(aware UTC)、permits 权限表、role_names 钉钉角色名 → 角色。"""

    def __init__(
        self,
        store: Store,
        rules: Policies,
        clock: Callable[[], datetime],
        permits: Mapping[Callable[..., Any], Permit],
        role_names: Mapping[str, str],
    ) -> None:
        self.store = store
        self.rules = rules
        self.clock = clock
        self.permits = permits
        self.role_names = role_names
        self.after_commit: list[Callable[[], None]] = []
        """提交之后要叫醒谁(例如推送);只叫醒,不带内容。"""

    def actor(self, userid: str, door: str) -> Actor:
        """按 userid 认人。查无此人或已离职会报错(见 handlers.actor)。"""
        with self._reading() as work:
            return find_actor(work, userid, self.role_names, door)

    def do(self, use_case: UseCase[Command, Outcome], command: Command, actor: Actor, key: str) -> Outcome:
        """办一件事(会改动)。key 是幂等键;同键同内容取回旧结果,同键异内容报 KEY_REUSED。"""
        if not key:
            raise BadInput("KEY_MISSING", "请求缺少编号,没有办理。请刷新页面后再试。")
        outcome = self._retrying(lambda: self._do_once(use_case, command, actor, key))
        for wake in self.after_commit:
            wake()
        return outcome

    def _do_once(self, use_case: UseCase[Command, Outcome], command: Command, actor: Actor, key: str) -> Outcome:
        body = digest(command, actor.userid)
        name = name_of(use_case)
        with self._writing() as work:
            work.lock(f"key:{key}")
            done = work.session.get(DoneKey, key)
            if done is not None:
                if done.body != body or done.use_case != name:
                    raise Conflict("KEY_REUSED", "这个请求编号已经用于另一件事,没有重复办理。请刷新页面后再试。")
                return load_outcome(use_case, done.outcome)  # type: ignore[no-any-return]
            permit = self.permits[use_case]
            permit.check(work, actor, command)
            outcome = use_case(work, command, self.rules, actor)
            audit.note(work, actor, Entry(name, permit.subject(command), key, permit.details(command)))
            work.session.add(
                DoneKey(key=key, use_case=name, body=body, outcome=dump_outcome(use_case, outcome), at=work.now)
            )
            return outcome

    def ask(self, query: UseCase[Command, Outcome], command: Command, actor: Actor) -> Outcome:
        """问一件事(不改动)。看工资的查询会留一行审计。"""
        permit = self.permits[query]
        if permit.audited:
            return self._retrying(lambda: self._ask_audited(query, command, actor, permit))
        with _told(), self._reading() as work:
            permit.check(work, actor, command)
            return query(work, command, self.rules, actor)

    def _ask_audited(self, query: UseCase[Command, Outcome], command: Command, actor: Actor, permit: Permit) -> Outcome:
        with self._writing() as work:
            permit.check(work, actor, command)
            outcome = query(work, command, self.rules, actor)
            audit.note(work, actor, Entry(name_of(query), permit.subject(command), "", permit.details(command)))
            return outcome

    def write(self, bookkeeping: Callable[[Work], Outcome]) -> Outcome:
        """门自己的簿记(收件、发件、用量、心跳):一个写事务,没有幂等键与审计;不改业务事实。"""

        def once() -> Outcome:
            with self._writing() as work:
                return bookkeeping(work)

        return self._retrying(once)

    def read(self, look: Callable[[Work], Outcome]) -> Outcome:
        """门自己的查看:只读,不经权限表;只用于簿记,不给人看。"""
        with self._reading() as work:
            return look(work)

    @contextmanager
    def _writing(self) -> Iterator[Work]:
        with self.store.writing(self.clock()) as work:
            work.role_names = self.role_names
            yield work

    @contextmanager
    def _reading(self) -> Iterator[Work]:
        with self.store.reading(self.clock()) as work:
            work.role_names = self.role_names
            yield work

    def _retrying(self, attempt: Callable[[], Outcome]) -> Outcome:
        """库忙、死锁、串行化失败、同键并发:整件事重做,有限次。"""
        wait = threading.Event()
        for n in range(RETRIES):
            try:
                with _told():
                    return attempt()
            except (OperationalError, IntegrityError) as error:
                if not _worth_retrying(error):
                    raise
                if n == RETRIES - 1 and isinstance(error, IntegrityError):
                    raise  # 不是并发,是程序写错了
                wait.wait(random.uniform(0.01, 0.05) * (2**n))
        raise Unavailable("DATABASE_BUSY", "现在办事的人比较多,您的请求还没有办成。请稍等片刻再试一次。")


@contextmanager
def _told() -> Iterator[None]:
    """库装不下的内容(数太大、读不成字的字符)是填错了,不是程序坏了。"""
    try:
        yield
    except (DataError, OverflowError, UnicodeEncodeError) as error:
        raise BadInput(
            "BAD_VALUE", "有一项内容超出了可以接受的范围(数太大,或有不能存的字符)。请改好后再试。"
        ) from error


def _worth_retrying(error: DBAPIError) -> bool:
    """这种失败重做有用吗:锁、死锁、串行化、断线、唯一键并发。"""
    if isinstance(error, IntegrityError):
        return True
    words = str(error.orig).lower()
    return any(w in words for w in ("locked", "busy", "deadlock", "serializ", "could not obtain", "connection"))


def name_of(use_case: Callable[..., Any]) -> str:
    """用例的名字:房间里的文件名.函数名,如 leave.submit。"""
    return f"{use_case.__module__.rsplit('.', 1)[-1]}.{use_case.__name__}"


__all__ = ["SYSTEM", "Actor", "Desk", "UseCase", "name_of"]
