"""网页导出 exports:从页面导出、下载、读入账户、与客户端核对;打印页与合计一致;自己的 PDF;离职链接不登录、只看一次。"""

from __future__ import annotations

import hashlib
import re
from datetime import date

import httpx

from handlers import intake, people
from handlers.desk import SYSTEM
from handlers.people import Today
from handlers.records import DismissalRecord, Page
from tests.handlers.out import account, below, book, card, fen, sheets
from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World

RUN = "/m/payroll/1"
HEAD = ["工号", "姓名", "收款账号", "开户行", "证件类型", "证件号码", "手机号"]


def upload(me: Browser, page: str, action: str, data: bytes, name: str = "表.xlsx") -> httpx.Response:
    """打开一页,选好文件,交上去。"""
    form = me.form(page, action)
    return me._send("POST", form.action, data=form.fields, files={"file": (name, data)})


def with_accounts(me: Browser) -> httpx.Response:
    rows = [
        [who, name, account(n), "招商银行", "居民身份证", card(n), f"1380000200{n}"]
        for n, (who, name) in enumerate((("liming", "李明"), ("zhangwei", "张伟")))
    ]
    return upload(me, f"{RUN}/exports", "/accounts", book([HEAD, *rows]))


def test_export_check_the_totals_and_download(world: World) -> None:
    me = Browser(world, "chenjing")
    page = words_of(me.get(f"{RUN}/exports").text)
    assert "没有证件：李明、张伟" in page
    assert "已读入收款账户 2 个、证件 2 份" in me.follow(with_accounts(me)).text
    form = next(f for f in forms_in(me.get(f"{RUN}/exports").text) if f.fields.get("kind") == "bank")
    done = me.follow(me.post(form.action, form.fields | {"layout": "csv-gbk"}))
    assert "笔数 2" in words_of(done.text) and account(0) not in done.text
    link = re.search(r'href="(/m/exports/\d+/file)"', done.text)
    assert link is not None
    file = me.get(link.group(1))
    assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert account(0) in file.content.decode("gbk")
    again = me.post(form.action, form.fields | {"layout": "csv-gbk", "key": "k" * 20})
    assert (again.status_code, "请写明理由" in again.text) == (409, True)
    auditor = Browser(world, "zhoujun")
    assert auditor.get(link.group(1)).status_code == 403
    assert link.group(1) not in auditor.get(f"{RUN}/exports").text


def test_the_sheet_and_its_print_page_say_the_same(world: World) -> None:
    me = Browser(world, "chenjing")
    form = next(f for f in forms_in(me.get(f"{RUN}/exports").text) if f.fields.get("kind") == "sheet")
    page = me.follow(me.post(form.action, form.fields)).text
    link = re.search(r'href="(/m/exports/\d+/file)"', page)
    assert link is not None
    rows = below(sheets(me.get(link.group(1)).content)["工资表"], "序号")
    total = next(row for row in rows if row["部门"] == "合计")
    run = me.get("/api/v1/payroll/1").json()
    assert fen(total["实发"]) == int(run["net_amount"].replace(".", ""))
    printed = words_of(me.get(f"{RUN}/print").text)
    assert f"{run['net_amount']}".replace(".", "") in printed.replace(",", "").replace(".", "")
    assert "制表:" in printed.replace("：", ":") and "草稿" not in printed


def test_the_clients_result_is_read_back_on_the_page(world: World) -> None:
    me = Browser(world, "chenjing")
    with_accounts(me)
    head = ["工号", "姓名", "证件号码", "本期收入", "累计应纳税额"]
    bad = upload(me, f"{RUN}/tax-check", "/tax-check", book([head, ["liming", "李明", card(0), "1.00", "0"]]))
    page = words_of(me.follow(bad).text)
    assert "李明 · 本期收入 要说明" in page and "张伟 · 客户端没有这个人" in page and "还不能" not in page
    for form in [f for f in forms_in(me.get(f"{RUN}/tax-check").text) if re.search(r"/tax-check/\d+$", f.action)]:
        me.post(form.action, form.fields | {"reason": "测试用的假结果"})
    assert "登记已经申报" in me.get(f"{RUN}/tax-check").text
    done = me.submit(f"{RUN}/tax-check", "/declare")
    assert "已申报" in words_of(me.follow(done).text)
    nothing = me.form(f"{RUN}/tax-check", "/tax-check")
    assert me.post(nothing.action, nothing.fields).status_code == 422
    assert upload(me, f"{RUN}/tax-check", "/tax-check", b"junk").status_code == 422


def test_a_larger_file_is_taken_only_where_files_are_taken(world: World) -> None:
    me = Browser(world, "chenjing")
    big = b"x" * 700_000
    assert upload(me, f"{RUN}/exports", "/accounts", big).status_code == 422
    form = me.form(f"{RUN}/exports", "/exports")
    assert me.post(form.action, form.fields | {"reason": "重" * 200_000}).status_code == 413
    assert upload(me, f"{RUN}/exports", "/accounts", b"x" * 13_000_000).status_code == 413


def test_my_own_slip_as_pdf(world: World) -> None:
    me = Browser(world, "liming")
    assert 'href="/m/slip-pdf/2026-10"' in me.get("/m/payslips/2026-10").text
    file = me.get("/m/slip-pdf/2026-10")
    assert file.headers["content-type"] == "application/pdf" and file.content.startswith(b"%PDF-")
    assert me.get("/m/slip-pdf/2026-11").status_code == 404


def leave_and_link(world: World) -> str:
    """李明离职;赵慧建链接。返回链接的路径。"""
    liming = world.person("liming")
    with_accounts(Browser(world, "chenjing"))
    gone = Page("people", "w9", (DismissalRecord("liming", date(2026, 11, 20), "h-9"),))
    world.desk.do(intake.take_page, gone, SYSTEM, "gone")
    world.desk.do(people.close_leavers, Today(date(2026, 11, 23)), SYSTEM, "close")
    hr = Browser(world, "zhaohui")
    form = hr.form("/m/leavers", f"/m/leavers/{liming}")
    first, again = (hr.post(form.action, form.fields | {"asks": "phone"}) for _ in range(2))
    found = [re.search(r"data-url>[^<]*(/m/leaver/[^<]+)<", page.text) for page in (first, again)]
    assert found[0] is not None and found[1] is not None and found[0].group(1) == found[1].group(1)
    assert found[0].group(1) not in hr.get("/m/leavers").text and "¥" not in first.text
    return found[0].group(1)


def test_a_leaver_without_login(world: World) -> None:
    path = leave_and_link(world)
    me = Browser(world)
    page = me.get(path)
    assert page.status_code == 200 and "李明" not in page.text and "手机号末四位" in page.text
    wrong = me.submit(path, path, name="李明", last4="9999")
    assert (wrong.status_code, "还可以再试 4 次" in wrong.text) == (422, True)
    seen = me.submit(path, path, name="李明", last4="2000")
    assert seen.status_code == 200 and "姓名：李明" in seen.text and "绩效奖金" in seen.text
    pdf = next(f for f in forms_in(seen.text) if f.action.endswith("/pdf"))
    assert me.post(pdf.action, pdf.fields).content.startswith(b"%PDF-")
    assert me.post(pdf.action, {"grant": "guess"}).status_code == 404
    spent = me.get(path)
    assert (spent.status_code, "不能用了" in spent.text) == (404, True)


def test_a_forged_or_revoked_link_opens_nothing(world: World) -> None:
    path = leave_and_link(world)
    me = Browser(world)
    for bad in (f"{path}x", "/m/leaver/abc", "/m/leaver/" + "a" * 500):
        assert me.get(bad).status_code == 404
        assert me.post(bad, {"key": "k" * 20, "name": "李明", "last4": "2000"}).status_code in (404, 422)
    hr = Browser(world, "zhaohui")
    assert "链接已撤销" in hr.follow(hr.submit("/m/leavers", "/revoke")).text
    assert me.get(path).status_code == 404


def test_the_api_exports_and_hands_over_the_same_bytes(world: World) -> None:
    me = Browser(world, "chenjing")
    made = me.write("/api/v1/payroll/1/exports", {"kind": "voucher", "format": "csv"}, "voucher-0001").json()
    assert (made["kind_label"], dict(made["totals"])["借方"]) == ("凭证", dict(made["totals"])["贷方"])
    file = me.get(f"/api/v1/exports/{made['export_id']}/file")
    assert hashlib.sha256(file.content).hexdigest() == made["sha256"]
    assert me.get("/api/v1/payroll/1/exports").json()["records"][0]["sha256"] == made["sha256"]
    wrong = me.write("/api/v1/payroll/1/exports", {"kind": "money"}, "voucher-0002")
    assert (wrong.status_code, wrong.json()["error"]) == (422, "NO_SUCH_EXPORT")
    assert me.get("/api/v1/payroll/1/tax-check").json()["policy"] == "before_declaration"
