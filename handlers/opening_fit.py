"""开账合不合 opening fit:个税累计与本公司、本税年对得上才装;对不上的说明哪个人、哪个月、怎么改,整份不装。"""

from __future__ import annotations

from typing import Protocol

from engine.days import shanghai_date
from engine.errors import BadInput
from engine.money import Money
from engine.tax import Scheme
from handlers.company import KEY, company_of
from models.mailbox import Fact
from models.work import Work


class TaxRow(Protocol):
    """一个发放月的累计数(handlers.opening.TaxMonth)。"""

    @property
    def month(self) -> int: ...
    @property
    def income(self) -> Money: ...
    @property
    def tax_free(self) -> Money: ...
    @property
    def insurance(self) -> Money: ...
    @property
    def special_additional(self) -> Money: ...
    @property
    def withheld(self) -> Money: ...


def check_tax_year(work: Work, unit: str, year: int) -> None:
    """扣缴义务人要与公司资料一致(累计只在同一个扣缴义务人之内),税年要是今年或上一年。"""
    known = work.session.get(Fact, KEY) is not None
    if known and company_of(work).unit != unit:
        raise BadInput(
            "YTD_OTHER_UNIT",
            f"个税累计是“{unit}”的,与公司资料里的扣缴义务人不同。累计不能跨单位带进来(差额由本人汇算)。请核对后再装入。",
        )
    this = shanghai_date(work.now).year
    if not this - 1 <= year <= this:
        raise BadInput("YTD_WRONG_YEAR", f"个税累计写的税年是 {year} 年,现在是 {this} 年。请核对税年后再装入。")


def check_tax_months(userid: str, scheme: str, start: int, months: tuple[TaxRow, ...]) -> None:
    """一个人的各月:月份不重复、不缺、不早于起始月;数不为负,已扣税不超过收入。"""
    if scheme not in [s.value for s in Scheme]:
        raise BadInput(
            "YTD_BAD_SCHEME", f"{userid} 的减除办法“{scheme}”不认得,请写 standard、first_job 或 sixty_thousand。"
        )
    if not 1 <= start <= 12:
        raise BadInput("YTD_BAD_MONTH", f"{userid} 的起始月写成了 {start},请写 1 到 12。")
    seen = [one.month for one in months]
    wrong = [m for m in seen if not start <= m <= 12]
    if wrong:
        raise BadInput(
            "YTD_BAD_MONTH", f"{userid} 的个税累计里有 {wrong[0]} 月,不在起始月 {start} 月到 12 月之间。请核对。"
        )
    twice = sorted({m for m in seen if seen.count(m) > 1})
    if twice:
        raise BadInput("YTD_TWICE", f"{userid} 的个税累计里 {twice[0]} 月写了两次,请只留一行。")
    lacking = sorted(set(range(start, max(seen, default=start - 1) + 1)) - set(seen))
    if lacking:
        names = "、".join(f"{m}月" for m in lacking)
        raise BadInput("YTD_GAP", f"{userid} 的个税累计缺 {names}(没有发工资的月也要有一行,写 0)。请补齐后再装入。")
    for one in months:
        parts = (one.income, one.tax_free, one.insurance, one.special_additional, one.withheld)
        if min(p.fen for p in parts) < 0 or one.withheld > one.income:
            say = f"{userid} {one.month} 月的个税累计里有负数,或扣的税比收入还多。请照扣缴客户端的数改正。"
            raise BadInput("YTD_WRONG", say)
