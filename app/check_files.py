"""查文件 check files:设置写全没有,政策读得懂没有、有没有过期,卡片与审批模板、字段对应,磁盘还剩多少。"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import yaml

from app.findings import Finding, fail, ok, warn
from config.policies import load
from config.policy_health import notes
from config.settings import Settings
from ehr_sync.pull.crm_mapping import crm_forms
from engine.days import shanghai_date
from engine.errors import EhrError

MIB = 1 << 20
LITTLE, LESS = 200 * MIB, 1024 * MIB


def settings_complete(settings: Settings, now: datetime) -> Iterator[Finding]:
    """必填的都填了、不是占位值、地址说得通。"""
    found = settings.problems()
    for name, how in found:
        what, mend = _split(how)
        yield fail("设置", f"{name} {what}", mend)
    if not found:
        yield ok("设置", f"必填的都有;模式 {settings.mode}")
    if settings.mode != "demo" and not settings.official and settings.allow_other_dingtalk:
        yield warn(
            "设置",
            f"连的不是钉钉官方地址,而是 {settings.dingtalk_api}",
            "要上线请删去 EHR_DINGTALK_API、EHR_DINGTALK_OAPI 与 EHR_ALLOW_OTHER_DINGTALK。",
        )


def _split(how: str) -> tuple[str, str]:
    """一句“怎么了,请怎么办。”拆成两半。"""
    what, _, mend = how.partition("。")
    if not mend:
        what, _, rest = what.partition(",请")
        mend = f"请{rest}。" if rest else "请照 .env.example 里这一项的说明改好。"
    return what, mend


def policies(settings: Settings, now: datetime) -> Iterator[Finding]:
    """政策文件读得懂;过期的、没核对的、缺了放假安排的逐条列出。"""
    try:
        rules = load([settings.policy_dir] if settings.policy_dir else [])
    except EhrError as problem:
        yield fail("政策", problem.say, "照上面说的文件与行改好;公司自己的文件在 EHR_POLICY_DIR。")
        return
    except OSError as problem:
        yield fail("政策", f"读不了 {problem.filename}({problem.strerror})", "请核对 EHR_POLICY_DIR 与文件的权限。")
        return
    yield ok("政策", f"读得懂,版本 {rules.version[:12]}")
    for note in notes(rules, shanghai_date(now)):
        what, _, mend = note.partition("。")
        yield warn("政策", what, mend or "请 HR 核对后在政策文件里改好。")


def card_template(settings: Settings, now: datetime) -> Iterator[Finding]:
    """有没有互动卡片模板。"""
    if settings.card_template_id:
        yield ok("卡片模板", f"填了 {settings.card_template_id}")
        return
    yield warn(
        "卡片模板",
        "没有填 EHR_CARD_TEMPLATE_ID:要点按钮的地方会改成打开小程序的链接",
        "照 docs/card-template.md 在卡片平台做好模板,把编号填进 EHR_CARD_TEMPLATE_ID。",
    )


def processes(settings: Settings, now: datetime) -> Iterator[Finding]:
    """从钉钉读请假、加班审批要的几项。"""
    wanted = (
        ("EHR_PROCESS_LEAVE", settings.process_leave, "在钉钉审批里批的假不会进台账"),
        ("EHR_PROCESS_OVERTIME", settings.process_overtime, "加班审批读不到,加班费算不出来"),
        ("EHR_ADMIN_USERID", settings.admin_userid, "考勤组、假期额度等要有操作人的接口读不了"),
    )
    missing = [(name, loss) for name, value, loss in wanted if not value]
    for name, loss in missing:
        yield warn("审批模板", f"没有填 {name}:{loss}", "照 .env.example 里这一项的说明填上。")
    if not missing:
        yield ok("审批模板", "请假、加班与操作人都填了")


def crm_mapping(settings: Settings, now: datetime) -> Iterator[Finding]:
    """签单与满意度的字段对应。"""
    path = settings.crm_mapping
    if path is None:
        yield warn(
            "客户管理",
            "没有填 EHR_CRM_MAPPING:签单与满意度不会同步,用到它们的绩效算不出来",
            "不用客户管理可以不理;要用,照 docs/how-to/go-live.md 写字段对应。",
        )
        return
    try:
        forms = crm_forms(_read(path))
    except EhrError as problem:
        yield fail("客户管理", problem.say, f"改好 {path}。")
    except (OSError, ValueError, yaml.YAMLError) as problem:
        yield fail("客户管理", f"{path} 读不了:{problem}", "请核对 EHR_CRM_MAPPING 的路径与文件的写法。")
    else:
        names = [name for name, one in (("签单", forms.deals), ("满意度", forms.ratings)) if one is not None]
        yield ok("客户管理", f"字段对应有:{'、'.join(names) or '(空)'}")


def _read(path: Path) -> object:
    text = path.read_text("utf-8")
    found: object = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return found


def disk(settings: Settings, now: datetime) -> Iterator[Finding]:
    """放状态的地方还剩多少,能不能写。"""
    folder = settings.state_dir.resolve()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    free = free_at(folder)
    left = f"{folder} 还剩 {free // MIB:,} MB"
    if free < LITTLE:
        yield fail("磁盘", left, "请腾出地方,或把 EHR_STATE_DIR 与数据库移到大些的盘。")
    elif free < LESS:
        yield warn("磁盘", left, "请尽快腾出地方。")
    else:
        yield ok("磁盘", left)


def free_at(folder: Path) -> int:
    """这个盘还剩多少字节。"""
    return shutil.disk_usage(folder).free
