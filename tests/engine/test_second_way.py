"""个税与社保公积金的两份实现对照:生成一年一年的人,逐月逐分相同。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from config.policies import shipped
from engine import days, insurance
from engine.bonus import YearWages, compare, net
from engine.insurance import BaseKind, DeclaredBase, InsuranceLine, Paid, Rounding, SchemeVersion
from engine.tax import Figures, Person, Scheme, bonus_apart, settle_year
from tests.engine import second_way
from tests.engine.second_way import Line, Month

RULES = shipped().withholding.on(date(2026, 1, 1))
BONUS = shipped().bonus.on(date(2026, 1, 1))

FEN = st.one_of(
    st.integers(0, 5_000_000),
    st.sampled_from([0, 1, 49, 50, 499_999, 500_000, 500_001, 3_600_000, 3_600_001, 14_400_000, 96_000_001]),
)
INCOME = st.one_of(FEN, st.integers(-2_000_000, 30_000_000))
"""收入:可以是零,可以是负的(扣回),可以很大。"""


@st.composite
def years(draw: st.DrawFn) -> tuple[str, int, list[tuple[int, Figures]]]:
    """(减除办法, 入职月份, 各月):有年中入职、有零工资的月、有一次补报的扣除、有减免。"""
    scheme = draw(st.sampled_from(["standard", "first_job", "sixty_thousand"]))
    start = draw(st.integers(1, 12))
    months = []
    for month in range(start, 13):
        late = draw(st.booleans()) and draw(st.booleans())
        figures = Figures(
            income=draw(INCOME),
            tax_free=draw(st.sampled_from([0, 0, 12_345])),
            insurance=draw(st.integers(0, 500_000)),
            special=draw(st.integers(0, 3_000_000)) if late else draw(st.sampled_from([0, 100_000, 250_000])),
            other=draw(st.sampled_from([0, 20_000])),
            donation=draw(st.sampled_from([0, 0, 77_777])),
            relief=draw(st.sampled_from([0, 0, 5_000])),
        )
        months.append((month, figures))
    return scheme, start, months


@settings(max_examples=200)
@given(years())
def test_a_year_of_tax_meets_the_second_way(year: tuple[str, int, list[tuple[int, Figures]]]) -> None:
    scheme, start, months = year
    found = settle_year(RULES, Person(Scheme(scheme), start), months)
    plain = [
        Month(m, f.income, f.tax_free + f.insurance + f.special + f.other + f.donation, f.relief) for m, f in months
    ]
    assert [r.withheld for r in found] == second_way.withheld_by_running_most(plain, scheme, start)


@given(st.one_of(FEN, st.integers(0, 200_000_000)))
def test_the_bonus_meets_the_second_way(bonus: int) -> None:
    assert bonus_apart(BONUS, bonus) == second_way.bonus_tax(bonus)


@given(st.integers(0, 100_000_000), st.integers(0, 20_000_000), st.integers(0, 100_000_000))
def test_the_comparison_meets_the_second_way(income: int, less: int, bonus: int) -> None:
    found = compare(YearWages(Figures(income=income, insurance=less), 6_000_000), bonus, RULES, BONUS)
    alone = second_way.half_up(second_way.tax_by_steps(max(income - less - 6_000_000, 0)))
    merged = second_way.half_up(second_way.tax_by_steps(max(income + bonus - less - 6_000_000, 0)))
    assert (found.wages.tax, found.merged.tax) == (alone, merged)
    assert found.apart is not None and found.apart.tax == second_way.bonus_tax(bonus)
    assert bonus - found.apart.tax == net(bonus, BONUS)


# ── 社保公积金 ────────────────────────────────────────────────────────


@st.composite
def lines(draw: st.DrawFn, code: str, housing: bool) -> Line:
    floor = draw(st.integers(0, 800_000))
    cap = draw(st.one_of(st.none(), st.integers(floor, floor + 4_000_000)))
    exempt = draw(
        st.none() if not housing else st.one_of(st.none(), st.tuples(st.integers(1, 4_000_000), st.just(1200)))
    )
    return Line(
        code, housing, draw(st.integers(0, 1600)), draw(st.integers(0, 1600)), floor, cap,
        draw(st.sampled_from([0, 0, 300, 550])), draw(st.sampled_from(["fen_half_up", "yuan_half_up", "jiao_up"])),
        exempt,
    )  # fmt: skip


@st.composite
def schemes(draw: st.DrawFn) -> dict[tuple[int, int], list[Line]]:
    """几版规定:七月换、一月换,或年中任何一月换。"""
    starts = draw(st.sets(st.tuples(st.just(2026), st.integers(2, 12)), max_size=2)) | {(2025, 7)}
    kinds = [("pension", False), ("medical", False), ("housing", True), ("housing_supplement", True)]
    return {start: [draw(lines(code, housing)) for code, housing in kinds] for start in starts}


def bases() -> st.SearchStrategy[dict[tuple[int, int], int]]:
    later = st.dictionaries(st.tuples(st.just(2026), st.integers(1, 12)), st.integers(0, 6_000_000), max_size=2)
    return st.tuples(later, st.integers(0, 6_000_000)).map(lambda two: {**two[0], (2025, 7): two[1]})


def ours(line: Line) -> InsuranceLine:
    rate = Decimal(1).scaleb(-4)
    return InsuranceLine(
        line.code, line.code, BaseKind.HOUSING if line.housing else BaseKind.SOCIAL, line.employee * rate,
        line.employer * rate, line.floor, line.cap, line.fixed, line.fixed, Rounding(line.rounding),
        line.exempt[0] if line.exempt else None, line.exempt[1] * rate if line.exempt else None,
    )  # fmt: skip


@settings(max_examples=150)
@given(schemes(), bases(), bases())
def test_a_year_of_insurance_meets_the_second_way(
    versions: dict[tuple[int, int], list[Line]], social: dict[tuple[int, int], int], housing: dict[tuple[int, int], int]
) -> None:
    months = [(2025, m) for m in range(7, 13)] + [(2026, m) for m in range(1, 13)]
    expected = second_way.contributions(versions, {False: social, True: housing}, months)
    schemes_ = [SchemeVersion(days.Month(*start), tuple(map(ours, found))) for start, found in versions.items()]
    declared = [DeclaredBase(BaseKind.SOCIAL, days.Month(*m), b) for m, b in social.items()]
    declared += [DeclaredBase(BaseKind.HOUSING, days.Month(*m), b) for m, b in housing.items()]
    for month, want in zip(months, expected, strict=True):
        at = days.Month(*month)
        found = insurance.contribute_all(insurance.lines_for(schemes_, at), insurance.bases_for(declared, at))
        got = [
            (s.base, s.employee, s.employer, s.employee_not_deductible, s.employer_added_income) for s in found.shares
        ]
        assert got == want
        assert found.deductible == sum(w[1] - w[3] for w in want)
        assert found.added_income == sum(w[4] for w in want)


@given(schemes(), bases(), st.integers(-100_000, 100_000))
def test_arrears_bring_what_was_paid_to_what_is_due(
    versions: dict[tuple[int, int], list[Line]], base: dict[tuple[int, int], int], off: int
) -> None:
    """已缴 + 差额 = 应缴,多缴的差额为负;没有写明已缴的险种不比。"""
    at = days.Month(2026, 12)
    schemes_ = [SchemeVersion(days.Month(*start), tuple(map(ours, found))) for start, found in versions.items()]
    declared = [DeclaredBase(kind, days.Month(*m), b) for kind in BaseKind for m, b in base.items()]
    due = insurance.contribute_all(insurance.lines_for(schemes_, at), insurance.bases_for(declared, at))
    paid = [Paid(at, s.line.code, s.employee - off, s.employer + off) for s in due.shares[:2]]
    found = insurance.differences(at, due, paid)
    assert [(d.code, d.employee, d.employer) for d in found] == [(p.code, off, -off) for p in paid]
    several = insurance.arrears([(at, due), (days.Month(2027, 1), due)], paid)
    assert several == found
    assert insurance.arrears_total(several) == (2 * off, -2 * off)
