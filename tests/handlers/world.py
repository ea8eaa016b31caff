"""小公司 world:九个人、一份期初数据,全部经办事台装入;测试说“谁、办什么”,world 起键、记下来,能整份重放。"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import text

from config.policies import Policies, shipped
from engine.days import SHANGHAI, Month
from engine.money import Money
from handlers import intake, opening
from handlers.company import Company
from handlers.desk import SYSTEM, Actor, Desk
from handlers.records import (
    DealRecord,
    DepartmentRecord,
    GroupRecord,
    LeaveTypeRecord,
    Page,
    PersonRecord,
    PunchRecord,
    RatingRecord,
    Record,
    RosterRecord,
    ShiftRecord,
)
from handlers.table import PERMITS
from models.work import Store

ROLES = {"人事": "hr", "薪酬专员": "payroll", "审计": "auditor"}
SALES, STAFF, ROOT = 10, 20, 1
OFFICE = ("gaoyuan", "wangfang", "liming", "zhangsan", "zhaohui", "chenjing", "sunli", "zhoujun", "loner")
OCTOBER = Month(2026, 10)


def at(day: str, clock: str = "09:30") -> datetime:
    """上海的一个时刻。"""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=SHANGHAI).astimezone(UTC)


@dataclass
class Did:
    """办过的一件事。"""

    use_case: Callable[..., Any]
    command: Any
    actor: Actor
    key: str


@dataclass
class World:
    """一家小公司:desk 办事台,now 此刻(测试可以往前拨)。"""

    store: Store
    now: datetime = field(default_factory=lambda: at("2026-11-23"))
    done: list[Did] = field(default_factory=list)
    _keys: Iterator[int] = field(default_factory=lambda: count(1000))

    def __post_init__(self) -> None:
        self.rules: Policies = shipped()
        self.desk = Desk(self.store, self.rules, lambda: self.now, PERMITS, ROLES)

    def actor(self, userid: str, door: str = "bot") -> Actor:
        return SYSTEM if userid == "system" else self.desk.actor(userid, door)

    def id(self, userid: str) -> int:
        return self.actor(userid).person_id

    def do(self, userid: str, use_case: Callable[..., Any], command: Any, key: str = "") -> Any:
        """某人办一件事;办成的记下来,好整份重放。"""
        actor = self.actor(userid)
        key = key or f"k{next(self._keys)}"
        outcome = self.desk.do(use_case, command, actor, key)
        self.done.append(Did(use_case, command, actor, key))
        return outcome

    def ask(self, userid: str, query: Callable[..., Any], command: Any) -> Any:
        return self.desk.ask(query, command, self.actor(userid))

    def take(self, feed: str, *records: Record, **more: Any) -> Any:
        """同步收下一页。"""
        return self.do("system", intake.take_page, Page(feed, more.pop("window", "w"), tuple(records), **more))

    def replay(self, seed: int = 7) -> None:
        """办过的事全部打乱次序再来一遍(同样的键)。"""
        again = list(self.done)
        random.Random(seed).shuffle(again)
        for one in again:
            self.desk.do(one.use_case, one.command, one.actor, one.key)

    def rows(self, *tables: str, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
        """各表的每一行(不点名就是全部的表)。"""
        found: dict[str, list[tuple[Any, ...]]] = {}
        with self.store.engine.connect() as connection:
            for name in tables or sorted(_tables(connection)):
                if name not in without:
                    result = connection.execute(text(f"SELECT * FROM {name}"))
                    found[name] = sorted((tuple(map(repr, row)) for row in result), key=repr)
            connection.rollback()
        return found

    def one(self, sql: str, **params: Any) -> Any:
        """查一个值。"""
        with self.store.engine.connect() as connection:
            value = connection.execute(text(sql), params).scalar()
            connection.rollback()
        return value


def _tables(connection: Any) -> list[str]:
    import sqlalchemy as sa

    return [n for n in sa.inspect(connection).get_table_names() if n != "alembic_version"]


DAY_SHIFT = ShiftRecord("day", "白班", time(9), time(18), ((time(12), time(13)),), 480, "v1")


def person(userid: str, name: str, dept: int | None = SALES, **more: Any) -> PersonRecord:
    """通讯录里的一个人。"""
    depts = () if dept is None else (dept,)
    values: dict[str, Any] = {"version": "h-1", "dept_ids": depts, "hired_on": date(2023, 3, 1)}
    return PersonRecord(userid, name, **(values | more))


def people() -> tuple[Record, ...]:
    return (
        DepartmentRecord(ROOT, "云帆科技", None),
        DepartmentRecord(SALES, "销售一部", ROOT),
        DepartmentRecord(STAFF, "人力资源部", ROOT),
        person("gaoyuan", "高远", ROOT, leader_of=(ROOT,), title="总经理"),
        person("wangfang", "王芳", leader_of=(SALES,), title="销售经理"),
        person("liming", "李明", manager_userid="wangfang", title="销售"),
        person("zhangsan", "张三", title="销售"),
        person("zhaohui", "赵慧", STAFF, leader_of=(STAFF,), role_names=("人事",), title="人事经理"),
        person("chenjing", "陈静", STAFF, role_names=("薪酬专员",)),
        person("sunli", "孙丽", STAFF, role_names=("薪酬专员",)),
        person("zhoujun", "周军", STAFF, role_names=("审计",)),
        person("loner", "独行", None),
    )


def group() -> GroupRecord:
    return GroupRecord("g1", "白班组", "fixed", OFFICE, dict.fromkeys(range(5), "day"), "v1")


def leave_types() -> tuple[LeaveTypeRecord, ...]:
    names = ("年假", "事假", "病假", "婚假", "调休")
    return tuple(LeaveTypeRecord(f"code-{n}", n, "halfDay", "v1") for n in names)


def company(store: Store) -> World:
    """装好人、班次、假种与期初数据的小公司,钟停在 11月23日(周一)09:30。"""
    world = World(store, _keys=count())
    world.take("people", *people())
    world.take("shifts", DAY_SHIFT, group())
    world.take("leave_types", *leave_types())
    world.take("roster", *(roster(u, date(2028, 12, 31)) for u in OFFICE))
    world.do("system", opening.open_leave, opening_leave())
    world.done.clear()
    return world


def roster(userid: str, end: date | None, version: str = "h-1", start: date = date(2023, 3, 1)) -> RosterRecord:
    kind = "fixed" if end else "open_ended"
    return RosterRecord(userid, version, kind, start, end, hired_on=date(2023, 3, 1))


def opening_leave(days: str = "3", used: str = "0") -> opening.OpenLeave:
    """每人 3 天年假(到 2026 年底),另有 8 小时调休。"""
    lots = [_lot(u, "annual", "day", days, used) for u in OFFICE] + [_lot(u, "comp", "hour", "8", "0") for u in OFFICE]
    return opening.OpenLeave(date(2026, 10, 1), tuple(lots))


def _lot(userid: str, kind: str, unit: str, granted: str, used: str) -> opening.LeaveLot:
    return opening.LeaveLot(
        userid, kind, unit, Decimal(granted), Decimal(used), date(2026, 1, 1), date(2026, 12, 31), "期初"
    )


def with_pay(world: World) -> World:
    """再装薪酬档案、个税累计、绩效,和十月的打卡、签单、满意度。"""
    world.do("system", opening.open_pay, opening.OpenPay(COMPANY, tuple(pay_of(u) for u in OFFICE)))
    ledger = tuple((u, "standard", 11, ()) for u in OFFICE)  # 从十一月发薪起在本单位计税
    world.do("system", opening.open_tax, opening.OpenTax("上海云帆科技有限公司", 2026, ledger))
    world.do("system", opening.open_performance, _performance())
    world.take("punches", *(p for u in OFFICE for p in punches(world, u, OCTOBER)))
    world.take("deals", *(deal(n, "30000.00", f"2026-10-{10 + n:02d}") for n in range(1, 5)))
    world.take("ratings", *(rating(n, "0.95", f"2026-10-{8 + n:02d}") for n in range(1, 21)))
    world.done.clear()
    return world


COMPANY = Company("上海云帆科技有限公司", "上海云帆科技有限公司", "上海", 10, "月薪", "2026-10", Decimal("0.002"))


def pay_of(userid: str) -> opening.PayPerson:
    """某人的薪酬档案:月工资 10,000.00。"""
    post = "销售岗" if userid == "liming" else "职能岗"
    return opening.PayPerson(
        userid,
        post,
        "上海",
        "standard",
        "standard",
        Decimal("0.07"),
        Decimal("0.00"),
        "招商银行",
        "6200005074977440304",
        ((date(2026, 1, 1), Money.of("10000.00"), "年度定薪"),),
        (("2025-07", Money.of("10000.00"), Money.of("10000.00")),),
        (("餐补标准", Money.of("15.00")),),
        (),
    )


def _performance() -> opening.OpenPerformance:
    indicators = (
        opening.OpenIndicator("sales", "销售额完成率", "销售额", "deals", "money", "higher", True),
        opening.OpenIndicator("satisfaction", "客户满意度", "客户满意度", "ratings", "rate", "higher", False),
    )
    plan = opening.OpenPlan(
        "sales",
        "销售岗绩效方案",
        date(2026, 1, 1),
        ("销售岗",),
        (("sales", Decimal("0.60"), "2.00", ""), ("satisfaction", Decimal("0.40"), "", "")),
        "绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%",
        "block",
    )
    targets = tuple(("liming", "sales", f"2026-{m}", Decimal("100000.00")) for m in (10, 11, 12))
    return opening.OpenPerformance(indicators, (plan,), targets)


def punches(world: World, userid: str, month: Month, without: tuple[str, ...] = ()) -> list[PunchRecord]:
    """某人某月每个工作日的上下班卡(已过去的日子);without 这些日子没有打。"""
    found: list[PunchRecord] = []
    for day in month.days():
        if not world.rules.calendar.is_work(day) or day.isoformat() in without:
            continue
        for side, clock in (("on", "08:55"), ("off", "18:05")):
            moment = at(day.isoformat(), clock)
            if moment < world.now:
                found.append(punch(f"{userid}-{day}-{side}", userid, moment, side))
    return found


def punch(source_id: str, userid: str, moment: datetime, side: str, version: str = "h-1", **more: Any) -> PunchRecord:
    day = moment.astimezone(SHANGHAI).date()
    return PunchRecord(source_id, userid, moment, side, more.pop("work_date", day), "USER", version, **more)


def deal(
    number: int, amount: str, signed_on: str, status: str = "signed", version: str = "h-1", **more: Any
) -> DealRecord:
    owner = more.pop("owner", "liming")
    day = date.fromisoformat(signed_on) if signed_on else None
    return DealRecord(f"deal-{number}", owner, f"客户{number}", Money.of(amount), day, status, version, **more)


def rating(number: int, score: str, rated_on: str, version: str = "h-1") -> RatingRecord:
    return RatingRecord(f"rate-{number}", "liming", Decimal(score), date.fromisoformat(rated_on), version)


def later(world: World, **span: int) -> None:
    """往前拨钟。"""
    world.now += timedelta(**span)
