"""小公司 world:网页测试用的一家公司——九个人、两个部门、十月和十一月的打卡、签单、评价,都经办事台装入。

时刻停在 2026-11-23 09:30(上海)。登录码由 `code(userid)` 发,用一次就作废。
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from config.policies import shipped
from config.settings import Settings
from engine.days import SHANGHAI, DayKind, days_between
from engine.errors import BadInput
from engine.money import Money
from handlers import alerts, handoff, imports, inputs_rows, intake, leave, opening, payroll, performance_appeals
from handlers.company import Company
from handlers.desk import SYSTEM, Desk
from handlers.handoff import HandOver
from handlers.inputs_rows import EnterInput
from handlers.inputs_shapes import ImportFile, Upload
from handlers.leave import DraftLeave, SubmitLeave
from handlers.payroll import Prepare, Publish
from handlers.people import Today
from handlers.performance_appeals import OpenAppeal
from handlers.records import (
    ApprovalRecord,
    DealRecord,
    DepartmentRecord,
    DismissalRecord,
    GroupRecord,
    Page,
    PersonRecord,
    PunchRecord,
    RatingRecord,
    Record,
    RosterRecord,
    ShiftRecord,
)
from handlers.table import PERMITS
from miniapp.ports import Ports
from miniapp.server import make_app
from models.work import Store

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
ROLE_NAMES = {"人事": "hr", "薪酬专员": "payroll", "审计": "auditor", "看薪酬": "pay_view"}
PEOPLE: tuple[tuple[str, str, str, int, str | None, tuple[str, ...]], ...] = (
    ("gaoyuan", "高远", "总经理", 1, None, ("看薪酬",)),
    ("wangfang", "王芳", "销售经理", 2, "gaoyuan", ()),
    ("liming", "李明", "销售", 2, "wangfang", ()),
    ("zhangwei", "张伟", "销售", 2, "wangfang", ()),
    ("zhaohui", "赵慧", "人事经理", 3, "gaoyuan", ("人事",)),
    ("chenjing", "陈静", "薪酬", 3, "zhaohui", ("薪酬专员",)),
    ("sunli", "孙丽", "薪酬", 3, "zhaohui", ("薪酬专员",)),
    ("zhoujun", "周军", "审计", 3, "gaoyuan", ("审计",)),
    ("liuyang", "刘洋", "专员", 3, "zhaohui", ()),
    ("wulei", "吴磊", "销售", 2, "wangfang", ()),
)
PAID = ("liming", "zhangwei")
LEADERS = {1: "gaoyuan", 2: "wangfang", 3: "zhaohui"}


@dataclass
class Times:
    """两只钟:now 公司的此刻,at 会话的时刻(秒);测试可以往前拨。"""

    now: datetime = NOW
    at: float = 1_000_000.0


@dataclass
class World:
    """一家公司与它的网页。"""

    store: Store
    desk: Desk
    settings: Settings
    times: Times
    codes: dict[str, str] = field(default_factory=dict)
    ready: dict[str, str] = field(default_factory=dict)
    app: FastAPI = field(init=False)

    @property
    def store_path(self) -> Path:
        """库文件。"""
        return Path(self.store.url.removeprefix("sqlite:///"))

    def code(self, userid: str) -> str:
        """发一个登录码。"""
        code = secrets.token_hex(8)
        self.codes[code] = userid
        return code

    def login_code(self, code: str) -> str:
        """换登录码:用一次就作废。"""
        if code not in self.codes:
            raise BadInput("BAD_CODE", "登录授权已经用过或过期,请关掉页面重新打开。")
        return self.codes.pop(code)

    def person(self, userid: str) -> int:
        """编号。"""
        return self.desk.actor(userid, "test").person_id


@contextmanager
def small_company(folder: Path, **changes: Any) -> Iterator[World]:
    """新建一家公司,用完关掉。"""
    with open_world(folder / "world.sqlite3", **changes) as world:
        world.store.create_all()
        fill(world.desk)
        yield world


@contextmanager
def open_world(path: Path, **changes: Any) -> Iterator[World]:
    """打开一座已有的库。"""
    store = Store(f"sqlite:///{path}")
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        mode="demo",
        session_secret=SecretStr("s" * 40),
        corp_id="corp1",
        client_id="client1",
        **{"miniapp_base": "http://127.0.0.1:8080", **changes},
    )
    times = Times()
    desk = Desk(store, shipped(), lambda: times.now, PERMITS, ROLE_NAMES)
    world = World(store, desk, settings, times)
    world.app = make_app(desk, settings, Ports(world.login_code, lambda: world.ready, lambda: times.at))
    try:
        yield world
    finally:
        store.close()


def fill(desk: Desk) -> None:
    """装人、班次、打卡、签单、薪酬与目标。"""
    _take(desk, "people", [*_departments(), *_people()])
    _take(desk, "roster", _rosters())
    _take(desk, "shifts", _shifts())
    _take(desk, "punches", _punches(desk, date(2026, 10, 1), date(2026, 11, 22)))
    _take(desk, "approvals", _approvals())
    _take(desk, "deals", _deals())
    _take(desk, "ratings", _ratings())
    for use_case, command in _openings():
        desk.do(use_case, command, SYSTEM, f"open:{use_case.__name__}")


def _take(desk: Desk, feed: str, records: list[Record], through: str = "2026-11-22") -> None:
    page = Page(feed, through, tuple(records), cursor=through)
    desk.do(intake.take_page, page, SYSTEM, f"take:{feed}:{through}")


def to_december(world: World) -> None:
    """时间走到 12 月 1 日 09:30,十一月余下的打卡收齐了,签单与评价也读到了月底之后。"""
    world.times.now = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
    rest = _punches(world.desk, date(2026, 11, 23), date(2026, 11, 30))
    _take(world.desk, "punches", rest, "2026-11-30")
    for feed in ("deals", "ratings"):
        _take(world.desk, feed, [], "2026-11-30")


def _departments() -> list[Record]:
    names = {1: "云帆科技", 2: "销售一部", 3: "人力资源部"}
    return [DepartmentRecord(n, name, None if n == 1 else 1, LEADERS[n]) for n, name in names.items()]


def _people() -> list[Record]:
    return [
        PersonRecord(
            userid,
            name,
            "v1",
            title=title,
            dept_ids=(dept,),
            leader_of=(dept,) if LEADERS[dept] == userid else (),
            manager_userid=boss,
            role_names=roles,
            hired_on=date(2024, 3, 1),
        )
        for userid, name, title, dept, boss, roles in PEOPLE
    ]


def _rosters() -> list[Record]:
    return [
        RosterRecord("liuyang", "v1", "fixed", date(2024, 1, 11), date(2027, 1, 10)),
        DismissalRecord("wulei", date(2026, 11, 10), "v1"),
    ]


def _shifts() -> list[Record]:
    day = ShiftRecord("day", "白班", time(9), time(18), ((time(12), time(13)),), 480, "v1")
    members = tuple(p[0] for p in PEOPLE)
    return [day, GroupRecord("g1", "白班组", "fixed", members, dict.fromkeys(range(5), "day"), "v1")]


def _punches(desk: Desk, first: date, last: date) -> list[Record]:
    working = (DayKind.WORKDAY, DayKind.MAKEUP)
    days = [day for day in days_between(first, last) if desk.rules.calendar.kind(day) in working]
    return [one for userid in PAID for day in days for one in _day_punches(userid, day)]


def _day_punches(userid: str, day: date) -> list[Record]:
    late = userid == "liming" and day in (date(2026, 10, 13), date(2026, 11, 12))
    clocks = (("on", time(9, 12) if late else time(8, 55)), ("off", time(18, 4)))
    return [
        PunchRecord(f"p-{userid}-{day}-{side}", userid, datetime.combine(day, at, SHANGHAI), side, day, "USER", "v1")
        for side, at in clocks
        if not (userid == "liming" and day == date(2026, 11, 18) and side == "off")
    ]


def _approvals() -> list[Record]:
    start = datetime(2026, 10, 24, 9, tzinfo=SHANGHAI)
    return [
        ApprovalRecord(
            "ot1", "overtime", "zhangwei", "加班", "hour", start, start + timedelta(hours=3), "approved", "v1"
        )
    ]


def _deals() -> list[Record]:
    rows = [
        ("d1", "liming", "华东印染厂", "42000.00", date(2026, 10, 9), "signed"),
        ("d2", "liming", "浦江文具", "30000.00", date(2026, 10, 15), "signed"),
        ("d3", "liming", "海纳物流", "28000.00", date(2026, 10, 21), "signed"),
        ("d4", "liming", "申花体育", "20000.00", date(2026, 10, 28), "signed"),
        ("d5", "liming", "远山茶业", "15000.00", date(2026, 10, 29), "cancelled"),
        ("d6", "liming", "星河影院", "52000.00", date(2026, 11, 10), "signed"),
        ("d7", "zhangwei", "北辰制衣", "90000.00", date(2026, 10, 20), "signed"),
        ("d8", "zhangwei", "东方灯具", "98000.00", date(2026, 11, 6), "signed"),
    ]
    return [
        DealRecord(number, who, customer, Money.of(amount), on, state, "v1")
        for number, who, customer, amount, on, state in rows
    ]


def _ratings() -> list[Record]:
    return [
        RatingRecord(f"r-{who}-{month}-{n}", who, Decimal("0.95"), date(2026, month, 1 + n), "v1")
        for who in PAID
        for month in (10, 11)
        for n in range(20)
    ]


def _openings() -> list[tuple[Any, Any]]:
    company = Company("云帆科技", "云帆科技", "上海", 10, "月薪", "2026-10", Decimal("0.002"))
    months = tuple(
        opening.TaxMonth(n, Money.of("11000.00"), Money(0), Money.of("1680.00"), Money.of("1500.00"), Money.of("84.60"))
        for n in range(1, 11)
    )
    indicators = (
        opening.OpenIndicator("sales_completion", "销售额完成率", "销售额", "deals", "money", "higher", True),
        opening.OpenIndicator("satisfaction", "客户满意度", "客户满意度", "ratings", "rate", "higher", False),
    )
    items = (("sales_completion", Decimal("0.6"), "", ""), ("satisfaction", Decimal("0.4"), "", ""))
    plan = opening.OpenPlan(
        "sales",
        "销售岗绩效方案",
        date(2026, 1, 1),
        ("销售岗",),
        items,
        "绩效得分 = 销售额完成率 × 60% + 客户满意度 × 40%",
        "block",
    )
    targets = tuple((who, "sales_completion", f"2026-{m}", Decimal("100000.00")) for who in PAID for m in (10, 11))
    lots = tuple(
        opening.LeaveLot(
            who, "annual", "day", Decimal(10), Decimal(4), date(2026, 1, 1), date(2027, 3, 31), "2026 年年假"
        )
        for who in PAID
    )
    return [
        (opening.open_pay, opening.OpenPay(company, tuple(_pay(who) for who in PAID))),
        (opening.open_tax, opening.OpenTax("云帆科技", 2026, tuple((who, "standard", 1, months) for who in PAID))),
        (opening.open_leave, opening.OpenLeave(date(2026, 9, 1), lots)),
        (opening.open_performance, opening.OpenPerformance(indicators, (plan,), targets)),
        (opening.open_courses, opening.OpenCourses((_course("c1", 1), _course("c2", 20)))),
    ]


def _pay(userid: str) -> opening.PayPerson:
    wage = Money.of("10000.00")
    return opening.PayPerson(
        userid,
        "销售岗",
        "上海",
        "standard",
        "standard",
        Decimal("0.07"),
        Decimal("0.00"),
        "招商银行",
        "6200005074977440304",
        ((date(2026, 1, 1), wage, "年度定薪"),),
        (("2025-07", wage, wage),),
        (("餐补标准", Money.of("15.00")),),
        (("子女教育", "2026-01", Money.of("1500.00")),),
    )


def _course(code: str, seats: int) -> opening.OpenCourse:
    start = datetime(2026, 12, 3 if seats == 1 else 8, 13, 30, tzinfo=SHANGHAI)
    name = "高效客户沟通技巧" if seats == 1 else "团队管理入门"
    return opening.OpenCourse(
        code,
        name,
        "沟通",
        "林娜",
        seats,
        "3 楼培训室",
        start,
        start + timedelta(hours=3),
        start - timedelta(days=1),
        "沟通",
    )


def publish_october(world: World) -> int:
    """十月:陈静算,孙丽发。返回期的编号。"""
    desk = world.desk
    done = desk.do(payroll.run, Prepare("2026-10"), desk.actor("chenjing", "test"), "run:10")
    desk.do(payroll.publish, Publish(done.run_id, done.input_hash), desk.actor("sunli", "test"), "publish:10")
    return done.run_id


def stir(world: World) -> None:
    """让每一页都有东西看:一条合同提醒、一件求助、一件绩效申诉、一份等王芳审批的请假。"""
    desk = world.desk
    why = OpenAppeal("2026-10", "satisfaction", "有一份评价是给别人的")
    desk.do(performance_appeals.appeal, why, desk.actor("liming", "bot"), "appeal")
    desk.do(alerts.scan, Today(date(2026, 11, 23)), SYSTEM, "scan")
    desk.do(handoff.hand_over, HandOver("handoff", "我的工牌丢了,找谁补办"), desk.actor("zhangwei", "bot"), "hand")
    day = date(2026, 11, 25)
    me = desk.actor("zhangwei", "bot")
    drafted = desk.do(leave.draft, DraftLeave("annual", day, day, reason="陪家人看病"), me, "draft").view
    desk.do(leave.submit, SubmitLeave(drafted.request_id), me, "submit")
    bring(world)


BILL = "姓名,养老单位,养老个人\n李明,1600,800\n"
OLD = "姓名,基本工资,实发\n李明,10000,8000\n"


def bring(world: World) -> None:
    """陈静导入一份十月的社保账单与一份旧工资表,手工录了一笔十一月的奖金(待复核)。"""
    desk, me = world.desk, world.desk.actor("chenjing", "test")
    for kind, text in (("bill", BILL), ("old", OLD)):
        file = Upload.of(f"{kind}.csv", text.encode())
        desk.do(imports.take, ImportFile(kind, "2026-10", file), me, f"bring:{kind}")
    person = world.person("zhangwei")
    desk.do(inputs_rows.enter, EnterInput(person, "2026-11", "bonus", "66", "活动"), me, "bring:row")
