"""绩效申诉 performance appeals:本人对总分或某一项提出,上级与 HR 看得到、可以答复,由 HR 定成立不成立。

成立的写成得分的新的一版,流进工资(已发布的月份出一行差额);一项同时只有一件开着的申诉。往来只增不改。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import select

from config.policies import Policies
from engine.days import shanghai_date
from engine.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from engine.performance_change import Change
from handlers.actor import Actor, chain_above, is_manager_of
from handlers.markup import plain
from handlers.outbox import post
from handlers.people import hr_userids
from handlers.performance_book import newest, words_of
from handlers.performance_write import Matter, hold, matter_of, percent_in, tell_person, write_change
from models.people import Person
from models.performance import Appeal, Score, ScoreNote
from models.work import Work

MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class OpenAppeal:
    """提出申诉(只能对自己的):item 指标编号,空为总分;words 为什么。"""

    cycle: str
    item: str
    words: str


@dataclass(frozen=True, slots=True)
class ReplyAppeal:
    """在一件申诉里说一句。"""

    appeal_id: int
    words: str


@dataclass(frozen=True, slots=True)
class WithdrawAppeal:
    """撤回自己的申诉。"""

    appeal_id: int


@dataclass(frozen=True, slots=True)
class DecideAppeal:
    """定一件申诉:grant 成立时写明改什么(kind、value、grade 同校准;改的项就是申诉的那一项);words 理由。"""

    appeal_id: int
    grant: bool
    words: str
    kind: str = ""
    value: str = ""
    grade: str = ""
    seen_revision: int = 0


@dataclass(frozen=True, slots=True)
class AppealDone:
    """办完之后的样子。"""

    appeal_id: int
    person_id: int
    cycle: str
    state: str
    revision: int


def appeal(work: Work, command: OpenAppeal, rules: Policies, actor: Actor) -> AppealDone:
    """提出申诉:告诉直接上级与 HR。过了期限报 APPEAL_LATE,已有开着的报 APPEAL_OPEN。"""
    matter = matter_of(work, actor.person_id, command.cycle, rules)
    words = _words(command.words, "请写明您对哪里有不同意见、为什么,再提交。")
    if command.item and command.item not in {item["indicator"] for item in matter.plan.items}:
        raise NotFound("NO_INDICATOR", "您的方案里没有这一项。请刷新页面后再试。")
    work.lock(f"appeal:{actor.person_id}:{matter.cycle}")
    row = newest(work, actor.person_id, matter.cycle)
    _check_time(work, matter, row)
    key = f"{actor.person_id}:{matter.cycle}:{command.item}"
    if work.session.exec(select(Appeal.id).where(Appeal.live_key == key)).first() is not None:
        raise RuleBroken("APPEAL_OPEN", "这一项您已经有一件没办完的申诉。请在那件申诉里补充,不用再提一件。")
    made = Appeal(
        person_id=actor.person_id,
        cycle=str(matter.cycle),
        item=command.item,
        live_key=key,
        revision=row.revision if row is not None else 0,
        opened_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    note = _say(work, made, words, actor)
    text = f"{plain(actor.name, 30)} 对 {matter.cycle.label} 的绩效提出申诉:\n\n> {plain(words, 500)}"
    _tell_office(work, matter.person, made, (note, text))
    return _done(made)


def _check_time(work: Work, matter: Matter, row: Score | None) -> None:
    """锁定(或锁定后的最新一版)之后几天内可以申诉;没锁定的随时可以。"""
    if row is None or row.state != "locked":
        return
    days = int(matter.rules.switches["performance.appeal_days"].on(matter.cycle.last))
    last = shanghai_date(row.computed_at) + timedelta(days=days)
    if shanghai_date(work.now) > last:
        say = (
            f"{matter.cycle.label}的绩效在锁定后 {days} 天内可以申诉,到 {last.month}月{last.day}日为止,现在已经过了。"
            "确有依据弄错的,请直接联系 HR。"
        )
        raise RuleBroken("APPEAL_LATE", say, {"rule": matter.rules.switches["performance.appeal_days"].key})


def reply(work: Work, command: ReplyAppeal, rules: Policies, actor: Actor) -> AppealDone:
    """说一句:本人说的告诉上级与 HR,别人说的告诉本人。办完的不能再说。"""
    row = _open(work, command.appeal_id)
    party(work, row, actor)
    words = _words(command.words, "请写下要说的话再发送。")
    note = _say(work, row, words, actor)
    matter = matter_of(work, row.person_id, row.cycle, rules)
    text = f"{plain(actor.name, 30)} 在 {matter.cycle.label} 的绩效申诉里说:\n\n> {plain(words, 500)}"
    if actor.person_id == row.person_id:
        _tell_office(work, matter.person, row, (note, text))
    else:
        tell_person(work, matter, f"appeal-note:{note}", "绩效申诉的答复", text)
    return _done(row)


def withdraw(work: Work, command: WithdrawAppeal, rules: Policies, actor: Actor) -> AppealDone:
    """撤回自己的申诉。"""
    row = _open(work, command.appeal_id)
    if row.person_id != actor.person_id:
        raise NotFound("NO_APPEAL", "没有找到您的这件申诉。请回到绩效页查看。")
    _close(work, row, "withdrawn", actor)
    return _done(row)


def decide(work: Work, command: DecideAppeal, rules: Policies, actor: Actor) -> AppealDone:
    """定一件申诉:成立就写新的一版并流进工资;不成立写明理由。自己的申诉不能自己定。"""
    row = _open(work, command.appeal_id)
    if row.person_id == actor.person_id:
        raise NotAllowed("OWN_APPEAL", "自己的申诉不能由自己来定。请另一位 HR 办理。")
    words = _words(command.words, "请写明理由再保存,本人会看到。")
    matter = matter_of(work, row.person_id, row.cycle, rules)
    hold(work, matter)
    if command.grant:
        written = write_change(
            work, matter, _change(row, command, words, actor), ("appeal", command.seen_revision), actor
        )
        row.result_revision = written.revision
        said = f"申诉成立,现在是 {words_of(written)}"
    else:
        said = "申诉不成立,得分不变"
    _say(work, row, words, actor)
    _close(work, row, "granted" if command.grant else "dismissed", actor)
    text = f"您对 {matter.cycle.label} 绩效的申诉有了结果:{said}。{plain(actor.name, 30)} 写明:{plain(words, 500)}"
    tell_person(work, matter, f"appeal-done:{row.id}", "绩效申诉的结果", text)
    return _done(row)


def _change(row: Appeal, command: DecideAppeal, words: str, actor: Actor) -> Change:
    """成立时的改动:对某一项申诉的改那一项;对总分申诉的改总分或等级。"""
    kind = "item" if row.item else command.kind or "score"
    if kind == "item" and not row.item:
        raise BadInput("BAD_CHANGE", "这件申诉是对总分的,请改总分或等级。")
    value = None if kind == "grade" else percent_in(command.value, "新的值")
    grade = command.grade if kind == "grade" else ""
    return Change(kind, "申诉成立", actor.name, words, "", row.item, value, grade)


def party(work: Work, row: Appeal, actor: Actor) -> None:
    """谁看得到一件申诉:本人、他的上级、HR;别人当作没有。"""
    mine = actor.person_id == row.person_id
    if not (mine or actor.has("hr") or is_manager_of(work, actor, row.person_id)):
        raise NotFound("NO_APPEAL", "没有找到这件申诉。请回到绩效页查看。")


def _open(work: Work, appeal_id: int) -> Appeal:
    """取一件开着的申诉,锁住这一行;办完了的报 APPEAL_CLOSED。"""
    row = work.session.exec(select(Appeal).where(Appeal.id == appeal_id).with_for_update()).first()
    if row is None:
        raise NotFound("NO_APPEAL", "没有找到这件申诉。请回到绩效页查看。")
    if row.state != "open":
        raise Conflict("APPEAL_CLOSED", "这件申诉已经办完,没有重复办理。请刷新页面看结果。")
    return row


def _close(work: Work, row: Appeal, state: str, actor: Actor) -> None:
    row.state, row.live_key = state, None
    row.closed_by, row.closed_at = actor.userid, work.now
    work.session.add(row)
    work.session.flush()


def _say(work: Work, row: Appeal, words: str, actor: Actor) -> int:
    note = ScoreNote(
        person_id=row.person_id,
        cycle=row.cycle,
        item=row.item,
        appeal_id=row.id,
        author=actor.userid,
        words=words,
        at=work.now,
    )
    work.session.add(note)
    work.session.flush()
    assert note.id is not None
    return note.id


def _words(text: str, lacking: str) -> str:
    if not text.strip():
        raise BadInput("WORDS_NEEDED", lacking)
    return text.strip()[:MOST_WORDS]


def _tell_office(work: Work, person: Person, row: Appeal, said: tuple[int, str]) -> None:
    """告诉直接上级与 HR(不含本人)。"""
    assert person.id is not None
    note, text = said
    to = [u for u in dict.fromkeys([*chain_above(work, person.id)[:1], *hr_userids(work)]) if u != person.userid]
    if not to:
        return
    payload: dict[str, object] = {
        "to": to,
        "title": "绩效申诉",
        "text": f"{text}\n\n请在方便时查看并答复。",
        "link": f"/m/performance/appeals/{row.id}",
        "link_text": "查看并答复",
    }
    post(work, "notice", f"appeal-note:{note}", payload, f"appeal:{row.id}")


def _done(row: Appeal) -> AppealDone:
    assert row.id is not None
    return AppealDone(row.id, row.person_id, row.cycle, row.state, row.result_revision or row.revision)
