"""认人 inputs people:导入的表里写的工号、账号、姓名 → 我们的人。认不准就不认,说清为什么。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from engine.days import Month, show_date
from handlers.sheet_table import Cell
from handlers.sheet_values import Unreadable, code_of, text_of
from models.pay import PayProfile
from models.people import Department, Person
from models.work import Work


@dataclass(frozen=True, slots=True)
class Known:
    """一个认得的人。"""

    person_id: int
    userid: str
    name: str


class Roll:
    """花名册:按工号、账号、姓名找人。"""

    def __init__(self, people: Iterable[tuple[Known, str, str]]) -> None:
        """people 每人(人, 工号, 部门名)。"""
        self._codes: dict[str, list[Known]] = {}
        self._names: dict[str, list[Known]] = {}
        self._where: dict[int, str] = {}
        for one, job_number, department in people:
            for code in {job_number, one.userid} - {""}:
                self._codes.setdefault(code.casefold(), []).append(one)
            self._names.setdefault(text_of(one.name).replace(" ", ""), []).append(one)
            self._where[one.person_id] = department

    def find(self, code: Cell | None, name: Cell | None) -> Known:
        """工号优先;写了姓名的要与工号对得上;只写姓名的不能有同名。"""
        number = code_of(code.value) if code is not None else ""
        called = name.text.replace(" ", "") if name is not None else ""
        if not number and not called:
            raise Unreadable("这一行没有写工号或姓名,不知道是谁。")
        if not number:
            return self._by_name(called)
        found = self._codes.get(number.casefold(), [])
        if not found and number.isdigit():
            bare = number.lstrip("0")
            found = [one for known, people in self._codes.items() if known.lstrip("0") == bare for one in people]
        if not found:
            raise Unreadable(f"没有工号(或账号)是“{number}”的人。请核对,新同事可能还没有同步过来。")
        if len(found) > 1:
            raise Unreadable(f"有 {len(found)} 位同事的工号对得上“{number}”,分不清是谁。请改写账号。")
        if called and text_of(found[0].name).replace(" ", "") != called:
            raise Unreadable(f"工号“{number}”是{found[0].name},这一行写的姓名是“{called}”。请核对是哪一位。")
        return found[0]

    def _by_name(self, called: str) -> Known:
        found = self._names.get(called, [])
        if not found:
            raise Unreadable(f"没有找到叫“{called}”的同事。请核对姓名;新同事可能还没有同步过来。")
        if len(found) > 1:
            who = "、".join(f"{self._where[one.person_id]}的{one.name}(账号 {one.userid})" for one in found)
            raise Unreadable(f"有 {len(found)} 位同事叫“{called}”:{who}。请写上工号。")
        return found[0]


def roll_of(work: Work) -> Roll:
    """全部的人(含已离职的:离职当月还要发)。"""
    departments = {one.dept_id: one.name for one in work.session.exec(select(Department))}
    rows = work.session.exec(select(Person).order_by(col(Person.id)))
    return Roll(
        (Known(one.id or 0, one.userid, one.name), one.job_number, departments.get(one.main_dept_id or 0, "未分部门"))
        for one in rows
    )


def not_in_month(work: Work, month: Month) -> dict[int, str]:
    """这个月发不到工资的人 → 为什么:还没入职、已经离职、没有薪酬档案。"""
    paid = set(work.session.exec(select(PayProfile.person_id)).all())
    found: dict[int, str] = {}
    for one in work.session.exec(select(Person)):
        if one.id is None:
            continue
        if one.hired_on is not None and one.hired_on > month.last:
            found[one.id] = f"{one.name} 到 {show_date(one.hired_on)} 才入职,{month.label}没有工资。"
        elif one.last_work_day is not None and one.last_work_day < month.first:
            found[one.id] = (
                f"{one.name} 在 {show_date(one.last_work_day)} 已经离职,{month.label}没有工资;要补发请走离职结算。"
            )
        elif one.id not in paid:
            found[one.id] = f"{one.name} 还没有薪酬档案,录了也发不到。请先补上档案。"
    return found
