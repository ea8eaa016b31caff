"""用工合规的政策 policy compliance:compliance.yaml → 引擎的年休假、经济补偿、试用期、医疗期、退休等规定。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from config.policy_dates import dated
from config.policy_files import Document, shaped
from config.policy_shapes import Rate, Shape, Versioned
from engine.annual_leave import AnnualRules, BarredRules
from engine.compliance import MedicalStep
from engine.compliance_contract import ProbationRules, RenewalRules, UnwrittenRules
from engine.days import Month
from engine.effective import Dated
from engine.retirement import RetirementClass, RetirementRules
from engine.severance import SeveranceRules


class AnnualVersion(Versioned):
    tiers: list[tuple[int, int]]
    year_days: int
    unused_multiple: Rate


class BarredVersion(Versioned):
    personal_days: Rate
    sick_months: list[tuple[int, Rate]]


class SeveranceVersion(Versioned):
    cap_multiple: Rate
    cap_months: int
    unlawful_multiple: Rate
    exempt_multiple: Rate


class ProbationVersion(Versioned):
    steps: list[tuple[int, int]]
    open_ended_months: int
    wage_ratio: Rate


class UnwrittenVersion(Versioned):
    grace_months: int
    deemed_months: int


class RenewalVersion(Versioned):
    fixed_terms: int
    service_years: int


class MedicalVersion(Versioned):
    steps: list[tuple[int, int, int, int]]


class RetirementClassShape(Shape):
    label: str
    old_years: int
    step: int
    most: int


class ContributionShape(Shape):
    months: int
    since_year: int
    step: int
    most: int


class RetirementVersion(Versioned):
    classes: dict[str, RetirementClassShape]
    flexible_months: int
    contribution: ContributionShape


class AnnualRule(Shape):
    label: str
    versions: list[AnnualVersion]


class BarredRule(Shape):
    label: str
    versions: list[BarredVersion]


class SeveranceRule(Shape):
    label: str
    versions: list[SeveranceVersion]


class ProbationRule(Shape):
    label: str
    versions: list[ProbationVersion]


class UnwrittenRule(Shape):
    label: str
    versions: list[UnwrittenVersion]


class RenewalRule(Shape):
    label: str
    versions: list[RenewalVersion]


class MedicalRule(Shape):
    label: str
    versions: list[MedicalVersion]


class RetirementRule(Shape):
    label: str
    versions: list[RetirementVersion]


class ComplianceFile(Shape):
    """compliance.yaml"""

    annual_leave: AnnualRule
    annual_barred: BarredRule
    severance: SeveranceRule
    probation: ProbationRule
    no_written_contract: UnwrittenRule
    renewal: RenewalRule
    medical_period: MedicalRule
    retirement: RetirementRule


@dataclass(frozen=True, slots=True)
class ComplianceTerms:
    """用工合规的规定,各按日期取。"""

    annual_leave: Dated[AnnualRules]
    annual_barred: Dated[BarredRules]
    severance: Dated[SeveranceRules]
    probation: Dated[ProbationRules]
    no_written_contract: Dated[UnwrittenRules]
    renewal: Dated[RenewalRules]
    medical_period: Dated[tuple[MedicalStep, ...]]
    retirement: Dated[RetirementRules]

    def all(self) -> Iterator[Dated[Any]]:
        """逐条,给 `ehr doctor` 看。"""
        return (getattr(self, f.name) for f in fields(self))


def compliance_terms(document: Document) -> ComplianceTerms:
    """compliance.yaml → ComplianceTerms;不合写法的拒绝。"""
    file = shaped(document, ComplianceFile)

    def path(name: str) -> tuple[str, ...]:
        return name, "versions"

    def key(name: str) -> str:
        return f"compliance.{name}"

    return ComplianceTerms(
        annual_leave=dated(document, path("annual_leave"), key("annual_leave"), file.annual_leave, _annual),
        annual_barred=dated(document, path("annual_barred"), key("annual_barred"), file.annual_barred, _barred),
        severance=dated(document, path("severance"), key("severance"), file.severance, _severance),
        probation=dated(document, path("probation"), key("probation"), file.probation, _probation),
        no_written_contract=dated(
            document, path("no_written_contract"), key("no_written_contract"), file.no_written_contract, _unwritten
        ),
        renewal=dated(document, path("renewal"), key("renewal"), file.renewal, _renewal),
        medical_period=dated(document, path("medical_period"), key("medical_period"), file.medical_period, _medical),
        retirement=dated(document, path("retirement"), key("retirement"), file.retirement, _retirement),
    )


def _rule(name: str, version: Versioned) -> str:
    return f"compliance.{name}@{version.since}"


def _ascending(steps: list[tuple[int, int]], what: str) -> tuple[tuple[int, int], ...]:
    firsts = [first for first, _ in steps]
    if not steps or firsts != sorted(set(firsts)):
        raise ValueError(f"{what} 至少写一档,并由小到大,请改正。")
    return tuple(steps)


def _annual(v: AnnualVersion) -> AnnualRules:
    if v.year_days <= 0:
        raise ValueError("year_days 要大于零,请改正。")
    return AnnualRules(_ascending(v.tiers, "tiers"), v.year_days, v.unused_multiple, _rule("annual_leave", v))


def _barred(v: BarredVersion) -> BarredRules:
    days = [first for first, _ in v.sick_months]
    if days != sorted(set(days)):
        raise ValueError("sick_months 要由小到大,请改正。")
    return BarredRules(v.personal_days, tuple(v.sick_months))


def _severance(v: SeveranceVersion) -> SeveranceRules:
    return SeveranceRules(v.cap_multiple, v.cap_months, v.unlawful_multiple, v.exempt_multiple, _rule("severance", v))


def _probation(v: ProbationVersion) -> ProbationRules:
    return ProbationRules(_ascending(v.steps, "steps"), v.open_ended_months, v.wage_ratio, _rule("probation", v))


def _unwritten(v: UnwrittenVersion) -> UnwrittenRules:
    return UnwrittenRules(v.grace_months, v.deemed_months, rule=_rule("no_written_contract", v))


def _renewal(v: RenewalVersion) -> RenewalRules:
    return RenewalRules(v.fixed_terms, v.service_years)


def _medical(v: MedicalVersion) -> tuple[MedicalStep, ...]:
    return tuple(MedicalStep(*step) for step in v.steps)


def _retirement(v: RetirementVersion) -> RetirementRules:
    classes = {k: RetirementClass(c.label, c.old_years, c.step, c.most) for k, c in v.classes.items()}
    if any(c.step <= 0 for c in classes.values()):
        raise ValueError("step 要大于零,请改正。")
    c = v.contribution
    contribution = (c.months, c.since_year, c.step, c.most)
    return RetirementRules(Month.of(v.since), classes, v.flexible_months, contribution, _rule("retirement", v))
