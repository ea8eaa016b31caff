"""凭证 out voucher:计提工资的分录,借方按部门与项目,贷方按项目;科目是数据(config/layouts/voucher.yaml),借贷必相等。

借:各部门的费用(收入为正,事假等扣除写红字,即负数)、单位承担的社保公积金、员工欠款;
贷:应付工资(实发)、代扣社保公积金、代扣个税、应付单位社保公积金、其他代扣。没有写科目的项目拒绝导出并指名。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.layout_shapes import PLACE, Account, VoucherLayout
from engine.errors import NotReady
from engine.money import Money
from engine.pay_items import Section
from handlers.out_book import IIT, Book, Column, ready_book
from handlers.out_made import Ask, Made, Report, made
from handlers.out_parts import departments_of, parts_of
from handlers.out_write import Table

HEAD = ("分录", "摘要", "科目编号", "科目名称", "部门", "项目", "借方", "贷方")
RECEIVABLE, NET, AFTER = "receivable", "net", "after_tax"


@dataclass(frozen=True, slots=True)
class Entry:
    """一条分录:account 科目;department 部门(贷方为空);debit、credit 有一边(分,可为负即红字)。"""

    account: Account
    department: str
    item: str
    debit: int = 0
    credit: int = 0


def voucher(ask: Ask) -> Made:
    """凭证文件。"""
    book = ready_book(ask.work, ask.run, ask.rules)
    laid = ask.rules.layouts.voucher
    entries = entries_of(book, laid.shape)
    debit, credit = sum(one.debit for one in entries), sum(one.credit for one in entries)
    if debit != credit:
        raise NotReady(
            "UNBALANCED",
            f"{book.month.label}的凭证借贷不相等,没有导出。请先用 ehr payroll verify 核对这一期,再联系维护的人。",
        )
    stamp = ask.stamped(f"{book.month.label},全部部门与项目,{len(book.people)} 人")
    report = Report(
        f"凭证-{book.month}", (_table(book, laid.shape, entries, stamp.lines()),), len(entries),
        {"people": len(book.people), "debit": debit, "credit": credit}, stamp, _notes(book, laid.shape),
        (laid.name, laid.version),
    )  # fmt: skip
    return made(report, ask.params.get("format", "xlsx"))


def _table(book: Book, shape: VoucherLayout, entries: list[Entry], stamp: tuple[str, ...]) -> Table:
    summary = PLACE.sub(lambda found: {"month_label": book.month.label, "month": str(book.month)}.get(
        found[1], found[0]
    ), shape.summary)  # fmt: skip
    rows = tuple(
        (
            n, summary, one.account.code, one.account.name, one.department, one.item,
            Money(one.debit) if one.debit else None, Money(one.credit) if one.credit else None,
        )
        for n, one in enumerate(entries, 1)
    )  # fmt: skip
    debit = Money(sum(one.debit for one in entries))
    total = ("合计", *[None] * 5, debit, Money(sum(one.credit for one in entries)))
    title = f"{book.company.name} {shape.word}字 {shape.label} {book.month.label}"
    return Table("凭证", HEAD, (*rows, total), (title, *stamp), frozenset({len(rows)}))


def _notes(book: Book, shape: VoucherLayout) -> tuple[str, ...]:
    others = [d for d in departments_of(parts_of(book)) if d not in shape.departments]
    return (
        (f"没有单写科目、用“{shape.expense.name}”的部门:{'、'.join(others)}",) if others and shape.departments else ()
    )


def entries_of(book: Book, shape: VoucherLayout) -> list[Entry]:
    """全部分录。没有科目的项目报 NotReady(UNMAPPED_ITEM)。"""
    _check_mapped(book, shape)
    return [*_debits(book, shape), *_credits(book, shape)]


def _debits(book: Book, shape: VoucherLayout) -> list[Entry]:
    parts = parts_of(book)
    found: list[Entry] = []
    for department in dict.fromkeys([*departments_of(parts), *(one.department for one in book.people)]):
        expense = shape.departments.get(department, shape.expense)
        sums: dict[Column, int] = {}
        for one in parts:
            if one.department == department:
                sums[one.column] = sums.get(one.column, 0) + one.fen
        for column, fen in sorted(sums.items(), key=lambda pair: book.columns.index(pair[0])):
            detail = _account(shape.items, column_key(column))
            assert detail is not None
            account = Account(code=f"{expense.code}.{detail.code}", name=f"{expense.name}—{detail.name}")
            found.append(Entry(account, department, column.label, debit=fen))
        owed = sum(book.owed(person) for person in book.people if person.department == department)
        if owed:
            found.append(Entry(shape.items[RECEIVABLE], department, "实发不足零、待收回", debit=owed))
    return found


def _credits(book: Book, shape: VoucherLayout) -> list[Entry]:
    net = sum(one.net for one in book.people)
    found = [Entry(shape.credits[NET], "", "实发", credit=net)] if net else []
    for column in book.columns:
        if column.section in (Section.INSURANCE, Section.TAX, Section.AFTER_TAX, Section.EMPLOYER):
            fen = book.total(column.code)
            account = _credit(shape, column)
            assert account is not None
            found.append(Entry(account, "", column.label, credit=fen if column.section is Section.EMPLOYER else -fen))
    return [one for one in found if one.credit]


def _credit(shape: VoucherLayout, column: Column) -> Account | None:
    found = _account(shape.credits, column_key(column))
    return found or (shape.credits.get(AFTER) if column.section is Section.AFTER_TAX else None)


def column_key(column: Column) -> str:
    """查科目用的编号:补缴的社保、另外计的税等手工行,归到同一栏的那一类。"""
    if column.section is Section.TAX:
        return IIT
    kind = {Section.INSURANCE: "ins_", Section.EMPLOYER: "er_"}.get(column.section, "")
    return column.code if column.code.startswith(kind) else f"{kind}{column.code}"


def _account(accounts: Mapping[str, Account], code: str) -> Account | None:
    """一个项目的科目:先找同名的,再找最长的“开头*”。"""
    if code in accounts:
        return accounts[code]
    fits = [key for key in accounts if key.endswith("*") and code.startswith(key[:-1])]
    return accounts[max(fits, key=len)] if fits else None


def _check_mapped(book: Book, shape: VoucherLayout) -> None:
    """每个项目都有科目。"""
    missing = [
        f"{one.label}({one.code})"
        for one in book.section(Section.EARNING, Section.DEDUCTION, Section.EMPLOYER)
        if _account(shape.items, column_key(one)) is None
    ]
    missing += [
        f"{one.label}({one.code})"
        for one in book.section(Section.INSURANCE, Section.TAX, Section.AFTER_TAX, Section.EMPLOYER)
        if _credit(shape, one) is None
    ]
    missing += [key for key in (NET,) if key not in shape.credits]
    if any(book.owed(one) for one in book.people) and RECEIVABLE not in shape.items:
        missing.append(f"实发不足零、待收回({RECEIVABLE})")
    if missing:
        raise NotReady(
            "UNMAPPED_ITEM",
            f"{'、'.join(dict.fromkeys(missing))} 还没有写会计科目,凭证没有导出。请在政策目录的 layouts/voucher.yaml 里添上,再导出。",
        )
