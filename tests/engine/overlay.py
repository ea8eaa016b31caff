"""改一处政策再编规则:写一个公司目录盖在自带的上面。"""

from __future__ import annotations

from pathlib import Path

from config.policies import Policies, load, shipped
from config.policy_pay import pay_rules
from engine.days import Month, Period
from engine.pay_rules import PayRules
from tests.engine.pay_world import RATES


def policies(tmp_path: Path, **files: str) -> Policies:
    """公司目录:文件名(cities__kunming 即 cities/kunming.yaml)= 内容。"""
    own = tmp_path / "ours"
    for name, body in files.items():
        path = own / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    return load([own])


def switched(tmp_path: Path, **values: str) -> Policies:
    """改几个开关:overtime__base="full_wage" 即 overtime.base。"""
    if not values:
        return shipped()
    body = "switches:\n"
    for key, value in values.items():
        name = key.replace("__", ".")
        body += f"  {name}:\n    versions: [{{since: 2020-01-01, value: {value}, source: 员工手册}}]\n"
    return policies(tmp_path, pay=body)


def rules_of(
    found: Policies, month: str = "2026-11", pay_month: str = "2026-12", period: Period | None = None
) -> PayRules:
    """编一期。"""
    return pay_rules(found, Month.parse(month), Month.parse(pay_month), RATES, period)
