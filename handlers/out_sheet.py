"""工资表 out sheet:一人一行,一个项目一列,各部门小计、总合计、签名栏;xlsx 与打印页用同一张表。

还没审批的一期也能导出,标题写明“草稿”,只供核对。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from config.policies import Policies
from engine.money import Money
from engine.pay_items import Section
from handlers.actor import Actor
from handlers.out_book import Book, Column, PersonPay, book_of, run_of
from handlers.out_made import Ask, Made, Report, basis, made
from handlers.out_write import Cell, Stamp, Table
from handlers.payroll import OneRun
from models.work import Work

DRAFT = "草稿"
SIGNED = "制表:                复核:                审批:                出纳:"
LEAD = ("序号", "部门", "工号", "姓名")


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """打印页:title 标题,notes 筛选、导出的人与时刻;head 表头,rows 各行(文字),strong 小计与合计行的序号。"""

    run_id: int
    month_label: str
    title: str
    notes: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: tuple[int, ...]
    signed: str
    draft: bool


def sheet(ask: Ask) -> Made:
    """工资表文件。"""
    book = book_of(ask.work, ask.run, ask.rules)
    stamp = ask.stamped(_chosen(book))
    table = table_of(book, stamp)
    name = f"工资表-{book.month}{'-草稿' if book.is_draft else ''}"
    return made(Report(name, (table,), len(book.people), totals_of(book), stamp), "xlsx")


def print_sheet(work: Work, command: OneRun, rules: Policies, actor: Actor) -> PrintSheet:
    """打印页要的。"""
    run = run_of(work, command.run_id)
    book = book_of(work, run, rules)
    stamp = Stamp(work.now, actor.name, _chosen(book), basis(run))
    table = table_of(book, stamp)
    return PrintSheet(
        book.run_id, book.month.label, table.top[0], table.top[1:], table.head,
        tuple(tuple(_words(cell) for cell in row) for row in table.rows),
        tuple(sorted(table.strong)), SIGNED, book.is_draft,
    )  # fmt: skip


def _words(cell: Cell) -> str:
    if isinstance(cell, Money):
        return cell.show().replace("¥", "") if cell else ""
    return "" if cell is None else str(cell)


def _chosen(book: Book) -> str:
    return f"{book.month.label}(所属月),{book.pay_month.label}发放,全部部门,{len(book.people)} 人"


def totals_of(book: Book) -> dict[str, int]:
    """控制合计。"""
    return {
        "people": len(book.people),
        "gross": sum(one.gross for one in book.people),
        "insurance": sum(one.insurance for one in book.people),
        "tax": sum(one.tax for one in book.people),
        "net": sum(one.net for one in book.people),
    }


def table_of(book: Book, stamp: Stamp) -> Table:
    """这张表。金额照工资条的正负写:扣款、社保、个税是负数,横着加起来就是实发。"""
    parts = _parts(book)
    title = (
        f"{book.company.name} {book.month.label}工资表{'(' + DRAFT + ',未审批,不作发放依据)' if book.is_draft else ''}"
    )
    rows: list[tuple[Cell, ...]] = []
    strong: set[int] = set()
    number = 0
    for department, found in groupby(book.people, key=lambda one: one.department):
        group = list(found)
        for one in group:
            number += 1
            rows.append((number, department, one.job_number, one.name, *_amounts(book, [one], parts), ""))
        strong.add(len(rows))
        rows.append((None, f"{department} 小计", None, f"{len(group)} 人", *_amounts(book, group, parts), ""))
    strong.add(len(rows))
    rows.append((None, "合计", None, f"{len(book.people)} 人", *_amounts(book, book.people, parts), ""))
    head = (*LEAD, *(one if isinstance(one, str) else one.label for one in parts), "签名")
    return Table("工资表", head, tuple(rows), (title, *stamp.lines()), frozenset(strong), (SIGNED,))


def _parts(book: Book) -> tuple[Column | str, ...]:
    """各列:收入与扣除、应发、个人社保、个税、税后、待收回(有才列)、实发。"""
    owed: tuple[str, ...] = (OWED,) if any(book.owed(one) for one in book.people) else ()
    tax = book.section(Section.TAX) or (Column("iit", "个人所得税", Section.TAX),)
    return (
        *book.section(Section.EARNING, Section.DEDUCTION), GROSS, *book.section(Section.INSURANCE), *tax,
        *book.section(Section.AFTER_TAX), *owed, NET,
    )  # fmt: skip


GROSS, NET, OWED = "应发", "实发", "不足零、待收回"


def _amounts(book: Book, people: Sequence[PersonPay], parts: Sequence[Column | str]) -> tuple[Money, ...]:
    return tuple(Money(sum(_amount(book, one, part) for one in people)) for part in parts)


def _amount(book: Book, one: PersonPay, part: Column | str) -> int:
    if isinstance(part, Column):
        return one.of(part.code)
    return {GROSS: one.gross, NET: one.net, OWED: book.owed(one)}[part]
