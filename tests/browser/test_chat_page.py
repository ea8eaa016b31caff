"""聊天页 chat page:在真沙箱上,用浏览器选人、说话、按卡片、看通知、开手机、拨钟;两种宽度;不出错、不出网。"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser.toy_bot import ToyBot
from tests.browser.toy_miniapp import ToyMiniapp
from tests.harness.sandbox import Sandbox

CHROMIUM = os.environ.get("EHR_TEST_CHROMIUM", "/usr/bin/chromium")
ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
pytestmark = pytest.mark.browser
DESK, PHONE = (1440, 900), (390, 844)
SHOTS = Path(os.environ.get("EHR_TEST_SHOTS", "build/screenshots"))


@dataclass(frozen=True)
class World:
    """一次测试的世界:沙箱与连着它的玩具机器人。"""

    sandbox: Sandbox
    bot: ToyBot

    @property
    def base(self) -> str:
        """沙箱的地址。"""
        return self.sandbox.base


@dataclass
class Seen:
    """页面说过的错、要过的外面的地址。"""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


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
def world() -> Iterator[World]:
    """新沙箱、玩具小程序、连着的玩具机器人。"""
    miniapp = ToyMiniapp()
    miniapp.start()
    sandbox = Sandbox(miniapp=miniapp.base)
    bot = ToyBot(sandbox)
    try:
        with sandbox:
            bot.start()
            yield World(sandbox, bot)
            bot.stop()
    finally:
        miniapp.stop()


@pytest.fixture
def seen() -> Seen:
    """收集页面的错。"""
    return Seen()


def open_page(browser: Browser, world: World, seen: Seen, size: tuple[int, int] = DESK, who: str = "liming") -> Page:
    """打开聊天页;who 为空就停在选人的一屏。"""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            seen.errors.append(message.text)

    def on_request(request: Request) -> None:
        if not request.url.startswith((world.base, "data:", "about:")):
            seen.outside.append(request.url)

    page.on("console", on_console)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", on_request)
    page.goto(f"{world.base}/{'?as=' + who if who else ''}")
    page.wait_for_selector("[data-ready=yes]")
    return page


def shoot(page: Page, name: str) -> None:
    """留一张图作凭证。"""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"chat-{name}.png", animations="disabled")


def say(page: Page, text: str) -> None:
    """在输入框里写一句,回车。"""
    page.get_by_label("消息", exact=True).fill(text)
    page.keyboard.press("Enter")


def clean(seen: Seen) -> None:
    """没有控制台错误,没有外面的请求。"""
    assert seen.errors == []
    assert seen.outside == []


def test_choose_a_person_and_talk(browser: Browser, world: World, seen: Seen) -> None:
    """先选人,点一句提示,机器人答。"""
    page = open_page(browser, world, seen, who="")
    shoot(page, "welcome")
    page.locator(".welcome-person[data-userid=liming]").click()
    page.get_by_role("button", name="年假还剩几天").click()
    expect(page.locator(".msg.mine .bubble")).to_have_text("年假还剩几天")
    expect(page.locator(".msg:not(.mine) .bubble")).to_have_text("您说的是:年假还剩几天")
    expect(page.locator(".hints")).to_be_hidden()
    expect(page).to_have_url(f"{world.base}/?as=liming")
    clean(seen)


def test_own_bubble_stands_once(browser: Browser, world: World, seen: Seen) -> None:
    """自己的气泡先放上去,沙箱的那条到了不变成两条;再投递一次也还是一条。"""
    page = open_page(browser, world, seen)
    for text in ("一", "二", "三"):
        say(page, text)
    expect(page.locator(".msg:not(.mine)")).to_have_count(3)
    assert page.locator(".msg.mine .bubble").all_inner_texts() == ["一", "二", "三"]
    page.locator(".msg.mine").first.hover()
    page.locator(".msg-again").first.click()
    expect(page.locator(".msg:not(.mine)")).to_have_count(4)
    expect(page.locator(".msg.mine")).to_have_count(3)
    clean(seen)


def test_card_is_pressed_and_changes_in_place(browser: Browser, world: World, seen: Seen) -> None:
    """卡片有标题、状态、字段、理由、按钮;按了之后就地变。"""
    page = open_page(browser, world, seen)
    say(page, "卡")
    card = page.locator(".card")
    expect(card.locator(".card-state")).to_have_text("待您确认")
    assert card.locator("dt").all_inner_texts() == ["类型", "时长"]
    assert card.locator("dd").all_inner_texts() == ["事假", "0.5 天"]
    expect(card.locator(".card-body strong")).to_have_text("提交")
    shoot(page, "card")
    card.get_by_label("事由").fill("陪家人看病")
    card.get_by_role("button", name="提交").click()
    expect(card.locator(".card-state")).to_have_text("已提交")
    expect(card.locator(".card-buttons")).to_have_count(0)
    expect(card.locator("textarea")).to_have_count(0)
    assert world.bot.pressed == [{"actionIds": ["b1"], "params": {"action": "submit", "reason": "陪家人看病"}}]
    clean(seen)


def test_links_open_the_phone_and_nothing_else(browser: Browser, world: World, seen: Seen) -> None:
    """/m/ 的链接开进手机框并登录;标题跟着页走;返回与关闭;外面的链接只显示。"""
    page = open_page(browser, world, seen)
    say(page, "链接")
    page.get_by_role("button", name="这里").click()
    frame = page.frame_locator(".phone-frame")
    expect(frame.locator("#who")).to_have_text("已登录")
    expect(page.locator(".phone-title")).to_have_text("工资条")
    frame.locator("#next").click()
    expect(page.locator(".phone-title")).to_have_text("第二页")
    page.get_by_label("返回上一页").click()
    expect(page.locator(".phone-title")).to_have_text("工资条")
    shoot(page, "phone-frame")
    page.get_by_label("关闭小程序").click()
    expect(page.locator(".phone-frame")).to_have_count(0)
    page.get_by_role("button", name="别处").click()
    expect(page.locator(".toast")).to_contain_text("https://example.com/x")
    clean(seen)


def test_action_card_speaks_and_opens(browser: Browser, world: World, seen: Seen) -> None:
    """按钮卡:dtmd 链接替人说一句;/m/ 的链接开手机;标题不写两遍。"""
    page = open_page(browser, world, seen)
    say(page, "按钮")
    card = page.locator(".card")
    expect(card.get_by_text("培训", exact=True)).to_have_count(1)
    card.get_by_role("button", name="报名").click()
    expect(page.locator(".msg.mine .bubble").last).to_have_text("我要报名")
    expect(page.locator(".msg:not(.mine) .bubble")).to_have_text("您说的是:我要报名")
    card.get_by_role("button", name="看课程").click()
    expect(page.frame_locator(".phone-frame").locator("#who")).to_have_text("已登录")
    clean(seen)


def test_each_opening_logs_in_as_the_person_shown(browser: Browser, world: World, seen: Seen) -> None:
    """换了人再开,手机里是新的人。"""
    page = open_page(browser, world, seen)
    for who in ("liming", "wangfang"):
        page.locator(f".quick-face[data-userid={who}]").click()
        expect(page.locator(f".quick-face[data-userid={who}]")).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="工作台").click()
        page.locator(".tile", has_text="工资条").click()
        expect(page.frame_locator(".phone-frame").locator("#who")).to_have_text("已登录")
        cookies = {c["name"]: c["value"] for c in page.context.cookies()}
        assert cookies["sandbox_user"] == who
    clean(seen)


def test_notices_badges_and_groups(browser: Browser, world: World, seen: Seen) -> None:
    """工作通知有未读数,点开就没了;只看不回;群里说话到得了机器人。"""
    page = open_page(browser, world, seen)
    card = {
        "title": "工资条",
        "markdown": "您的 10 月工资条已发布",
        "single_title": "去看",
        "single_url": "/m/payslips",
    }
    body = {
        "agent_id": world.sandbox.info["agent_id"],
        "userid_list": "liming",
        "msg": {"msgtype": "action_card", "action_card": card},
    }
    assert world.sandbox.old("/topapi/message/corpconversation/asyncsend_v2", body)["errcode"] == 0
    notices = page.locator(".conv[data-conv=notices]")
    expect(notices.locator(".badge")).to_have_text("1")
    notices.click()
    expect(notices.locator(".badge")).to_have_count(0)
    expect(page.locator(".notice")).to_contain_text("您的 10 月工资条已发布")
    expect(page.locator(".composer")).to_have_count(0)
    page.get_by_role("button", name="去看").click()
    expect(page.locator(".phone-title")).to_have_text("工资条")
    page.locator(".conv", has_text="销售一部").click()
    say(page, "大家好")
    expect(page.locator(".msg:not(.mine) .quoted")).to_have_text("回复 李明：大家好")
    clean(seen)


def test_other_people_s_news_show_as_dots(browser: Browser, world: World, seen: Seen) -> None:
    """我是李明时,王芳来了新消息,她的小头像上有红点;换过去就没了。"""
    page = open_page(browser, world, seen)
    world.sandbox.say("wangfang", "在吗")
    face = page.locator(".quick-face[data-userid=wangfang]")
    expect(face.locator(".dot")).to_be_visible()
    face.click()
    expect(face).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".msg:not(.mine) .bubble")).to_have_text("您说的是:在吗")
    expect(face.locator(".dot")).to_have_count(0)
    clean(seen)


def test_clock_meters_faults_and_redelivery(browser: Browser, world: World, seen: Seen) -> None:
    """控制台:拨钟、看用量、开故障、重放。"""
    page = open_page(browser, world, seen)
    page.get_by_role("button", name="沙箱", exact=True).click()
    page.get_by_role("button", name="明天 09:00").click()
    expect(page.locator(".clock-face")).to_contain_text("2026年11月24日 周二 09:0")
    page.get_by_role("button", name="下月1日").click()
    expect(page.locator("#top-time")).to_contain_text("12月1日 周二 09:0")
    say(page, "在")
    expect(page.locator(".msg:not(.mine)")).to_have_count(1)
    expect(page.locator(".meter-count").last).to_contain_text("/ 3,000")
    page.get_by_role("button", name="重放全部投递").click()
    expect(page.locator(".toast", has_text="重放")).to_be_visible()
    expect(page.locator(".msg:not(.mine)")).to_have_count(2)
    page.locator("summary", has_text="故障").click()
    page.locator(".toggle", has_text="每条推送发两遍").click()
    expect(page.locator("summary .tag-bad")).to_have_text("1 个开着")
    assert world.sandbox.faults()["duplicate"] == -1
    assert page.evaluate("scrollY + document.body.scrollTop + document.getElementById('app').scrollTop") == 0
    shoot(page, "panel")
    clean(seen)


def test_clock_backward_is_refused_in_words(browser: Browser, world: World, seen: Seen) -> None:
    """往回拨:一句话说清,页面不坏。"""
    page = open_page(browser, world, seen)
    page.get_by_role("button", name="沙箱", exact=True).click()
    picker = page.get_by_label("把沙箱时间拨到")
    picker.evaluate("el => { el.removeAttribute('min'); el.value = '2026-11-01T08:00'; }")
    page.get_by_role("button", name="拨到").click()
    expect(page.locator(".toast-bad")).to_contain_text("只能往前拨")
    assert len(seen.errors) == 1
    assert "409" in seen.errors[0]


def test_person_is_found_by_name_department_and_role(browser: Browser, world: World, seen: Seen) -> None:
    """搜索:姓名、部门、角色都行;回车前能用方向键走。"""
    page = open_page(browser, world, seen)
    page.get_by_label("现在是李明，点此换人").click()
    search = page.get_by_label("搜索要扮演的人")
    expect(search).to_be_focused()
    search.fill("审计")
    expect(page.locator(".person")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".top-who")).to_contain_text("周军")
    search.fill("没有这个人")
    expect(page.locator(".people .empty-note")).to_be_visible()
    clean(seen)


def test_markup_in_a_message_stays_text(browser: Browser, world: World, seen: Seen) -> None:
    """话里的 HTML 只是字。"""
    page = open_page(browser, world, seen)
    evil = '<img src=x onerror="document.title=1"><script>alert(1)</script>'
    say(page, evil)
    expect(page.locator(".msg.mine .bubble")).to_have_text(evil)
    expect(page.locator(".msg:not(.mine) .bubble")).to_contain_text(evil)
    expect(page.locator(".flow script")).to_have_count(0)
    clean(seen)


def test_lost_sandbox_is_said_and_message_can_be_sent_again(browser: Browser, world: World, seen: Seen) -> None:
    """发不出去:气泡留着,说明白,点一下再发。"""
    page = open_page(browser, world, seen)
    page.route("**/_sandbox/api/say", lambda route: route.abort())
    say(page, "听得到吗")
    failed = page.get_by_role("button", name="未发出，点此重发")
    expect(failed).to_be_visible()
    expect(page.locator(".toast-bad")).to_contain_text("连不上沙箱")
    page.unroute("**/_sandbox/api/say")
    failed.click()
    expect(page.locator(".msg:not(.mine) .bubble")).to_have_text("您说的是:听得到吗")
    expect(page.locator(".msg.mine")).to_have_count(1)
    assert seen.outside == []


def test_phone_width_is_two_screens(browser: Browser, world: World, seen: Seen) -> None:
    """手机宽度:列表一屏、聊天一屏,手机框占满,没有横向滚动。"""
    page = open_page(browser, world, seen, PHONE)
    expect(page.locator(".conv").first).to_be_visible()
    expect(page.locator(".flow")).to_be_hidden()
    shoot(page, "narrow-list")
    page.locator(".conv", has_text="人事助手").first.click()
    expect(page.locator(".side")).to_be_hidden()
    say(page, "卡")
    card = page.locator(".card")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    shoot(page, "narrow-card")
    card.get_by_role("button", name="看看详情").click()
    expect(page.frame_locator(".phone-frame").locator("#who")).to_have_text("已登录")
    assert page.locator(".phone-frame").bounding_box() == {"x": 0, "y": 44, "width": 390, "height": 800}
    shoot(page, "narrow-phone")
    page.get_by_label("关闭小程序").click()
    page.get_by_label("返回会话列表").click()
    expect(page.locator(".side")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    clean(seen)


def test_person_who_left_is_shown_the_door_politely(browser: Browser, world: World, seen: Seen) -> None:
    """扮演着的人离职了:说明白,退回选人。"""
    page = open_page(browser, world, seen, who="liuyang")
    world.sandbox.ding("user", userid="liuyang", action="leave")
    world.sandbox.set_clock("2026-11-23T10:00:00+08:00")
    expect(page.locator(".toast-bad")).to_contain_text("已经离职")
    expect(page.locator(".welcome")).to_be_visible()
    assert seen.outside == []
