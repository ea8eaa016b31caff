"""工资册 out book:一期工资存下的每个人、每一行,读成一本册子;各种导出都从它来,与这期的合计逐分对上才给。

只读存下的工资条(models.pay.Payslip),不重算:导出的就是发布的。行的名字按这一期的规则;手工与补发的行,名字在冻结的输入里。
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlmodel import col, select

from config.policies import Policies
from engine.cost_split import days_in
from engine.days import Month
from engine.errors import NotFound, NotReady, RuleBroken
from engine.pay_facts import from_json
from engine.pay_items import Section
from handlers.company import Company, company_of
from handlers.out_adjust import adjustments_of, columns_of
from handlers.out_rules import rules_of_run
from models.pay import PayInput, PayProfile, PayRun, Payslip
from models.people import Department, Person
from models.work import Work

DONE = ("published", "archived")
READY = ("approved", *DONE)
"""可以导出的:审批过、已发布、已归档;没到这一步的只有工资表可以预览(标明草稿)。"""
FUNDS = {"housing": "住房公积金", "housing_supplement": "补充公积金"}
NO_DEPARTMENT = "未分部门"
IIT = "iit"


@dataclass(frozen=True, slots=True)
class Column:
    """一个项目:code 行的编号,label 名字,section 栏。"""

    code: str
    label: str
    section: Section


@dataclass(frozen=True, slots=True)
class PersonPay:
    """一个人的一张。lines 编号 → 分(收入为正,扣除、个人社保、个税、税后扣款为负,单位承担为正);其余都是分。"""

    person_id: int
    userid: str
    name: str
    job_number: str
    department: str
    city: str
    lines: Mapping[str, int]
    gross: int
    insurance: int
    tax: int
    net: int
    stays: tuple[tuple[str, int], ...] = ()
    """月中调动的:在各部门待了几天;没有调动的为空。"""

    def of(self, code: str) -> int:
        """某一行的分;没有为 0。"""
        return self.lines.get(code, 0)


@dataclass(frozen=True, slots=True)
class Book:
    """一本工资册:columns 按工资条的次序(只列有人用到的);people 按部门、工号。"""

    run_id: int
    month: Month
    pay_month: Month
    state: str
    input_hash: str
    company: Company
    columns: tuple[Column, ...]
    people: tuple[PersonPay, ...]

    def section(self, *sections: Section) -> tuple[Column, ...]:
        """某几栏的项目。"""
        return tuple(one for one in self.columns if one.section in sections)

    def total(self, code: str) -> int:
        """一个项目的合计(分)。"""
        return sum(one.of(code) for one in self.people)

    def owed(self, person: PersonPay) -> int:
        """实发不足零、记为应收的分。个税栏里另外单独计的税(年终奖)与税后各行一样扣。"""
        after = sum(person.of(c.code) for c in self.section(Section.AFTER_TAX, Section.TAX) if c.code != IIT)
        return person.net - (person.gross - person.insurance - person.tax + after)

    @property
    def is_draft(self) -> bool:
        """还没审批过:只能预览。"""
        return self.state not in READY


def run_of(work: Work, run_id: int) -> PayRun:
    """一期;没有报 NO_RUN。"""
    run = work.session.get(PayRun, run_id)
    if run is None:
        raise NotFound("NO_RUN", "没有找到这一期发薪。请回到发薪列表查看。")
    return run


def book_of(work: Work, run: PayRun, rules: Policies, only: int = 0) -> Book:
    """一期的册子;only 只要一个人的。与这期的合计或每个人的应发对不上报 NotReady(BOOK_DIFFERS)。"""
    assert run.id is not None
    names = _names(work, run, rules)
    people = tuple(_people(work, run.id, only))
    unknown = {code for one in people for code in one.lines if code not in names}
    if unknown:
        aliases, more = columns_of(adjustments_of(work, run.id, only), unknown)
        names |= {code: Column(code, label, section) for code, (label, section) in more.items()}
        people = tuple(_renamed(one, aliases) for one in people)
    if not only:
        stays = _stays(work, run, rules)
        people = tuple(replace(one, stays=stays[one.person_id]) if one.person_id in stays else one for one in people)
    used = {code for one in people for code in one.lines}
    order = {section: i for i, section in enumerate(Section)}
    columns = sorted((one for code, one in names.items() if code in used), key=lambda one: order[one.section])
    book = Book(
        run.id, Month.parse(run.month), Month.parse(run.pay_month), run.state, run.input_hash,
        company_of(work), tuple(columns), people,
    )  # fmt: skip
    _check(book, None if only else run)
    return book


def ready_book(work: Work, run: PayRun, rules: Policies) -> Book:
    """可以拿出去的册子:没审批的报 RuleBroken(NOT_READY_TO_LEAVE)。"""
    if run.state not in READY:
        raise RuleBroken(
            "NOT_READY_TO_LEAVE",
            f"{Month.parse(run.month).label}的工资还没有审批发布,这份文件不能导出。请先走完审批;要先看看,可以导出标着“草稿”的工资表。",
        )
    return book_of(work, run, rules)


def _names(work: Work, run: PayRun, rules: Policies) -> dict[str, Column]:
    """编号 → 项目,按工资条的次序:规则里的项目、各险种两边、个税。"""
    pay_rules = rules_of_run(work, run, rules)
    found = {item.key: Column(item.key, item.label, item.section) for item in pay_rules.items}
    labels = {
        line.code: line.label for pack in rules.cities.values() for v in pack.social.versions for line in v.value
    } | FUNDS
    for code, label in labels.items():
        found[f"ins_{code}"] = Column(f"ins_{code}", label, Section.INSURANCE)
    found[IIT] = Column(IIT, "个人所得税", Section.TAX)
    for code, label in labels.items():
        found[f"er_{code}"] = Column(f"er_{code}", f"{label}(单位)", Section.EMPLOYER)
    return found


def _stays(work: Work, run: PayRun, rules: Policies) -> dict[int, tuple[tuple[str, int], ...]]:
    """月中调动的人,在各部门待了几天(冻结的输入里的)。"""
    found, last = {}, rules_of_run(work, run, rules).last_day
    for one in work.session.exec(select(PayInput).where(PayInput.run_id == run.id)):
        facts = from_json(one.facts)
        if len(facts.departments) > 1:
            found[one.person_id] = days_in(facts, last)
    return found


def _renamed(one: PersonPay, aliases: dict[str, str]) -> PersonPay:
    """同名的手工行合到一列。"""
    lines: dict[str, int] = {}
    for code, fen in one.lines.items():
        home = aliases.get(code, code)
        lines[home] = lines.get(home, 0) + fen
    return replace(one, lines=lines)


def _people(work: Work, run_id: int, only: int) -> Iterable[PersonPay]:
    query = (
        select(Payslip, Person, PayProfile.city, Department.name)
        .join(Person, col(Person.id) == col(Payslip.person_id))
        .join(PayProfile, col(PayProfile.person_id) == col(Payslip.person_id), isouter=True)
        .join(Department, col(Department.dept_id) == col(Person.main_dept_id), isouter=True)
        .where(Payslip.run_id == run_id)
        .order_by(
            col(Person.main_dept_id).is_(None), col(Person.main_dept_id), col(Person.job_number), col(Person.userid)
        )
    )
    if only:
        query = query.where(Payslip.person_id == only)
    for slip, person, city, department in work.session.exec(query):
        lines: dict[str, int] = {}
        for code, fen in json.loads(slip.lines):
            lines[code] = lines.get(code, 0) + fen
        yield PersonPay(
            slip.person_id, person.userid, person.name, person.job_number or person.userid,
            department or NO_DEPARTMENT, city or "", lines,
            slip.gross.fen, slip.insurance.fen, slip.tax.fen, slip.net.fen,
        )  # fmt: skip


def _check(book: Book, run: PayRun | None) -> None:
    """逐人:收入与扣除之和是应发,个人社保之和是社保;合起来是这期的合计(只看一个人的不比合计)。"""
    gross, own = book.section(Section.EARNING, Section.DEDUCTION), book.section(Section.INSURANCE)
    wrong = [
        one.name
        for one in book.people
        if sum(one.of(c.code) for c in gross) != one.gross
        or -sum(one.of(c.code) for c in own) != one.insurance
        or -one.of(IIT) != one.tax
        or book.owed(one) < 0
    ]
    sums = {
        "people": len(book.people),
        "gross": sum(one.gross for one in book.people),
        "insurance": sum(one.insurance for one in book.people),
        "tax": sum(one.tax for one in book.people),
        "net": sum(one.net for one in book.people),
    }
    totals = sums if run is None else run.totals
    differs = [name for name, value in sums.items() if int(str(totals.get(name, 0))) != value]
    if wrong or differs:
        names = f"(涉及:{'、'.join(wrong[:10])})" if wrong else ""
        raise NotReady(
            "BOOK_DIFFERS",
            f"{book.month.label}存下的工资条与这一期的合计对不上{names},没有导出。请先用 ehr payroll verify 核对,再联系维护的人。",
        )
