"""另发 payroll off-cycle:离职结算、年终奖、补发,与常规同样的一生、同样的四只眼;手工行写明理由,由另一个人核对发布。"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import InvalidOperation

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from engine.errors import BadInput, NotFound, RuleBroken
from engine.money import Money
from engine.pay import compute as compute_slip
from engine.pay_life import Step, after
from handlers.actor import Actor
from handlers.company import company_of
from handlers.freshness import PUBLISHING
from handlers.pay_apart import MEMBER, adjustment, bare_facts, finish, freeze_apart
from handlers.pay_archive import freeze_rules, rules_of
from handlers.pay_bonus import BONUS, BONUS_MERGED, CLIFF_SAY, BonusWays, apart_table, taken, ways_of
from handlers.pay_settled import SETTLED, together
from handlers.pay_steps import KINDS, REGULAR, record, take, walk
from handlers.payroll import OneRun, compute
from handlers.payroll_views import RunView, run_view
from handlers.people import person_of
from models.pay import PayExtra, PayRun
from models.work import Work

SECTIONS = {"earning": 1, "deduction": -1, "after_tax": -1}
"""手工行可以放的栏与方向:扣除、税后写要扣的数(正数)。"""
WAYS = {"separate": "单独计税", "merged": "并入综合所得"}


@dataclass(frozen=True, slots=True)
class OpenApart:
    """开一期另发:kind leaver 离职结算 | bonus 年终奖 | arrears 补发;month 所属月,pay_month 发放月(个税按它)。"""

    kind: str
    month: str
    pay_month: str


@dataclass(frozen=True, slots=True)
class AddLine:
    """给一个人添一行:amount 元(正数);section earning | deduction | after_tax;taxed 计不计入应税工资;reason 理由。

    amount 为空只是列入(离职的当月工资、补差由系统算)。
    """

    run_id: int
    person_id: int
    reason: str
    label: str = ""
    amount: str = ""
    section: str = "earning"
    taxed: bool = True


@dataclass(frozen=True, slots=True)
class AddBonus:
    """给一个人添年终奖:way separate 单独计税 | merged 并入;政策 tax.bonus 定了的以它为准,为 ask 的必须选。"""

    run_id: int
    person_id: int
    amount: str
    reason: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class DropLine:
    """去掉一行手工行。"""

    run_id: int
    extra_id: int


@dataclass(frozen=True, slots=True)
class ExtraView:
    """一行手工行。show "¥1,000.00";section 栏;by 填的人(账号)。"""

    extra_id: int
    person_id: int
    name: str
    code: str
    label: str
    section: str
    show: str
    amount: str
    taxed: bool
    reason: str
    by: str


def open_apart(work: Work, command: OpenApart, rules: Policies, actor: Actor) -> RunView:
    """开一期。"""
    month, pay_month = Month.parse(command.month), Month.parse(command.pay_month)
    company = company_of(work)
    if command.kind not in KINDS or command.kind == REGULAR:
        raise BadInput("BAD_KIND", "另发只有三种:离职结算、年终奖、补发。请选一种。")
    if str(month) < company.first_month:
        raise RuleBroken(
            "BEFORE_FIRST_MONTH", f"{month.label}在启用本系统之前。请选 {company.first_month} 或之后的月份。"
        )
    if pay_month < month:
        raise BadInput("BAD_PAY_MONTH", "发放月不能早于所属月。请改一下发放月。")
    row = PayRun(
        pay_group=company.pay_group,
        month=str(month),
        pay_month=str(pay_month),
        kind=command.kind,
        state="prepared",
        totals={},
        missing_days=[],
        created_at=work.now,
        created_by=actor.userid,
    )
    freeze_rules(work, row, rules)
    work.session.add(row)
    work.session.flush()
    record(work, row, Step.PREPARE, actor)
    return run_view(work, row, actor)


def add_line(work: Work, command: AddLine, rules: Policies, actor: Actor) -> RunView:
    """添一行(或只是列入一个人)。"""
    row = open_run(work, command.run_id)
    if not command.amount.strip():
        return keep_extra(work, row, _line(work, command, (MEMBER, "列入", 0, "info"), actor), actor)
    if command.section not in SECTIONS:
        raise BadInput("BAD_SECTION", "这一行放在应发、扣除还是税后?请选一样。")
    if not command.label.strip():
        raise BadInput("LABEL_NEEDED", "请写这一行在工资条上的名字,如“未休年休假”。")
    fen = _fen(command.amount) * SECTIONS[command.section]
    return keep_extra(
        work, row, _line(work, command, ("extra", command.label.strip()[:30], fen, command.section), actor), actor
    )


def add_bonus(work: Work, command: AddBonus, rules: Policies, actor: Actor) -> RunView:
    """添年终奖:单独计税的一人一年只有一次(国税发〔2005〕9号第三条)。"""
    row = open_run(work, command.run_id)
    if row.kind != "bonus":
        raise BadInput("BAD_KIND", "年终奖要放在“年终奖”这一期里。请另开一期。")
    policy = str(rules.switches["tax.bonus"].on(Month.parse(row.pay_month).first))
    way = command.way or ("" if policy == "ask" else policy)
    if way not in WAYS or policy not in ("ask", way):
        wanted = "请先看两种各要多少税,选一种" if policy == "ask" else f"公司规定{WAYS[policy]}"
        raise BadInput("BAD_WAY", f"年终奖怎么计税还没有定:{wanted}。")
    if way == "separate":
        apart_table(rules, Month.parse(row.pay_month).first)
        if taken(work, command.person_id, row.pay_month[:4]):
            raise RuleBroken("BONUS_TAKEN", "这个人今年已经有一次年终奖单独计税,不能再用。请改为并入综合所得。")
    code, taxed = (BONUS, False) if way == "separate" else (BONUS_MERGED, True)
    given = AddLine(command.run_id, command.person_id, command.reason, "年终奖", command.amount, "earning", taxed)
    view = keep_extra(work, row, _line(work, given, (code, "年终奖", _fen(command.amount), "earning"), actor), actor)
    found = bonus_ways(work, command, rules, actor)
    return replace(view, note=CLIFF_SAY) if way == "separate" and found.cliff else view


def bonus_ways(work: Work, command: AddBonus, rules: Policies, actor: Actor) -> BonusWays:
    """两种计税各要多少税、临界区、哪种少:只看,不改。"""
    row = take(work, command.run_id)
    person, fen = person_of(work, command.person_id), _fen(command.amount)
    own = rules_of(work, row, rules)
    facts = bare_facts(work, row, person, rules)
    merged = PayExtra(id=0, run_id=0, person_id=0, code=BONUS_MERGED, label="", section="earning", amount=Money(fen),
                      taxed=True, reason="", entered_by="", at=work.now)  # fmt: skip
    lines = adjustment(merged, Month.parse(row.pay_month), rules)
    more = compute_slip(facts._replace(adjustments=lines), own).tax_fen - compute_slip(facts, own).tax_fen
    return ways_of(work, (row, person, fen), rules, more)


def drop_line(work: Work, command: DropLine, rules: Policies, actor: Actor) -> RunView:
    """去掉一行;采用的补偿连同代通知金与它们的税一起去掉。"""
    row = open_run(work, command.run_id)
    one = work.session.get(PayExtra, command.extra_id)
    if one is None or one.run_id != row.id:
        raise NotFound("NO_LINE", "没有找到这一行。请刷新页面再试。")
    gone = work.session.exec(
        select(PayExtra).where(
            PayExtra.run_id == row.id, PayExtra.person_id == one.person_id, col(PayExtra.code).in_(together(one.code))
        )
    ).all()
    for each in gone if one.code in SETTLED else [one]:
        work.session.delete(each)
        walk(work, row, Step.EXTRA, actor, f"去掉一行:{each.label}")
    return run_view(work, row, actor)


def run(work: Work, command: OneRun, rules: Policies, actor: Actor) -> RunView:
    """算这一期:收齐、锁定、计算连走;可以反复,直到有人复核。"""
    row = _apart(work, command.run_id)
    after(row.state, Step.PREPARE)
    row.revision += 1
    row.created_by = actor.userid
    freeze_apart(work, row, rules)
    record(work, row, Step.PREPARE, actor)
    walk(work, row, Step.LOCK, actor)
    compute(work, row, rules, actor)
    finish(work, row)
    return run_view(work, row, actor)


def extras(work: Work, command: OneRun, rules: Policies, actor: Actor) -> list[ExtraView]:
    """这一期的手工行。"""
    rows = work.session.exec(
        select(PayExtra).where(PayExtra.run_id == command.run_id).order_by(col(PayExtra.person_id), col(PayExtra.id))
    )
    return [
        ExtraView(
            one.id or 0, one.person_id, person_of(work, one.person_id).name, one.code, one.label, one.section,
            one.amount.show(), one.amount.yuan(), one.taxed, one.reason, one.entered_by,
        )
        for one in rows
    ]  # fmt: skip


def _apart(work: Work, run_id: int) -> PayRun:
    work.lock(PUBLISHING)
    row = take(work, run_id)
    if row.kind == REGULAR:
        raise BadInput("BAD_KIND", "这是常规的一期,手工行在每月的输入里填。请打开另发的那一期。")
    return row


def open_run(work: Work, run_id: int) -> PayRun:
    """还能添手工行的一期;过了那一步的报 WRONG_STEP。"""
    row = _apart(work, run_id)
    after(row.state, Step.EXTRA)
    return row


def _fen(text: str) -> int:
    try:
        fen = Money.of(text.replace(",", "").replace("¥", "").strip()).fen
    except (InvalidOperation, ValueError):
        raise BadInput("BAD_AMOUNT", "金额没有写对,请写元,最多两位小数,如 1200.50。") from None
    if not 0 < fen < 10**12:
        raise BadInput("BAD_AMOUNT", "金额要大于零,也不能大得离谱。请核对后再填。")
    return fen


def _line(work: Work, command: AddLine, what: tuple[str, str, int, str], actor: Actor) -> PayExtra:
    """手工的一行;what 是(编号、名字、分、栏)。"""
    if not command.reason.strip():
        raise BadInput("REASON_NEEDED", "手工填的每一行都要写明理由,本人和审计都看得到。请填写后再保存。")
    code, label, fen, section = what
    return PayExtra(
        run_id=command.run_id, person_id=command.person_id, code=code, label=label, section=section,
        amount=Money(fen), taxed=command.taxed, reason=command.reason.strip()[:500], entered_by=actor.userid, at=work.now,
    )  # fmt: skip


def keep_extra(work: Work, row: PayRun, line: PayExtra, actor: Actor) -> RunView:
    """留下一行,记一步。"""
    person = person_of(work, line.person_id)
    work.session.add(line)
    work.session.flush()
    walk(work, row, Step.EXTRA, actor, f"{person.name}:{line.label}({line.reason[:200]})")
    return run_view(work, row, actor)
