"""报税 out tax:29 列与次序、空不是零、没发钱的也有一行、负的不给;客户端的结果(.xls 与 .xlsx、新旧列名)读回来逐人比;政策定何时拦。

数字手算:十月工资,十一月发,本单位第一个月。月工资 10,000.00,餐补 15.00 × 18 天 = 270.00;社保公积金 17.5% = 1,750.00。
应纳税所得额 10,270 − 5,000 − 1,750 = 3,520.00,× 3% = 105.60;李明另有奖金 1,100.00:4,620.00 × 3% = 138.60。
data/tax_result_old.xls 是照这些数写的旧列名的结果表,由 LibreOffice 存成 Excel 97。
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.effective import Dated, Version
from engine.errors import BadInput, NotReady, RuleBroken
from engine.money import Money
from handlers import intake, out_accounts, out_exports, out_tax, out_tax_check, out_tax_gate
from handlers.out_accounts import TakeAccounts
from handlers.out_exports import Export
from handlers.out_read import Upload, upload_of
from handlers.out_tax_check import ExplainDifference, TakeResult
from handlers.out_tax_month import tax_month
from handlers.payroll import OneRun, Prepare, run
from handlers.records import Page
from models.pay import PayRun
from tests.handlers.out import (
    accounts_of,
    below,
    book,
    card,
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
from tests.handlers.world import OFFICE, SALES, World, person

COLUMNS = (
    "工号 *姓名 *证件类型 *证件号码 本期收入 本期免税收入 基本养老保险费 基本医疗保险费 失业保险费 住房公积金 累计子女教育 累计继续教育"
    " 累计住房贷款利息 累计住房租金 累计赡养老人 累计3岁以下婴幼儿照护 累计个人养老金 企业(职业)年金 商业健康保险 税延养老保险 公务交通费用"
    " 通讯费用 律师办案费用 西藏附加减除费用 其他 准予扣除的捐赠额 减免税额 协定减免 备注"
).split()
OLD = Path(__file__).with_name("data") / "tax_result_old.xls"
NEW_HEAD = (
    "工号",
    "姓名",
    "证件类型",
    "证件号码",
    "本期收入",
    "累计收入额",
    "累计减除费用",
    "累计专项扣除",
    "累计应纳税所得额",
    "累计应纳税额",
    "累计已预缴税额",
    "累计应补（退）税额",
)


def result(
    world: World, *changes: tuple[str, int, str], without: str = "", more: list[list[str]] | None = None
) -> Upload:
    """照手算写的结果表;changes (谁, 第几列, 改成)。"""
    rows = []
    for n, who in enumerate(OFFICE):
        income, taxable, due = (
            ("11,370.00", "4,620.00", "138.60") if who == "liming" else ("10,270.00", "3,520.00", "105.60")
        )
        name = world.actor(who).name
        rows.append([who, name, "居民身份证", card(n), income, income, "5,000.00", "1,750.00", taxable, due, "0", due])
    for who, column, text in changes:
        rows[OFFICE.index(who)][column] = text
    rows = [row for row in rows if row[0] != without] + (more or [])
    return upload_of("税款计算.xlsx", book([NEW_HEAD, *rows, ["", "合计", *[""] * 10]]))


def with_policy(world: World, value: str) -> None:
    """改 tax.client_check。"""
    rules = world.desk.rules
    version = Version(date(2020, 1, 1), value, "测试")
    switches = {**rules.switches, "tax.client_check": Dated("pay.tax.client_check", "与扣缴客户端核对", (version,))}
    world.desk.rules = replace(rules, switches=switches)


def blocking(world: World, run_id: int) -> tuple[str, ...]:
    def look(work: Any) -> tuple[str, ...]:
        found = work.session.get(PayRun, run_id)
        return out_tax_gate.blocking(work, found, world.desk.rules)

    return world.desk.read(look)


def test_the_29_columns_and_their_order(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    view, data = exported(paid, run_id, "tax")
    rows = sheets(data)["正常工资薪金收入"]
    assert rows[0] == COLUMNS and len(COLUMNS) == 29
    assert len(rows) == 1 + 9
    me = next(row for row in rows if row[0] == "liming")
    assert me[:4] == ["liming", "李明", "居民身份证", card(2)]
    assert [fen(cell) for cell in me[4:10]] == [1137000, 0, 80000, 20000, 5000, 70000]
    assert all(cell == "" for cell in me[10:])  # 累计各列空着,不是 0
    assert ("合计", Money(8 * 1027000 + 1137000).show()) in view.totals
    assert ("个税", Money(sum(one["tax"] for one in slips(paid, run_id).values())).show()) in view.totals


@one_store
def test_it_ties_to_the_run(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    _, data = exported(paid, run_id, "tax")
    rows = below(sheets(data)["正常工资薪金收入"], "工号")
    for row in rows:
        one = slips(paid, run_id)[row["工号"]]
        own = sum(fen(row[c]) for c in ("基本养老保险费", "基本医疗保险费", "失业保险费", "住房公积金"))
        assert (fen(row["本期收入"]), own) == (one["gross"], one["insurance"])


@one_store
def test_a_row_for_everybody_even_unpaid(paid: World):
    """十一月才入职的人在十月没有工资,十一月发放时也要零申报。"""
    with_accounts(paid)
    paid.do(
        "system",
        intake.take_page,
        Page("people", "w", (person("zhangsan", "张三", SALES, version="h-2", hired_on=date(2026, 11, 2)),)),
    )
    run_id = published(paid)
    _, data = exported(paid, run_id, "tax")
    rows = below(sheets(data)["正常工资薪金收入"], "工号")
    new = next(row for row in rows if row["工号"] == "zhangsan")
    assert "zhangsan" not in slips(paid, run_id)
    assert [new[c] for c in ("本期收入", "本期免税收入", "基本养老保险费", "住房公积金", "累计子女教育")] == [
        0,
        0,
        0,
        0,
        "",
    ]


@one_store
def test_without_a_document_it_is_refused_by_name(paid: World):
    with_accounts(paid, ("liming", "zhangsan"))
    run_id = published(paid)
    with pytest.raises(NotReady) as refused:
        paid.do("chenjing", out_exports.export, Export(run_id, "tax"))
    assert refused.value.code == "NO_IDENTITY" and "王芳" in refused.value.say and "李明" not in refused.value.say


@one_store
def test_a_negative_income_is_refused_and_with_a_reason_left_out(paid: World, monkeypatch: pytest.MonkeyPatch):
    """更正把钱收回得比当月多:本期收入为负。"""
    with_accounts(paid)
    run_id = published(paid)

    def short(work: Any, row: PayRun, rules: Any) -> Any:
        month = tax_month(work, row, rules)
        month.people[0].income = -50000
        return month

    monkeypatch.setattr(out_tax, "tax_month", short)
    with pytest.raises(RuleBroken) as refused:
        paid.do("chenjing", out_exports.export, Export(run_id, "tax"))
    assert refused.value.code == "NEGATIVE_INCOME" and "更正以前月份的申报" in refused.value.say
    view, data = exported(paid, run_id, "tax", reason="先申报其余的人")
    assert [why for _, why in view.left_out] == ["本期收入为负"]
    assert len(sheets(data)["正常工资薪金收入"]) == 1 + 8


@one_store
def test_the_clients_result_agrees(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    before = paid.ask("zhoujun", out_tax_check.check, OneRun(run_id))
    assert before.blocked and "还没有读回" in before.blocked[0]
    seen = paid.do("chenjing", out_tax_check.take_result, TakeResult(run_id, result(paid)))
    assert (seen.rows, seen.differences, seen.blocked) == (9, (), ())
    declared = paid.do("sunli", out_tax_check.declare, OneRun(run_id))
    assert declared.declared_by == "孙丽"


@one_store
def test_an_old_xls_with_old_names_is_read_too(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    seen = paid.do("chenjing", out_tax_check.take_result, TakeResult(run_id, upload_of("结果.xls", OLD.read_bytes())))
    assert (seen.rows, seen.differences) == (9, ())


def test_differences_have_their_hint_and_block_the_declaration(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    file = result(
        paid,
        *(("liming", 6, "10,000.00"), ("liming", 8, "0.00"), ("liming", 9, "0.00"), ("liming", 11, "0.00")),
        without="zhangsan",
        more=[["x1", "外人", "居民身份证", card(77), "1", "1", "5000", "0", "0", "0", "0", "0"]],
    )
    seen = paid.do("chenjing", out_tax_check.take_result, TakeResult(run_id, file))
    found = {(one.who, one.label): one for one in seen.differences}
    assert set(found) == {
        ("李明", "累计减除费用"),
        ("李明", "累计应纳税所得额"),
        ("李明", "累计应纳税额"),
        ("李明", "本期应补(退)税额"),
        ("张三", "客户端没有这个人"),
        ("外人", "我们没有这个人"),
    }
    assert "差 1 个月" in found["李明", "累计减除费用"].hint and "入职日期" in found["李明", "累计减除费用"].hint
    assert (found["李明", "本期应补(退)税额"].ours, found["李明", "本期应补(退)税额"].theirs) == ("¥138.60", "¥0.00")
    assert "上面各项" in found["李明", "本期应补(退)税额"].hint
    with pytest.raises(RuleBroken) as refused:
        paid.do("chenjing", out_tax_check.declare, OneRun(run_id))
    assert refused.value.code == "TAX_CLIENT_DIFFERS" and "6 处" in refused.value.say
    with pytest.raises(BadInput):
        paid.do("chenjing", out_tax_check.explain_difference, ExplainDifference(seen.differences[0].difference_id, " "))
    for one in seen.differences:
        told = paid.do(
            "chenjing", out_tax_check.explain_difference, ExplainDifference(one.difference_id, "已在客户端改好")
        )
    assert (told.state, told.explained_by) == ("explained", "陈静")
    again = paid.do("chenjing", out_tax_check.take_result, TakeResult(run_id, file))
    assert (again.open, len(again.differences)) == (0, 6)  # 同样的不同,说明还在
    assert paid.do("chenjing", out_tax_check.declare, OneRun(run_id)).declared_at is not None


@one_store
def test_policy_says_when_it_blocks(paid: World):
    with_accounts(paid)
    run_id = published(paid)
    assert blocking(paid, run_id) == ()  # 默认申报之前才拦
    with_policy(paid, "before_publish")
    assert "还没有读回" in blocking(paid, run_id)[0]
    paid.do("chenjing", out_tax_check.take_result, TakeResult(run_id, result(paid, ("liming", 11, "138.61"))))
    assert "1 处不同" in blocking(paid, run_id)[0] and "李明" in blocking(paid, run_id)[0]
    with_policy(paid, "off")
    assert blocking(paid, run_id) == ()
    assert paid.do("chenjing", out_tax_check.declare, OneRun(run_id)).declared_by == "陈静"


@one_store
def test_a_computed_run_can_be_compared_before_it_is_published(paid: World):
    """发布之前核对:台账里还没有,本期由冻结的输入重算。"""
    with_accounts(paid)
    computed = paid.do("chenjing", run, Prepare("2026-10"))
    seen = paid.do("chenjing", out_tax_check.take_result, TakeResult(computed.run_id, result(paid)))
    assert (seen.rows, seen.differences) == (9, ())
    with pytest.raises(RuleBroken):
        paid.do("chenjing", out_tax_check.declare, OneRun(computed.run_id))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["随便", "什么"]], "NO_HEAD"),
        ([["姓名", "工资"], ["李明", "1"]], "NO_TAX_COLUMN"),
        ([NEW_HEAD], "NO_ROWS"),
        ([NEW_HEAD, *[["liming", "李明", "", "", *["1"] * 8]] * 2], "TWICE"),
        ([NEW_HEAD, ["liming", "李明", "", "", "一万", *["1"] * 7]], "BAD_AMOUNT"),
    ],
)
@one_store
def test_a_wrong_file_is_refused(paid: World, rows: list[list[str]], code: str):
    run_id = published(paid)
    with pytest.raises(BadInput) as refused:
        paid.do("chenjing", out_tax_check.take_result, TakeResult(run_id, upload_of("x.xlsx", book(rows))))
    assert refused.value.code == code


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", b"not excel"), ("a.csv", b"\xff\xff\xff"), ("a.xls", b"")])
@one_store
def test_what_is_no_table_is_refused(paid: World, name: str, data: bytes):
    run_id = published(paid)
    with pytest.raises(BadInput) as refused:
        paid.do("chenjing", out_tax_check.take_result, TakeResult(run_id, upload_of(name, data)))
    assert refused.value.code in ("BAD_FILE", "EMPTY_FILE")


def test_accounts_are_kept_apart_and_shown_masked(paid: World):
    without_accounts(paid)
    done = paid.do("chenjing", out_accounts.take, TakeAccounts(file_of(accounts_of(paid))))
    assert (done.accounts, done.identities, done.changed, done.notes) == (9, 9, (), ())
    run_id = published(paid)
    seen = paid.ask("zhoujun", out_accounts.accounts, OneRun(run_id))
    assert all(one.account.startswith("**** ") and one.has_identity for one in seen)
    number = accounts_of(paid)[2][2]
    everywhere = paid.rows(without=("payaccount",))
    assert number not in str(everywhere) and number in str(paid.rows("payaccount"))
    assert card(2) not in str(paid.rows(without=("taxidentity",)))


@one_store
def test_a_changed_account_tells_the_person(paid: World):
    with_accounts(without_accounts(paid))
    rows = accounts_of(paid, ("liming",))
    rows[0][2] = "6222020000000000"
    done = paid.do("chenjing", out_accounts.take, TakeAccounts(file_of(rows)))
    assert done.changed == ("李明",) and "李明" in done.notes[0]  # 校验位不对
    letters = [row for row in paid.rows("outboxrow")["outboxrow"] if "'pay-account:" in str(row)]
    assert len(letters) == 1 and "liming" in str(letters[0]) and "6222" not in str(letters[0])


@pytest.mark.parametrize(
    ("column", "text", "say"),
    [
        (2, "６２００００５０７４９７７４４０３０４", "半角数字"),
        (2, "6.20001E+18", "科学记数法"),
        (3, "", "开户行"),
        (6, "310101199001011001", "校验位"),
        (1, "李四", "表里写的是"),
        (0, "nobody", "没有工号"),
        (7, "abc", "手机号"),
    ],
)
@one_store
def test_a_wrong_row_refuses_the_whole_file(paid: World, column: int, text: str, say: str):
    rows = accounts_of(without_accounts(paid))
    rows[2][column] = text
    with pytest.raises(BadInput) as refused:
        paid.do("chenjing", out_accounts.take, TakeAccounts(file_of(rows)))
    assert refused.value.code == "BAD_ROWS" and say in refused.value.say and "第 4 行" in refused.value.say
    assert paid.one("SELECT count(*) FROM payaccount") == 0


@one_store
def test_the_same_person_twice_is_refused(paid: World):
    rows = accounts_of(paid, ("liming", "liming"))
    with pytest.raises(BadInput) as refused:
        paid.do("chenjing", out_accounts.take, TakeAccounts(file_of(rows)))
    assert "李明 在第 2 行已经写过" in refused.value.say
