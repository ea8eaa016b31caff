"""体检 doctor:每一项好的样子与坏的样子,坏的都说怎么修;凭证与钟对着真的沙箱进程。"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import check_files, cli
from app.check_dingtalk import clock_drift, credentials
from app.check_files import card_template, crm_mapping, disk, policies, processes, settings_complete
from app.check_store import database, mailboxes, opening, roles, sync
from app.findings import FAIL, OK, WARN, Finding
from app.opening_load import DEMO
from config.settings import Settings
from models.mailbox import Cursor, Fact, InboxRow, Meter, OutboxRow
from models.migrate import upgrade
from models.people import Person, PersonRole
from models.work import Store
from tests.harness.sandbox import Sandbox
from tests.house import CHINESE

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
Captured = pytest.CaptureFixture[str]
Check = Callable[[Settings, datetime], Iterator[Finding]]

FULL: dict[str, Any] = {
    "client_id": "dingk1",
    "client_secret": "s" * 40,
    "corp_id": "dingcorp",
    "agent_id": "1",
    "robot_code": "dingk1",
    "session_secret": "r" * 40,
    "miniapp_base": "https://ehr.yunfan.cn",
}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(f"EHR_{field.upper()}", raising=False)


def given(**more: Any) -> Settings:
    return Settings(**{**FULL, **more})


def levels(check: Check, settings: Settings, now: datetime = NOW) -> list[tuple[str, str]]:
    """逐条 (级别, 看到什么);有毛病的都要有怎么修,而且是中文。"""
    found = list(check(settings, now))
    for one in found:
        assert CHINESE.search(one.what), one
        assert bool(one.mend) == (one.level != OK), one
    return [(one.level, one.what) for one in found]


def only(check: Check, settings: Settings, now: datetime = NOW) -> tuple[str, str]:
    found = levels(check, settings, now)
    assert len(found) == 1, found
    return found[0]


# ── 设置与文件 ──────────────────────────────────────────────────────────────


def test_settings() -> None:
    assert only(settings_complete, given())[0] == OK
    assert only(settings_complete, given(corp_id="")) == (FAIL, "EHR_CORP_ID 还没有填")
    assert only(settings_complete, given(session_secret="changethis" * 4))[0] == FAIL
    assert only(settings_complete, given(client_secret="changeme-changeme"))[0] == FAIL
    (bare,) = settings_complete(given(miniapp_base="http://ehr.yunfan.cn"), NOW)
    assert (bare.what, bare.mend[:7]) == ("EHR_MINIAPP_BASE 正式环境的微应用必须是 https 地址", "请填对外的域名")
    other = given(dingtalk_api="http://127.0.0.1:1", dingtalk_oapi="http://127.0.0.1:1", allow_other_dingtalk=True)
    assert [level for level, _ in levels(settings_complete, other)] == [OK, WARN]


def test_policies_are_read_and_what_has_lapsed_is_told(tmp_path: Path) -> None:
    found = levels(policies, given())
    assert found[0][0] == OK
    assert any(level == WARN and "2027年的放假安排还没有装入" in what for level, what in found)
    assert only(policies, given(policy_dir=tmp_path / "没有"))[0] == FAIL
    (tmp_path / "leave.yaml").write_text("nonsense: 1\n")
    level, what = only(policies, given(policy_dir=tmp_path))
    assert (level, "leave.yaml" in what) == (FAIL, True)


def test_card_template_and_processes() -> None:
    assert only(card_template, given())[0] == WARN
    assert only(card_template, given(card_template_id="a.schema")) == (OK, "填了 a.schema")
    assert [level for level, _ in levels(processes, given())] == [WARN, WARN, WARN]
    full = given(process_leave="PROC-1", process_overtime="PROC-2", admin_userid="zhaohui")
    assert only(processes, full)[0] == OK


def test_crm_mapping(tmp_path: Path) -> None:
    path = tmp_path / "crm.yaml"
    assert only(crm_mapping, given())[0] == WARN
    assert only(crm_mapping, given(crm_mapping=path))[0] == FAIL
    path.write_text("deal: {name: PROC-1, fields: {amount: a}}")
    level, what = only(crm_mapping, given(crm_mapping=path))
    assert (level, "signed_on" in what) == (FAIL, True)
    path.write_text("deal: {name: PROC-1, fields: {amount: a, signed_on: b, status: c}}")
    assert only(crm_mapping, given(crm_mapping=path)) == (OK, "字段对应有:签单")


@pytest.mark.parametrize(("free", "level"), [(100, FAIL), (500, WARN), (5000, OK)])
def test_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str) -> None:
    monkeypatch.setattr(check_files, "free_at", lambda _path: free << 20)
    assert only(disk, given(state_dir=tmp_path / "还没有" / "var"))[0] == level


# ── 钉钉 ───────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as found:
        yield found


def toward(sandbox: Sandbox, **more: Any) -> Settings:
    info = sandbox.info
    here = {"dingtalk_api": info["api"], "dingtalk_oapi": info["oapi"], "allow_other_dingtalk": True}
    keys = {"client_id": info["client_id"], "client_secret": info["client_secret"]}
    return given(**{**here, **keys, **more})


def test_credentials(sandbox: Sandbox) -> None:
    assert only(credentials, toward(sandbox)) == (OK, "换到了令牌")
    level, what = only(credentials, toward(sandbox, client_secret="w" * 40))
    assert (level, "DINGTALK_BAD_SECRET" in what) == (FAIL, True)
    assert only(credentials, toward(sandbox, client_secret=""))[0] == FAIL
    nowhere = toward(sandbox, dingtalk_api="http://127.0.0.1:9", dingtalk_oapi="http://127.0.0.1:9")
    assert only(credentials, nowhere)[0] == FAIL


@pytest.mark.parametrize(("skew", "level"), [(0, OK), (90, WARN), (-900, FAIL)])
def test_clock_drift(sandbox: Sandbox, skew: int, level: str) -> None:
    real = datetime.now(UTC)
    ahead = round((datetime.fromisoformat(sandbox.call("GET", "/clock")["now"]) - real).total_seconds())
    sandbox.call("PUT", "/faults", {"clock_skew_s": skew - ahead})
    assert only(clock_drift, toward(sandbox), real)[0] == level
    sandbox.call("PUT", "/faults", {"clear": True})


def test_the_demo_clock_is_the_sandbox(sandbox: Sandbox) -> None:
    url = f"{sandbox.base}/_sandbox/api/clock"
    assert only(clock_drift, toward(sandbox, mode="demo", clock_url=url))[0] == OK
    assert only(clock_drift, toward(sandbox, mode="demo", clock_url="http://127.0.0.1:9/c"))[0] == FAIL
    assert only(clock_drift, toward(sandbox, dingtalk_oapi="http://127.0.0.1:9"))[0] == WARN


# ── 库 ────────────────────────────────────────────────────────────────────


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(f"sqlite:///{(tmp_path / 'ehr.sqlite3').as_posix()}")
    upgrade(found)
    yield found
    found.close()


def keep(store: Store, *rows: Any) -> None:
    with store.writing(NOW) as work:
        work.session.add_all(rows)


def test_the_database_is_looked_at_and_never_made(tmp_path: Path) -> None:
    assert only(database, given(database_url=f"sqlite:///{(tmp_path / 'no.sqlite3').as_posix()}"))[0] == WARN
    assert list(tmp_path.iterdir()) == []
    for check in (opening, roles, mailboxes, sync):
        assert levels(check, given()) == [], "库没有,上面已经说过,不再重复"
    assert only(database, given(database_url="postgresql+psycopg://a:b@127.0.0.1:9/x"))[0] == FAIL
    assert levels(sync, given(database_url="postgresql+psycopg://a:b@127.0.0.1:9/x")) == []
    assert only(database, given(database_url="nonsense"))[0] == FAIL


def test_an_empty_and_a_right_database(tmp_path: Path, store: Store) -> None:
    assert only(database, given(database_url=store.url))[0] == OK
    empty = Store(f"sqlite:///{(tmp_path / 'empty.sqlite3').as_posix()}")
    with empty.engine.connect():
        pass
    empty.close()
    level, what = only(database, given(database_url=empty.url))
    assert (level, "空的" in what) == (WARN, True)
    assert levels(opening, given(database_url=empty.url)) == []


def test_opening_and_roles(store: Store) -> None:
    settings = given(database_url=store.url)
    assert only(opening, settings)[0] == WARN
    assert [level for level, _ in levels(roles, settings)] == [WARN, WARN, WARN]
    names = {"zhaohui": "人事", "chenjing": "薪酬专员", "sunli": "薪酬专员", "zhoujun": "审计"}
    for number, (userid, role) in enumerate(names.items(), 1):
        keep(store, Person(id=number, userid=userid, name=userid, status="active"))
        keep(store, PersonRole(person_id=number, role_name=role))
    assert only(roles, settings)[0] == OK
    assert only(roles, given(database_url=store.url, opening_dir=DEMO))[0] == OK
    assert len(levels(roles, given(database_url=store.url, role_names={"人事": "hr"}))) == 2


def test_dead_letters_late_feeds_and_usage(store: Store) -> None:
    settings = given(database_url=store.url)
    assert only(mailboxes, settings) == (OK, "没有死信")
    keep(
        store,
        InboxRow(message_id="m1", kind="message", payload="{}", received_at=NOW, state="dead", outcome="没听懂"),
        OutboxRow(dedupe_key="k", kind="notice", payload={}, next_at=NOW, created_at=NOW, state="dead", error="没送到"),
        Cursor(feed="punches", success_at=NOW - timedelta(days=3)),
        Cursor(feed="deals", error="DINGTALK_NO_PERMISSION"),
        Meter(month="2026-11", kind="pushes", used=2900),
        Fact(key="x", value="y"),
    )
    level, what = only(mailboxes, settings)
    assert (level, "有 2 封死信" in what) == (WARN, True)
    said = "\n".join(what for _, what in levels(sync, settings))
    assert "打卡太久没有成功,上次在 4320 分钟前" in said.replace(":", ",")
    assert "签单没有读成:DINGTALK_NO_PERMISSION" in said
    assert "推送本月已用 2,900" in said


# ── 命令 ───────────────────────────────────────────────────────────────────


def test_missing_environment_is_named(capsys: Captured) -> None:
    assert cli.main(["doctor"]) == 1
    shown = capsys.readouterr()
    for name in ("EHR_CLIENT_ID", "EHR_SESSION_SECRET", "EHR_MINIAPP_BASE"):
        assert name in shown.out
    assert "怎么修" in shown.out
    assert "Traceback" not in shown.out + shown.err


def test_a_value_that_cannot_be_read_is_named(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EHR_LISTEN_PORT", "八千")
    assert cli.main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert [one["what"] for one in told["findings"]] == ["EHR_LISTEN_PORT 的值读不懂:'八千'"]


def test_a_good_house_is_good(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, store: Store
) -> None:
    for name, value in {
        **FULL,
        "mode": "demo",
        "dingtalk_api": sandbox.info["api"],
        "dingtalk_oapi": sandbox.info["oapi"],
        "allow_other_dingtalk": "1",
        "client_id": sandbox.info["client_id"],
        "client_secret": sandbox.info["client_secret"],
        "clock_url": f"{sandbox.base}/_sandbox/api/clock",
        "database_url": store.url,
    }.items():
        monkeypatch.setenv(f"EHR_{name.upper()}", str(value))
    assert cli.main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert FAIL not in {one["level"] for one in told["findings"]}
    assert set(told["findings"][0]) == {"about", "level", "what", "mend"}
