"""量算薪用的公司 pay company:固定的工资项目,造出来的人;一部分人专站在边上(半分、税级交界、上下限、极大、零、没填)。"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from config.policies import Policies, load
from config.policy_pay import pay_terms
from engine.days import Month
from engine.pay_facts import (
    Allowance,
    Attended,
    Insured,
    LeaveTaken,
    OvertimeWorked,
    PayFacts,
    Scored,
    TaxFacts,
    Wage,
)
from engine.pay_rules import PayRules
from handlers.company import Company

NOW = datetime(2026, 11, 6, 8, 30, tzinfo=UTC)
MONTH = Month(2026, 10)
PAY_MONTH = Month(2026, 11)
COMPANY = Company("量一量", "量一量", "上海", 10, "月薪", "2026-10", Decimal("0.002"))
SEED = 20261123


@cache
def policies() -> Policies:
    """这家公司的政策:自带的,盖上固定的工资项目。"""
    return load([Path(__file__).parent / "policies"])


@cache
def rules() -> PayRules:
    """这家公司十月的规则。"""
    return PayRules(pay_terms(policies(), MONTH, PAY_MONTH, {"injury": COMPANY.injury_rate}))


def people(count: int, seed: int = SEED) -> Iterator[PayFacts]:
    """造 count 个人一个月的输入:工资、考勤、假、加班、绩效、津贴、社保、个税累计各不相同。"""
    rng = random.Random(seed)
    for number in range(count):
        yield _person(number, rng)


def _person(number: int, rng: random.Random) -> PayFacts:
    wage = rng.randrange(480_000, 3_800_000, 1000)
    leave = LeaveTaken("personal", (rng.randrange(1, 5), 2), 14, "10月14日(周三)", ("leave:1",))
    overtime = OvertimeWorked("workday", rng.randrange(30, 900), "10月20日(周二)", ("overtime:1",))
    score = (rng.randrange(60, 140), 100)
    return PayFacts(
        person=f"p{number:07d}",
        unit=COMPANY.unit,
        month=str(MONTH),
        pay_month=str(PAY_MONTH),
        city="上海",
        wages=(Wage(1, wage, (f"import:wage:p{number}",)),),
        attended=Attended((18, 1), (18, 1), late=number % 4, late_minutes=number % 4 * 7),
        leaves=(leave,) if number % 5 == 0 else (),
        overtime=(overtime,) if number % 2 else (),
        score=Scored(score, score) if number % 3 == 0 else None,
        allowances=(Allowance("餐补", 1500), Allowance("通讯补贴", 20000), Allowance("全勤奖", 20000)),
        insured=Insured("上海", wage, wage, "0.07", "0.00"),
        tax=TaxFacts(
            income=wage * 10,
            insurance=wage * 10 * 175 // 1000,
            withheld=wage // 3,
            months=tuple(range(1, 11)),
            new_special=150_000,
        ),
    )


def mixed(count: int, taxable_of: Callable[[PayFacts], int], seed: int = SEED) -> Iterator[PayFacts]:
    """验对错用的 count 个人:十个里三个随机得更散,两个站在边上。

    taxable_of 给一个人的累计应纳税所得额(分),由裁判算;税级交界的人照它调累计收入,正好落在交界、差一分。
    """
    rng = random.Random(seed + 1)
    borders = [b.upto for b in rules().table.brackets if b.upto is not None]
    for number, one in enumerate(people(count, seed)):
        place = number % 10
        if place < 5:
            yield one
        elif place < 8:
            yield _wild(one, rng)
        elif place == 8:
            yield _edge(one, rng, number // 10)
        else:
            target = borders[number // 10 % len(borders)] + rng.choice((-1, 0, 1))
            yield one._replace(tax=one.tax._replace(income=one.tax.income + target - taxable_of(one)))


def _wild(one: PayFacts, rng: random.Random) -> PayFacts:
    """散得更开的人:工资到分、天数到半天与八分之一天、分数的分母是三是七。"""
    wage = rng.randrange(300_000, 9_000_000)
    kinds = rng.sample(("workday", "rest_day", "statutory_holiday"), rng.randrange(4))
    leaves = [LeaveTaken("personal", (rng.randrange(1, 40), rng.choice((1, 2, 8))), 3), LeaveTaken("annual", (1, 2), 9)]

    def dice(times: int) -> list[Any]:
        return [rng.randrange(2) for _ in range(times)]

    score = (rng.randrange(-10, 500), rng.choice((1, 3, 7, 100)))
    return one._replace(
        wages=(Wage(1, wage),),
        attended=Attended((18, 1), (rng.randrange(37), 2), *dice(5)),
        leaves=tuple(rng.sample(leaves, rng.randrange(3))),
        overtime=tuple(OvertimeWorked(k, rng.randrange(1, 3000)) for k in kinds),
        score=Scored(score, score) if rng.randrange(2) else None,
        allowances=tuple(Allowance(n, rng.randrange(90_000)) for n in ("餐补", "岗位津贴", "通讯补贴", "全勤奖") if rng.randrange(2)),
        insured=rng.choice((None, Insured("上海", rng.randrange(5_000_000), rng.randrange(5_000_000), "0.05", "0.03"))),
        tax=one.tax._replace(
            scheme=rng.choice(("standard", "first_job", "sixty_thousand")),
            income=rng.randrange(10**8),
            insurance=rng.randrange(10**7),
            other=rng.randrange(10**5),
            withheld=rng.randrange(10**6),
        ),
    )  # fmt: skip


def _edge(one: PayFacts, rng: random.Random, turn: int) -> PayFacts:
    """站在边上的人,一种一种轮着来。"""
    return EDGES[turn % len(EDGES)](one, rng)


def _wage(one: PayFacts, fen: int, **more: Any) -> PayFacts:
    return one._replace(wages=(Wage(1, fen),), **more)


def _half_fen(one: PayFacts, rng: random.Random) -> PayFacts:
    """绩效奖金正好差半分:工资是 5 的倍数、不是 10 的倍数,得分 100%,乘 10%。"""
    return _wage(one, rng.randrange(300_000, 900_000) // 10 * 10 + 5, score=Scored((1, 1), (1, 1)), leaves=())


def _at_limit(one: PayFacts, rng: random.Random) -> PayFacts:
    """基数正好在上下限、差一分。"""
    line = rng.choice([s.line for s in rules().shares(Insured("上海", 0, 0, "0.07", "0.00"))])
    base = rng.choice((line.floor, line.cap or line.floor)) + rng.choice((-1, 0, 1))
    return one._replace(insured=Insured("上海", base, base, "0.07", "0.05"))


EDGES: tuple[Callable[[PayFacts, random.Random], PayFacts], ...] = (
    _half_fen,
    _at_limit,
    lambda one, rng: _wage(one, 10**11 + rng.randrange(-1, 2)),
    lambda one, rng: _wage(one, 10**13, tax=one.tax._replace(income=10**15)),
    lambda one, rng: _wage(one, rng.randrange(2), overtime=(), leaves=(), score=None),
    lambda one, rng: _wage(one, 0, allowances=(), insured=None, overtime=()),
    lambda one, rng: one._replace(allowances=(), score=None, insured=None),
    lambda one, rng: one._replace(tax=TaxFacts(months=one.tax.months)),
    lambda one, rng: one._replace(tax=one.tax._replace(withheld=10**9)),
    lambda one, rng: one._replace(score=Scored((-3, 2), (-3, 2))),
    lambda one, rng: one._replace(leaves=(LeaveTaken("personal", (rng.randrange(17, 20), 2), 3),)),
    lambda one, rng: one._replace(leaves=(LeaveTaken("personal", (31, 1), 3),)),
)
"""半分、上下限、极大、极小与零、没填、没有累计、已扣得多、负分、缺勤正好一半上下、整月不在。"""
