"""设置的样子 .env.example:每一项设置都写到、都有中文说明、没有真的密钥,照着填就能启动。"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import Settings
from tests.house import CHINESE, ROOT

EXAMPLE = ROOT / ".env.example"
LINE = re.compile(r"^(# )?([A-Z][A-Z_]+)=(.*)$")
OTHERS = {"EHR_LOG_DIR", "DINGTALK_OPENAPI_ENDPOINT"}  # 不是 Settings 读的
NEEDED = {
    "EHR_CLIENT_ID",
    "EHR_CLIENT_SECRET",
    "EHR_CORP_ID",
    "EHR_AGENT_ID",
    "EHR_ROBOT_CODE",
    "EHR_MINIAPP_BASE",
    "EHR_SESSION_SECRET",
}


def written() -> dict[str, tuple[bool, str]]:
    """名字 → (要不要去掉 # 才算数, 值)。"""
    found = [LINE.match(line) for line in EXAMPLE.read_text(encoding="utf-8").splitlines()]
    return {match[2]: (bool(match[1]), match[3]) for match in found if match}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """环境里与当前文件夹里的设置都不算。"""
    monkeypatch.chdir(tmp_path)
    for name in (*written(), *(f"EHR_{field.upper()}" for field in Settings.model_fields)):
        monkeypatch.delenv(name, raising=False)


def test_it_lists_every_setting_and_nothing_else() -> None:
    fields = {f"EHR_{name.upper()}" for name in Settings.model_fields}
    assert set(written()) == fields | OTHERS


def test_every_setting_follows_a_comment_in_chinese() -> None:
    comment = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        match = LINE.match(line)
        if match:
            assert CHINESE.search(comment), f"{match[2]} 上面没有中文说明"
        else:
            comment = line or comment


def test_no_secret_is_shown() -> None:
    for name, (_, value) in written().items():
        if "SECRET" in name or name in ("EHR_CLIENT_ID", "EHR_CORP_ID"):
            assert value == "", f"{name} 不该有值"


def test_as_it_is_it_asks_for_exactly_what_must_be_filled() -> None:
    settings = Settings(_env_file=EXAMPLE)  # type: ignore[call-arg]
    asked = {name for name, _ in settings.problems()}
    assert asked == NEEDED
    assert {name for name, (optional, _) in written().items() if not optional} == NEEDED


def test_the_optional_values_shown_are_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """去掉全部 # 也读得懂;写成默认值的就是默认值。"""
    default = Settings()
    for name, (optional, value) in written().items():
        if optional and value and name not in OTHERS:
            monkeypatch.setenv(name, value)
    shown = Settings()
    paths = {"crm_mapping", "policy_dir", "opening_dir", "log_file", "pdf_fonts"}  # 默认没有,例子是一个路径
    for field in Settings.model_fields:
        if field not in paths and f"EHR_{field.upper()}" not in NEEDED:
            assert getattr(shown, field) == getattr(default, field), field
        elif field in paths:
            assert getattr(default, field) is None
