"""工作单元 work:一件事一个事务;提交与回滚只在这里和办事台。

SQLite:写事务以 BEGIN IMMEDIATE 开始,带忙等待;同一进程内一次只有一个写者。
PostgreSQL:可以有许多写者,要紧的地方用 `work.lock(name)`(事务级咨询锁)。
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models import guards
from models.tables import METADATA

BUSY_TIMEOUT_MS = 15_000


class Work:
    """一件事的工作单元:`session` 读写表,`now` 此刻(aware UTC);不在这里提交。"""

    def __init__(self, store: Store, now: datetime, connection: Connection | None = None) -> None:
        """connection 给了就是写事务;没给是只读,用到才去取一条。"""
        self._store = store
        self._connection = connection
        self._writing = connection is not None
        self._session: Session | None = None
        self.now = now
        self.dialect = store.engine.dialect.name
        self.role_names: Mapping[str, str] = {}
        """钉钉角色名 → 本系统角色;办事台开工时放进来。"""

    @property
    def session(self) -> Session:
        """读写表的会话;用到才建:最常问的几件事按行读,用不着它。"""
        if self._session is None:
            self._session = Session(bind=self._bare(), expire_on_commit=False, autoflush=self._writing)
        return self._session

    def _bare(self) -> Connection:
        if self._connection is None:
            self._connection = self._store.engine.connect()
        return self._connection

    @property
    def connection(self) -> Connection:
        """这件事的连接;会话里没写下去的先写下去。"""
        if self._session is None:
            return self._bare()
        self._session.flush()
        return self._session.connection()

    def end(self, *, keep: bool) -> None:
        """收尾:keep 提交,否则回滚(只由 Store 叫)。"""
        if self._session is not None:
            (self._session.commit if keep else self._session.rollback)()
            self._session.close()
        if self._connection is not None and self._connection.in_transaction():
            (self._connection.commit if keep else self._connection.rollback)()

    def close(self) -> None:
        """还回连接(只由 Store 叫)。"""
        if self._connection is not None:
            self._connection.close()

    def lock(self, name: str, *, shared: bool = False) -> None:
        """事务内独占(或 shared 共享)一个名字(如 "leave:12"),到事务结束放开;SQLite 写事务本就独占,无事可做。"""
        if self.dialect == "postgresql":
            way = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
            self.session.execute(text(f"SELECT {way}(:k)"), {"k": zlib.crc32(name.encode()) + (1 << 33)})

    def rows(self, sql: str, **params: Any) -> list[Any]:
        """直接按行读(页面与热路径用,不建对象)。"""
        return list(self.session.execute(text(sql), params).all())

    def lean(self, sql: str, *values: object) -> list[Any]:
        """最热的几问按行读(? 占位,值是驱动给的:SQLite 的日期是文字)。

        SQLite 上只读而没有会话时直接问驱动,不开事务:省下的是一问里大半的工夫。一条语句看到的是同一刻的库,几条之间不保证。
        """
        if not self._writing and self._session is None and self._store.file:
            return self._store.lean(sql, values)
        query = sql if self.dialect == "sqlite" else sql.replace("?", "%s")
        return list(self.connection.exec_driver_sql(query, values).all())

    @contextmanager
    def as_if(self) -> Iterator[None]:
        """假如:里面写的只为看一眼,出来时退回保存点,什么也不留下。"""
        point = self.session.begin_nested()
        try:
            yield
        finally:
            point.rollback()

    def insert_rows(self, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
        """成批写行,不经对象:PostgreSQL 用 COPY,SQLite 用 executemany。表名与列名只来自程序,不来自外面。"""
        if not rows:
            return
        connection = self.connection
        if not connection.in_transaction():  # COPY 直接走驱动,SQLAlchemy 不知道;不先开事务,末了就不会提交
            connection.begin()
        names = ", ".join(columns)
        if self.dialect == "postgresql":
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608


class Store:
    """库 store:引擎与工作单元的来处。url 如 sqlite:///ehr.sqlite3 或 postgresql+psycopg://…。"""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer = threading.RLock()
        self._spare: deque[sqlite3.Connection] = deque()
        self.engine = self._make_engine(url, pool_size)
        name = self.engine.url.database if self.is_sqlite else None
        self.file = name if name and name != ":memory:" else ""
        """SQLite 的文件;在内存里或不是 SQLite 为空。"""

    def _make_engine(self, url: str, pool_size: int) -> Engine:
        if not self.is_sqlite:
            return create_engine(url, pool_size=pool_size, max_overflow=10, pool_pre_ping=True)
        path = url.removeprefix("sqlite:///")
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS // 1000})

        @event.listens_for(engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            mode = connection.get_execution_options().get("ehr_mode", "read")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "write" else "BEGIN")

        return engine

    def create_all(self) -> None:
        """建全部的表(测试与演示用;正式环境走迁移)。"""
        with self.engine.connect().execution_options(ehr_mode="write") as connection:
            METADATA.create_all(connection)
            guards.install(connection)
            connection.commit()

    @contextmanager
    def writing(self, now: datetime) -> Iterator[Work]:
        """写事务:正常结束即提交,有异常即回滚。"""
        if self.is_sqlite:
            with self._writer:
                yield from self._write(now)
        else:
            yield from self._write(now)

    def _write(self, now: datetime) -> Iterator[Work]:
        with self.engine.connect().execution_options(ehr_mode="write") as connection:
            work = Work(self, now, connection)
            try:
                yield work
                work.end(keep=True)
            except BaseException:
                work.end(keep=False)
                raise

    @contextmanager
    def reading(self, now: datetime) -> Iterator[Work]:
        """只读:结束时回滚。"""
        work = Work(self, now)
        try:
            yield work
        finally:
            try:
                work.end(keep=False)
            finally:
                work.close()

    def lean(self, sql: str, values: tuple[object, ...]) -> list[Any]:
        """SQLite 上直接问驱动:几条自己的连接轮着用,不够再开,用完留着。"""
        try:
            driver = self._spare.pop()
        except IndexError:
            driver = sqlite3.connect(self.file, BUSY_TIMEOUT_MS // 1000, isolation_level=None, check_same_thread=False)
        try:
            return driver.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise OperationalError(sql, values, error) from error
        finally:
            self._spare.append(driver)

    def close(self) -> None:
        """关掉连接池。"""
        while self._spare:
            self._spare.pop().close()
        self.engine.dispose()
