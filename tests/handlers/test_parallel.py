"""新旧并行 parallel:旧工资表对上列、逐行比到分、按缘由分组签认;签过之后变了不算数;什么也不写进工资。"""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import BadInput, Conflict, EhrError, NotAllowed
from handlers import imports, parallel, payroll, payslip
from handlers.inputs_shapes import OneBatch, UndoBatch
from handlers.parallel import SignGroup
from handlers.payroll import Prepare
from handlers.payslip import MonthSlip
from tests.handlers.sheets import file, xlsx
from tests.handlers.world import OFFICE, World

OCT = "2026-10"
NAMES = {
    "gaoyuan": "高远",
    "wangfang": "王芳",
    "liming": "李明",
    "zhangsan": "张三",
    "zhaohui": "赵慧",
    "chenjing": "陈静",
    "sunli": "孙丽",
    "zhoujun": "周军",
    "loner": "独行",
}
HEAD = ["姓名", "基本工资", "绩效奖金", "餐补", "应发合计", "养老", "医疗", "失业", "公积金", "个税", "实发工资"]
CODES = [
    "base",
    "performance_bonus",
    "meal",
    "gross",
    "ins_pension",
    "ins_medical",
    "ins_unemployment",
    "ins_housing",
    "iit",
    "net",
]
"""旧表的列 ↔ 我们的行;扣的在旧表里写正数。"""


def code(problem: pytest.ExceptionInfo[EhrError]) -> str:
    return problem.value.code


def old_rows(paid: World) -> dict[str, list[Any]]:
    """一份与我们完全一样的旧表(取自各人自己看到的工资条)。"""
    rows: dict[str, list[Any]] = {}
    for userid in OFFICE:
        view = paid.ask(userid, payslip.view, MonthSlip(paid.id(userid), OCT))
        found = {one.code: one.amount for one in view.lines} | {"gross": view.gross_amount, "net": view.net_amount}
        rows[userid] = [NAMES[userid], *(abs(float(found.get(one, "0"))) for one in CODES)]
    return rows


def book(rows: dict[str, list[Any]], *more: list[Any]) -> bytes:
    return xlsx(["十月工资表"], HEAD, *rows.values(), *more, ["合计"])


def brought(paid: World, data: bytes, **more: Any) -> int:
    found: int = paid.do("chenjing", imports.take, file("old", OCT, data, "旧.xlsx", **more)).batch_id
    return found


def view(paid: World, batch: int) -> Any:
    return paid.ask("chenjing", parallel.view, OneBatch(batch))


def groups(paid: World, batch: int) -> dict[str, list[tuple[str, str, int]]]:
    return {one.cause: [(r.name, r.code, r.change_fen) for r in one.rows] for one in view(paid, batch).groups}


def test_the_same_to_the_fen_is_a_go(paid: World):
    found = view(paid, brought(paid, book(old_rows(paid))))
    assert (found.people, found.people_equal, found.lines, found.lines_equal) == (9, 9, 90, 90)
    assert (found.groups, found.open, found.go) == ((), 0, True)
    assert found.source == "2026年10月现算(还没有发薪)"


def test_differences_are_grouped_by_cause_and_signed_group_by_group(paid: World):
    rows = old_rows(paid)
    rows["zhangsan"][1] = 9000
    rows["zhangsan"][4] -= 1000
    rows["wangfang"][5] = 960  # 养老按 12,000 的基数
    rows.pop("loner")
    batch = brought(paid, book(rows, ["老周", 1, 0, 0, 1, 0, 0, 0, 0, 0, 5000]))
    found = groups(paid, batch)
    assert found["base"] == [("张三", "base", 100000)]
    assert ("张三", "gross", 100000) in found["follows"]
    assert [one[:2] for one in found["only_old"]] == [("老周", "net")]
    assert [one[:2] for one in found["only_new"]] == [("独行", "net")]
    assert ("王芳", "ins_pension", 16000) in found["unknown"]
    seen = view(paid, batch)
    assert (seen.go, seen.open, seen.people, seen.people_equal) == (False, len(seen.groups), 10, 6)
    group = next(one for one in seen.groups if one.cause == "base")
    with pytest.raises(BadInput) as refused:
        paid.do("sunli", parallel.sign, SignGroup(batch, "base", group.digest, " "))
    assert code(refused) == "REASON_NEEDED"
    for one in seen.groups:
        seen = paid.do("sunli", parallel.sign, SignGroup(batch, one.cause, one.digest, "已核对,旧表录错"))
    assert (seen.open, seen.go, {one.signed_by for one in seen.groups}) == (0, True, {"孙丽"})
    paid.do("sunli", parallel.sign, SignGroup(batch, "base", group.digest, "再签一次"))
    assert paid.one("SELECT count(*) FROM parallelsign") == len(seen.groups)


def test_a_group_that_changed_after_it_was_signed_is_open_again(paid: World):
    rows = old_rows(paid)
    rows["liming"][3] += 10
    batch = brought(paid, book(rows))
    (group,) = view(paid, batch).groups
    paid.do("sunli", parallel.sign, SignGroup(batch, group.cause, group.digest, "餐补旧表多一天"))
    assert view(paid, batch).go
    meal = xlsx(["姓名", "餐补标准"], ["李明", 20])
    taken = paid.do("chenjing", imports.take, file("monthly", OCT, meal, reason="十月起调整"))
    paid.do("sunli", imports.confirm, OneBatch(taken.batch_id))
    changed = view(paid, batch)
    mine = next(one for one in changed.groups if one.cause == group.cause)
    assert (changed.go, mine.stale, mine.signed_by, mine.reason) == (False, True, "", "餐补旧表多一天")
    with pytest.raises(Conflict) as refused:
        paid.do("sunli", parallel.sign, SignGroup(batch, group.cause, "x" * 32, "看的是旧的"))
    assert code(refused) == "GROUP_CHANGED"


def test_columns_are_suggested_asked_for_and_remembered(paid: World):
    data = xlsx(["姓名", "底薪", "神秘补助", "实发"], ["李明", 10000, 5, 8000])
    seen = paid.ask("chenjing", imports.preview, file("old", OCT, data))
    (fault,) = seen.faults
    assert (fault.at, "“神秘补助”这一列有数" in fault.say) == ("C1", True)
    assert [one.label for one in seen.totals] == ["基本工资", "实发"]
    chosen = (("神秘补助", "input_allowance"),)
    batch = brought(paid, data, mapping=chosen)
    assert ("李明", "input_allowance", -500) in groups(paid, batch)["missing_input"]
    next_ = xlsx(["姓名", "底薪", "神秘补助", "实发"], ["李明", 10000, 6, 8000])
    assert paid.ask("chenjing", imports.preview, file("old", OCT, next_)).faults == ()
    ignored = brought(paid, next_, mapping=(("神秘补助", "-"),))
    assert all(one[1] != "input_allowance" for rows in groups(paid, ignored).values() for one in rows)


def test_what_cannot_be_compared_is_refused(paid: World):
    twice = xlsx(["姓名", "底薪", "实发"], ["李明", 1, 1], ["李明", 2, 2])
    (fault,) = paid.ask("chenjing", imports.preview, file("old", OCT, twice)).faults
    assert "李明在第 2 行已经有了" in fault.say
    with pytest.raises(NotAllowed):
        paid.ask("zhaohui", parallel.view, OneBatch(1))


def test_comparing_writes_nothing_into_pay(paid: World):
    paid.do("chenjing", payroll.run, Prepare(OCT))
    before = paid.rows("payrun", "payinput", "payslip", "taxledger", "monthlyinput")
    rows = old_rows(paid)
    rows["liming"][1] = 1
    batch = brought(paid, book(rows))
    assert view(paid, batch).source == "2026年10月发薪(第 1 次计算)"
    assert paid.rows("payrun", "payinput", "payslip", "taxledger", "monthlyinput") == before
    paid.do("chenjing", imports.undo, UndoBatch(batch, "导错了"))
    with pytest.raises(EhrError) as gone:
        view(paid, batch)
    assert code(gone) == "NO_BATCH"
