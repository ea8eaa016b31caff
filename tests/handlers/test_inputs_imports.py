"""别的导入 imports:专项附加下载、社保账单、个税期初、历史工资——看一看不写、问题点名到格、复核之后才算数、撤回如初。"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.days import Month
from engine.errors import BadInput, EhrError, NotAllowed, RuleBroken
from engine.money import Money
from handlers import imports, inputs_bill, inputs_past, opening, payroll
from handlers.inputs_past import PastOf
from handlers.inputs_shapes import OneBatch, UndoBatch
from handlers.pay_facts import gather
from handlers.payroll import OneRun, Prepare, Publish
from handlers.people import person_of
from handlers.table import PERMITS
from tests.handlers.sheets import file, xlsx
from tests.handlers.world import COMPANY, OFFICE, World, pay_of

OCT, NOV = "2026-10", "2026-11"


def code(problem: pytest.ExceptionInfo[EhrError]) -> str:
    return problem.value.code


def look(paid: World, kind: str, period: str, *rows: Any) -> Any:
    return paid.ask("chenjing", imports.preview, file(kind, period, xlsx(*rows)))


def faults(paid: World, kind: str, period: str, *rows: Any) -> list[str]:
    return [f"{one.at}:{one.say}" for one in look(paid, kind, period, *rows).faults]


def kept(paid: World, kind: str, period: str, *rows: Any) -> Any:
    """陈静导入,孙丽复核。"""
    batch = paid.do("chenjing", imports.take, file(kind, period, xlsx(*rows)))
    return paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))


def unchanged(paid: World, kind: str, period: str, *rows: Any) -> None:
    """看一看(与问题清单)什么也不写。"""
    before = paid.rows(without=("auditline",))
    look(paid, kind, period, *rows)
    paid.ask("chenjing", imports.errors, file(kind, period, xlsx(*rows)))
    assert paid.rows(without=("auditline",)) == before


# ── 专项附加扣除 ──────────────────────────────────────────────────────

CLAIMS = ["工号", "姓名", "所得期间止", "累计子女教育", "累计赡养老人", "累计个人养老金"]


def test_claims_of_past_months_come_all_at_once(paid: World):
    """本年已有收入 1,000,000.00 没有扣过专项的人,十一月下载累计 22,000 + 33,000:一次计入本月,个税少 55,000 × 税率。"""
    unchanged(paid, "special", NOV, CLAIMS, ["liming", "李明", "2026-11-30", 22000, 33000, None])
    seen = look(paid, "special", NOV, CLAIMS, ["liming", "李明", "2026-11-30", 22000, 33000, None])
    (line,) = seen.lines
    assert (line.amount, line.before, "比登记的多 ¥55,000.00" in line.reason) == ("55000.00", "¥0.00", True)
    open_ = paid.do(
        "chenjing", imports.take, file("special", NOV, xlsx(CLAIMS, ["liming", "李明", None, 22000, 33000, 500]))
    )
    assert taxed(paid) == (0, 0)
    paid.do("sunli", imports.confirm, OneBatch(open_.batch_id))
    assert taxed(paid) == (5500000, 50000)
    paid.do("chenjing", imports.undo, UndoBatch(open_.batch_id, "下载错了月份"))
    assert taxed(paid) == (0, 0)


def taxed(paid: World) -> tuple[int, int]:
    """十月(十一月发)李明本月新计入的(专项附加, 其他扣除)。"""
    with paid.store.reading(paid.now) as work:
        (found,) = gather(work, [person_of(work, paid.id("liming"))], Month.parse(OCT), paid.rules)
    assert found.facts is not None
    return found.facts.tax.new_special, found.facts.tax.new_other


def test_claims_name_the_cell_that_is_wrong_and_who_is_left_out(paid: World):
    child = ("子女教育", "2026-01", Money.of("2000.00"))
    people = tuple(replace(pay_of(u), special=(child,) if u == "zhangsan" else ()) for u in OFFICE)
    paid.do("system", opening.open_pay, opening.OpenPay(COMPANY, people))
    found = look(
        paid,
        "special",
        NOV,
        CLAIMS,
        ["liming", "李明", "2026-10-31", 1, None, None],
        ["wangfang", "王芳", None, -1, None, None],
        ["wangfang", "王芳", None, 1, None, None],
        ["谁", "谁", None, 1, None, None],
    )
    says = [f"{one.at}:{one.say}" for one in found.faults]
    assert [one.partition(":")[0] for one in says] == ["第 2 行", "D3", "第 4 行"]
    assert ["2026年10月" in says[0], "不能是负数" in says[1], "已经有了" in says[2]] == [True, True, True]
    assert any("第 5 行没有读" in note for note in found.notes)
    assert any("下载里没有张三" in note for note in found.notes)
    other = faults(paid, "special", NOV, [*CLAIMS, "扣缴义务人"], ["liming", "李明", None, 1, None, None, "别的公司"])
    assert other[0].startswith("G2:这一行的单位是“别的公司”")


# ── 社保账单 ──────────────────────────────────────────────────────────

BILL = [
    "姓名",
    "养老/单位",
    "养老/个人",
    "医疗单位",
    "医疗个人",
    "失业(单位)",
    "失业(个人)",
    "工伤单位",
    "公积金/单位",
    "公积金/个人",
]
OWN = [1600, 800, 900, 200, 50, 50, 20, 700, 700]
"""基数 10,000:养老 16%/8%、医疗 9%/2%、失业 0.5%/0.5%、工伤 0.2%、公积金 7%/7%。"""


def test_a_bill_that_agrees_has_no_differences_for_him(paid: World):
    unchanged(paid, "bill", OCT, BILL, ["李明", *OWN])
    batch = kept(paid, "bill", OCT, BILL, ["李明", *OWN], ["合计", *OWN])
    view = paid.ask("zhoujun", inputs_bill.differences, OneBatch(batch.batch_id))
    assert [one for one in view.differences if one.name == "李明"] == []
    assert {one.hint[:9] for one in view.differences} == {"账单上没有这个人:"}
    assert (view.people, view.lines) == (1, 9 * 5 * 2)


def test_each_difference_bears_its_likely_cause(paid: World):
    rows = [
        ["李明", 3200, 1600, 900.4, 200, 49, 50, 20, 700, 700],
        ["王芳", 1680, 840, 945, 210, 52.5, 52.5, 21, 700, 700],
        ["张三", 1600, 800, 900, 200, 50, 50, None, 700, 700],
    ]
    batch = kept(paid, "bill", OCT, BILL, *rows)
    found = paid.ask("chenjing", inputs_bill.differences, OneBatch(batch.batch_id)).differences
    hints = {(one.name, one.line, one.side): one.hint for one in found}
    assert "2 倍:多半含补缴 1 个月" in hints["李明", "pension", "个人"]
    assert hints["李明", "medical", "单位"].startswith("取整不同")
    assert "反推,账单的基数约 ¥10,500.00" in hints["王芳", "pension", "单位"]
    assert hints["张三", "injury", "单位"] == "账单上没有这一项"
    assert ("李明", "housing", "个人") not in hints


def test_a_bill_with_bases_says_whose_base(paid: World):
    head = ["姓名", "养老保险", None, None]
    rows = [None, "缴费基数", "单位", "个人"], ["李明", 11000, 1760, 880]
    data = xlsx(head, *rows, merge=[("A1:A2", "姓名"), ("B1:D1", "养老保险")])
    batch = paid.do("chenjing", imports.take, file("bill", OCT, data))
    found = paid.ask("chenjing", inputs_bill.differences, OneBatch(batch.batch_id)).differences
    said = {one.hint for one in found if one.name == "李明" and one.line == "pension"}
    assert said == {"基数不同:账单 ¥11,000.00,我们 ¥10,000.00"}


# ── 个税期初 ──────────────────────────────────────────────────────────

YTD = ["姓名", "税款所属期", "本期收入", "专项扣除", "专项附加扣除", "已扣税额"]


def months(name: str, last: int = 10, **change: Any) -> list[list[Any]]:
    rows = [[name, f"2026-{m:02d}", 11000, 1750, 2000, 0] for m in range(1, last + 1)]
    for at_, value in change.items():
        rows[int(at_[1:]) - 1][2] = value
    return rows


def test_opening_figures_reach_the_ledger_only_when_confirmed(paid: World):
    unchanged(paid, "ytd", "2026", YTD, *months("李明"))
    batch = paid.do("chenjing", imports.take, file("ytd", "2026", xlsx(YTD, *months("李明"))))
    assert paid.one("SELECT count(*) FROM taxledger") == 0
    with pytest.raises(NotAllowed):
        paid.do("chenjing", imports.confirm, OneBatch(batch.batch_id))
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    assert (paid.one("SELECT count(*) FROM taxledger"), paid.one("SELECT sum(income) FROM taxledger")) == (10, 11000000)
    again = faults(paid, "ytd", "2026", YTD, *months("李明", m1=12000))
    assert sum("台账里已经有了" in one for one in again) == 10
    paid.do("chenjing", imports.undo, UndoBatch(batch.batch_id, "重导"))
    assert paid.one("SELECT count(*) FROM taxledger") == 0
    assert kept(paid, "ytd", "2026", YTD, *months("李明")).batch_id != batch.batch_id


def test_opening_figures_that_do_not_fit_are_refused_by_cell(paid: World):
    gap = months("李明")
    del gap[3]
    assert "李明缺 4 月" in faults(paid, "ytd", "2026", YTD, *gap)[0]
    assert "李明缺 9、10 月" in faults(paid, "ytd", "2026", YTD, *months("李明", 8))[0]
    assert "11 月由本系统发放" in faults(paid, "ytd", "2026", YTD, *months("李明", 11))[0]
    assert faults(paid, "ytd", "2026", YTD, *months("李明", m2=-5))[0].startswith("C3:这里不能是负数")
    twice = faults(paid, "ytd", "2026", YTD, *months("李明"), months("李明")[0])
    assert "李明 1 月在第 2 行已经有了" in twice[0]
    assert "税款所属期不在 2026 年" in faults(paid, "ytd", "2026", YTD, ["李明", "2025-12", 1, 0, 0, 0])[0]
    heavy = [["李明", "2026-01", 100, 0, 0, 200], *months("李明")[1:]]
    assert "扣的税比收入还多" in faults(paid, "ytd", "2026", YTD, *heavy)[0]
    sums = faults(paid, "ytd", "2026", YTD, *months("李明"), ["合计", None, 99999, None, None, 0])
    assert (sums[0].partition(":")[0], "各行加起来是 ¥110,000.00" in sums[0]) == ("C12", True)
    unit = faults(paid, "ytd", "2026", [*YTD, "扣缴义务人"], *[[*row, "别的公司"] for row in months("李明")])
    assert unit[0].startswith("G2:这一行的单位是“别的公司”")
    running = [[*row, 11000 * (n + 1)] for n, row in enumerate(months("李明"))]
    running[4][-1] += 1
    (said,) = faults(paid, "ytd", "2026", [*YTD, "累计收入"], *running)
    assert "李明 5 月写的累计收入是 ¥55,001.00,逐月加起来是 ¥55,000.00" in said
    with pytest.raises(BadInput) as refused:
        look(paid, "ytd", "2026-10", YTD, *months("李明"))
    assert code(refused) == "BAD_YEAR"


def test_opening_figures_are_closed_once_the_year_has_a_published_run(paid: World):
    batch = kept(paid, "ytd", "2026", YTD, *months("李明"))
    computed = paid.do("chenjing", payroll.run, Prepare(OCT))
    paid.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    with pytest.raises(RuleBroken) as refused:
        paid.do("chenjing", imports.undo, UndoBatch(batch.batch_id, "x"))
    assert code(refused) == "YEAR_STARTED"
    assert paid.ask("chenjing", payroll.verify, OneRun(computed.run_id)) == []


# ── 历史工资 ──────────────────────────────────────────────────────────

PAST = ["部门", "姓名", "基本工资", "提成", "应发工资", "个税", "实发工资", "备注"]


def test_past_slips_are_kept_as_they_were(paid: World):
    unchanged(paid, "past", "2026-08", PAST, ["销售部", "李明", 10000, 500, 10500, 20, 8730, "转正"])
    batch = paid.do(
        "chenjing",
        imports.take,
        file(
            "past",
            "2026-08",
            xlsx(PAST, ["销售部", "李明", 10000, 500, 10500, 20, 8730, "转正"], ["销售部", "老周", 1, 1, 1, 1, 1]),
        ),
    )
    mine = PastOf(paid.id("liming"))
    assert paid.ask("liming", inputs_past.past_slips, mine) == []
    paid.do("sunli", imports.confirm, OneBatch(batch.batch_id))
    (one,) = paid.ask("liming", inputs_past.past_slips, mine)
    assert (one.month, one.gross, one.net) == ("2026-08", "¥10,500.00", "¥8,730.00")
    assert one.lines == (("基本工资", "¥10,000.00"), ("提成", "¥500.00"), ("个税", "¥20.00"))
    with pytest.raises(NotAllowed):
        paid.ask("zhangsan", inputs_past.past_slips, mine)
    again = faults(paid, "past", "2026-08", PAST, ["销售部", "李明", 10000, 0, 10000, 20, 8230])
    assert "已经有历史工资" in again[0]
    paid.do("chenjing", imports.undo, UndoBatch(batch.batch_id, "重导"))
    assert paid.ask("liming", inputs_past.past_slips, mine) == []


def test_past_slips_need_gross_and_net_and_a_month_before_ours(paid: World):
    with pytest.raises(BadInput) as refused:
        look(paid, "past", "2026-08", ["姓名", "基本工资"], ["李明", 1])
    assert code(refused) == "NO_HEADER"
    assert "应发或实发是空的" in faults(paid, "past", "2026-08", PAST, ["", "李明", 1, 1, None, 1, 1])[0]
    assert "由本系统发放" in faults(paid, "past", OCT, PAST, ["", "李明", 1, 1, 1, 1, 1])[0]
    with pytest.raises(RuleBroken):
        paid.do("chenjing", imports.take, file("past", OCT, xlsx(PAST, ["", "李明", 1, 1, 1, 1, 1])))


def test_every_kind_is_under_the_same_permits(paid: World):
    assert PERMITS[imports.preview].audited
    for kind in imports.WAYS:
        with pytest.raises(NotAllowed):
            paid.ask("zhaohui", imports.preview, file(kind, OCT, xlsx(["姓名"], ["李明"])))
