"""网页发薪一步一步走:七步各是谁、何时;暂缓与恢复;差额归到哪里;另发的一期;审计只看不改。"""

from __future__ import annotations

from datetime import date

from handlers.desk import SYSTEM
from handlers.intake import take_page
from handlers.records import DismissalRecord, Page
from tests.miniapp.browser import Browser, forms_in
from tests.miniapp.test_leave import words_of
from tests.miniapp.world import World, to_december

HOME = "/m/payroll"


def press(browser: Browser, page: str, step: str, **fields: str) -> str:
    """按下某一步的按钮,回到那一页。"""
    forms = [f for f in forms_in(browser.get(page).text) if f.fields.get("step") == step]
    assert forms, f"页面上没有“{step}”这一步"
    return browser.follow(browser.post(forms[0].action, forms[0].fields | fields)).text


def offered(browser: Browser, page: str) -> set[str]:
    return {f.fields["step"] for f in forms_in(browser.get(page).text) if "step" in f.fields}


def prepared(world: World) -> tuple[Browser, Browser, str]:
    to_december(world)
    one, other = Browser(world, "chenjing"), Browser(world, "sunli")
    form = next(f for f in forms_in(one.get(HOME).text) if f.action == HOME)
    done = one.post("/m/payroll/prepare", form.fields | {"month": "2026-11"})
    return one, other, done.headers["location"]


def test_the_stages_carry_names_and_times(world: World) -> None:
    one, other, where = prepared(world)
    assert "已准备，待锁定" in one.get(where).text or "已准备,待锁定" in one.get(where).text
    assert offered(one, where) == {"lock"}
    press(one, where, "lock")
    press(one, where, "compute")
    assert offered(one, where) == {"back"}, "经手的人不能复核"
    assert offered(other, where) == {"review", "back"}
    press(other, where, "review")
    text = words_of(press(other, where, "approve"))
    assert "准备 陈静" in text and "复核 孙丽" in text and "审批 孙丽" in text
    publish = next(f for f in forms_in(other.get(where).text) if f.action.endswith("/publish"))
    assert "已发布" in other.follow(other.post(publish.action, publish.fields)).text
    press(one, where, "archive")
    assert "已归档" in one.get(where).text
    assert offered(one, where) == set()


def test_one_who_looks_late_is_told_who_went_first(world: World) -> None:
    one, _, where = prepared(world)
    form = next(f for f in forms_in(one.get(where).text) if f.fields.get("step") == "lock")
    press(one, where, "lock")
    late = one.post(form.action, form.fields | {"key": "z" * 20})
    assert (late.status_code, "陈静" in late.text and "锁定" in late.text) == (409, True)


def test_back_asks_a_reason_and_keeps_it(world: World) -> None:
    one, other, where = prepared(world)
    press(one, where, "lock")
    press(one, where, "compute")
    form = next(f for f in forms_in(other.get(where).text) if f.fields.get("step") == "back")
    assert other.post(form.action, form.fields | {"note": " "}).status_code == 422
    assert "签单少一张" in words_of(press(other, where, "back", note="签单少一张"))


def test_a_person_is_held_out_and_released(world: World) -> None:
    one, other, where = prepared(world)
    press(one, where, "lock")
    press(one, where, "compute")
    form = next(f for f in forms_in(one.get(where).text) if f.action.endswith("/people/hold"))
    text = words_of(one.follow(one.post(form.action, form.fields | {"who": "张伟", "note": "账号核对中"})).text)
    assert "暂缓的 1 张伟 账号核对中" in text
    seen = words_of(other.get(where).text)
    assert "1 人 ，实发合计" in seen and "暂缓、这一期不发： 张伟" in seen
    back = next(f for f in forms_in(one.get(where).text) if f.action.endswith("/people/release"))
    assert "暂缓的 1" not in words_of(one.follow(one.post(back.action, back.fields)).text)


def test_the_difference_has_its_causes_on_the_page(world: World) -> None:
    one, _, where = prepared(world)
    press(one, where, "lock")
    press(one, where, "compute")
    text = words_of(one.get(where).text)
    assert "差额归到哪里" in text and "说不清" not in text.partition("差额归到哪里")[2].partition("各份相加")[0]
    found = one.get(f"/api/v1{where.removeprefix('/m')}/variance").json()
    whole = sum(_fen(c["amount"]) for c in found["causes"])
    assert whole == _fen(found["change_amount"]) == sum(r["change_fen"] for r in found["rows"])


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))


def test_a_run_apart_from_the_page(world: World) -> None:
    """张伟补发 500:陈静填、算,孙丽发布,张伟在自己的列表里看到。"""
    one, other = Browser(world, "chenjing"), Browser(world, "sunli")
    opened = one.submit(HOME, "/apart", kind="arrears", month="2026-10", pay_month="2026-11")
    where = opened.headers["location"]
    form = next(f for f in forms_in(one.get(where).text) if f.action.endswith("/lines"))
    fields = form.fields | {"who": "张伟", "label": "高温补贴", "amount": "500.00", "taxed": "1", "note": "漏发"}
    assert "张伟 · 高温补贴" in words_of(one.follow(one.post(form.action, fields)).text)
    one.submit(where, "/run")
    publish = next(f for f in forms_in(other.get(where).text) if f.action.endswith("/publish"))
    assert "已发布" in other.follow(other.post(publish.action, publish.fields)).text
    me = Browser(world, "zhangwei")
    assert "2026年10月补发" in me.get("/m/payslips").text
    key = f"/m/payslips/2026-10-r{where.rsplit('/', 1)[1]}"
    slip = me.get(key)
    assert slip.status_code == 200 and "高温补贴" in slip.text
    line = next(x for x in me.get(f"/api/v1{key.removeprefix('/m')}").json()["lines"] if x["label"] == "高温补贴")
    told = me.get(f"{key}/{line['code']}")
    assert told.status_code == 200 and "漏发" in words_of(told.text)
    assert me.get("/m/payslips/2026-10-rx").status_code == 422
    assert Browser(world, "liming").get(key).status_code == 404


def test_a_bonus_shows_both_ways_of_tax(world: World) -> None:
    """36,000 单独计税 1,080.00;页面上两种并列,哪种少写明。"""
    one = Browser(world, "chenjing")
    where = one.submit(HOME, "/apart", kind="bonus", month="2026-10", pay_month="2026-12").headers["location"]
    form = next(f for f in forms_in(one.get(where).text) if f.action.endswith("/lines"))
    fields = form.fields | {"who": "张伟", "amount": "36000", "way": "separate", "note": "2026 年终奖"}
    text = words_of(one.follow(one.post(form.action, fields)).text)
    assert "单独计税： •••• ¥1080.00" in text and "并入综合所得：全年多交" in text
    assert "全年少交" in text or "全年税额相同" in text


def test_an_auditor_sees_a_run_apart_and_changes_nothing(world: World) -> None:
    one = Browser(world, "chenjing")
    where = one.submit(HOME, "/apart", kind="bonus", month="2026-10", pay_month="2026-11").headers["location"]
    auditor = Browser(world, "zhoujun")
    assert {form.action for form in forms_in(auditor.get(where).text)} == set()
    assert "年终奖" in auditor.get(where).text


def test_payroll_opens_a_slip_within_a_run(world: World) -> None:
    """没发布的一期里,薪酬与审计点开一个人的一行;每看一次留一行审计。"""
    one, _, where = prepared(world)
    press(one, where, "lock")
    press(one, where, "compute")
    me = world.person("liming")
    number = where.rsplit("/", 1)[1]
    assert f"/m/payroll/{number}/slips/{me}" in one.get(where).text
    audit = Browser(world, "zhoujun")
    page = audit.get(f"/m/payroll/{number}/slips/{me}")
    assert page.status_code == 200 and "李明" in page.text and "已计算" in page.text
    net = audit.get(f"/m/payroll/{number}/slips/{me}/net")
    assert "怎么算的" in net.text and f"/m/payroll/{number}/slips/{me}/base" in net.text
    assert "还没有发布" in net.text and "/m/payslips/" not in net.text.partition("<main")[2].partition("</main")[0]
    seen = world.desk.read(
        lambda work: work.rows("SELECT actor, details FROM auditline WHERE subject = :s", s=f"person:{me}/run:{number}")
    )
    assert [tuple(row) for row in seen] == [("zhoujun", "SlipInRun"), ("zhoujun", "LineInRun")]
    assert Browser(world, "liming").get(f"/m/payroll/{number}/slips/{me}").status_code == 403


def test_a_bonus_shows_both_ways_before_one_is_chosen(world: World) -> None:
    one = Browser(world, "chenjing")
    where = one.submit(HOME, "/apart", kind="bonus", month="2026-11", pay_month="2026-12").headers["location"]
    form = next(f for f in forms_in(one.get(where).text) if f.action.endswith("/lines"))
    fields = form.fields | {"who": "张伟", "amount": "36000.01", "note": "年终", "way": ""}
    page = one.post(f"{where}/bonus", fields)
    text = words_of(page.text)
    assert "单独计税" in text and "并入综合所得" in text and "落在临界区" in text and "38,566.67" in text
    assert "36000" not in str(page.url), "金额不进地址"
    add = next(f for f in forms_in(page.text) if f.action.endswith("/lines"))
    text = words_of(one.follow(one.post(add.action, add.fields | {"way": "separate", "note": "年终"})).text)
    assert "张伟 · 年终奖" in text and "落在临界区" in text


def test_a_settlement_is_proposed_and_adopted_with_one_press(world: World) -> None:
    one = Browser(world, "chenjing")
    leaver = DismissalRecord("zhangwei", date(2026, 11, 20), "v2")
    world.desk.do(take_page, Page("people", "leaver", (leaver,)), SYSTEM, "leaver-1")
    where = one.submit(HOME, "/apart", kind="leaver", month="2026-11", pay_month="2026-11").headers["location"]
    assert "看结算建议" in one.get(where).text
    page = one.get(f"{where}/settlement?who=zhangwei")
    assert "离职原因" in page.text and "不在系统里" in page.text
    form = next(f for f in forms_in(page.text) if "/settlement/" in f.action)
    filled = {"ending": "agreed", "service_from": "2020-01-01", "missing_gross": "110000", "missing_overtime": "0"}
    page = one.post(form.action, form.fields | filled)
    text = words_of(page.text)
    assert "经济补偿" in text and "单位提出、协商一致" in text and "采用这一行" in text
    adopt = next(f for f in forms_in(page.text) if f.fields.get("code") == "severance")
    assert "第四十六条第二项" in page.text, "理由预填好了"
    text = words_of(one.follow(one.post(adopt.action, adopt.fields | {"note": "协商一致"})).text)
    assert "张伟 · 经济补偿" in text
    again = one.post(form.action, form.fields | filled | {"key": "y" * 20})
    assert "已采用" in again.text
