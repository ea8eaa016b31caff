"""微应用 mini-app 在浏览器里:免登、请假、审批、工资条、怎么算的、目标;手机与宽屏;不报错、不出网、不横滚。"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.miniapp.eyes import CONTRAST, SMALL
from tests.miniapp.stage import Stage
from tests.miniapp.world import World, publish_october, small_company, stir

CHROMIUM = os.environ.get("EHR_TEST_CHROMIUM", "/usr/bin/chromium")
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
pytestmark = pytest.mark.browser
PHONE, DESK = (390, 844), (1280, 800)
SHOTS = Path(os.environ.get("EHR_TEST_SHOTS", "artifacts"))


@dataclass
class Street:
    """一次测试:公司、戏台、浏览器;errors 页面说过的错,outside 要过的外面的地址。"""

    world: World
    stage: Stage
    browser: Browser
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, userid: str, to: str, size: tuple[int, int] = PHONE) -> Page:
        """以某人的身份在新窗口打开一页,等到登录完。"""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(self.stage.base) else self.outside.append(r.url))
        page.goto(self.stage.open(userid, to))
        page.wait_for_url(f"{self.stage.base}{to}")
        return page

    def clean(self) -> None:
        """没有控制台错误,没有外面的请求。"""
        assert self.errors == []
        assert self.outside == []


def shoot(page: Page, name: str) -> None:
    """留一张图作凭证;顺便看有没有横向滚动。"""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"miniapp-{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """整份测试共用一个浏览器。"""
    if not Path(CHROMIUM).exists():
        pytest.skip("这台机器没有 Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def street(browser: Browser, tmp_path: Path) -> Iterator[Street]:
    """新公司、新戏台。"""
    with small_company(tmp_path) as world:
        publish_october(world)
        stir(world)
        with Stage(world) as stage:
            street = Street(world, stage, browser)
            yield street
            for context in street.contexts:
                context.close()


def test_outside_dingtalk_it_says_where_to_open(browser: Browser, tmp_path: Path) -> None:
    """普通浏览器里没有 dd:我们自己带的那一份认得出来,说清怎么办。"""
    with small_company(tmp_path) as world, Stage(world, dd=False) as stage:
        street = Street(world, stage, browser)
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
        page = context.new_page()
        page.on("pageerror", lambda error: street.errors.append(str(error)))
        page.goto(f"{stage.base}/m/payslips")
        expect(page.get_by_text("请在钉钉里打开本页")).to_be_visible()
        expect(page.get_by_role("button", name="再试一次")).to_be_visible()
        assert stage.container.asked == []
        shoot(page, "outside")
        street.clean()


def test_login_needs_no_hand_and_asks_for_our_company(street: Street) -> None:
    page = street.open("liming", "/m/")
    expect(page.get_by_role("heading", name="李明，您好")).to_be_visible()
    assert street.stage.container.asked == [{"userid": "liming", "corpId": "corp1", "clientId": "client1"}]
    cookies = {c["name"]: c for c in page.context.cookies()}
    assert cookies["ehr_session"]["httpOnly"]
    assert page.evaluate("document.cookie").find("ehr_session") == -1
    page.goto(street.stage.open("wangfang", "/m/"))
    expect(page.get_by_role("heading", name="王芳，您好")).to_be_visible()
    street.clean()


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_half_a_day_from_form_to_yes(street: Street, name: str, size: tuple[int, int]) -> None:
    me = street.open("liming", "/m/leave/new", size)
    me.get_by_label("假种").select_option("personal")
    me.get_by_label("开始", exact=True).fill("2026-11-24")
    me.get_by_label("从上午还是下午开始").select_option("pm")
    ready = me.locator("#preview")
    expect(ready).to_contain_text("11月24日(周二)下午")
    expect(ready).to_contain_text("扣半天工资")
    expect(me.locator("[data-says=start]")).to_have_text("11月24日(周二)")
    shoot(me, f"leave-new-{name}")
    ready.get_by_role("button", name="提交").click()
    expect(me.locator(".said")).to_contain_text("已提交")
    expect(me.locator(".line")).to_contain_text("等待 王芳 审批")
    shoot(me, f"leave-{name}")
    where = me.url.removeprefix(street.stage.base)
    boss = street.open("wangfang", "/m/approvals", size)
    mine = boss.locator("article", has_text="李明的事假")
    mine.get_by_role("button", name="拒绝").click()
    expect(boss).to_have_url(f"{street.stage.base}/m/approvals")
    expect(mine).to_be_visible()
    shoot(boss, f"approvals-{name}")
    mine.get_by_role("button", name="同意").click()
    expect(boss.locator(".said")).to_contain_text("已同意")
    expect(boss.locator("article", has_text="李明的事假")).to_have_count(0)
    me.goto(street.stage.base + where)
    expect(me.locator(".line")).to_contain_text("王芳 已同意")
    me.get_by_role("link", name="预计扣款").click()
    expect(me.locator(".hero-figure .fig")).to_be_hidden()
    me.get_by_role("button", name="显示金额").click()
    expect(me.locator(".hero-figure .fig")).to_have_text("−¥229.89")
    shoot(me, f"leave-cost-{name}")
    street.clean()


def test_leave_by_the_hour_only_where_the_kind_allows(street: Street) -> None:
    page = street.open("liming", "/m/leave/new")
    hours = page.get_by_role("radio", name="按小时")
    page.get_by_label("假种").select_option("personal")
    expect(hours).to_be_disabled()
    page.get_by_label("假种").select_option("nursing")
    hours.check(force=True)
    expect(page.get_by_label("开始的钟点")).to_be_visible()
    expect(page.get_by_label("从上午还是下午开始")).to_be_hidden()
    page.get_by_label("开始", exact=True).fill("2026-11-24")
    page.get_by_label("结束的钟点").fill("10:00")
    expect(page.locator("#preview")).to_contain_text("1 小时")
    street.clean()


def test_a_weekend_is_said_in_place(street: Street) -> None:
    page = street.open("liming", "/m/leave/new")
    page.get_by_label("假种").select_option("annual")
    page.get_by_label("开始", exact=True).fill("2026-11-28")
    expect(page.locator("#preview .said-bad")).to_contain_text("不用请假")
    assert street.outside == []
    assert all("409" in text for text in street.errors)


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_the_payslip_opens_down_to_the_deals(street: Street, name: str, size: tuple[int, int]) -> None:
    page = street.open("liming", "/m/payslips/2026-10", size)
    bonus = page.locator(".cell", has_text="绩效奖金").first
    expect(bonus.locator(".fig")).to_be_hidden()
    expect(bonus.locator(".dots")).to_be_visible()
    shoot(page, f"payslip-masked-{name}")
    page.get_by_role("button", name="显示金额").click()
    expect(bonus.locator(".fig")).to_have_text("¥1,100.00")
    shoot(page, f"payslip-{name}")
    bonus.click()
    expect(page.locator(".hero-figure .fig")).to_have_text("¥1,100.00")
    expect(page.locator(".tree").first).to_contain_text("120% × 60% + 95% × 40% = 110%")
    expect(page.locator(".evidence").filter(has_text="华东印染厂")).to_be_visible()
    page.get_by_text("20 条依据").first.click()
    expect(page.get_by_text("10月2日(周五),95%").or_(page.get_by_text("10月2日(周五)，95%")).first).to_be_visible()
    shoot(page, f"explain-{name}")
    page.get_by_role("button", name="隐藏金额").click()
    expect(page.locator(".hero-figure .fig")).to_be_hidden()
    page.get_by_role("link", name="回到工资条").click()
    expect(page.locator(".cell", has_text="绩效奖金").first.locator(".fig")).to_be_hidden()
    page.get_by_role("button", name="确认无误").click()
    expect(page.locator(".said").first).to_contain_text("已确认")
    street.clean()


def test_shown_amounts_are_not_kept_for_the_next_person(street: Street) -> None:
    page = street.open("liming", "/m/payslips/2026-10")
    page.get_by_role("button", name="显示金额").click()
    expect(page.locator(".hero-figure .fig")).to_be_visible()
    page.goto(street.stage.open("zhangwei", "/m/payslips/2026-10"))
    page.wait_for_url("**/m/payslips/2026-10")
    expect(page.locator(".who")).to_have_text("张伟")
    expect(page.locator(".hero-figure .fig")).to_be_hidden()
    street.clean()


def test_pay_pages_log_in_anew_without_a_hand(street: Street) -> None:
    page = street.open("liming", "/m/")
    street.world.times.at += 6 * 60
    page.goto(f"{street.stage.base}/m/payslips/2026-11#compared")
    page.wait_for_url("**/m/payslips/2026-11*")
    expect(page.get_by_role("heading", name="2026年11月工资条")).to_be_visible()
    assert len(street.stage.container.asked) == 2
    street.clean()


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_a_goal_is_looked_at_saved_and_contested(street: Street, name: str, size: tuple[int, int]) -> None:
    boss = street.open("wangfang", "/m/goals", size)
    shoot(boss, f"goals-{name}")
    boss.locator(".card", has_text="李明").get_by_role("link", name="调整目标").click()
    above = street.open("gaoyuan", boss.url.removeprefix(street.stage.base), size)
    for page, value in ((above, "95000"), (boss, "80000")):
        page.get_by_label("新目标").fill(value)
        page.get_by_label("理由").fill("大客户延后签约")
    expect(boss.locator("#preview")).to_contain_text("52% → 65%")
    shoot(boss, f"goal-{name}")
    above.get_by_role("button", name="保存").click()
    expect(above.locator(".said")).to_contain_text("目标已保存")
    boss.get_by_role("button", name="保存").click()
    expect(boss.locator(".said-bad")).to_contain_text("高远已把李明的销售额完成率目标改为 95000")
    expect(boss.get_by_label("新目标")).to_have_value("80000")
    shoot(boss, f"goal-conflict-{name}")
    boss.get_by_role("button", name="保存").click()
    expect(boss.locator(".said")).to_contain_text("目标已保存")
    assert street.outside == []
    assert len(street.errors) == 1
    assert "409" in street.errors[0]


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_every_other_page_stands(street: Street, name: str, size: tuple[int, int]) -> None:
    """每一页都打得开、放得下,按钮够大,字看得清。"""
    visits = {
        "liming": (
            "/m/",
            "/m/leave",
            "/m/leave/new",
            "/m/payslips/2026-11",
            "/m/leave/away",
            "/m/attendance",
            "/m/performance?month=2026-10",
            "/m/training/1",
        ),
        "wangfang": ("/m/", "/m/attendance", "/m/performance?month=2026-11&person=3"),
        "zhaohui": (
            "/m/",
            "/m/alerts/1",
            "/m/handoffs/1",
            "/m/sync",
            "/m/performance/cycle",
            "/m/performance/appeals/1",
        ),
        "chenjing": ("/m/payroll", "/m/payroll/1"),
    }
    for userid, paths in visits.items():
        page = street.open(userid, paths[0], size)
        for path in paths:
            page.goto(street.stage.base + path)
            expect(page.locator("main h1").first).to_be_visible()
            shoot(page, f"{userid}{path.split('?')[0].replace('/', '-')}-{name}")
            assert page.evaluate(SMALL) == [], path
            assert page.evaluate(CONTRAST) == [], path
    street.clean()


def test_the_keyboard_reaches_everything(street: Street) -> None:
    """只用键盘:第一下是“跳到正文”,焦点看得见。"""
    page = street.open("liming", "/m/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="请假", exact=True).last).to_be_focused()
    style = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert style == "3px"
    street.clean()


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desk", DESK)])
def test_evidence_punches_and_the_way_back(street: Street, name: str, size: tuple[int, int]) -> None:
    """原始打卡、绩效的依据、目标改回:点开看得到,够大看得清。"""
    me = street.open("liming", "/m/attendance?month=2026-11", size)
    expect(me.locator("#d2026-11-12")).to_contain_text("09:12")
    me.get_by_text("每一天与原始打卡").click()
    shoot(me, f"punches-{name}")
    me.goto(f"{street.stage.base}/m/performance?month=2026-10")
    me.get_by_text("4 条依据").first.click()
    expect(me.get_by_text("华东印染厂").first).to_be_visible()
    expect(me.get_by_text("没有算进去的")).to_be_visible()
    assert me.evaluate(SMALL) == []
    assert me.evaluate(CONTRAST) == []
    shoot(me, f"evidence-{name}")
    boss = street.open("wangfang", f"/m/goals/{street.world.person('liming')}/sales_completion?month=2026-11", size)
    expect(boss.get_by_text("星河影院")).to_be_visible()
    boss.get_by_label("新目标").fill("80000")
    boss.get_by_label("理由").fill("大客户延后签约")
    boss.get_by_role("button", name="保存").click()
    expect(boss.locator(".said")).to_contain_text("目标已保存")
    boss.go_back()
    boss.reload()
    boss.get_by_text("改回这一版").click()
    boss.locator(".line").get_by_label("理由").fill("客户又签了")
    assert boss.evaluate(SMALL) == []
    shoot(boss, f"goal-back-{name}")
    boss.get_by_role("button", name="改回 100,000").click()
    expect(boss.locator(".said")).to_contain_text("目标已保存")
    street.clean()


def test_the_bonus_is_hidden_until_asked_for(street: Street) -> None:
    """有“看薪酬”权限的上级:奖金先遮着,点开才见;预看也一样。"""
    above = street.open("gaoyuan", f"/m/goals/{street.world.person('liming')}/sales_completion?month=2026-11")
    above.get_by_label("新目标").fill("80000")
    expect(above.locator("#preview")).to_contain_text("52% → 65%")
    after = above.locator("#preview .fig", has_text="¥770.00")
    expect(after).to_be_hidden()
    above.get_by_role("button", name="显示金额").click()
    expect(after).to_be_visible()
    shoot(above, "goal-bonus")
    street.clean()


def test_an_objection_is_answered_and_the_rest_reminded(street: Street) -> None:
    me = street.open("liming", "/m/payslips/2026-10")
    me.get_by_text("我有疑问").click()
    me.get_by_label("哪一项").select_option("iit")
    me.get_by_label("您的疑问").fill("税为什么多了")
    me.get_by_role("button", name="提出异议").click()
    expect(me.locator(".said").first).to_contain_text("已收到您的异议")
    pay = street.open("chenjing", "/m/payroll/1", DESK)
    expect(pay.locator(".objection")).to_contain_text("李明 · 个人所得税")
    expect(pay.get_by_text("税为什么多了")).to_be_hidden()
    pay.get_by_role("button", name="显示金额").click()
    expect(pay.get_by_text("税为什么多了")).to_be_visible()
    pay.locator(".objection summary").click()
    pay.get_by_label("答复").fill("累计到了新的一档")
    pay.get_by_role("button", name="发送答复").click()
    expect(pay.locator(".said").first).to_contain_text("答复已保存")
    pay.get_by_role("button", name="提醒还没看的 1 人").click()
    expect(pay.locator(".said").first).to_contain_text("已提醒")
    expect(pay.get_by_role("button", name="提醒还没看的")).to_have_count(0)
    assert pay.evaluate(SMALL) == []
    assert pay.evaluate(CONTRAST) == []
    shoot(pay, "receipts")
    me.reload()
    me.get_by_role("button", name="显示金额").click()
    expect(me.get_by_text("累计到了新的一档")).to_be_visible()
    shoot(me, "payslip-reply")
    street.clean()
