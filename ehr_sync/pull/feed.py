"""来源 feed:每个来源是一行数据(名字、时刻表、窗口、页),和把一次读取攒成页的筐子。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from ehr_sync.dingtalk.client import DingTalk
from ehr_sync.dingtalk.errors import BAD_REQUEST, NO_PERSON, NO_SCOPE, DingTalkError
from ehr_sync.pull.read import Unreadable, raw_text
from engine.days import days_between, shanghai_date
from handlers.records import BadRecord, Page, Record

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CrmForm:
    """客户管理里的一个自定义对象:`name` 是表单码 PROC-…,`fields` 是逻辑名 → 租户的 fieldId。

    `words` 把对方的状态写法译成我们的(signed | cancelled | open);`full_score` 是满意度满分。
    """

    name: str
    fields: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    full_score: int = 100


@dataclass(frozen=True, slots=True)
class Source:
    """从哪里读:钉钉客户端,与这家公司自己的配置。

    `operator` 是有管理权限的 userid(查假期、班次、客户数据时的操作人);
    `processes` 是 leave | overtime | trip | supply → processCode,没配的不读。
    """

    ding: DingTalk
    operator: str = ""
    processes: Mapping[str, str] = field(default_factory=dict)
    deals: CrmForm | None = None
    ratings: CrmForm | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """这一次读什么:`now` 此刻;`since` 公司开始用的那天(第一次从这里读起);`cursor` 上次读到哪里。

    `slot` 是作业的槽(同一槽重做得同一个键);`back` 往回重读几天;
    `ids` 只读这些人或这些编号(事件、当面问),不动游标;`first`/`last` 指定窗口(重读一个月),不动游标。
    """

    now: datetime
    since: date
    slot: str = ""
    cursor: str = ""
    back: int = 0
    ids: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def today(self) -> date:
        return shanghai_date(self.now)

    @property
    def partial(self) -> bool:
        """只读一部分:不动游标,也不算“读完”。"""
        return bool(self.ids) or self.first is not None

    def days(self, until: date) -> Iterator[date]:
        """按天的来源这次读哪些天:从游标的次日(往回 `back` 天)到 `until`。"""
        if self.first is not None:
            return days_between(self.first, min(self.last or until, until))
        first = self.since
        if self.cursor:
            first = max(first, date.fromisoformat(self.cursor[:10]) + timedelta(days=1 - self.back))
        return days_between(min(first, until), until)


class Window(StrEnum):
    """窗口的种类。"""

    SNAPSHOT = "snapshot"  # 每次整份读
    DAYS = "days"  # 一天一窗,游标是读完的最后一天
    CREATED = "created"  # 按创建时刻,游标是 JSON:读到的时刻与还没办完的编号


@dataclass(frozen=True, slots=True)
class Run:
    """时刻表的一行:上海时间的 cron(避开整点)与往回重读几天。"""

    cron: str
    back: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """一个来源:`after` 是要先读好的来源(先有人,才有他的打卡)。"""

    name: str
    title: str
    window: Window
    page: int
    runs: tuple[Run, ...]
    read: Callable[[Source, Ask], Iterator[Page]]
    after: tuple[str, ...] = ()


class Basket:
    """筐子:攒记录、原文与坏记录,满一页就交出去。"""

    def __init__(self, feed: str, ask: Ask, window: str = "") -> None:
        self._page = Page(feed, f"{window or 'all'}@{ask.slot or ask.now.isoformat()}", (), complete=False)
        self._records: list[Record] = []
        self._raw: list[str] = []
        self._bad: list[BadRecord] = []

    def __len__(self) -> int:
        return len(self._records)

    def add(self, raw: object, parse: Callable[[Any], Record | Iterable[Record]], source_id: str = "") -> None:
        """读一条;读不懂就记作坏记录,不拦别人。一条原文可以读出几条记录。"""
        try:
            parsed = parse(raw)
        except Unreadable as problem:
            self.spoil(raw, str(problem), source_id)
            return
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as problem:
            self.spoil(raw, f"程序读不懂这条({type(problem).__name__}),请把它告诉管理员", source_id)
            return
        records = [parsed] if not isinstance(parsed, Iterable) else list(parsed)
        kept = raw_text(raw)
        self._records += records
        self._raw += [kept] * len(records)

    def keep(self, record: Record, raw: object) -> None:
        """收一条已经读好的。"""
        self._records.append(record)
        self._raw.append(raw_text(raw))

    def spoil(self, raw: object, reason: str, source_id: str = "") -> None:
        """记一条坏记录。"""
        kept = raw_text(raw)
        self._bad.append(BadRecord(source_id or _name_of(raw), reason, kept))

    def turn(self, *, cursor: str = "", complete: bool = False, userids: tuple[str, ...] = ()) -> Page:
        """交出一页,筐子清空。"""
        page = replace(
            self._page,
            records=tuple(self._records),
            raw=tuple(self._raw),
            bad=tuple(self._bad),
            cursor=cursor,
            complete=complete,
            userids=userids,
        )
        self._records, self._raw, self._bad = [], [], []
        return page


ID_KEYS = ("id", "userid", "userId", "instanceId", "leave_code", "dept_id", "groupId", "plan_id", "processInstanceId")


def _name_of(raw: object) -> str:
    """坏记录叫什么:第一个像编号的字段;都没有用内容摘要。"""
    if isinstance(raw, dict):
        for key in ID_KEYS:
            if isinstance(raw.get(key), str | int) and raw[key] != "":
                return str(raw[key])
    return "unknown"


PERSONAL = frozenset({NO_PERSON.code, NO_SCOPE.code, BAD_REQUEST.code})
"""可能只怪其中一个人的错:对半拆开,找出那一个。"""


def split_on_error(
    ids: list[str], call: Callable[[list[str]], list[T]], spoil: Callable[[str, DingTalkError], None]
) -> list[T]:
    """一批人一起问;有一个人不对,整批会被拒:对半拆开再问,只把那一个记下。"""
    try:
        return call(ids)
    except DingTalkError as error:
        if error.code not in PERSONAL:
            raise
        if len(ids) == 1:
            spoil(ids[0], error)
            return []
    half = len(ids) // 2
    return split_on_error(ids[:half], call, spoil) + split_on_error(ids[half:], call, spoil)
