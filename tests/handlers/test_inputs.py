"""月度输入 inputs:先看一看什么也不写、整份收或整份不收、另一个人复核才进工资、锁定之前可以撤回、同一份文件只记一次。"""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from engine.errors import BadInput, Conflict, EhrError, NotAllowed, NotFound, RuleBroken
from handlers import imports, inputs_rows, payroll, payroll_life, payslip
from handlers.imports import BatchesOf
from handlers.inputs_facts import open_inputs
from handlers.inputs_rows import EnterInput, InputsOf, OneInput, WithdrawInput
from handlers.inputs_shapes import ImportFile, OneBatch, UndoBatch, Upload
from handlers.payroll import Prepare, Publish
from handlers.payroll_life import Move
from handlers.payslip import ExplainLine, MonthSlip
from tests.handlers.sheets import file, xlsx
from tests.handlers.world import OCTOBER, World

OCT = "2026-10"
HEAD = ["姓名", "提成", "扣款", "税后扣款", "事由"]
GOOD = xlsx(
    HEAD, ["李明", "1,000.00", None, 200, "九月回款"], ["张三", 50.5, 30, None, "活动"], ["合计", 1050.5, 30, 200]
)


def code(problem: pytest.ExceptionInfo[EhrError]) -> str:
    return problem.value.code


def look(paid: World, data: bytes, **more: Any) -> Any:
    return paid.ask("chenjing", imports.preview, file("monthly", OCT, data, **more))


def taken(paid: World, data: bytes = GOOD, **more: Any) -> Any:
    return paid.do("chenjing", imports.take, file("monthly", OCT, data, **more))


def slip(paid: World, userid: str = "liming") -> dict[str, str]:
    view = paid.ask(userid, payslip.view, MonthSlip(paid.id(userid), OCT))
    return {one.code: one.amount for one in view.lines} | {"net": view.net_amount, "gross": view.gross_amount}


def faults(paid: World, *rows: Any, **more: Any) -> list[tuple[str, str]]:
    return [(one.at, one.say) for one in look(paid, xlsx(*rows), **more).faults]


def test_looking_writes_nothing(paid: World):
    before = paid.rows(without=("auditline",))
    seen = look(paid, GOOD)
    bad = look(paid, xlsx(HEAD, ["没有这个人", 1, None, None, "x"]))
    paid.ask("chenjing", imports.errors, file("monthly", OCT, GOOD))
    assert paid.rows(without=("auditline",)) == before
    assert [(x.name, x.label, x.amount, x.place) for x in seen.lines] == [
        ("李明", "提成", "1000.00", "B2"),
        ("李明", "税后扣款", "200.00", "D2"),
        ("张三", "提成", "50.50", "B3"),
        ("张三", "扣款", "30.00", "C3"),
    ]
    assert [(x.label, x.people, x.amount) for x in seen.totals] == [
        ("提成", 2, "1050.50"),
        ("税后扣款", 1, "200.00"),
        ("扣款", 1, "30.00"),
    ]
    assert (seen.faults, len(bad.faults)) == ((), 1)


def test_only_what_a_second_person_confirmed_is_paid(paid: World):
    bare = slip(paid)
    batch = taken(paid)
    assert (batch.rows, batch.state, batch.can) == (4, "open", ("undo",))
    assert slip(paid) == bare
    with paid.store.reading(paid.now) as work:
        assert open_inputs(work, OCTOBER, paid.rules) == (
            "李明的“提成、税后扣款”还没有复核,没有算进工资。",
            "张三的“提成、扣款”还没有复核,没有算进工资。",
        )
    with pytest.raises(NotAllowed) as refused:
        paid.do("chenjing", imports.confirm, OneBatch(batch.batch_id))
    assert code(refused) == "FOUR_EYES"
    done = paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    assert (done.state, done.confirmed_by) == ("confirmed", "孙丽")
    now = slip(paid)
    assert (now["input_commission"], now["after_tax:input"]) == ("1000.00", "-200.00")
    # 一千元的提成:应发多 1,000.00;本年应税不满免征额与起征,个税按 3% 多 30.00;税后扣 200.00。
    assert cents(now["gross"]) - cents(bare["gross"]) == 100000
    tax = cents(bare.get("iit", "0.00")) - cents(now.get("iit", "0.00"))
    assert cents(now["net"]) - cents(bare["net"]) == 100000 - tax - 20000
    with paid.store.reading(paid.now) as work:
        assert open_inputs(work, OCTOBER, paid.rules) == ()


def cents(yuan: str) -> int:
    return int(yuan.replace(".", ""))


def test_the_line_says_whence_it_comes_and_chat_words_bear_no_amount(paid: World):
    batch = taken(paid)
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    told = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, "input_commission"))
    (proof,) = told.evidence
    assert (proof.label, proof.say, proof.detail) == ("月度输入", "十月.xlsx:表一 B2", "九月回款")
    assert proof.id.startswith("import:")
    assert (told.amount, any(c.isdigit() for c in told.words)) == ("1000.00", False)


def test_the_same_file_twice_is_said_and_nothing_is_doubled(paid: World):
    first = taken(paid)
    before = paid.rows("monthlyinput", "importbatch")
    again = taken(paid)
    assert (again.batch_id, "导入过" in again.note, "陈静" in again.note) == (first.batch_id, True, True)
    assert paid.rows("monthlyinput", "importbatch") == before
    assert "导入过" in look(paid, GOOD).already


def test_everything_twice_in_any_order_changes_nothing(paid: World):
    batch = taken(paid)
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    before = paid.rows("monthlyinput", "importbatch")
    paid.replay()
    assert paid.rows("monthlyinput", "importbatch") == before


def test_undone_before_the_lock_it_is_as_if_it_had_never_been(paid: World):
    bare = slip(paid)
    batch = taken(paid)
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    with pytest.raises(BadInput) as refused:
        paid.do("chenjing", imports.undo, UndoBatch(batch.batch_id, " "))
    assert code(refused) == "REASON_NEEDED"
    gone = paid.do("chenjing", imports.undo, UndoBatch(batch.batch_id, "导错了月份"))
    assert (gone.state, gone.undone_reason, gone.can) == ("undone", "导错了月份", ())
    assert slip(paid) == bare
    with pytest.raises(RuleBroken) as late:
        paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    assert code(late) == "BATCH_UNDONE"
    assert taken(paid).batch_id != batch.batch_id
    assert [one.state for one in paid.ask("zhoujun", imports.batches, BatchesOf("monthly"))] == ["open", "undone"]


def test_a_locked_month_is_closed_to_everything(paid: World):
    batch = taken(paid)
    one = paid.do("chenjing", inputs_rows.enter, entry(paid))
    computed = paid.do("chenjing", payroll.run, Prepare(OCT))
    paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    for act in (
        lambda: taken(paid, xlsx(HEAD, ["李明", 1, None, None, "x"])),
        lambda: paid.do("sunli", imports.confirm, OneBatch(batch.batch_id)),
        lambda: paid.do("chenjing", imports.undo, UndoBatch(batch.batch_id, "x")),
        lambda: paid.do("chenjing", inputs_rows.enter, entry(paid)),
        lambda: paid.do("sunli", inputs_rows.confirm_one, OneInput(one.input_id)),
        lambda: paid.do("chenjing", inputs_rows.withdraw, WithdrawInput(one.input_id, "x")),
    ):
        with pytest.raises(RuleBroken) as refused:
            act()
        assert code(refused) == "MONTH_CLOSED"
    seen = paid.ask("chenjing", inputs_rows.month_inputs, InputsOf(OCT))
    assert (seen.closed, {one.can for one in seen.rows}) == (True, {()})


def test_after_the_lock_an_input_waits_until_the_run_steps_back(paid: World):
    batch = taken(paid)
    computed = paid.do("chenjing", payroll.run, Prepare(OCT))
    with pytest.raises(RuleBroken) as refused:
        paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    assert code(refused) == "MONTH_CLOSED"
    paid.do("chenjing", payroll_life.move, Move(computed.run_id, "back", note="等输入复核"))
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    again = paid.do("chenjing", payroll.run, Prepare(OCT))
    assert again.input_hash != computed.input_hash


def test_every_cell_that_is_wrong_is_named(paid: World):
    found = faults(
        paid,
        HEAD,
        ["李明", "一百", -5, None, "x"],
        ["没有这个人", 1, None, None, "x"],
        [None, 1, None, None, "x"],
        ["张三", "=1+4", None, None, "x"],
        ["王芳", 1, None, None, None],
        ["赵慧", 1.005, None, None, "x"],
    )
    assert [at for at, _ in found] == ["B2", "C2", "第 3 行", "第 4 行", "B5", "B6", "B7"]
    says = "".join(say for _, say in found)
    for words in (
        "不是数",
        "请写正数",
        "没有找到叫“没有这个人”",
        "不知道是谁",
        "这一格是公式",
        "没有写事由",
        "三位以上的小数",
    ):
        assert words in says


def test_one_fault_and_the_whole_file_is_refused(paid: World):
    before = paid.rows("monthlyinput", "importbatch")
    with pytest.raises(BadInput) as refused:
        taken(paid, xlsx(HEAD, ["李明", 1, None, None, "x"], ["谁", 1, None, None, "x"]))
    assert (code(refused), "第 3 行" in refused.value.say) == ("IMPORT_FAULTS", True)
    assert paid.rows("monthlyinput", "importbatch") == before


def test_the_same_person_twice_is_refused_by_name_unless_the_items_differ(paid: World):
    (fault,) = faults(paid, HEAD, ["李明", 1, None, None, "x"], ["李明", 2, None, None, "x"])
    assert (fault[0], "李明的“提成”在第 2 行已经有一笔" in fault[1]) == ("第 3 行", True)
    assert faults(paid, HEAD, ["李明", 1, None, None, "x"], ["李明", None, 2, None, "x"]) == []


def test_one_already_there_is_refused_added_or_replaced(paid: World):
    paid.do("sunli", imports.confirm, OneBatch(taken(paid).batch_id))
    more = xlsx(HEAD, ["李明", 500, None, None, "补一笔"])
    (fault,) = look(paid, more).faults
    assert ("已经有了" in fault.say, "已复核" in fault.say) == (True, True)
    added = taken(paid, more, repeat="add")
    paid.do("sunli", imports.confirm, OneBatch(added.batch_id))
    assert slip(paid)["input_commission"] == "1500.00"
    told = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, "input_commission"))
    assert len(told.evidence) == 2
    changed = taken(paid, xlsx(HEAD, ["李明", 700, None, None, "改"]), repeat="replace")
    paid.do("sunli", imports.confirm, OneBatch(changed.batch_id))
    assert slip(paid)["input_commission"] == "700.00"
    with pytest.raises(BadInput):
        look(paid, more, repeat="whatever")


def test_a_row_an_item_and_months_and_a_reason_for_the_whole_file(paid: World):
    long = xlsx(["工号", "月份", "项目", "金额"], ["liming", "2026年10月", "提成", 10], ["zhangsan", "10月", "扣款", 5])
    assert {one.say for one in look(paid, long).faults} == {
        "没有写事由。请在表里加“事由”一列,或在页面上填一个总的事由。"
    }
    assert len(look(paid, long, reason="十月活动").lines) == 2
    found = faults(
        paid,
        ["工号", "月份", "项目", "金额"],
        ["liming", "2026-09", "提成", 10],
        ["liming", None, "红包", 1],
        reason="x",
    )
    assert ["现在导入的是2026年10月" in found[0][1], "没有“红包”这个项目" in found[1][1]] == [True, True]
    (blank,) = faults(paid, ["工号", "项目", "金额"], ["liming", "提成", None], reason="x")
    assert blank[1].startswith("没有写金额")


def test_a_sum_that_does_not_fit_its_rows_is_a_fault(paid: World):
    (fault,) = faults(paid, HEAD, ["李明", 100, None, None, "x"], ["合计", 150])
    assert (fault[0], "各行加起来是 ¥100.00" in fault[1]) == ("B3", True)
    assert faults(paid, HEAD, ["李明", 100, None, None, "x"], ["合计", "=SUM(B2)"]) == []


def test_a_standard_of_a_formula_is_taken_too(paid: World):
    """餐补标准 20.00 元(盖过档案里的 15.00):十月出勤 18 天,餐补 360.00。"""
    before = slip(paid)
    batch = taken(paid, xlsx(["姓名", "餐补标准"], ["李明", 20]), reason="十月起调整")
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    now = slip(paid)
    days = cents(before["meal"]) // 1500
    assert (cents(now["meal"]), "input_std:餐补" in now) == (days * 2000, False)
    told = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, "meal"))
    assert any(one.label == "月度输入" for one in told.evidence)


def test_who_is_not_paid_this_month_is_refused(paid: World):
    (fault,) = faults(paid, HEAD, ["李明", 1, None, None, "x"], ["外人", 1, None, None, "x"])
    assert fault[0] == "第 3 行"
    with pytest.raises(RuleBroken) as refused:
        paid.do("chenjing", inputs_rows.enter, entry(paid, month="2023-01"))
    assert code(refused) == "NOT_IN_MONTH"


def entry(paid: World, **more: Any) -> EnterInput:
    values: dict[str, Any] = {
        "person_id": paid.id("liming"),
        "month": OCT,
        "item": "commission",
        "amount": "88.00",
        "reason": "活动奖励",
    }
    return EnterInput(**(values | more))


def test_by_hand_needs_a_reason_and_a_second_person(paid: World):
    for more, wanted in (
        ({"reason": " "}, "REASON_NEEDED"),
        ({"amount": "x"}, "BAD_AMOUNT"),
        ({"amount": "0"}, "BAD_AMOUNT"),
        ({"item": "没有"}, "NO_INPUT_ITEM"),
        ({"item": "deduction", "amount": "-1"}, "BAD_AMOUNT"),
    ):
        with pytest.raises(BadInput) as refused:
            paid.do("chenjing", inputs_rows.enter, entry(paid, **more))
        assert code(refused) == wanted
    one = paid.do("chenjing", inputs_rows.enter, entry(paid))
    assert (one.state, one.can, one.source) == ("open", ("withdraw",), "手工录入")
    with pytest.raises(NotAllowed):
        paid.do("chenjing", inputs_rows.confirm_one, OneInput(one.input_id))
    assert paid.do("sunli", inputs_rows.confirm_one, OneInput(one.input_id)).state == "confirmed"
    assert slip(paid)["input_commission"] == "88.00"
    told = paid.ask("liming", payslip.explain, ExplainLine(paid.id("liming"), OCT, "input_commission"))
    assert (told.evidence[0].id, told.evidence[0].detail) == (f"manual:{one.input_id}", "活动奖励")
    back = paid.do("chenjing", inputs_rows.withdraw, WithdrawInput(one.input_id, "录错了"))
    assert (back.state, "input_commission" in slip(paid)) == ("withdrawn", False)
    with pytest.raises(RuleBroken) as late:
        paid.do("sunli", inputs_rows.confirm_one, OneInput(one.input_id))
    assert code(late) == "INPUT_WITHDRAWN"


def test_what_was_seen_is_what_is_imported(paid: World):
    seen = look(paid, GOOD)
    with pytest.raises(Conflict) as refused:
        taken(paid, xlsx(HEAD, ["李明", 9, None, None, "x"]), seen=seen.digest)
    assert code(refused) == "FILE_CHANGED"
    assert taken(paid, seen=seen.digest).rows == 4


def test_the_error_workbook_is_the_file_with_one_more_column(paid: World):
    data = xlsx(HEAD, ["李明", "一百", None, None, "=x"], ["=cmd", 1, None, None, "x"])
    back = paid.ask("chenjing", imports.errors, file("monthly", OCT, data))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(back.data())).get_sheet_by_index(0)
    rows = [[str(one) for one in row] for row in sheet.to_python()]
    assert back.name == "十月-问题.xlsx"
    assert (rows[0][:5], rows[0][5]) == (HEAD, "问题")
    assert (rows[1][:2], "B2" in rows[1][5]) == (["李明", "一百"], True)
    assert rows[2][5].startswith("第 3 行:没有")
    again = look(paid, back.data())
    assert [one.at for one in again.faults] == [one.at for one in look(paid, data).faults]


def test_only_payroll_may(paid: World):
    for userid in ("liming", "wangfang", "zhaohui", "zhoujun"):
        with pytest.raises(NotAllowed):
            paid.do(userid, imports.take, file("monthly", OCT, GOOD))
        with pytest.raises(NotAllowed):
            paid.ask(userid, imports.preview, file("monthly", OCT, GOOD))
    assert paid.ask("zhoujun", inputs_rows.month_inputs, InputsOf(OCT)).rows == ()
    for bad in (ImportFile("什么", OCT, Upload.of("a", b"x")), ImportFile("monthly", OCT, Upload("a", "不是"))):
        with pytest.raises(BadInput):
            paid.ask("chenjing", imports.preview, bad)
    with pytest.raises(NotFound):
        paid.do("chenjing", imports.confirm, OneBatch(99))
