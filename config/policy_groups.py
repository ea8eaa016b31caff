"""薪酬组与公司费率的政策 policy groups:pay_groups.yaml → 计薪周期(不能中途改,装入时拒绝);company.yaml → 有日期的费率。"""

from __future__ import annotations

from decimal import Decimal

from config.policy_dates import dated, from_the_first
from config.policy_files import Document, refuse, shaped
from config.policy_shapes import CompanyFile, NumberVersion, PayGroupsFile, PayGroupVersion
from engine.effective import Dated
from engine.pay_cycle import PayCycle

NO_CHANGE = (
    "计薪周期与发放月不能中途改:改的那个月天数不整,同一个月会发两期或一期也没有。请另立一个薪酬组,再把人转过去。"
)


def pay_groups(document: Document) -> dict[str, Dated[PayCycle]]:
    """各薪酬组的周期。"""
    file = shaped(document, PayGroupsFile)
    out: dict[str, Dated[PayCycle]] = {}
    for key, one in file.groups.items():
        path = ("groups", key, "versions")

        def value(version: PayGroupVersion, key: str = key, label: str = one.label) -> PayCycle:
            rule = f"pay_groups.{key}@{version.since}"
            return PayCycle(version.cycle_from, version.pays == "next_month", version.pay_day, label, rule)

        out[key] = from_the_first(document, path, dated(document, path, f"pay_groups.{key}", one, value))
        first = out[key].versions[0].value
        for i, version in enumerate(out[key].versions):
            if (version.value.start_day, version.value.pays_next) != (first.start_day, first.pays_next):
                raise refuse(document.mark((*path, i)), NO_CHANGE, "POLICY_CYCLE_CHANGE")
    return out


def company_rates(document: Document) -> dict[str, Dated[Decimal]]:
    """公司的费率(险种 → 有日期的比率);盖在公司资料里的那一个上面。"""
    out: dict[str, Dated[Decimal]] = {}
    for code, one in shaped(document, CompanyFile).rates.items():
        path = ("rates", code, "versions")
        out[code] = from_the_first(document, path, dated(document, path, f"company.{code}", one, _rate))
    return out


def _rate(version: NumberVersion) -> Decimal:
    if not 0 <= version.value <= 1:
        raise ValueError("费率是比率,请写成 0.002 这样。")
    return version.value
