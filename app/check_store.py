"""查库 check store:连得上、版本对、公司装好了、角色落到了人、没有死信、同步没有落后。只看,不建、不升级。"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.clock import SandboxClock
from app.findings import Finding, fail, ok, warn
from app.opening_load import role_names
from config.policies import load
from config.settings import Settings
from engine.errors import EhrError, NotReady
from handlers.actor import SYSTEM
from handlers.company import company_of
from handlers.people import Nothing, with_role
from handlers.sync_health import Health, health
from models.migrate import versions
from models.work import Store, Work

PATIENCE = "5"  # 秒;连 PostgreSQL 最多等这么久
STATES = {"late": "太久没有成功", "error": "没有读成", "never": "还没有读过"}


def database(settings: Settings, now: datetime) -> Iterator[Finding]:
    """连得上吗,表是不是程序要的那一版。"""
    fresh = _not_there(settings)
    if fresh is not None:
        yield warn("数据库", f"还没有库文件 {fresh}", "第一次运行 ehr serve 时会建好;要换地方请改 EHR_DATABASE_URL。")
        return
    try:
        with _store(settings) as store:
            current, wanted = versions(store)
    except (SQLAlchemyError, ArgumentError, OSError) as problem:
        first = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
        yield fail("数据库", f"连不上:{first}", "请核对 EHR_DATABASE_URL,数据库在运行、账号有权限,再试一次。")
        return
    if current == wanted:
        yield ok("数据库", f"连得上,版本 {current}")
    elif current is None:
        yield warn("数据库", "连得上,是空的", "第一次运行 ehr serve 时会建表。")
    else:
        yield warn(
            "数据库",
            f"连得上,版本 {current},程序要 {wanted}",
            "先备份,再运行 ehr serve,它会先升级;库若是更新的程序建的,请改用那个版本的程序。",
        )


def opening(settings: Settings, now: datetime) -> Iterator[Finding]:
    """公司资料(发薪日、城市、启用的月份)装进来没有。"""
    with _looking(settings, now) as work:
        if work is None:
            return
        try:
            company = company_of(work)
        except NotReady:
            yield warn(
                "开账数据",
                "公司资料还没有装入:请假可以用,工资算不了",
                "照 app/opening/demo/ 的样子写好开账文件,把文件夹填进 EHR_OPENING_DIR,再运行 ehr serve。",
            )
            return
        yield ok("开账数据", f"{company.name},自 {company.first_month} 起,每月 {company.pay_day} 日发薪")


def roles(settings: Settings, now: datetime) -> Iterator[Finding]:
    """HR、薪酬专员、审计各落到了几个人。"""
    mend = "请在钉钉管理后台把角色给相应的人,并核对 EHR_ROLE_NAMES 里的角色名。"
    with _looking(settings, now) as work:
        if work is None:
            return
        found = {role: with_role(work, role) for role in ("hr", "payroll", "auditor")}
    if not found["hr"]:
        yield warn("角色", "没有人是 HR:提醒、转人工、最后的审批没有人接", mend)
    if len(found["payroll"]) < 2:
        yield warn("角色", f"薪酬专员只有 {len(found['payroll'])} 人:计算与发布要两个人", mend)
    if not found["auditor"]:
        yield warn("角色", "没有审计:没有人能只看不改地核对", mend)
    if found["hr"] and len(found["payroll"]) >= 2:
        yield ok("角色", "、".join(f"{role} {len(people)} 人" for role, people in found.items()))


def mailboxes(settings: Settings, now: datetime) -> Iterator[Finding]:
    """死信:办不了的收件、送不到的发件。"""
    with _looking(settings, now) as work:
        if work is None:
            return
        state = _health(work, settings)
    if not state.dead:
        yield ok("信箱", "没有死信")
        return
    last = state.dead[0]
    yield warn(
        "信箱",
        f"有 {len(state.dead)} 封死信,最近一封:{last.box} {last.kind},{last.reason[:120]}",
        "请 HR 打开小程序的“同步”页逐封查看,修好原因后请当事人再办一次。",
    )


def sync(settings: Settings, now: datetime) -> Iterator[Finding]:
    """各来源多久没读成、有多少条读不懂、本月用量会不会超。"""
    with _looking(settings, now) as work:
        if work is None:
            return
        state = _health(work, settings)
    behind = [one for one in state.feeds if one.state != "ok"]
    for one in behind:
        why = f":{one.error}" if one.error else f",上次在 {one.lag_minutes} 分钟前" if one.success_at else ""
        yield warn(
            "同步",
            f"{one.label}{STATES.get(one.state, one.state)}{why}",
            "ehr serve 在运行时会自己再读;一直不好请看它的日志。",
        )
    if state.bad:
        yield warn("同步", f"有 {len(state.bad)} 条读不懂的记录", "请 HR 打开小程序的“同步”页,按原因到钉钉里改好。")
    for name, used, forecast, limit in (
        ("接口调用", state.usage.calls, state.usage.calls_forecast, settings.monthly_calls),
        ("推送", state.usage.pushes, state.usage.pushes_forecast, settings.monthly_pushes),
    ):
        if used >= limit or (used * 2 >= limit and forecast > limit):
            yield warn(
                "同步",
                f"{name}本月已用 {used:,},照现在的速度到月底 {forecast:,},额度 {limit:,}",
                "请购买用量,或少发进度卡片。",
            )
    if not behind and not state.bad:
        yield ok("同步", f"{len(state.feeds)} 个来源都好")


def _health(work: Work, settings: Settings) -> Health:
    return health(work, Nothing(), load([settings.policy_dir] if settings.policy_dir else []), SYSTEM)


def _not_there(settings: Settings) -> Path | None:
    """SQLite 的库文件若还没有,它的路径。"""
    if not settings.database_url.startswith("sqlite:///"):
        return None
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    return None if path.exists() else path.resolve()


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "postgresql":
        url = url.update_query_dict({"connect_timeout": PATIENCE})
    store = Store(url.render_as_string(hide_password=False))
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _looking(settings: Settings, now: datetime) -> Iterator[Work | None]:
    """看一眼库;库没有、连不上或版本不对(上面已经说过)就是 None。"""
    if not _usable(settings):
        yield None
        return
    with _store(settings) as store, store.reading(_now(settings, now)) as work:
        work.role_names = _names(settings)
        yield work


looking = _looking
"""给别的检查文件用。"""


def _usable(settings: Settings) -> bool:
    if _not_there(settings) is not None:
        return False
    try:
        with _store(settings) as store:
            current, wanted = versions(store)
    except (SQLAlchemyError, ArgumentError, OSError):
        return False
    return current == wanted


def _now(settings: Settings, now: datetime) -> datetime:
    """此刻:演示里是沙箱的钟。"""
    if not settings.clock_url:
        return now
    clock = SandboxClock(settings.clock_url)
    try:
        return clock()
    except EhrError:
        return now
    finally:
        clock.close()


def _names(settings: Settings) -> dict[str, str]:
    names = role_names(settings.opening_dir) if settings.opening_dir else {}
    return names or settings.role_names
