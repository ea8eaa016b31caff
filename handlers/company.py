"""公司 company:名称、扣缴义务人、发薪日、工伤费率等;由开账数据装入,存成一条事实。"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from config.policies import Policies
from engine.days import Month, Period
from engine.errors import NotReady
from engine.pay_cycle import CALENDAR_MONTH, PayCycle
from handlers.codec import adapter_of
from models.mailbox import Fact
from models.work import Work

KEY = "company"


@dataclass(frozen=True, slots=True)
class Company:
    """公司资料。pay_day 几日发;first_month 由本系统发放的第一个劳动所属月。"""

    name: str
    unit: str
    city: str
    pay_day: int
    pay_group: str
    first_month: str
    injury_rate: Decimal

    def cycle(self, month: Month, rules: Policies) -> PayCycle:
        """本公司薪酬组的计薪周期(pay_groups.yaml)。"""
        return rules.cycle(self.pay_group, month)

    def period(self, month: Month, rules: Policies) -> Period:
        """记在某个月名下的那一期:自然月,或如上月 26 日到本月 25 日。"""
        return self.cycle(month, rules).period(month)

    def pay_month(self, month: Month, rules: Policies) -> Month:
        """某个劳动所属月的工资在哪个月发(也就在哪个月计税)。"""
        return self.cycle(month, rules).pay_month(month)

    def paid_on(self, month: Month, rules: Policies) -> int:
        """几号发:薪酬组写了按薪酬组的,不然按公司资料。"""
        return self.cycle(month, rules).pay_day or self.pay_day


def company_of(work: Work) -> Company:
    """公司资料;还没装入报 NO_COMPANY。"""
    row = work.session.get(Fact, KEY)
    if row is None:
        raise NotReady("NO_COMPANY", "还没有装入公司资料(名称、扣缴义务人、发薪日)。请管理员用开账文件装入后再来。")
    found: Company = adapter_of(Company).validate_json(row.value)
    return found


def keep_company(work: Work, company: Company) -> None:
    """记下公司资料。"""
    text = adapter_of(Company).dump_json(company).decode()
    row = work.session.get(Fact, KEY) or Fact(key=KEY, value=text)
    row.value = text
    work.session.add(row)
    work.session.flush()


CYCLE_KEY = "pay_cycle"


def remember_cycle(work: Work, rules: Policies, month: Month) -> None:
    """算一期时记下起算日:收数据的作业没有政策在手,也要知道某天的考勤记在哪个月的工资里。"""
    day = str(company_of(work).cycle(month, rules).start_day)
    row = work.session.get(Fact, CYCLE_KEY)
    if row is None or row.value != day:
        row = row or Fact(key=CYCLE_KEY, value=day)
        row.value = day
        work.session.add(row)
        work.session.flush()


def known_cycle(work: Work) -> PayCycle:
    """记下的周期;还没算过的按自然月。"""
    row = work.session.get(Fact, CYCLE_KEY)
    return PayCycle(int(row.value)) if row is not None else CALENDAR_MONTH
