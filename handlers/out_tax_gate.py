"""核对的关口 out tax gate:与扣缴客户端的不同在哪一步拦(政策 tax.client_check):发布前、申报前,或不拦。"""

from __future__ import annotations

from sqlmodel import col, select

from config.policies import Policies
from engine.days import Month
from handlers.company import company_of
from models.exports import TaxClientFile, TaxDifference
from models.pay import PayRun
from models.work import Work

SWITCH = "tax.client_check"
STOPS = {"before_publish": ("publish", "declare"), "before_declaration": ("declare",), "off": ()}
"""政策 → 在哪几处拦。"""


def blocking(work: Work, run: PayRun, rules: Policies) -> tuple[str, ...]:
    """发布之前要先解决的(给发布的用例用):政策不在发布前核对的,没有。"""
    return reasons_at(work, run, rules, "publish")


def reasons_at(work: Work, run: PayRun, rules: Policies, step: str) -> tuple[str, ...]:
    """在这一步(publish 发布、declare 申报)拦着的缘由。"""
    if step not in STOPS[policy_of(rules, run)]:
        return ()
    file = latest(work, company_of(work).unit, run.pay_month)
    if file is None:
        return (f"还没有读回扣缴客户端 {Month.parse(run.pay_month).label} 的税款计算结果,请导入后核对",)
    rows = work.session.exec(
        select(TaxDifference.who).where(TaxDifference.file_id == file.id, TaxDifference.state == "open")
    ).all()
    names = list(dict.fromkeys(rows))
    if not names:
        return ()
    more = f"等 {len(names)} 人" if len(names) > 8 else ""
    return (f"与扣缴客户端还有 {len(rows)} 处不同没有说明,涉及:{'、'.join(names[:8])}{more}",)


def policy_of(rules: Policies, run: PayRun) -> str:
    """这个发放月的 tax.client_check。"""
    return str(rules.switches[SWITCH].on(Month.parse(run.pay_month).first))


def latest(work: Work, unit: str, pay_month: str) -> TaxClientFile | None:
    return work.session.exec(
        select(TaxClientFile)
        .where(TaxClientFile.unit == unit, TaxClientFile.pay_month == pay_month)
        .order_by(col(TaxClientFile.id).desc())
    ).first()
