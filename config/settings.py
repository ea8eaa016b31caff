"""设置 settings:来自环境变量(EHR_ 开头,见 .env.example)。不安全或占位的值拒绝启动。"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.errors import NotReady

DINGTALK_API = "https://api.dingtalk.com"
DINGTALK_OAPI = "https://oapi.dingtalk.com"
PLACEHOLDERS = (
    *("changethis", "change-me", "change_me", "changeme", "your-", "your_", "placeholder", "replace-me", "replace_me"),
    *("请填写", "xxxx", "example"),
)


class Settings(BaseSettings):
    """全部设置。字段名大写加 EHR_ 前缀即环境变量名,如 client_id ← EHR_CLIENT_ID。"""

    model_config = SettingsConfigDict(env_prefix="EHR_", env_file=".env", env_file_encoding="utf-8", extra="ignore")

    mode: str = "production"  # production | demo
    database_url: str = "sqlite:///ehr.sqlite3"
    state_dir: Path = Path("var")
    policy_dir: Path | None = None
    opening_dir: Path | None = None

    dingtalk_api: str = DINGTALK_API
    dingtalk_oapi: str = DINGTALK_OAPI
    allow_other_dingtalk: bool = False
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    corp_id: str = ""
    agent_id: str = ""
    robot_code: str = ""
    card_template_id: str = ""
    admin_userid: str = ""
    process_leave: str = ""
    process_overtime: str = ""
    process_supply: str = ""
    crm_mapping: Path | None = None
    """客户管理自定义对象的字段对应(YAML/JSON):签单与满意度各是哪个表单、哪些字段。"""

    miniapp_base: str = "http://127.0.0.1:8080"
    listen_host: str = "127.0.0.1"
    listen_port: int = 8080
    session_secret: SecretStr = SecretStr("")
    session_minutes: int = 30
    pay_confirm_minutes: int = 5

    pdf_fonts: Path | None = None
    """工资条 PDF 用的汉字字体在哪个文件夹;不填用系统里的。"""

    clock_url: str = ""
    """演示专用:沙箱的时钟地址;正式环境拒绝。"""

    role_names: dict[str, str] = Field(default_factory=lambda: {"人事": "hr", "薪酬专员": "payroll", "审计": "auditor"})
    """钉钉角色名 → 本系统角色(hr | payroll | pay_view | auditor);JSON,如 {"人事":"hr"}。pay_view 给可以看下属奖金的上级。"""

    monthly_calls: int = 5000
    monthly_pushes: int = 3000
    qps: int = 20
    reply_workers: int = 16
    log_level: str = "INFO"
    log_file: Path | None = None

    @field_validator("dingtalk_api", "dingtalk_oapi", "miniapp_base", "clock_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @cached_property
    def official(self) -> bool:
        """两个基地址都是钉钉自己的吗。"""
        return self.dingtalk_api == DINGTALK_API and self.dingtalk_oapi == DINGTALK_OAPI

    def problems(self) -> list[tuple[str, str]]:
        """现在的设置有哪些问题:[(环境变量名, 怎么改)];空为可以启动。"""
        found: list[tuple[str, str]] = []
        needed = {
            "EHR_CLIENT_ID": (self.client_id, "填钉钉开发者后台应用的 Client ID(原 AppKey)"),
            "EHR_CLIENT_SECRET": (self.client_secret.get_secret_value(), "填同一应用的 Client Secret(原 AppSecret)"),
            "EHR_CORP_ID": (self.corp_id, "填企业的 CorpId(开发者后台首页右上角)"),
            "EHR_AGENT_ID": (self.agent_id, "填应用的 AgentId,发工作通知要用"),
            "EHR_ROBOT_CODE": (self.robot_code, "填机器人的 RobotCode(一般与 Client ID 相同)"),
            "EHR_SESSION_SECRET": (
                self.session_secret.get_secret_value(),
                '填一段至少 32 个字符的随机字符,可用 python3 -c "import secrets;print(secrets.token_urlsafe(32))" 生成',
            ),
        }
        for name, (value, how) in needed.items():
            if not value:
                found.append((name, f"还没有填。请{how}。"))
            elif any(p in value.lower() for p in PLACEHOLDERS):
                found.append((name, f"还是示例里的占位值。请{how}。"))
        secret = self.session_secret.get_secret_value()
        if secret and len(secret) < 32:
            found.append(("EHR_SESSION_SECRET", "太短,容易被猜到。请换成至少 32 个随机字符。"))
        found += self._address_problems()
        return found

    def _address_problems(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        if not self.official and not self.allow_other_dingtalk:
            found.append(
                (
                    "EHR_DINGTALK_API",
                    "不是钉钉官方地址。若确实要连沙箱或代理,请同时设 EHR_ALLOW_OTHER_DINGTALK=1;否则请删去 EHR_DINGTALK_API 与 EHR_DINGTALK_OAPI。",
                )
            )
        if self.clock_url and (self.mode != "demo" or self.official):
            found.append(("EHR_CLOCK_URL", "只给演示用。正式环境请删去这一项,系统使用本机时钟。"))
        if self.mode != "demo" and self.official and urlsplit(self.miniapp_base).scheme != "https":
            found.append(
                ("EHR_MINIAPP_BASE", "正式环境的微应用必须是 https 地址,请填对外的域名,如 https://ehr.公司域名。")
            )
        return found

    def require(self) -> None:
        """有问题就报 NotReady(SETTINGS),列出每一项怎么改。"""
        found = self.problems()
        if found:
            lines = ";".join(f"{name}:{how}" for name, how in found)
            raise NotReady("SETTINGS", f"设置还不完整,没有启动。{lines} 改好后可用 ehr doctor 再检查一遍。")
