"""小公司 company:机器人测试用的几个人、几门课、几天年假;真的办事台,库在临时目录的 SQLite。"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.answers import Answer, Say, ShowCard
from bot.ports import ActionCard, Markdown, Message, NewCard, Session
from config.policies import Policies
from config.settings import Settings
from handlers import intake, opening
from handlers.desk import SYSTEM, Desk
from handlers.records import DepartmentRecord, Page, PersonRecord, RosterRecord
from handlers.table import PERMITS
from models.work import Store

START = datetime(2026, 11, 23, 1, 31, tzinfo=UTC)
"""上海 2026-11-23(周一)09:31。"""
ROLES = {"人事": "hr", "薪酬专员": "payroll", "审计": "auditor"}


@dataclass
class Clock:
    """可以拨的钟。"""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: int) -> None:
        self.now += timedelta(**much)


def person(userid: str, name: str, dept: int, **more: Any) -> PersonRecord:
    given: dict[str, Any] = {"version": "1", "dept_ids": (dept,), "hired_on": date(2024, 3, 1)}
    return PersonRecord(userid, name, **(given | more))


PEOPLE = (
    person("gaoyuan", "高远", 1, leader_of=(1,)),
    person("wangfang", "王芳", 2, leader_of=(2,), manager_userid="gaoyuan"),
    person("liming", "李明", 2, manager_userid="wangfang"),
    person("chenyu", "陈雨", 2, manager_userid="wangfang"),
    person("zhaohui", "赵慧", 3, leader_of=(3,), manager_userid="gaoyuan", role_names=("人事",)),
    person("gone", "孙离", 2, active=False),
)
DEPARTMENTS = (
    DepartmentRecord(1, "公司", None, "gaoyuan"),
    DepartmentRecord(2, "销售一部", 1, "wangfang"),
    DepartmentRecord(3, "人力资源部", 1, "zhaohui"),
)
ROSTER = tuple(RosterRecord(p.userid, "1", "open_ended", date(2024, 3, 1), hired_on=date(2024, 3, 1)) for p in PEOPLE)


def course(code: str, name: str, day: int, seats: int = 10) -> opening.OpenCourse:
    start = datetime(2026, 12, day, 5, 30, tzinfo=UTC)
    until = start - timedelta(days=1)
    return opening.OpenCourse(
        code, name, "沟通", "林娜", seats, "培训室A", start, start + timedelta(hours=3), until, ""
    )


COURSES = (course("C1", "高效客户沟通技巧", 3), course("C2", "团队管理入门", 8), course("C3", "大客户销售策略", 15, 1))


def make_desk(folder: Path, rules: Policies, clock: Clock) -> Desk:
    """开张:通讯录、花名册、年假 5 天(已用 1 天)、课程。"""
    store = Store(f"sqlite:///{folder}/ehr.sqlite3")
    store.create_all()
    desk = Desk(store, rules, clock, PERMITS, ROLES)
    pages = {"people": (*DEPARTMENTS, *PEOPLE), "roster": ROSTER}
    for feed, records in pages.items():
        desk.do(intake.take_page, Page(feed, "w", records, tuple("{}" for _ in records)), SYSTEM, f"open:{feed}")
    lots = tuple(
        opening.LeaveLot(u, "annual", "day", Decimal(5), Decimal(1), date(2026, 1, 1), date(2027, 3, 31), "2026")
        for u in ("liming", "chenyu", "wangfang")
    )
    desk.do(opening.open_leave, opening.OpenLeave(date(2026, 11, 1), lots), SYSTEM, "open:leave")
    desk.do(opening.open_courses, opening.OpenCourses(COURSES), SYSTEM, "open:courses")
    return desk


def settings(**more: Any) -> Settings:
    given: dict[str, Any] = {
        "mode": "demo",
        "client_id": "ding-test",
        "client_secret": SecretStr("secret"),
        "card_template_id": "ehr-card-1.schema",
        "miniapp_base": "http://127.0.0.1:1",
        "reply_workers": 4,
    }
    return Settings.model_validate(given | more)


@dataclass
class FakeOutgoing:
    """记下送出去的;before 可以拖住或弄坏。"""

    sent: list[tuple[str, Message | NewCard]] = field(default_factory=list)
    before: Callable[[str], bool] = lambda _: True
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, session: Session, message: Message) -> bool:
        return self._take(session.userid, message)

    def send_card(self, card: NewCard) -> bool:
        return self._take(card.to, card)

    def _take(self, to: str, what: Message | NewCard) -> bool:
        if not self.before(to):
            return False
        with self.lock:
            self.sent.append((to, what))
        return True

    def to(self, userid: str) -> list[Message | NewCard]:
        with self.lock:
            return [what for who, what in self.sent if who == userid]

    def texts(self, userid: str) -> list[str]:
        return [text_of(what) for what in self.to(userid)]


def text_of(what: Message | NewCard) -> str:
    """看得见的字。"""
    match what:
        case Markdown(title, text):
            return f"{title}\n{text}"
        case ActionCard(title, text, links):
            return f"{title}\n{text}\n" + "\n".join(link.text for link in links)
        case NewCard():
            return "\n".join(what.params.values())


def until(look: Callable[[], Any], timeout: float = 8.0) -> Any:
    """反复看到有东西为止。"""
    end = time.monotonic() + timeout
    gate = threading.Event()
    while not (found := look()):
        assert time.monotonic() < end, "没有等到"
        gate.wait(0.01)
    return found


def message(userid: str, text: str, msg_id: str, at: datetime = START, /, **more: Any) -> dict[str, Any]:
    """一条机器人消息的 data。"""
    ms = int(at.timestamp() * 1000)
    return {
        "conversationId": "cid1",
        "conversationType": "1",
        "msgId": msg_id,
        "createAt": ms,
        "senderStaffId": userid,
        "sessionWebhook": "http://127.0.0.1:1/robot/sendBySession?session=x",
        "sessionWebhookExpiredTime": ms + 5_400_000,
        "robotCode": "ding-test",
        "msgtype": "text",
        "text": {"content": text},
    } | more


def press_data(userid: str, card: str, action: str, reason: str = "") -> dict[str, Any]:
    """一次卡片回调的 data。"""
    params = {"action": action} | ({"reason": reason} if reason else {})
    content = json.dumps({"cardPrivateData": {"actionIds": ["b1"], "params": params}})
    return {"type": "actionCallback", "outTrackId": card, "userId": userid, "content": content, "value": content}


def frame(kind: str, data: Mapping[str, Any], message_id: str, **head: str) -> dict[str, Any]:
    """一帧(SDK 收到的样子)。"""
    topics = {"CALLBACK": "/v1.0/im/bot/messages/get", "CARD": "/v1.0/card/instances/callback", "EVENT": "*"}
    headers = {"messageId": message_id, "time": "1", "topic": topics[kind], "contentType": "application/json", **head}
    wire = "EVENT" if kind == "EVENT" else "CALLBACK"
    return {"specVersion": "1.0", "type": wire, "headers": headers, "data": json.dumps(data)}


def said(answers: list[Answer]) -> str:
    """回答里的话。"""
    return "\n".join(answer.text for answer in answers if isinstance(answer, Say))


def cards(answers: list[Answer]) -> list[ShowCard]:
    return [answer for answer in answers if isinstance(answer, ShowCard)]


def buttons(answers: list[Answer]) -> list[str]:
    return [link.text for answer in answers if isinstance(answer, Say) for link in answer.links]
