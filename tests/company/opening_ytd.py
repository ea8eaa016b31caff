"""个税累计 tax_ytd 的造法:2026 年一至十月发放的工资,整数分,累计预扣法(速算扣除数)。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.company.chance import Dice
from sandbox.company.shapes import Person
from tests.company import opening_tables as tables

LADDER = (
    (3_600_000, 3, 0), (14_400_000, 10, 252_000), (30_000_000, 20, 1_692_000), (42_000_000, 25, 3_192_000),
    (66_000_000, 30, 5_292_000), (96_000_000, 35, 8_592_000), (None, 45, 18_192_000),
)  # fmt: skip
"""年度税率表:上限(分,含)、税率(百分数)、速算扣除数(分)。个人所得税法附表一。"""

BOUNDS = ((202507, 746_000, 3_730_200, 269_000, 3_730_200), (202607, 754_600, 3_773_100, 274_000, 3_773_100))
"""上海社保、公积金基数上下限(分),自某年月起。沪公积金管委会〔2025〕8号、〔2026〕3号与同期社保公告。"""


@dataclass(frozen=True, slots=True)
class Row:
    """一个发放月:月份与分。"""

    month: int
    income: int
    insurance: int
    special: int
    withheld: int


def half_up(numerator: int, denominator: int) -> int:
    """四舍五入(非负)。"""
    return (2 * numerator + denominator) // (2 * denominator)


def post_of(person: Person) -> str:
    """岗位。"""
    if person.userid in tables.SALES_HEADS:
        return "销售管理岗"
    return "管理岗" if person.userid in tables.MANAGERS else tables.POST_OF_DEPT[person.dept_ids[0]]


def wage_fen(person: Person, year: int) -> int:
    """某年年初的月工资,分。"""
    early = tables.EARLIER_WAGES if year < 2026 else {}
    return early.get(person.userid, tables.WAGES[person.userid]) * 100


def standards(person: Person) -> dict[str, int]:
    """津贴标准,元;名字与工资项目里的标准相同。餐补按出勤日,其余按月。"""
    post = post_of(person)
    out = {"餐补标准": 20 if post == "生产岗" else 15}
    if post in ("销售岗", "销售管理岗"):
        out["通讯补贴标准"] = 200
    if person.userid in tables.POST_ALLOWANCE:
        out["岗位津贴标准"] = tables.POST_ALLOWANCE[person.userid]
    if post in ("客服岗", "生产岗"):
        out["全勤奖标准"] = 200
    return out


def allowances(person: Person) -> int:
    """一个平常月份的津贴合计,分:二十一个出勤日、满勤。"""
    times = {"餐补标准": 21}
    return sum(amount * times.get(name, 1) for name, amount in standards(person).items()) * 100


def bases(seed: int, person: Person) -> list[tuple[str, int, int]]:
    """申报基数:自某月起的社保、公积金基数(分);2026 年入职的按首月工资。"""
    wage = tables.WAGES[person.userid] * 100
    if person.hired_on.year == 2026:
        return [(f"{person.hired_on:%Y-%m}", wage, wage)]
    if person.userid == "liming":
        return [("2025-07", 960_000, 960_000), ("2026-07", 1_000_000, 1_000_000)]
    dice = Dice(seed, "base", person.userid)
    before, now = dice.between(92, 99), dice.between(98, 108)
    return [("2025-07", wage * before // 100, wage * before // 100), ("2026-07", wage * now // 100, wage * now // 100)]


def rates(person: Person) -> tuple[int, int]:
    """公积金与补充公积金的比例,百分数。"""
    extra = tables.SUPPLEMENTARY.get(person.userid, "0.00")
    return (5 if person.userid in tables.HOUSING_FIVE else 7), int(extra[-1])


def insurance(seed: int, person: Person, work: tuple[int, int]) -> int:
    """个人部分:养老 8%、医疗 2%、失业 0.5% 各到分,公积金与补充公积金各到元;单位为分。"""
    stamp = work[0] * 100 + work[1]
    _, low, high, house_low, house_high = max(b for b in BOUNDS if b[0] <= stamp)
    known = [b for b in bases(seed, person) if int(b[0].replace("-", "")) <= stamp]
    _, social, housing = known[-1]
    social, housing = max(low, min(high, social)), max(house_low, min(house_high, housing))
    total = sum(half_up(social * permille, 1000) for permille in (80, 20, 5))
    return total + sum(half_up(housing * rate, 10_000) * 100 for rate in rates(person))


def income(seed: int, person: Person, work: tuple[int, int]) -> int:
    """一个劳动所属月的应税工资,分;入职当月按日历折算,停薪为零。"""
    year, month = work
    if year == 2026 and month in tables.UNPAID.get(person.userid, ()):
        return 0
    if person.userid == "caoxue" and work == (2026, 9):
        return half_up(1_550_000 * 4 * 9, 87)
    wage = wage_fen(person, year)
    dice = Dice(seed, "income", person.userid, year, month)
    total = wage + allowances(person)
    if (person.hired_on.year, person.hired_on.month) == work:
        return half_up(total * (31 - person.hired_on.day), 30)
    if post_of(person) in ("销售岗", "销售管理岗", "客服岗"):
        total += half_up(wage * dice.between(780, 1240), 10_000)
    if post_of(person) in ("生产岗", "研发岗") and dice.hits(400):
        total += half_up(wage * 100 * 3 * dice.between(2, 16), 2 * 17_400)
    return total


def special(person: Person, month: int) -> int:
    """这个发放月新计入的专项附加扣除,分。"""
    monthly = sum(amount for _, amount in tables.DEDUCTIONS.get(person.userid, ())) * 100
    first = tables.LATE_CLAIM.get(person.userid)
    if first is None:
        return monthly
    return 0 if month < first else monthly * first if month == first else monthly


def start_month(person: Person) -> int:
    """2026 税年在本单位的第一个月。"""
    return person.hired_on.month if person.hired_on.year == 2026 else 1


def tax_due(taxable: int) -> int:
    """累计应纳税额,分。"""
    for upto, rate, quick in LADDER:
        if upto is None or taxable <= upto:
            return half_up(taxable * rate - quick * 100, 100)
    raise AssertionError("the last bracket is open")


def allowance(person: Person, month: int) -> int:
    """累计减除费用,分。"""
    scheme = tables.SCHEMES.get(person.userid, "standard")
    if scheme == "sixty_thousand":
        return 6_000_000
    return 500_000 * (month if scheme == "first_job" else month - start_month(person) + 1)


def year_to_date(seed: int, person: Person) -> list[Row]:
    """一至十月的台账;零工资的月也在。入职当月没有发放,也记一行零。"""
    rows: list[Row] = []
    for month in range(start_month(person), 11):
        work = (2025, 12) if month == 1 else (2026, month - 1)
        employed = (person.hired_on.year, person.hired_on.month) <= work and person.hired_on < date(2026, 10, 1)
        gross = income(seed, person, work) if employed else 0
        paid = insurance(seed, person, work) if employed else 0
        row = Row(month, gross, paid, special(person, month) if employed else 0, 0)
        so_far = [*rows, row]
        taxable = sum(r.income - r.insurance - r.special for r in so_far) - allowance(person, month)
        withheld = max(0, tax_due(max(0, taxable)) - sum(r.withheld for r in rows))
        rows.append(Row(row.month, row.income, row.insurance, row.special, withheld))
    return rows
