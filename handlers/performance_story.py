"""得分的始末 performance story:一个人一个周期的各版得分、评语、申诉与往来,给本人、上级、HR 看。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from config.policies import Policies
from engine.days import shanghai_date
from engine.errors import BadInput, NotAllowed, NotFound
from engine.performance_cycle import Cycle
from handlers.actor import Actor
from handlers.markup import plain
from handlers.people import Nothing, person_of, team_of
from handlers.performance_appeals import party
from handlers.performance_book import ORIGINS, name_of, standing_of, versions, words_of
from handlers.performance_plan import indicator_at
from handlers.performance_write import matter_of, tell_person
from models.performance import Appeal, Score, ScoreNote
from models.work import Work

STATES = {"open": "等待答复", "granted": "成立", "dismissed": "不成立", "withdrawn": "已撤回"}
MOST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class StoryOf:
    """一个人一个周期。"""

    person_id: int
    cycle: str


@dataclass(frozen=True, slots=True)
class OneAppeal:
    """一件申诉。"""

    appeal_id: int


@dataclass(frozen=True, slots=True)
class AddComment:
    """写评语:item 指标编号,空为总评。"""

    person_id: int
    cycle: str
    item: str
    words: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """一版得分:say 得分与等级;how 怎么来的(锁定、校准……);told 来处的头一句。"""

    revision: int
    say: str
    state: str
    how: str
    reason: str
    by: str
    at: datetime
    told: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """一句话。"""

    by: str
    words: str
    at: datetime
    item: str
    item_label: str


@dataclass(frozen=True, slots=True)
class AppealView:
    """一件申诉:due 应当在哪天之前答复,overdue 过了;notes 往来;result 成立后的那一版。"""

    appeal_id: int
    person_id: int
    person_name: str
    cycle: str
    cycle_label: str
    month: str
    item: str
    item_label: str
    state: str
    state_label: str
    opened_at: datetime
    due: date
    overdue: bool
    notes: tuple[NoteView, ...]
    closed_by: str = ""
    closed_at: datetime | None = None
    result_revision: int = 0
    newest_revision: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """始末:versions 各版(新的在前);comments 评语;appeals 申诉(新的在前)。"""

    versions: tuple[VersionView, ...]
    comments: tuple[NoteView, ...]
    appeals: tuple[AppealView, ...]


def story(work: Work, command: StoryOf, rules: Policies, actor: Actor) -> Story:
    """一个人一个周期的始末。"""
    cycle = Cycle.parse(command.cycle)
    notes = work.session.exec(
        select(ScoreNote)
        .where(
            ScoreNote.person_id == command.person_id,
            ScoreNote.cycle == str(cycle),
            col(ScoreNote.appeal_id).is_(None),
        )
        .order_by(col(ScoreNote.id).desc())
    ).all()
    rows = work.session.exec(
        select(Appeal)
        .where(Appeal.person_id == command.person_id, Appeal.cycle == str(cycle))
        .order_by(col(Appeal.id).desc())
    ).all()
    return Story(
        tuple(_version(work, row) for row in versions(work, command.person_id, cycle)),
        tuple(_note(work, note, cycle) for note in notes),
        tuple(_appeal(work, row, rules) for row in rows),
    )


def one(work: Work, command: OneAppeal, rules: Policies, actor: Actor) -> AppealView:
    """一件申诉与往来:本人、上级、HR 看得到,别人当作没有。"""
    row = work.session.get(Appeal, command.appeal_id)
    if row is None:
        raise NotFound("NO_APPEAL", "没有找到这件申诉。请回到绩效页查看。")
    party(work, row, actor)
    return _appeal(work, row, rules)


def open_appeals(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[AppealView]:
    """开着的申诉,先提的在前:HR 看全部,上级看自己团队的;自己的不在里面。"""
    query = select(Appeal).where(Appeal.state == "open", Appeal.person_id != actor.person_id)
    if not actor.has("hr"):
        query = query.where(col(Appeal.person_id).in_([p.id for p in team_of(work, actor.userid)]))
    return [_appeal(work, row, rules) for row in work.session.exec(query.order_by(col(Appeal.id)))]


def comment(work: Work, command: AddComment, rules: Policies, actor: Actor) -> NoteView:
    """写评语:告诉本人。自己不能给自己写。"""
    if command.person_id == actor.person_id:
        raise NotAllowed("OWN_SCORE", "评语由上级来写。您有话要说,可以在绩效页提出申诉或直接回复上级。")
    matter = matter_of(work, command.person_id, command.cycle, rules)
    words = command.words.strip()[:MOST_WORDS]
    if not words:
        raise BadInput("WORDS_NEEDED", "请写下评语再保存。")
    if command.item and command.item not in {item["indicator"] for item in matter.plan.items}:
        raise NotFound("NO_INDICATOR", "这个方案里没有这一项。请刷新页面后再试。")
    note = ScoreNote(
        person_id=command.person_id,
        cycle=str(matter.cycle),
        item=command.item,
        author=actor.userid,
        words=words,
        at=work.now,
    )
    work.session.add(note)
    work.session.flush()
    text = f"{plain(actor.name, 30)} 给您 {matter.cycle.label} 的绩效写了评语:\n\n> {plain(words, 500)}"
    tell_person(work, matter, f"score-note:{note.id}", "绩效评语", text)
    return _note(work, note, matter.cycle)


def _version(work: Work, row: Score) -> VersionView:
    found = standing_of(row)
    by = "系统" if row.origin == "late" else name_of(work, row.set_by)
    return VersionView(
        row.revision,
        words_of(row),
        row.state,
        ORIGINS[row.origin],
        row.reason,
        by,
        row.computed_at,
        found.trace.say,
    )


def _label(work: Work, item: str, cycle: Cycle) -> str:
    row = indicator_at(work, item, cycle.last) if item else None
    return row.name if row is not None else item or "总分"


def _note(work: Work, note: ScoreNote, cycle: Cycle) -> NoteView:
    return NoteView(name_of(work, note.author), note.words, note.at, note.item, _label(work, note.item, cycle))


def _appeal(work: Work, row: Appeal, rules: Policies) -> AppealView:
    assert row.id is not None
    cycle = Cycle.parse(row.cycle)
    opened = shanghai_date(row.opened_at)
    due = opened + timedelta(days=int(rules.switches["performance.answer_days"].on(opened)))
    notes = work.session.exec(select(ScoreNote).where(ScoreNote.appeal_id == row.id).order_by(col(ScoreNote.id)))
    newest = versions(work, row.person_id, cycle)[:1]
    return AppealView(
        row.id,
        row.person_id,
        person_of(work, row.person_id).name,
        row.cycle,
        cycle.label,
        str(cycle.months[-1]),
        row.item,
        _label(work, row.item, cycle),
        row.state,
        STATES[row.state],
        row.opened_at,
        due,
        row.state == "open" and shanghai_date(work.now) > due,
        tuple(_note(work, note, cycle) for note in notes),
        name_of(work, row.closed_by) if row.closed_by else "",
        row.closed_at,
        row.result_revision,
        newest[0].revision if newest else 0,
    )
