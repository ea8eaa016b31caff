"""提醒 alerts:每日扫一遍规则(现有:合同到期未续),带着补救办法送到 HR;原因消失自动关闭。

依据:劳动合同法第十条、第四十四条、第四十六条;提前 60/30/7 天,只报最紧的一档。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from config.policies import Policies
from engine.days import shanghai_date, show_date_full
from engine.errors import BadInput, NotFound, RuleBroken
from handlers.actor import Actor
from handlers.alerts_book import AlertFacts, AlertMark, close_alert, hash_of, raise_alert
from handlers.cards import refresh_cards
from handlers.markup import plain
from handlers.outbox import post
from handlers.people import Nothing, Today, person_of
from handlers.terms import contract_windows
from models.alerts import Alert
from models.people import Contract, Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class OneAlert:
    """一条提醒。"""

    alert_id: int


@dataclass(frozen=True, slots=True)
class RenewContract:
    """登记续签:新合同的起止;end 为空是无固定期限。"""

    person_id: int
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class SnoozeAlert:
    """稍后再提醒,或写明理由后忽略(state: snoozed | closed)。"""

    alert_id: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """一条提醒的样子。remedy: renew_reminder 等补救动作键,空为没有;remedy_done 是否已发过。"""

    alert_id: int
    rule: str
    person_id: int
    person_name: str
    severity: str
    window: str
    due: date | None
    say: str
    state: str
    remedy: str
    remedy_label: str
    remedy_done: bool
    opened_at: datetime
    closed_because: str
    note: str = ""


REMEDIES = {"renew_reminder": "发送续签提醒"}


def scan(work: Work, command: Today, rules: Policies, actor: Actor) -> int:
    """每日扫描。返回开着的提醒条数;停机后补扫按日期,不会重复开。"""
    _close_of_leavers(work)
    for person, contract in _latest_contracts(work):
        _check_contract(work, person, contract, command.today, rules)
    return len(work.session.exec(select(Alert.id).where(Alert.state == "open")).all())


def _close_of_leavers(work: Work) -> None:
    """人已离职,或合同到期前就要离职的:续签无从谈起,提醒关闭。"""
    rows = work.session.exec(
        select(Alert, Person)
        .join(Person, col(Person.id) == col(Alert.person_id))
        .where(Alert.rule == "contract.expiry", Alert.state != "closed")
    )
    for alert, person in list(rows):
        leaving = person.last_work_day is not None and alert.due is not None and person.last_work_day <= alert.due
        if person.status != "active" or leaving:
            close_alert(work, alert, "已离职,不需要续签")


def _latest_contracts(work: Work) -> list[tuple[Person, Contract]]:
    rows = work.session.exec(
        select(Person, Contract)
        .join(Contract, col(Contract.person_id) == col(Person.id))
        .where(Person.status == "active")
        .order_by(col(Contract.start))
    )
    latest: dict[int, tuple[Person, Contract]] = {}
    for person, contract in rows:
        latest[contract.person_id] = (person, contract)
    return list(latest.values())


def _check_contract(work: Work, person: Person, contract: Contract, today: date, rules: Policies) -> None:
    """合同到期:进入 60/30/7 天的档就开(或升档);有了更晚的到期日就关。"""
    assert person.id is not None
    for row in work.session.exec(
        select(Alert).where(Alert.person_id == person.id, Alert.rule == "contract.expiry", Alert.state != "closed")
    ):
        if row.due != contract.end:
            until = show_date_full(contract.end) if contract.end else "无固定期限"
            close_alert(work, row, f"合同已续签,新的到期日:{until}")
    if contract.end is None or (person.last_work_day is not None and person.last_work_day <= contract.end):
        return
    left = (contract.end - today).days
    windows = contract_windows(rules, today)
    window = next((w for w in windows if left <= w), None)
    if window is None or _dealt_with(work, person.id, contract.end, "expired" if left < 0 else str(window)):
        return
    expired = left < 0
    say = (
        f"{person.name} 的劳动合同已于 {show_date_full(contract.end)} 到期,还没有续签记录。"
        if expired
        else f"{person.name} 的劳动合同将于 {show_date_full(contract.end)} 到期,还有 {left} 天。"
    )
    facts = AlertFacts(
        severity="urgent" if expired or window == windows[0] else "warn",
        window="expired" if expired else str(window),
        due=contract.end,
        remedy="renew_reminder",
        evidence={"contract": contract.id or 0},
    )
    mark = AlertMark("contract.expiry", f"contract.expiry:{person.id}:{contract.end}", person.id)
    raise_alert(work, mark, say, facts)


def _dealt_with(work: Work, person_id: int, due: date, window: str) -> bool:
    """这一档 HR 已经处理或忽略过:不再开第二条,到更紧的一档才再提醒。"""
    found = work.session.exec(
        select(Alert.id).where(
            Alert.rule == "contract.expiry",
            Alert.person_id == person_id,
            Alert.due == due,
            Alert.window == window,
            Alert.state == "closed",
        )
    ).first()
    return found is not None


def send_renewal(work: Work, command: OneAlert, rules: Policies, actor: Actor) -> AlertView:
    """补救:给本人和上级各发一条续签提醒;再按一次不重发。"""
    row = _alert(work, command.alert_id)
    if row.remedy != "renew_reminder":
        raise RuleBroken("NO_REMEDY", "这条提醒没有可以一键发送的办法,请按提醒里的说明处理。")
    if row.state == "closed":
        return _view(work, row, f"这条提醒已经关闭:{row.closed_because}")
    if row.remedy_done_at is not None:
        return _view(work, row, "续签提醒之前已经发过,没有重复发送。")
    person = person_of(work, row.person_id)
    until = show_date_full(row.due) if row.due else ""
    to = [person.userid] + ([person.manager_userid] if person.manager_userid else [])
    payload: dict[str, object] = {
        "to": to,
        "title": "劳动合同续签提醒",
        "text": f"{plain(person.name, 30)} 的劳动合同将于 {until} 到期。请与 HR({plain(actor.name, 30)})确认续签意向与时间,需要材料时 HR 会告诉您。",
        "link": "/m/",
        "link_text": "打开人事助手",
    }
    post(work, "notice", f"renew:{row.id}", payload, f"alert:{row.id}")
    row.remedy_done_at = work.now
    work.session.add(row)
    assert row.id is not None
    refresh_cards(work, "alert", row.id, hash_of(row), f"alert:{row.id}")
    return _view(work, row, f"已发给 {person.name} 和上级。")


def renew(work: Work, command: RenewContract, rules: Policies, actor: Actor) -> bool:
    """登记续签:记下新合同,相应的提醒随即关闭。"""
    person = person_of(work, command.person_id)
    if command.end is not None and command.end < command.start:
        raise BadInput("END_NOT_AFTER_START", "新合同的到期日早于起始日。请核对后再登记。")
    latest = _latest_start(work, command.person_id)
    if latest is not None and command.start < latest:
        raise BadInput(
            "BEFORE_LATEST", f"已经有一份自 {show_date_full(latest)} 起的合同,续签不能早于它。请核对起始日后再登记。"
        )
    row = work.session.exec(
        select(Contract).where(Contract.person_id == command.person_id, Contract.start == command.start)
    ).first() or Contract(person_id=command.person_id, start=command.start, recorded_at=work.now)
    row.kind = "open_ended" if command.end is None else "fixed"
    row.end, row.source, row.recorded_by, row.recorded_at = command.end, "manual", actor.userid, work.now
    work.session.add(row)
    work.session.flush()
    renewed(work, person, shanghai_date(work.now), rules)
    return True


def _latest_start(work: Work, person_id: int) -> date | None:
    return work.session.exec(
        select(col(Contract.start)).where(Contract.person_id == person_id).order_by(col(Contract.start).desc())
    ).first()


def renewed(work: Work, person: Person, today: date, rules: Policies) -> None:
    """合同有了变动(花名册或 HR 登记):照最近的一份,该关的提醒当即关上。"""
    latest = work.session.exec(
        select(Contract).where(Contract.person_id == person.id).order_by(col(Contract.start).desc())
    ).first()
    if latest is not None and person.status == "active":
        _check_contract(work, person, latest, today, rules)


def alerts(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[AlertView]:
    """开着的在前,紧的在前;最近关闭的 20 条在后。"""
    rank = {"urgent": 0, "warn": 1, "info": 2}
    rows = work.session.exec(select(Alert).where(Alert.state != "closed")).all()
    closed = work.session.exec(
        select(Alert).where(Alert.state == "closed").order_by(col(Alert.closed_at).desc()).limit(20)
    ).all()
    ordered = sorted(rows, key=lambda a: (rank.get(a.severity, 3), a.due or date.max, a.id or 0))
    return [_view(work, row) for row in (*ordered, *closed)]


def one_alert(work: Work, command: OneAlert, rules: Policies, actor: Actor) -> AlertView:
    """看一条提醒。"""
    return _view(work, _alert(work, command.alert_id))


def settle(work: Work, command: SnoozeAlert, rules: Policies, actor: Actor) -> AlertView:
    """忽略一条提醒:须写理由。"""
    row = _alert(work, command.alert_id)
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "请写明处理情况或忽略的理由,方便以后查对。")
    close_alert(work, row, f"{actor.name}:{command.reason.strip()[:200]}")
    return _view(work, row)


def _alert(work: Work, alert_id: int) -> Alert:
    row = work.session.get(Alert, alert_id)
    if row is None:
        raise NotFound("NO_ALERT", "没有找到这条提醒,可能已经关闭。请到“提醒”里查看最新的列表。")
    return row


def _view(work: Work, row: Alert, note: str = "") -> AlertView:
    person = work.session.get(Person, row.person_id)
    assert row.id is not None
    return AlertView(
        row.id,
        row.rule,
        row.person_id,
        person.name if person else "",
        row.severity,
        row.window,
        row.due,
        row.say,
        row.state,
        row.remedy,
        REMEDIES.get(row.remedy, ""),
        row.remedy_done_at is not None,
        row.opened_at,
        row.closed_because,
        note,
    )
