"""人工成本的拆分 out parts:一本册子拆成(部门、项目、分),凭证与成本表都由它加起来。

整月在一个部门的归那个部门;月中调动的按在各部门的天数拆开(engine.cost_split),各份之和等于整份。
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.cost_split import share_out
from engine.pay_items import Section
from handlers.out_book import Book, Column, PersonPay

COST = (Section.EARNING, Section.DEDUCTION, Section.EMPLOYER)
"""进成本的栏:收入、扣除(负数)、单位承担。"""


@dataclass(frozen=True, slots=True)
class Part:
    """一份:部门、项目、多少分、是谁的。"""

    department: str
    column: Column
    fen: int
    person_id: int


def split(person: PersonPay, columns: Sequence[Column]) -> Iterable[tuple[str, str, int]]:
    """一个人拆成(部门、项目编号、分)。"""
    stays = person.stays or ((person.department, 1),)
    weights = tuple(days for _, days in stays)
    for one in columns:
        for (department, _), fen in zip(stays, share_out(person.of(one.code), weights), strict=True):
            if fen:
                yield department or person.department, one.code, fen


def parts_of(book: Book) -> list[Part]:
    """一本册子的各份。"""
    columns = book.section(*COST)
    by_code = {one.code: one for one in columns}
    return [
        Part(department, by_code[code], fen, person.person_id)
        for person in book.people
        for department, code, fen in split(person, columns)
    ]


def departments_of(parts: Iterable[Part]) -> list[str]:
    """出现过的部门,按先后。"""
    return list(dict.fromkeys(one.department for one in parts))
