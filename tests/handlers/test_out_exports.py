"""导出 out exports:各种文件与这一期的合计逐分相等(读回文件来比),同样的记录再生成一字不差,再发一遍要理由,草稿只能预览。"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from config.layouts import Laid, Layouts
from config.policies import Policies
from engine.errors import Conflict, NotAllowed, NotReady, RuleBroken
from engine.money import Money
from handlers import intake, out_accounts, out_exports, out_sheet, payroll
from handlers.out_accounts import TakeAccounts
from handlers.out_exports import Export, OneExport
from handlers.out_write import Table, csv_of
from handlers.payroll import OneRun, Prepare
from handlers.records import Page
from models import guards
from tests.handlers.out import (
    account,
    accounts_of,
    below,
    exported,
    fen,
    file_of,
    one_store,
    published,
    sheets,
    slips,
    with_accounts,
    without_accounts,
)
from tests.handlers.world import SALES, World, person

TRICKY = '=cmd|"/c calc"!A0,𠮷😀'


def use(world: World, **layouts: Any) -> None:
    """换用改过的格式。"""
    rules: Policies = replace(world.desk.rules, layouts=replace(world.desk.rules.layouts, **layouts))
    world.desk.rules = rules


def test_the_sheet_has_a_row_a_person_and_adds_up_to_the_run(paid: World):
    paid.do("system", intake.take_page, Page("people", "w", (person("zhangsan", TRICKY, SALES, version="h-2"),)))
    run_id = published(paid)
    view, data = exported(paid, run_id, "sheet")
    rows = sheets(data)["工资表"]
    assert "工资表" in rows[0][0] and "草稿" not in rows[0][0]
    assert any("导出:2026-11-23 09:30 陈静" in str(row[0]) for row in rows[:4])
    table = below(rows, "序号")
    people = [row for row in table if row["工号"]]
    kept = slips(paid, run_id)
    assert {row["工号"] for row in people} == set(kept) and len(people) == 9
    for row in people:
        one = kept[row["工号"]]
        assert (fen(row["应发"]), fen(row["个人所得税"]), fen(row["实发"])) == (one["gross"], -one["tax"], one["net"])
        assert -sum(fen(row[c]) for c in ("养老保险", "医疗保险", "失业保险", "住房公积金")) == one["insurance"]
    total = next(row for row in table if row["部门"] == "合计")
    whole = {k: sum(one[k] for one in kept.values()) for k in ("gross", "insurance", "tax", "net")}
    assert (fen(total["应发"]), fen(total["实发"])) == (whole["gross"], whole["net"])
    subtotals = [row for row in table if str(row["部门"]).endswith("小计")]
    assert {row["部门"] for row in subtotals} == {"云帆科技 小计", "销售一部 小计", "人力资源部 小计", "未分部门 小计"}
    for column in ("应发", "实发", "个人所得税", "计薪基本工资" if "计薪基本工资" in total else "基本工资"):
        assert sum(fen(row[column]) for row in subtotals) == fen(total[column])
    assert TRICKY in {row["姓名"] for row in people}
    assert ("实发", Money(whole["net"]).show()) in view.totals


@one_store
def test_the_same_record_gives_the_same_bytes(paid: World):
    run_id = published(paid)
    view, first = exported(paid, run_id, "sheet")
    paid.now = paid.now.replace(day=24)
    again = paid.ask("zhoujun", out_exports.download, OneExport(view.export_id))
    assert (again.data, again.sha256) == (first, view.sha256)
    other, _ = exported(paid, run_id, "sheet", who="sunli")
    assert other.sha256 != view.sha256  # 导出的人与时刻写在表上
    paid.do("system", intake.take_page, Page("people", "w", (person("zhangsan", "张叁", SALES, version="h-9"),)))
    with pytest.raises(Conflict) as changed:
        paid.ask("sunli", out_exports.download, OneExport(view.export_id))
    assert changed.value.code == "EXPORT_CHANGED"


def test_an_export_leaves_no_amount_in_the_audit_and_cannot_be_rewritten(paid: World):
    run_id = published(paid)
    exported(paid, run_id, "sheet")
    lines = paid.rows("auditline")["auditline"]
    assert any("out_exports.export" in str(line) for line in lines)
    assert any("out_exports.download" in str(line) for line in lines)
    with (
        paid.store.engine.connect().execution_options(ehr_mode="write") as connection,
        pytest.raises(Exception) as kept,
    ):
        connection.exec_driver_sql("UPDATE exportrecord SET sha256 = 'x'")
    assert "只增不改" in str(kept.value)
    assert any(one.table == "exportrecord" for one in guards.GUARDS)


@one_store
def test_a_draft_is_only_looked_at(paid: World):
    run_id = int(paid.do("chenjing", payroll.run, Prepare("2026-11")).run_id)
    view, data = exported(paid, run_id, "sheet")
    assert "草稿" in view.file_name and "草稿" in sheets(data)["工资表"][0][0]
    assert paid.ask("zhoujun", out_sheet.print_sheet, OneRun(run_id)).draft
    for kind in ("bank", "tax", "insurance", "voucher", "cost"):
        with pytest.raises(RuleBroken) as refused:
            paid.do("chenjing", out_exports.export, Export(run_id, kind, layout="csv-utf8"))
        assert refused.value.code == "NOT_READY_TO_LEAVE"
    page = paid.ask("zhoujun", out_exports.exports, OneRun(run_id))
    assert (page.ready, len(page.records)) == (False, 1)


@one_store
def test_a_draft_exported_before_a_new_computation_is_not_given_again(paid: World):
    run_id = int(paid.do("chenjing", payroll.run, Prepare("2026-11")).run_id)
    view, _ = exported(paid, run_id, "sheet")
    paid.do("chenjing", payroll.run, Prepare("2026-11"))
    with pytest.raises(Conflict):
        paid.ask("chenjing", out_exports.download, OneExport(view.export_id))


@one_store
def test_bank_file_in_gbk_with_control_totals(paid: World):
    with_accounts(without_accounts(paid), ("liming", "zhangsan", "wangfang"))
    run_id = published(paid)
    view, data = exported(paid, run_id, "bank", layout="csv-gbk")
    lines = data.decode("gbk").split("\r\n")
    kept = slips(paid, run_id)
    paid_to = [line.split(",") for line in lines[1:-2]]
    assert lines[0] == "序号,收款账号,户名,金额,用途"
    assert {(row[1], row[2]): Money.of(row[3]).fen for row in paid_to} == {
        (account(2), "李明"): kept["liming"]["net"],
        (account(3), "张三"): kept["zhangsan"]["net"],
        (account(1), "王芳"): kept["wangfang"]["net"],
    }
    total = sum(kept[who]["net"] for who in ("liming", "zhangsan", "wangfang"))
    assert lines[-2] == f"合计,3笔,,{Money(total).yuan()},"
    rest = sum(one["net"] for one in kept.values()) - total
    assert view.totals == (("笔数", "3"), ("合计", Money(total).show()), ("没有放进去", Money(rest).show()))
    assert {name for name, why in view.left_out if why == "没有收款账户"} == {
        "高远",
        "赵慧",
        "陈静",
        "孙丽",
        "周军",
        "独行",
    }


def test_a_second_bank_file_asks_why(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    exported(paid, run_id, "bank", layout="csv-gbk")
    with pytest.raises(RuleBroken) as refused:
        paid.do("sunli", out_exports.export, Export(run_id, "bank", layout="xlsx", reason="  "))
    assert refused.value.code == "REASON_NEEDED" and "陈静" in refused.value.say
    view, _ = exported(paid, run_id, "bank", who="sunli", layout="xlsx", reason="银行退回,格式不对")
    assert view.reason == "银行退回,格式不对"
    with pytest.raises(NotAllowed):
        paid.ask("zhoujun", out_exports.download, OneExport(view.export_id))
    seen = paid.ask("zhoujun", out_exports.exports, OneRun(run_id))
    assert seen.again and [one.can_download for one in seen.records] == [False, False]
    assert account(2) not in str(seen)


@one_store
def test_bank_xlsx_is_text_and_ties(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    _, data = exported(paid, run_id, "bank", layout="xlsx")
    rows = below(sheets(data)["代发"], "收款账号")
    assert all(isinstance(cell, str) for row in rows for cell in row.values())
    total = sum(one["net"] for one in slips(paid, run_id).values())
    assert sum(Money.of(row["金额"]).fen for row in rows[:-1]) == Money.of(rows[-1]["金额"]).fen == total


@one_store
def test_fen_layout_has_its_totals_first(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    _, data = exported(paid, run_id, "bank", layout="text-fen")
    lines = data.decode("gbk").splitlines()
    assert lines[0] == f"20261123|9|{sum(int(line.split('|')[3]) for line in lines[1:])}"
    assert int(lines[0].split("|")[2]) == sum(one["net"] for one in slips(paid, run_id).values())


@pytest.mark.parametrize(
    ("holder", "layout", "code"),
    [
        ("张𠮷", "csv-gbk", "NOT_IN_ENCODING"),
        ("张😀", "csv-gbk", "NOT_IN_ENCODING"),
        ("=cmd|calc", "csv-utf8", "RISKY_NAME"),
        ("张,三", "csv-gbk", "DELIMITER_IN_NAME"),
        ('张"三', "csv-gbk", "DELIMITER_IN_NAME"),
    ],
)
@one_store
def test_a_name_the_bank_cannot_take_is_refused_by_name(paid: World, holder: str, layout: str, code: str):
    rows = accounts_of(paid)
    rows[3][4] = holder
    paid.do("chenjing", out_accounts.take, TakeAccounts(file_of(rows)))
    run_id = published(paid)
    with pytest.raises(Exception) as refused:
        paid.do("chenjing", out_exports.export, Export(run_id, "bank", layout=layout))
    assert getattr(refused.value, "code", "") == code and "张三" in str(refused.value)
    assert paid.one("SELECT count(*) FROM exportrecord") == 0


@one_store
def test_rare_names_and_commas_go_into_utf8(paid: World):
    rows = accounts_of(paid)
    rows[3][4], rows[2][4], rows[1][4] = '张,"𠮷"', "ＬＩ　明", "王芳"
    paid.do("chenjing", out_accounts.take, TakeAccounts(file_of(rows)))
    run_id = published(paid)
    view, data = exported(paid, run_id, "bank", layout="csv-utf8")
    assert data.startswith(b"\xef\xbb\xbf") and '"张,""𠮷"""' in data.decode("utf-8-sig")
    assert any("全角" in note and "李明" in note and "王芳" not in note for note in view.notes)


@one_store
def test_nobody_to_pay_is_said(paid: World):
    run_id = published(without_accounts(paid))
    with pytest.raises(RuleBroken) as refused:
        paid.do("chenjing", out_exports.export, Export(run_id, "bank", layout="csv-gbk"))
    assert refused.value.code == "NOTHING_TO_PAY"


@one_store
def test_insurance_list_ties_line_by_line(paid: World):
    run_id = published(paid)
    _, data = exported(paid, run_id, "insurance")
    found = sheets(data)
    rows = [row for row in below(found["逐人"], "险种") if row["险种"]]
    kept = slips(paid, run_id)
    for who, one in kept.items():
        mine = [row for row in rows if row["工号"] == who]
        assert sum(fen(row["个人"]) for row in mine) == one["insurance"]
    # 手算:基数 10,000.00,养老 8%/16%,医疗 2%/9%,失业 0.5%/0.5%,工伤 0/0.2%,公积金 7%/7%
    figures = {
        row["险种"]: (fen(row["缴费基数"]), fen(row["个人"]), fen(row["单位"]))
        for row in rows
        if row["工号"] == "liming"
    }
    assert figures == {
        "养老保险": (1000000, 80000, 160000),
        "医疗保险": (1000000, 20000, 90000),
        "失业保险": (1000000, 5000, 5000),
        "工伤保险": (1000000, 0, 2000),
        "住房公积金": (1000000, 70000, 70000),
    }
    summary = below(found["按险种"], "人数")
    assert {row["险种"]: fen(row["单位"]) for row in summary}["养老保险"] == 9 * 160000
    assert {row["城市"] for row in rows} == {"上海"}
    _, text = exported(paid, run_id, "insurance", format="csv")
    assert "养老保险" in text.decode("utf-8-sig")


@one_store
def test_voucher_balances_by_department_and_item(paid: World):
    run_id = published(paid)
    _, data = exported(paid, run_id, "voucher")
    rows = below(sheets(data)["凭证"], "分录")
    entries, total = rows[:-1], rows[-1]
    debit = sum(fen(row["借方"]) for row in entries if row["借方"] != "")
    credit = sum(fen(row["贷方"]) for row in entries if row["贷方"] != "")
    assert debit == credit == fen(total["借方"]) == fen(total["贷方"])
    kept = slips(paid, run_id)
    gross, net = (sum(one[k] for one in kept.values()) for k in ("gross", "net"))
    employer = 9 * (160000 + 90000 + 5000 + 2000 + 70000)
    assert debit == gross + employer
    assert next(fen(row["贷方"]) for row in entries if row["项目"] == "实发") == net
    assert next(fen(row["贷方"]) for row in entries if row["项目"] == "个人所得税") == sum(
        one["tax"] for one in kept.values()
    )
    bonus = next(row for row in entries if row["项目"] == "绩效奖金")
    assert (bonus["部门"], bonus["科目编号"], fen(bonus["借方"])) == ("销售一部", "6602.02", 110000)


@one_store
def test_an_unmapped_item_is_refused_by_name(paid: World):
    run_id = published(paid)
    laid = paid.desk.rules.layouts.voucher
    less = {key: one for key, one in laid.shape.items.items() if key != "performance_bonus"}
    use(paid, voucher=Laid("voucher", laid.shape.model_copy(update={"items": less}), "x"))
    with pytest.raises(NotReady) as refused:
        paid.do("chenjing", out_exports.export, Export(run_id, "voucher"))
    assert refused.value.code == "UNMAPPED_ITEM" and "绩效奖金(performance_bonus)" in refused.value.say


def test_cost_is_gross_and_the_companys_share(paid: World):
    run_id = published(paid)
    _, data = exported(paid, run_id, "cost")
    found = sheets(data)
    kept = slips(paid, run_id)
    whole = sum(one["gross"] for one in kept.values()) + 9 * 327000
    rows = below(found["按项目"], "项目")
    assert next(fen(row["金额"]) for row in rows if row["部门"] == "合计") == whole
    items = [row for row in rows if row["项目"] not in ("合计", "")]
    assert sum(fen(row["金额"]) for row in items) == whole
    assert fen(below(found["部门月份"], "部门")[-1]["合计"]) == whole
    bonus = [row for row in items if row["项目"] == "绩效奖金"]
    assert [(row["部门"], row["月份"], int(row["人数"]), fen(row["金额"])) for row in bonus] == [
        ("销售一部", "2026-10", 1, 110000)
    ]
    _, longer = exported(paid, run_id, "cost", since="2026-01", format="csv")
    assert "2026年10月人工成本" in longer.decode("utf-8-sig")
    with pytest.raises(Exception) as wrong:
        paid.do("chenjing", out_exports.export, Export(run_id, "cost", since="2026-13"))
    assert getattr(wrong.value, "code", "") == "BAD_MONTH"


@one_store
def test_layouts_ship_with_a_name_and_a_source(paid: World):
    found: Layouts = paid.desk.rules.layouts
    for laid in (*found.banks.values(), found.tax_import, found.tax_result, found.voucher):
        assert laid.shape.label and laid.shape.source and len(laid.version) == 16


def test_csv_text_is_never_a_formula():
    """文字以危险的字符开头就加撇号;金额的负号照写。"""
    words = ("=1+1", "+1", "-1", "@sum", "\t=x", "平常", '甲,乙"丙')
    table = Table("表", ("=名", "金额"), tuple((one, Money(-123)) for one in words), ("@题",))
    rows = list(csv.reader(io.StringIO(csv_of(table).decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["'@题", "'=名", "'=1+1", "'+1", "'-1", "'@sum", "'\t=x", "平常", '甲,乙"丙']
    assert {row[1] for row in rows[2:]} == {"-1.23"}
