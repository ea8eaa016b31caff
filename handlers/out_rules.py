"""一期的规则 out rules:各种导出取规则的唯一一处——这一期用的是哪一版政策、编好的规则是哪一份。"""

from __future__ import annotations

from config.policies import Policies
from engine.pay_rules import PayRules
from handlers.pay_archive import rules_of
from models.pay import PayRun
from models.work import Work


def rules_of_run(work: Work, run: PayRun, rules: Policies) -> PayRules:
    """这一期编好的规则:它自己冻结的政策与公司资料。"""
    return rules_of(work, run, rules)
