"""人工成本的拆分 out parts:一本册子拆成(部门、项目、分),凭证与成本表都由它加起来。

现在一个人的整月归他的主部门;月中调动要按天拆开时,把拆法(一个人 → 几份,合起来等于整份)作为 split 传进来。
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

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


Split = Callable[[PersonPay, Sequence[Column]], Iterable[tuple[str, str, int]]]
"""拆法:一个人与进成本的项目 → (部门, 项目编号, 分);各份之和必须等于这个人的整份。"""


def whole(person: PersonPay, columns: Sequence[Column]) -> Iterable[tuple[str, str, int]]:
    """整月归主部门。"""
    return ((person.department, one.code, person.of(one.code)) for one in columns if person.of(one.code))


def parts_of(book: Book, split: Split = whole) -> list[Part]:
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
