"""政策存档 pay archive:一期用过的政策留一份全文,解释与复核旧的一期,永远用它当时的规则。"""

from __future__ import annotations

from functools import lru_cache

from config.policies import Policies, rebuild
from engine.errors import BadInput, NotReady
from engine.pay_rules import PayRules
from handlers.codec import adapter_of
from handlers.company import Company, company_of
from handlers.pay_compute import run_rules
from models.pay import PayRun, PolicyArchive
from models.work import Work


def freeze_rules(work: Work, row: PayRun, rules: Policies) -> None:
    """把现在的政策与公司资料记在这一期上;政策全文一版只存一份。"""
    row.rules_version = rules.version
    row.company = adapter_of(Company).dump_json(company_of(work)).decode()
    if rules.content and work.session.get(PolicyArchive, rules.version) is None:
        work.session.add(PolicyArchive(version=rules.version, content=rules.content, at=work.now))
        work.session.flush()


def policies_of(work: Work, row: PayRun, rules: Policies) -> Policies:
    """这一期的政策:还是现在这一版就用现在的,否则由存档读回。

    没有存档的(更早的版本留下的)按现在的政策;存档读不懂报 NotReady(RULES_UNREADABLE)。
    """
    if row.rules_version in ("", rules.version):
        return rules
    kept = work.session.get(PolicyArchive, row.rules_version)
    if kept is None:
        return rules
    try:
        return _rebuilt(kept.version, kept.content)
    except BadInput as problem:
        raise NotReady(
            "RULES_UNREADABLE",
            f"{row.month} 那一期的政策存档,现在的程序读不懂({problem.say})。请联系维护的人用当时的版本打开。",
        ) from problem


@lru_cache(maxsize=8)
def _rebuilt(version: str, content: str) -> Policies:
    return rebuild(content)


def rules_of(work: Work, row: PayRun, rules: Policies) -> PayRules:
    """这一期编好的规则:它自己的政策、公司资料与发放月。"""
    return run_rules(work, row, policies_of(work, row, rules))
