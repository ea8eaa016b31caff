"""离职同事的最后一张工资条 out leaver:HR 建一个一次性的链接,本人核对身份后看一次。

口令由门生成,库里只有摘要;核对姓名,和手机号、收款账号或工号的末四位(建链接时选一样库里有的);
答错五次就锁住,过期、撤销、用过的都打不开。核对通过得一张十分钟的通行证:看这一张、下载这一张的 PDF。
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, shanghai_date
from engine.errors import BadInput, NotFound, NotReady, RuleBroken
from handlers.actor import Actor
from handlers.out_exports import FileOut
from handlers.out_slip import Paper, last_run, paper_of, pdf_of
from handlers.people import Nothing, person_of
from models.exports import PayAccount, SlipLink, TaxIdentity
from models.pay import PayRun, Payslip
from models.people import Person
from models.work import Work

VISITOR = Actor(0, "leaver-link", "离职同事(链接)", frozenset({"link"}), "link")
"""拿着链接来的人:只能核对身份、看那一张。"""
DAYS, MOST_WRONG, OPEN_FOR = 14, 5, timedelta(minutes=10)
ASKS: Mapping[str, str] = {"phone": "手机号末四位", "account": "收款账号末四位", "job_number": "工号末四位"}
"""姓名之外核对什么。先写的先用:越不容易被同事知道的越靠前。"""
GONE = "这个链接已经不能用了(看过、过期、撤销,或答错太多次)。如还需要,请联系原单位 HR 再给一个。"
STATES = {"open": "可用", "spent": "已看过", "revoked": "已撤销", "locked": "答错太多,已锁住", "expired": "已过期"}


@dataclass(frozen=True, slots=True)
class MakeLink:
    """建一个链接:token_hash 门生成的口令的摘要;asks 核对什么(空为库里有的第一样)。"""

    person_id: int
    token_hash: str
    asks: str = ""


@dataclass(frozen=True, slots=True)
class OneLink:
    """一个链接。"""

    link_id: int


@dataclass(frozen=True, slots=True)
class AskLink:
    """打开链接:token_hash 口令的摘要。"""

    link_id: int
    token_hash: str


@dataclass(frozen=True, slots=True)
class TryLink:
    """核对身份:token_hash 口令的摘要,name 姓名,last4 末四位;grant_hash 通过后通行证的摘要(门生成)。"""

    link_id: int
    token_hash: str
    name: str
    last4: str
    grant_hash: str


@dataclass(frozen=True, slots=True)
class OpenedSlip:
    """凭通行证看:grant_hash 通行证的摘要;fonts 字体文件夹(下载 PDF 时)。"""

    link_id: int
    grant_hash: str
    fonts: str = ""


@dataclass(frozen=True, slots=True)
class LinkAsks:
    """打开链接看到的:要核对什么;ready 能不能用。"""

    ready: bool
    asks_label: str
    say: str


@dataclass(frozen=True, slots=True)
class Tried:
    """核对的结果:ok 通过;say 没通过说什么(不说是哪一样错了)。"""

    ok: bool
    say: str
    link_id: int


@dataclass(frozen=True, slots=True)
class LinkView:
    """HR 看到的一个链接。state 见 STATES。"""

    link_id: int
    person_id: int
    name: str
    month: str
    state: str
    state_label: str
    asks_label: str
    created_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LeaverView:
    """一个离职的人:last_day 最后工作日;month 最近一期工资条(空为没有);asks 能核对的 [(编号, 名字)]。"""

    person_id: int
    name: str
    userid: str
    last_day: str
    month: str
    asks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LeaversView:
    """HR 的一页:离职的人与给过的链接。"""

    leavers: tuple[LeaverView, ...]
    links: tuple[LinkView, ...]


def hashed(secret: str) -> str:
    """口令或通行证 → 摘要。"""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_link(work: Work, command: MakeLink, rules: Policies, actor: Actor) -> LinkView:
    """HR 建链接;旧的还没用的随之撤销。"""
    person = person_of(work, command.person_id)
    if not _has_left(work, person):
        raise RuleBroken("STILL_HERE", f"{person.name} 还在职,请他在小程序里看自己的工资条。")
    run = last_run(work, command.person_id)
    if run is None or run.id is None:
        raise NotFound("NO_SLIP", f"{person.name} 还没有已发布的工资条,没有可给的。请先发布他的工资。")
    known = _known(work, person)
    asks = command.asks or next(iter(known), "")
    if asks not in known:
        raise NotReady(
            "NOTHING_TO_ASK",
            f"{person.name} 没有留手机号、收款账号,也没有四位以上的工号,没有办法核对身份。请先导入其中一样,再建链接。",
        )
    for old in work.session.exec(select(SlipLink).where(SlipLink.person_id == person.id, SlipLink.state == "open")):
        _close(work, old, "revoked")
    link = SlipLink(
        person_id=command.person_id, run_id=run.id, token_hash=command.token_hash, asks=asks,
        created_by=actor.userid, created_at=work.now, expires_at=work.now + timedelta(days=DAYS),
    )  # fmt: skip
    work.session.add(link)
    work.session.flush()
    return _view(work, link, person, run)


def _has_left(work: Work, person: Person) -> bool:
    day = person.last_work_day
    return person.status == "left" or (day is not None and day < shanghai_date(work.now))


def _known(work: Work, person: Person) -> dict[str, str]:
    """能核对的:编号 → 末四位。"""
    identity = work.session.get(TaxIdentity, person.id)
    account = work.session.get(PayAccount, person.id)
    found = {
        "phone": identity.phone_last4 if identity else "",
        "account": account.number[-4:] if account else "",
        "job_number": person.job_number[-4:],
    }
    return {key: value for key, value in found.items() if len(value) == 4}


def revoke_link(work: Work, command: OneLink, rules: Policies, actor: Actor) -> LinkView:
    """HR 撤销;用过的照实说。"""
    link = work.session.get(SlipLink, command.link_id)
    if link is None:
        raise NotFound("NO_LINK", "没有找到这个链接。请刷新页面后再试。")
    if link.state == "open":
        _close(work, link, "revoked")
    person, run = person_of(work, link.person_id), work.session.get(PayRun, link.run_id)
    assert run is not None
    return _view(work, link, person, run)


def _close(work: Work, link: SlipLink, state: str) -> None:
    link.state, link.closed_at = state, work.now
    work.session.add(link)


def leavers(work: Work, command: Nothing, rules: Policies, actor: Actor) -> LeaversView:
    """离职的人与给过的链接,新的在前。"""
    people = work.session.exec(
        select(Person)
        .where((col(Person.status) == "left") | col(Person.last_work_day).is_not(None))
        .order_by(col(Person.last_work_day).desc(), col(Person.userid))
    )
    links = work.session.exec(
        select(SlipLink, Person, PayRun)
        .join(Person, col(Person.id) == col(SlipLink.person_id))
        .join(PayRun, col(PayRun.id) == col(SlipLink.run_id))
        .order_by(col(SlipLink.id).desc())
    )
    gone = [person for person in people if _has_left(work, person)]
    return LeaversView(tuple(_leaver(work, one) for one in gone), tuple(_view(work, *found) for found in links))


def _leaver(work: Work, person: Person) -> LeaverView:
    run = last_run(work, person.id or 0)
    return LeaverView(
        person.id or 0, person.name, person.userid, person.last_work_day.isoformat() if person.last_work_day else "",
        Month.parse(run.month).label if run is not None else "",
        tuple((key, ASKS[key]) for key in _known(work, person)),
    )  # fmt: skip


def _view(work: Work, link: SlipLink, person: Person, run: PayRun) -> LinkView:
    state = "expired" if link.state == "open" and link.expires_at <= work.now else link.state
    maker = work.session.exec(select(Person.name).where(Person.userid == link.created_by)).first()
    return LinkView(
        link.id or 0, link.person_id, person.name, Month.parse(run.month).label, state, STATES[state], ASKS[link.asks],
        maker or link.created_by, link.created_at, link.expires_at,
    )  # fmt: skip


def ask_link(work: Work, command: AskLink, rules: Policies, actor: Actor) -> LinkAsks:
    """打开链接:能不能用、要核对什么。不说是谁的。"""
    link = _live(work, work.session.get(SlipLink, command.link_id), command.token_hash)
    if link is None:
        return LinkAsks(False, "", GONE)
    return LinkAsks(True, ASKS[link.asks], "")


def _live(work: Work, link: SlipLink | None, token_hash: str) -> SlipLink | None:
    """口令对、没过期、没用过的。"""
    if link is None or not hmac.compare_digest(link.token_hash.encode(), token_hash.encode()):
        return None
    return link if link.state == "open" and link.expires_at > work.now else None


def try_link(work: Work, command: TryLink, rules: Policies, actor: Actor) -> Tried:
    """核对身份:通过就用掉链接;没通过记一次,满五次锁住。"""
    row = work.session.exec(select(SlipLink).where(SlipLink.id == command.link_id).with_for_update()).first()
    link = _live(work, row, command.token_hash)
    if link is None or link.id is None:
        return Tried(False, GONE, 0)
    if len(command.grant_hash) != 64:
        raise BadInput("BAD_GRANT", "页面已过期,没有办理。请重新打开链接。")
    person = person_of(work, link.person_id)
    expected = _known(work, person).get(link.asks, "")
    right = hmac.compare_digest(_plain(person.name).encode(), _plain(command.name).encode())
    right &= bool(expected) and hmac.compare_digest(_plain(expected).encode(), _plain(command.last4).encode())
    if right:
        link.grant_hash = command.grant_hash
        _close(work, link, "spent")
        return Tried(True, "", link.id)
    link.wrong += 1
    work.session.add(link)
    if link.wrong >= MOST_WRONG:
        _close(work, link, "locked")
        return Tried(False, GONE, link.id)
    left = MOST_WRONG - link.wrong
    return Tried(False, f"姓名或{ASKS[link.asks]}不对,还可以再试 {left} 次。请核对后再填。", link.id)


def _plain(text: str) -> str:
    """比的时候不分全角半角、大小写,不看空格。"""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def opened_slip(work: Work, command: OpenedSlip, rules: Policies, actor: Actor) -> Paper:
    """凭通行证看那一张。"""
    run, person_id = _granted(work, command)
    return paper_of(work, (run, person_id), rules)


def opened_pdf(work: Work, command: OpenedSlip, rules: Policies, actor: Actor) -> FileOut:
    """凭通行证下载那一张的 PDF。"""
    run, person_id = _granted(work, command)
    return pdf_of(paper_of(work, (run, person_id), rules), f"工资条-{run.month}.pdf", command.fonts)


def _granted(work: Work, command: OpenedSlip) -> tuple[PayRun, int]:
    link = work.session.get(SlipLink, command.link_id)
    alive = (
        link is not None
        and link.state == "spent"
        and link.closed_at is not None
        and work.now - link.closed_at <= OPEN_FOR
        and hmac.compare_digest(link.grant_hash.encode(), command.grant_hash.encode())
    )
    if link is None or not alive:
        raise NotFound("LINK_GONE", GONE)
    run = work.session.get(PayRun, link.run_id)
    assert run is not None and work.session.get(Payslip, (run.id, link.person_id)) is not None
    return run, link.person_id
