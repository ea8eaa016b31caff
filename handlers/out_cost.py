"""人工成本表 out cost:按部门、项目、月份;成本 = 应发(收入减扣除)+ 单位承担的社保公积金。

默认只看这一期;选了起始月份,就是从那个月到这一期的全部已发布的各期(常规与另发)。
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlmodel import col, select

from engine.days import Month
from engine.errors import BadInput
from engine.money import Money
from handlers.out_book import DONE, Book, book_of, ready_book
from handlers.out_made import Ask, Made, Report, made
from handlers.out_parts import Part, parts_of
from handlers.out_write import Cell, Table
from models.pay import PayRun

Rows = list[tuple[Cell, ...]]
HEAD = ("月份", "部门", "项目", "人数", "金额")


def cost(ask: Ask) -> Made:
    """成本表:第一张逐月逐部门逐项目,第二张部门 × 月份。"""
    books = [ready_book(ask.work, ask.run, ask.rules), *_others(ask)]
    books.sort(key=lambda one: (one.month.first, one.run_id))
    first, last = books[0].month, books[-1].month
    span = last.label if first == last else f"{first.label}至{last.label}"
    stamp = ask.stamped(f"{span},全部部门与项目,{len(books)} 期")
    title = f"{books[0].company.name} {span}人工成本"
    rows, total = _details(books)
    strong = frozenset(n for n, row in enumerate(rows) if row[1] == TOTAL or row[2] == TOTAL)
    detail = Table("按项目", HEAD, tuple(rows), (title, *stamp.lines()), strong)
    report = Report(
        f"人工成本-{first}" + ("" if first == last else f"至{last}"), (detail, _matrix(books, (title, *stamp.lines()))),
        len(rows), {"sum": total, "runs": len(books)}, stamp,
    )  # fmt: skip
    return made(report, ask.params.get("format", "xlsx"))


TOTAL = "合计"


def _others(ask: Ask) -> list[Book]:
    """选了起始月份:从那时到这一期,别的已发布的各期。"""
    since = ask.params.get("since", "")
    if not since:
        return []
    try:
        first = Month.parse(since)
    except ValueError:
        raise BadInput("BAD_MONTH", "起始月份没有写对,应如 2026-01。请改好再导出。") from None
    if first.first > Month.parse(ask.run.month).first:
        raise BadInput("BAD_MONTH", "起始月份在这一期之后。请选这一期或以前的月份。")
    rows = ask.work.session.exec(
        select(PayRun)
        .where(
            PayRun.month >= str(first),
            PayRun.month <= ask.run.month,
            col(PayRun.state).in_(DONE),
            PayRun.id != ask.run.id,
        )
        .order_by(col(PayRun.month), col(PayRun.id))
    )
    return [book_of(ask.work, row, ask.rules) for row in rows]


def _details(books: Sequence[Book]) -> tuple[Rows, int]:
    """逐月:各部门各项目,部门小计,当月合计。"""
    rows: Rows = []
    whole = 0
    for month in dict.fromkeys(one.month for one in books):
        parts = [part for one in books if one.month == month for part in parts_of(one)]
        for department in sorted({one.department for one in parts}):
            mine = [one for one in parts if one.department == department]
            for code, label in dict.fromkeys((one.column.code, one.column.label) for one in mine):
                found = [one for one in mine if one.column.code == code]
                rows.append((str(month), department, label, _heads(found), Money(sum(one.fen for one in found))))
            rows.append((str(month), department, TOTAL, _heads(mine), Money(sum(one.fen for one in mine))))
        total = sum(one.fen for one in parts)
        whole += total
        rows.append((str(month), TOTAL, None, _heads(parts), Money(total)))
    return rows, whole


def _heads(parts: Sequence[Part]) -> int:
    return len({one.person_id for one in parts})


def _matrix(books: Sequence[Book], top: tuple[str, ...]) -> Table:
    """部门 × 月份。"""
    months = list(dict.fromkeys(one.month for one in books))
    sums: dict[tuple[str, Month], int] = defaultdict(int)
    for book in books:
        for part in parts_of(book):
            sums[part.department, book.month] += part.fen
    departments = sorted({department for department, _ in sums})
    rows: Rows = []
    for department in departments:
        figures = [sums[department, month] for month in months]
        rows.append((department, *(Money(fen) for fen in figures), Money(sum(figures))))
    columns = [sum(sums[department, month] for department in departments) for month in months]
    rows.append((TOTAL, *(Money(fen) for fen in columns), Money(sum(columns))))
    head = ("部门", *(month.label for month in months), TOTAL)
    return Table("部门月份", head, tuple(rows), top, frozenset({len(rows) - 1}))
