"""查钉钉 check dingtalk:凭证换不换得到令牌,本机的钟与钉钉差多少。都不计入每月额度。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from app.clock import SandboxClock
from app.findings import Finding, fail, ok, warn
from config.settings import Settings
from ehr_sync.dingtalk.client import App, DingTalk, Parts
from ehr_sync.dingtalk.errors import DingTalkError, Verdict
from ehr_sync.dingtalk.retry import Policy
from engine.errors import EhrError

SECONDS = 5.0
DRIFT_WARN, DRIFT_FAIL = 60, 300  # 秒;钉钉的签名与免登码只认几分钟内的


def credentials(settings: Settings, now: datetime) -> Iterator[Finding]:
    """用 Client ID 与 Client Secret 换一次令牌。"""
    secret = settings.client_secret.get_secret_value()
    if not settings.client_id or not secret:
        yield fail("凭证", "没有 Client ID 或 Client Secret,没有去换令牌", "先填好设置。")
        return
    app = App(settings.client_id, secret, api=settings.dingtalk_api, oapi=settings.dingtalk_oapi)
    with DingTalk(app, Parts(policy=Policy(attempts=1, deadline=SECONDS))) as ding:
        try:
            ding.warm()
        except DingTalkError as problem:
            mend = (
                problem.say
                if problem.verdict is Verdict.ASK
                else f"请核对这台机器能不能访问 {settings.dingtalk_api}(出网、代理、域名解析),再试一次。"
            )
            answer = f",钉钉说 {problem.answer}" if problem.answer else ""
            yield fail("凭证", f"没有换到令牌({problem.code}{answer})", mend)
            return
    yield ok("凭证", "换到了令牌")


def clock_drift(settings: Settings, now: datetime) -> Iterator[Finding]:
    """正式环境:本机的钟与钉钉回答里的 Date 比。演示:沙箱管钟,问得到就好。"""
    if settings.clock_url:
        yield from _sandbox_clock(settings.clock_url)
        return
    try:
        with httpx.Client(timeout=SECONDS) as http:
            said = http.get(f"{settings.dingtalk_oapi}/gettoken").headers.get_list("date")
        theirs = parsedate_to_datetime(said[-1] if said else "")
    except (httpx.HTTPError, ValueError, TypeError) as problem:
        yield warn("时钟", f"问不到钉钉的时间({type(problem).__name__})", "请先让这台机器访问得到钉钉,再查一次。")
        return
    drift = round(abs((datetime.now(UTC) - theirs.astimezone(UTC)).total_seconds()))
    what = f"与钉钉相差 {drift} 秒"
    mend = "请打开系统的自动校时(Linux:timedatectl set-ntp true)。"
    if drift >= DRIFT_FAIL:
        yield fail("时钟", what, mend)
    elif drift >= DRIFT_WARN:
        yield warn("时钟", what, mend)
    else:
        yield ok("时钟", what)


def _sandbox_clock(url: str) -> Iterator[Finding]:
    clock = SandboxClock(url)
    try:
        yield ok("时钟", f"演示的钟现在是 {clock().isoformat(timespec='minutes')}")
    except EhrError as problem:
        yield fail("时钟", problem.say, "EHR_CLOCK_URL 只给演示用;正式环境请删去这一项。")
    finally:
        clock.close()
