"""网页的导入、并行与试算 inputs:先看一看、问题清单、导入与另一人复核;旧表的列;签认;试公式写错说第几行;再签一单。"""

from __future__ import annotations

import re
from typing import Any

import httpx

from miniapp.guard import LARGEST_UPLOAD
from tests.handlers.sheets import xlsx
from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World

HEAD = ["姓名", "提成", "事由"]
PAGE = "/m/inputs?month=2026-11"


def send(who: Browser, path: str, data: bytes, **fields: Any) -> httpx.Response:
    """在一页上选好文件,交到 path。"""
    page = "/m/parallel" if "parallel" in path or fields.get("kind") == "old" else PAGE
    form = next(f for f in forms_in(who.get(page).text) if f.action == "/m/inputs/take")
    files = {"file": ("表.xlsx", data, "application/octet-stream")}
    return who._send("POST", path, data=form.fields | {"period": "2026-11"} | fields, files=files)


def test_looked_at_imported_and_confirmed_by_another(world: World) -> None:
    one, other = Browser(world, "chenjing"), Browser(world, "sunli")
    data = xlsx(HEAD, ["李明", 500, "活动"])
    text = words_of(send(one, "/m/inputs/preview", data).text)
    assert "导入这 1 笔" in text
    assert "提成 · 1 人" in text
    done = send(one, "/m/inputs/take", data)
    page = one.follow(done).text
    assert "已导入，请另一位薪酬同事复核" in page
    assert "有 2 笔还没有复核" in page  # 连同已手工录的一笔
    assert "/confirm" not in page
    again = one.follow(send(one, "/m/inputs/take", data)).text
    assert "没有重复写下" in again
    checked = other.submit(PAGE, "/confirm")
    assert "已复核" in other.follow(checked).text
    back = one.submit(PAGE, "/undo", reason="导错了")
    assert "已撤回" in one.follow(back).text


def test_faults_are_shown_with_their_cells_and_given_back_as_a_workbook(world: World) -> None:
    one = Browser(world, "chenjing")
    data = xlsx(HEAD, ["没有这个人", 1, "x"])
    text = words_of(send(one, "/m/inputs/preview", data).text)
    assert "1 处问题，整份没有收" in text
    assert "第 2 行 没有找到叫“没有这个人”的同事" in text
    file = send(one, "/m/inputs/errors", data)
    assert file.status_code == 200
    assert file.content[:2] == b"PK"
    assert "UTF-8''%E8%A1%A8-%E9%97%AE%E9%A2%98.xlsx" in file.headers["content-disposition"]
    refused = send(one, "/m/inputs/take", data)
    assert (refused.status_code, "没有导入" in refused.text) == (422, True)


def test_no_file_and_a_file_too_large(world: World) -> None:
    one = Browser(world, "chenjing")
    form = next(f for f in forms_in(one.get(PAGE).text) if f.action == "/m/inputs/take")
    none = one.post("/m/inputs/preview", form.fields | {"period": "2026-11"}, **{"hx-request": "true"})
    assert (none.status_code, "请先选择一份文件" in none.text) == (422, True)
    large = send(one, "/m/inputs/preview", b"x" * (9 * 1024 * 1024))
    assert (large.status_code, "超过 8 MB" in large.text) == (422, True)
    assert send(one, "/m/inputs/preview", b"x" * (LARGEST_UPLOAD + 1)).status_code == 413
    assert one.post("/m/payroll", {"month": "x" * 300_000}).status_code == 413


def test_by_hand_and_another_confirms(world: World) -> None:
    one, other = Browser(world, "chenjing"), Browser(world, "sunli")
    done = one.submit(PAGE, "/enter", person="李明", item="commission", amount="88.00", reason="活动")
    assert "已录入" in one.follow(done).text
    unknown = one.submit(PAGE, "/enter", person="没有", item="commission", amount="88.00", reason="活动")
    assert unknown.status_code == 404
    assert "已复核" in other.follow(other.submit(PAGE, "/confirm")).text
    assert "已撤回" in one.follow(one.submit(PAGE, "/withdraw", reason="录错了")).text


def test_the_run_s_page_says_loudly_what_nobody_confirmed(world: World) -> None:
    one = Browser(world, "chenjing")
    where = one.submit("/m/payroll", "/m/payroll", month="2026-11").headers["location"]
    text = words_of(one.get(where).text)
    assert "还有月度输入没有复核，没有算进工资： 张伟的“奖金”还没有复核" in text


def test_every_kind_has_its_page_and_the_bill_its_differences(world: World) -> None:
    auditor = Browser(world, "zhoujun")
    for kind in ("special", "bill", "ytd", "past"):
        page = auditor.get(f"/m/inputs?kind={kind}")
        assert (page.status_code, "从文件导入" in page.text) == (200, False)
    assert auditor.get("/m/inputs?kind=x").status_code == 422
    text = words_of(auditor.get("/m/inputs/bill/1").text)
    assert "李明 医疗保险 个人" in text
    assert "账单上没有这一项" in text


def test_the_old_payroll_s_columns_then_groups_then_a_go(world: World) -> None:
    one = Browser(world, "chenjing")
    data = xlsx(["姓名", "底薪", "神秘补助", "实发"], ["李明", 10000, 5, 8000])
    text = words_of(send(one, "/m/parallel/columns", data, kind="old", period="2026-10").text)
    assert "神秘补助 请选一项" in text
    assert "底薪 按名字猜的" in text
    chosen = {"kind": "old", "period": "2026-10", "head": ["底薪", "神秘补助", "实发"], "target": ["base", "-", "net"]}
    where = send(one, "/m/inputs/take", data, **chosen).headers["location"]
    page = one.get(where).text
    assert "还有 2 组没有签认" in words_of(page)
    assert len(re.findall(r'action="/m/parallel/\d+/sign"', page)) == 2
    for _ in range(2):
        page = one.follow(one.submit(where, "/sign", reason="旧表录错")).text
    assert "可以换过来" in words_of(page)
    assert "陈静" in page
    stale = one.form("/m/parallel/2", "/sign")
    assert one.post(stale.action, stale.fields | {"seen": "x", "reason": "y"}).status_code == 409


def test_a_formula_is_tried_and_its_fault_named(world: World) -> None:
    one = Browser(world, "chenjing")
    form = one.form("/m/what-if", "/try")
    good = one.post(
        form.action, form.fields | {"formulas": "绩效奖金 = 基本工资 × 绩效得分 × 20%"}, **{"hx-request": "true"}
    )
    text = words_of(good.text)
    assert "2 多了的人" in text
    assert "2026年10月 2" in text
    bad = one.post(form.action, form.fields | {"formulas": "提成 = 500元\n奖 = 基本工资 ×"}, **{"hx-request": "true"})
    assert (bad.status_code, "试算:2:" in bad.text.replace("：", ":")) == (422, True)
    switched = one.post(
        form.action, form.fields | {"switch": "late.deduction=missed_minutes"}, **{"hx-request": "true"}
    )
    assert "谁多谁少" in switched.text
    assert "<form" not in Browser(world, "zhoujun").get("/m/what-if").text


def test_another_deal_is_shown_to_oneself(world: World) -> None:
    """李明十一月签了 52,000,目标 100,000:再签 5 万是 102%。"""
    text = words_of(Browser(world, "liming").get("/m/what-if/deal?amount=5万&month=2026-11").text)
    assert "销售额完成率 权重 60% 52% → 102%" in text
    assert "绩效奖金" in text
    bad = Browser(world, "liming").get("/m/what-if/deal?amount=很多")
    assert (bad.status_code, "请写一个大于零的签单金额" in bad.text) == (422, True)
    none = Browser(world, "zhaohui").get("/m/what-if/deal?amount=5万")
    assert (none.status_code, "没有绩效方案" in none.text) == (200, True)
