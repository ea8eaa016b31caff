"""拍图 take pictures:对着一个新起的演示,把 README 的图重拍一遍。

用法:python3 run.py demo --fresh --no-browser --state ../pictures --port 8940
      .venv/bin/python -m tests.docs.take_pictures http://127.0.0.1:8940
要一个还没有人说过话的演示(图里的对话由这里说)。Chromium 用系统里的,或用 EHR_CHROMIUM 指明。
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.house import ROOT

PICTURES = ROOT / "docs" / "pictures"
DESKTOP, PHONE = (1280, 800), (390, 844)
ANSWER_MS = 20_000
PHONES = (
    ("payslip", "liming", "/m/payslips/2026-11"),
    ("explain", "liming", "/m/payslips/2026-10/performance_bonus"),
    ("goals", "wangfang", "/m/goals"),
)


def main() -> int:
    """拍全部的图,存进 docs/pictures。"""
    base = sys.argv[1].rstrip("/")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("EHR_CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        with _page(browser, DESKTOP) as page:
            _leave(page, base)
        for name, who, path in PHONES:
            with _page(browser, PHONE) as page:
                _open(page, base, who, path)
                page.screenshot(
                    path=PICTURES / f"{name}.png", clip={"x": 0, "y": 0, "width": 390, "height": 1180}, full_page=True
                )
        with _page(browser, (1100, 800)) as page:
            _pay_run(page, base)
        browser.close()
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.name}  {picture.stat().st_size // 1024} KB")
    return 0


@contextmanager
def _page(browser: Browser, size: tuple[int, int]) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context.new_page()
    context.close()


def _leave(page: Page, base: str) -> None:
    """请假:员工的卡片、上级的卡片、批完之后的聊天与手机里的详情。"""
    page.goto(f"{base}/?as=liming")
    _say(page, "明天下午请半天事假")
    page.screenshot(path=PICTURES / "chat-leave.png")
    page.locator(".card").last.get_by_role("button", name="提交").click()
    expect(page.locator(".card").last.locator(".card-state")).to_have_text("审批中", timeout=ANSWER_MS)
    page.locator(".quick-face[data-userid=wangfang]").click()
    card = page.locator(".card", has_text="李明的事假申请").last
    expect(card).to_be_visible(timeout=ANSWER_MS)
    page.wait_for_timeout(500)
    page.screenshot(path=PICTURES / "manager-card.png")
    card.get_by_role("button", name="同意").click()
    expect(card.locator(".card-state")).to_have_text("已同意", timeout=ANSWER_MS)
    page.locator(".quick-face[data-userid=liming]").click()
    expect(page.locator(".card").last.locator(".card-state")).to_have_text("已同意", timeout=ANSWER_MS)
    _say(page, "为什么十月的绩效奖金是这么多")
    page.get_by_role("button", name="绩效奖金怎么算的").last.click()
    frame = page.frame_locator(".phone-frame")
    expect(frame.get_by_text("怎么算的").first).to_be_visible(timeout=ANSWER_MS)
    frame.get_by_role("button", name="显示金额").click()
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "chat-phone.png")


def _say(page: Page, text: str) -> None:
    """说一句,等回答。"""
    answers = page.locator(".msg:not(.mine)")
    before = answers.count()
    box = page.get_by_label("消息", exact=True)
    box.fill(text)
    box.press("Enter")
    expect(answers).to_have_count(before + 1, timeout=ANSWER_MS)
    page.wait_for_timeout(500)


def _open(page: Page, base: str, who: str, path: str) -> None:
    """以这个人打开小程序的一页;有金额的显示出来。"""
    page.goto(f"{base}/_sandbox/open?userid={who}&to={quote(path)}")
    page.wait_for_url(f"**{path}*", timeout=ANSWER_MS)
    page.wait_for_load_state("networkidle")
    show = page.get_by_role("button", name="显示金额")
    if show.count():
        show.first.click()
    page.wait_for_timeout(600)


def _pay_run(page: Page, base: str) -> None:
    """发薪:十月那一期,薪酬专员看。"""
    _open(page, base, "sunli", "/m/payroll")
    page.get_by_role("link", name="2026年10月").first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="显示金额").first.click()
    page.wait_for_timeout(600)
    page.screenshot(path=PICTURES / "payroll.png")


if __name__ == "__main__":
    sys.exit(main())
