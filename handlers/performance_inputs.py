"""录入的分数 performance inputs:别处得来的分数或基线(培训完成、录用时的面试分),带依据,从写明的周期起算。

“在三季度完成的课,改的是四季度的方案,不是三季度的”:counts 写 next_cycle(下个考核周期)或 next_quarter(下个季度)。
只增不改:改是新的一版,撤回(例如证书被取消)也是新的一版。锁定了的周期跟着写新的一版得分。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, show_date_full
from engine.errors import BadInput, NotFound, RuleBroken
from engine.performance_cycle import Cycle, CycleKind
from handlers.actor import Actor
from handlers.freshness import Change
from handlers.people import person_of
from handlers.performance_book import name_of
from handlers.performance_late import follow_from
from handlers.performance_plan import indicator_at, plan_for
from models.people import Person
from models.performance import Indicator, InputScore
from models.work import Work

KINDS = {"score": "分数", "baseline": "基线"}
COUNTS = ("this_cycle", "next_cycle", "next_quarter")


@dataclass(frozen=True, slots=True)
class RecordInput:
    """录入:value 按指标的单位("95%"、"7.5",金额写元);earned_on 哪天得来;counts 从哪个周期算起(见 COUNTS);

    evidence 依据编号(training:12、interview:5),reason 一句话,until 到哪天为止(含,空为一直)。
    """

    person_id: int
    indicator: str
    kind: str
    value: str
    earned_on: date
    counts: str
    evidence: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RevokeInput:
    """撤回一条录入。"""

    input_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class InputsOf:
    """一个人的全部录入。"""

    person_id: int


@dataclass(frozen=True, slots=True)
class InputView:
    """一条录入:since 起算进绩效。"""

    input_id: int
    person_id: int
    indicator: str
    indicator_label: str
    kind: str
    kind_label: str
    value: str
    since: date
    until: date | None
    revision: int
    state: str
    evidence: str
    earned_on: date
    reason: str
    set_by: str


def record(work: Work, command: RecordInput, rules: Policies, actor: Actor) -> InputView:
    """录入一条。指标没有、值不对、没写依据,都拒绝并说明。同一天起算的再录是新的一版。"""
    person = person_of(work, command.person_id)
    row = _indicator(work, command)
    if not command.evidence.strip() or not command.reason.strip():
        raise BadInput("EVIDENCE_NEEDED", "请写明依据的编号与理由,本人会看到。补上后再保存。")
    since = starts(work, person, command.earned_on, command.counts)
    if command.until is not None and command.until < since:
        raise BadInput("BAD_UNTIL", f"截止日早于起算日 {show_date_full(since)}。请改一下截止日再保存。")
    last = _last(work, command.person_id, (command.indicator, command.kind, since))
    made = InputScore(
        person_id=command.person_id,
        indicator=command.indicator,
        kind=command.kind,
        since=since,
        until=command.until,
        revision=last.revision + 1 if last is not None else 1,
        value=_value(command.value, row.unit),
        evidence=command.evidence.strip()[:100],
        earned_on=command.earned_on,
        reason=command.reason.strip()[:500],
        set_by=actor.userid,
        set_at=work.now,
    )
    return _kept(work, made, (row, f"{row.name}有新的录入:{made.reason}"), rules)


def revoke(work: Work, command: RevokeInput, rules: Policies, actor: Actor) -> InputView:
    """撤回:写新的一版,从那天起不再算。"""
    old = work.session.get(InputScore, command.input_id)
    if old is None:
        raise NotFound("NO_INPUT", "没有找到这条录入。请刷新页面后再试。")
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "撤回需要写明理由,本人会看到。请填写后再保存。")
    last = _last(work, old.person_id, (old.indicator, old.kind, old.since))
    if last is None or last.id != old.id or last.state == "revoked":
        raise RuleBroken("INPUT_CHANGED", "这条录入已经改过或撤回过。请刷新页面,看最新的一版。")
    row = indicator_at(work, old.indicator, old.since)
    if row is None:
        raise NotFound("NO_INDICATOR", "这条录入的指标已经没有了。请联系管理员。")
    made = InputScore(
        person_id=old.person_id,
        indicator=old.indicator,
        kind=old.kind,
        since=old.since,
        until=old.until,
        revision=old.revision + 1,
        value=old.value,
        state="revoked",
        evidence=old.evidence,
        earned_on=old.earned_on,
        reason=command.reason.strip()[:500],
        set_by=actor.userid,
        set_at=work.now,
    )
    return _kept(work, made, (row, f"{row.name}的录入已撤回:{made.reason}"), rules)


def inputs(work: Work, command: InputsOf, rules: Policies, actor: Actor) -> list[InputView]:
    """一个人的全部录入,新的在前,撤回的也在。"""
    rows = work.session.exec(
        select(InputScore).where(InputScore.person_id == command.person_id).order_by(col(InputScore.id).desc())
    )
    return [_view(work, row) for row in rows]


def starts(work: Work, person: Person, earned_on: date, counts: str) -> date:
    """从哪天起算:这个周期、下个周期、下个季度的头一天。周期的长短照那天的方案,没有方案按季度。"""
    if counts not in COUNTS:
        raise BadInput("BAD_CHOICE", "请选择从哪个周期算起。")
    month = Month.of(earned_on)
    if counts == "next_quarter":
        return Cycle.of(CycleKind.QUARTER, month).plus(1).first
    plan = plan_for(work, person, month)
    here = Cycle.of(CycleKind(plan.cycle) if plan is not None else CycleKind.QUARTER, month)
    return here.first if counts == "this_cycle" else here.plus(1).first


def _indicator(work: Work, command: RecordInput) -> Indicator:
    row = indicator_at(work, command.indicator, command.earned_on)
    if row is None or command.kind not in KINDS or (command.kind == "score" and row.source != "input"):
        say = "没有找到可以录入的指标:分数只能录给来源是 input 的指标,基线可以录给任何指标。请检查后再试。"
        raise NotFound("NO_INDICATOR", say)
    return row


def _value(text: str, unit: str) -> Decimal:
    written = text.replace("\uff05", "%").replace(",", "").strip()
    try:
        value = Decimal(written.removesuffix("%"))
    except InvalidOperation:
        raise BadInput("BAD_VALUE", f"“{text}”不是数字。请填写分数,例如 95% 或 7.5。") from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12 or value != value.quantize(Decimal("0.000001")):
        raise BadInput("BAD_VALUE", "分数要是通常大小的数,最多六位小数。请改好后再保存。")
    if written.endswith("%") and unit != "rate":
        raise BadInput("BAD_VALUE", "这个指标不是百分数,请直接写数,例如 7.5。")
    return value.scaleb(-2) if written.endswith("%") else value


def _last(work: Work, person_id: int, what: tuple[str, str, date]) -> InputScore | None:
    code, kind, since = what
    return work.session.exec(
        select(InputScore)
        .where(
            InputScore.person_id == person_id,
            InputScore.indicator == code,
            InputScore.kind == kind,
            InputScore.since == since,
        )
        .order_by(col(InputScore.revision).desc())
    ).first()


def _kept(work: Work, made: InputScore, about: tuple[Indicator, str], rules: Policies) -> InputView:
    """存下,并让锁定了的周期跟着变。"""
    _, say = about
    work.session.add(made)
    work.session.flush()
    source = f"input:{made.indicator}:{made.kind}:{made.since}"
    change = Change(made.person_id, made.since, "input", source, str(made.revision), say)
    follow_from(work, change, made.until, rules)
    return _view(work, made)


def _view(work: Work, row: InputScore) -> InputView:
    indicator = indicator_at(work, row.indicator, row.since)
    assert row.id is not None
    return InputView(
        row.id,
        row.person_id,
        row.indicator,
        indicator.name if indicator is not None else row.indicator,
        row.kind,
        KINDS[row.kind],
        f"{row.value.normalize():f}",
        row.since,
        row.until,
        row.revision,
        row.state,
        row.evidence,
        row.earned_on,
        row.reason,
        name_of(work, row.set_by),
    )
