"""工资条 payslip:本人看自己的,每一行都能点开“怎么算的”;开着的月份是试算,之后的日子按如期出勤预估。

已发布的:显示存下的数;解释由冻结的输入、用当时的规则重算,与存下的不一致就不给解释,只说明原因。
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month, shanghai_date, show_date
from engine.errors import BadInput, EhrError, NotFound, NotReady
from engine.money import Money
from engine.pay import Slip, compute
from engine.pay_decided import decisions
from engine.pay_explain import GROSS, NET, Explainer
from engine.pay_facts import PayFacts, from_json
from engine.pay_items import Section
from engine.pay_rules import PayRules
from engine.trace import Trace
from handlers.actor import Actor
from handlers.company import company_of
from handlers.evidence import look_up
from handlers.outbox import post
from handlers.pay_archive import rules_of
from handlers.pay_compare import Difference, compare
from handlers.pay_compute import lines_text, rules_for
from handlers.pay_facts import gather
from handlers.pay_line_why import line_trace
from handlers.pay_steps import KINDS, REGULAR, slip_key
from handlers.payslip_receipts import replies_to
from handlers.payslip_shapes import Answer, ExplainLine, Explanation, MonthItem, MonthSlip, SlipLine, SlipView
from handlers.payslip_stored import DIFFERS, stored_lines
from handlers.people import Nothing, person_of, with_role
from models.pay import PayInput, PayRun, Payslip, SlipReceipt
from models.people import Person
from models.work import Work

__all__ = [
    "Answer", "ExplainLine", "Explanation", "Loaded", "MonthItem", "MonthSlip", "SlipLine", "SlipView",
    "answer", "as_computed", "as_stored", "explain", "explanation", "load", "load_run", "months", "view",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """取出来的一张:facts 输入,slip 算得的,run 已发布的那期(试算为空),missing 还没到的日子。"""

    facts: PayFacts
    slip: Slip
    rules: PayRules
    run: PayRun | None
    missing: tuple[str, ...]


def view(work: Work, command: MonthSlip, rules: Policies, actor: Actor) -> SlipView:
    """一个人一个月的工资条。"""
    person = person_of(work, command.person_id)
    month, run = which(work, command.month)
    if run is not None and run.id is not None:
        _seen(work, run.id, command.person_id, actor)
    try:
        found = load(work, person, month, rules) if run is None else load_run(work, person, run, rules)
    except NotReady as problem:
        if problem.code != "SLIP_DIFFERS" or run is None:
            raise
        return as_stored(work, person, run, rules)
    return as_computed(work, person, found, rules)


def as_computed(work: Work, person: Person, found: Loaded, rules: Policies) -> SlipView:
    """由输入算得的样子:已发布的(与存下的一致)或试算。"""
    month, run, slip = Month.parse(found.facts.month), found.run, found.slip
    assert person.id is not None
    receipt = work.session.get(SlipReceipt, (run.id, person.id)) if run is not None else None
    deductions = Money(sum(x.amount.fen for x in slip.lines if x.section is Section.DEDUCTION))
    taxes = Money(-sum(x.amount.fen for x in slip.lines if x.section is Section.TAX))
    sums = {"gross": slip.gross, "deductions": deductions, "insurance": slip.insurance, "tax": taxes}
    return SlipView(
        person_id=person.id,
        person_name=person.name,
        month=str(month) if run is None else slip_key(run),
        month_label=found.rules.period.label + (KINDS[run.kind] if run is not None else ""),
        pay_month=found.facts.pay_month,
        state="preview" if run is None else "published",
        state_words="试算(预估):未到的日子按如期出勤计,月底以发布的为准" if run is None else "已发布",
        run_id=run.id or 0 if run is not None else 0,
        lines=_slip_lines(found),
        **_sums(sums | {"net": slip.net}),
        missing_days=found.missing,
        notes=tuple(c.say for c in slip.checks),
        receipt_state=receipt.state if receipt else "",
        published_at=run.published_at if run else None,
        compared=_compared(work, person, month, found, rules),
        replies=replies_to(work, run.id or 0, person.id) if run is not None else (),
        decided=tuple(d.words for d in decisions([x.code for x in slip.lines], found.facts, found.rules)),
    )


def as_stored(work: Work, person: Person, run: PayRun, rules: Policies) -> SlipView:
    """照存下的数给看:政策改过,来处暂不展开。"""
    slip = work.session.get(Payslip, (run.id, person.id))
    assert slip is not None and run.id is not None and person.id is not None
    lines = stored_lines(work, run, slip, rules)
    receipt = work.session.get(SlipReceipt, (run.id, person.id))
    deductions = Money(sum(x.amount.fen for x in lines if x.section is Section.DEDUCTION))
    return SlipView(
        person_id=person.id,
        person_name=person.name,
        month=slip_key(run),
        month_label=f"{Month.parse(run.month).label}{KINDS[run.kind]}",
        pay_month=run.pay_month,
        state="published",
        state_words="已发布",
        run_id=run.id,
        lines=tuple(
            SlipLine(x.code, x.label, str(x.section), x.amount.yuan(), x.amount.show(), x.label, False) for x in lines
        ),
        **_sums(
            {
                "gross": slip.gross,
                "deductions": deductions,
                "insurance": slip.insurance,
                "tax": slip.tax,
                "net": slip.net,
            }
        ),
        missing_days=(),
        notes=(DIFFERS,),
        receipt_state=receipt.state if receipt else "",
        published_at=run.published_at,
        compared=(),
        replies=replies_to(work, run.id, person.id),
    )


def _sums(amounts: dict[str, Money]) -> dict[str, Any]:
    """合计的两种写法:给人看的与给机器看的。"""
    shown: dict[str, Any] = {name: amount.show() for name, amount in amounts.items()}
    return shown | {f"{name}_amount": amount.yuan() for name, amount in amounts.items()}


def _slip_lines(found: Loaded) -> tuple[SlipLine, ...]:
    words = _words(found)
    return tuple(
        SlipLine(x.code, x.label, str(x.section), x.amount.yuan(), x.amount.show(), words(x.code), True)
        for x in found.slip.lines
    )


def load(work: Work, person: Person, month: Month, rules: Policies) -> Loaded:
    """取一张:已发布的用冻结的输入,开着的月份现收现算。没有报 NO_SLIP。"""
    run = _published(work, month)
    if run is not None:
        return load_run(work, person, run, rules)
    if month.first > shanghai_date(work.now):
        raise NotFound("NO_SLIP", f"{month.label}还没有开始,没有工资条。您可以看本月的试算或以前月份的工资条。")
    if str(month) < company_of(work).first_month:
        raise NotFound("NO_SLIP", f"{month.label}的工资不在本系统里,没有可看的工资条。需要的话请联系 HR。")
    gathered = gather(work, [person], month, rules)[0]
    if gathered.facts is None:
        say = gathered.failure[1] if gathered.failure else ""
        raise NotReady("SLIP_NOT_READY", f"{month.label}的试算还出不来:{say}")
    pay_rules = rules_for(work, rules, month)
    missing = tuple(show_date(d) for d in gathered.missing_days)
    return Loaded(gathered.facts, compute(gathered.facts, pay_rules), pay_rules, None, missing)


def load_run(work: Work, person: Person, run: PayRun, rules: Policies) -> Loaded:
    """一期里一个人的一张,由冻结的输入重算;与存下的对不上报 NotReady(SLIP_DIFFERS)。"""
    month = Month.parse(run.month)
    frozen = work.session.get(PayInput, (run.id, person.id))
    stored = work.session.get(Payslip, (run.id, person.id))
    if frozen is None or stored is None:
        raise NotFound("NO_SLIP", f"{month.label}没有您的工资条。如果您那个月在职,请联系 HR 核对。")
    pay_rules = rules_of(work, run, rules)
    facts = from_json(frozen.facts)
    slip = compute(facts, pay_rules)
    if lines_text(slip) != stored.lines or slip.net != stored.net:
        raise NotReady(
            "SLIP_DIFFERS",
            f"{month.label}的工资条以发布时的数字为准,现在重算与它对不上,暂时不能展开。请联系 HR 核对。",
        )
    return Loaded(facts, slip, pay_rules, run, ())


def which(work: Work, text: str) -> tuple[Month, PayRun | None]:
    """说的是哪一期:月份是那个月常规的(没有发布为空),2026-11-r5 是另发的第 5 期(没有发布报 NO_SLIP)。"""
    month_text, mark, number = text.partition("-r")
    month = Month.parse(month_text)
    if not mark:
        return month, _published(work, month)
    run = work.session.get(PayRun, int(number)) if number.isdecimal() and len(number) < 10 else None
    if run is None or run.state != "published" or run.month != month_text:
        raise NotFound("NO_SLIP", "没有找到这张工资条。请回到工资条列表查看。")
    return month, run


def _published(work: Work, month: Month) -> PayRun | None:
    return work.session.exec(
        select(PayRun).where(PayRun.month == str(month), PayRun.state == "published", PayRun.kind == REGULAR)
    ).first()


def months(work: Work, command: Nothing, rules: Policies, actor: Actor) -> list[MonthItem]:
    """我有工资条的月份:本月(试算)与已发布的各月,新的在前。"""
    rows = work.session.exec(
        select(PayRun)
        .join(Payslip, col(Payslip.run_id) == col(PayRun.id))
        .where(Payslip.person_id == actor.person_id, PayRun.state == "published")
        .order_by(col(PayRun.month).desc(), col(PayRun.id).desc())
    ).all()
    items = [
        MonthItem(slip_key(r), f"{Month.parse(r.month).label}{KINDS[r.kind]}", "published", "已发布") for r in rows
    ]
    known = {r.month for r in rows if r.kind != "bonus"}
    person, today = person_of(work, actor.person_id), Month.of(shanghai_date(work.now))
    for month in (today.plus(-1), today):
        newer = str(month) not in known and (not known or str(month) > min(known))
        if newer and _can_open(work, person, month, rules):
            items.insert(0, MonthItem(str(month), month.label, "preview", "试算(预估)"))
    return items


def _can_open(work: Work, person: Person, month: Month, rules: Policies) -> bool:
    """打得开的才列:没有薪酬档案、还缺东西算不出来的,点进去只会失望。"""
    try:
        load(work, person, month, rules)
    except EhrError:
        return False
    return True


def explain(work: Work, command: ExplainLine, rules: Policies, actor: Actor) -> Explanation:
    """一行怎么算的。"""
    person = person_of(work, command.person_id)
    month, run = which(work, command.month)
    found = load(work, person, month, rules) if run is None else load_run(work, person, run, rules)
    return explanation(work, found, command, rules)


def explanation(work: Work, found: Loaded, command: ExplainLine, rules: Policies) -> Explanation:
    """取出来的一张里,一行怎么算的。"""
    trace = line_trace(work, (found.run, command.person_id), (found.facts, found.rules), command.code, rules)
    amount = Money.of(trace.value) if trace.unit == "money" else Money(0)
    return Explanation(
        person_id=command.person_id,
        month=command.month,
        code=command.code,
        label=trace.label,
        amount=trace.value,
        show=amount.show() if trace.unit == "money" else trace.value,
        say=trace.say,
        words=trace.words or trace.label,
        state="published" if found.run is not None and found.run.published_at else "preview",
        trace=trace.to_json(),
        evidence=look_up(work, trace.all_evidence()),
        part_codes=_part_codes(found.slip, command.code),
    )


def _part_codes(slip: Slip, code: str) -> tuple[str, ...]:
    """应发、实发依次由哪几行相加(与来处里的次序一致)。"""
    sections = SUMMED.get(code, ())
    return tuple(line.code for line in slip.lines if line.section in sections)


SUMMED = {
    GROSS: (Section.EARNING, Section.DEDUCTION),
    NET: (Section.EARNING, Section.DEDUCTION, Section.INSURANCE, Section.TAX, Section.AFTER_TAX),
}


def _words(found: Loaded) -> Callable[[str], str]:
    """每一行不含金额的缘由:与计算同源的来处里取。"""
    explainer = Explainer(found.facts, found.rules)
    traces: dict[str, Trace] = {}

    def words(code: str) -> str:
        if code not in traces:
            traces[code] = explainer.line(code)
        return traces[code].words or traces[code].label

    return words


def _compared(work: Work, person: Person, month: Month, found: Loaded, rules: Policies) -> tuple[Difference, ...]:
    """和上月比:上月有已发布的工资条才比。"""
    before_run = _published(work, month.plus(-1))
    if before_run is None or (found.run is not None and found.run.kind != REGULAR):
        return ()
    try:
        before = load_run(work, person, before_run, rules)
    except (NotFound, NotReady):
        return ()
    return compare((before.facts, before.slip, before.rules), (found.facts, found.slip, found.rules))


def _seen(work: Work, run_id: int, person_id: int, actor: Actor) -> None:
    """本人第一次打开页面看:记下时间(聊天里问为什么不算看过)。"""
    if actor.person_id != person_id or actor.door != "miniapp":
        return
    row = work.session.get(SlipReceipt, (run_id, person_id))
    if row is not None and row.viewed_at is None:
        row.viewed_at = work.now
        row.state = "viewed" if row.state == "sent" else row.state
        work.session.add(row)


def answer(work: Work, command: Answer, rules: Policies, actor: Actor) -> str:
    """确认或提出异议;异议交给薪酬与 HR。返回现在的状态。"""
    row = work.session.get(SlipReceipt, (command.run_id, command.person_id))
    if row is None:
        raise NotFound("NO_SLIP", "没有找到这张工资条。请回到工资条列表查看。")
    if command.state not in ("confirmed", "objected"):
        raise BadInput("BAD_ANSWER", "请选择“确认”或“有异议”。")
    if command.state == "objected" and not command.words.strip():
        raise BadInput("WORDS_NEEDED", "请写下您的疑问,方便薪酬同事核对。")
    row.state, row.answered_at = command.state, work.now
    row.line_code, row.words = command.line_code, command.words.strip()[:1000]
    work.session.add(row)
    if command.state == "objected":
        _tell_payroll(work, row, actor)
    return row.state


def _tell_payroll(work: Work, row: SlipReceipt, actor: Actor) -> None:
    run = work.session.get(PayRun, row.run_id)
    label = Month.parse(run.month).label if run else ""
    payload: dict[str, object] = {
        "to": with_role(work, "payroll") or with_role(work, "hr"),
        "title": "工资条有异议",
        "text": f"{actor.name} 对 {label} 的工资条提出了异议,请打开查看并答复。",
        "link": f"/m/payroll/{row.run_id}",
        "link_text": "查看",
    }
    post(work, "notice", f"objection:{row.run_id}:{row.person_id}:{work.now.isoformat()}", payload, "payslip")
