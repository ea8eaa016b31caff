"""花名册 roster:合同、试用、证件号、银行卡;号码全是编的,校验位是对的。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sandbox.company.chance import Dice, digits_of
from sandbox.company.people import COMPANY_NAME, DEPARTMENTS
from sandbox.company.shapes import CST, Person, RosterField, RosterRecord

CONTRACT_END = {"liuyang": date(2027, 1, 10)}
"""写死的合同到期日:刘洋在 2026-11-23 之后 48 天到期。"""

NEW_CARD = {"heqiang": datetime(2026, 11, 5, 14, 12, tzinfo=CST)}
"""换了银行卡的人。"""

AREA = "310199"
"""没有分配给任何区县的地区码:编出来的证件号不会是真人的。"""

BANKS = ("中国工商银行上海张江支行", "招商银行上海张江支行", "中国建设银行上海浦东分行")

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def id_number(person: Person, order: int) -> str:
    """身份证号:地区码、生日、顺序码(男单女双)与校验位(GB 11643)。"""
    serial = 2 * order + (1 if person.gender == "男" else 2)
    body = f"{AREA}{person.born_on:%Y%m%d}{serial:03d}"
    return body + CHECKS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def bank_account(seed: int, userid: str, version: int) -> str:
    """19 位卡号,末位为 Luhn 校验位;620000 开头,没有银行在用。"""
    body = "620000" + digits_of(seed, 12, "bank", userid, version)
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def contract(seed: int, person: Person) -> tuple[str, date, date | None, int]:
    """合同:类型、现合同起、止(无固定期限为 None)、续签次数。三年一签,两次之后无固定期限。"""
    if person.userid in CONTRACT_END:
        end = CONTRACT_END[person.userid]
        return "固定期限劳动合同", person.hired_on, end, 0
    start, renewals = person.hired_on, 0
    while True:
        years = 3 if renewals or person.hired_on.year < 2026 else Dice(seed, "term", person.userid).pick((2, 3))
        end = _plus_years(start, years) - timedelta(days=1)
        if end >= date(2026, 9, 1):
            break
        start, renewals = end + timedelta(days=1), renewals + 1
        if renewals >= 2:
            return "无固定期限劳动合同", start, None, renewals
    if end < date(2027, 4, 1):
        start, renewals = _plus_years(start, 1), renewals + 1
        end = _plus_years(start, 3) - timedelta(days=1)
    return "固定期限劳动合同", start, end, renewals


def rosters(seed: int, people: Sequence[Person]) -> tuple[RosterRecord, ...]:
    """每人一条,入职时就有;换卡的人多一个版本。"""
    out: list[RosterRecord] = []
    for order, person in enumerate(people):
        first = RosterRecord(person.userid, _fields(seed, person, order), person.joined_at, None)
        changed = NEW_CARD.get(person.userid)
        if changed is None:
            out.append(first)
            continue
        out.append(replace(first, superseded_at=changed))
        account = bank_account(seed, person.userid, 2)
        fields = tuple(
            replace(f, value=account, label=account) if f.code == "sys04-bankAccountNo" else f for f in first.fields
        )
        out.append(RosterRecord(person.userid, fields, changed, None))
    return tuple(out)


def _fields(seed: int, person: Person, order: int) -> tuple[RosterField, ...]:
    kind, start, end, renewals = contract(seed, person)
    probation_ends = _plus_months(person.hired_on, 3)
    department = {d.dept_id: d.name for d in DEPARTMENTS}[person.dept_ids[0]]
    account = bank_account(seed, person.userid, 1)
    rows = (
        ("sys00-name", "姓名", "sys00", person.name),
        ("sys00-jobNumber", "工号", "sys00", person.job_number),
        ("sys00-mobile", "手机号", "sys00", person.mobile),
        ("sys00-email", "邮箱", "sys00", person.email),
        ("sys00-position", "职位", "sys00", person.title),
        ("sys00-mainDeptId", "主部门id", "sys00", str(person.dept_ids[0])),
        ("sys00-mainDept", "主部门", "sys00", department),
        ("sys00-confirmJoinTime", "入职时间", "sys00", person.hired_on.isoformat()),
        ("sys00-workPlace", "办公地点", "sys00", "上海"),
        ("sys01-employeeType", "员工类型", "sys01", "全职"),
        ("sys01-employeeStatus", "员工状态", "sys01", "试用" if probation_ends > date(2026, 11, 23) else "正式"),
        ("sys01-probationPeriodType", "试用期", "sys01", "3个月"),
        ("sys01-planRegularTime", "计划转正日期", "sys01", probation_ends.isoformat()),
        ("sys02-certNo", "证件号码", "sys02", id_number(person, order)),
        ("sys02-birthTime", "出生日期", "sys02", person.born_on.isoformat()),
        ("sys02-sexType", "性别", "sys02", person.gender),
        ("sys02-joinWorkingTime", "首次参加工作时间", "sys02", _first_job(person).isoformat()),
        ("sys04-bankAccountNo", "银行卡号", "sys04", account),
        ("sys04-accountBank", "开户行", "sys04", BANKS[order % len(BANKS)]),
        ("sys05-contractCompanyName", "合同公司", "sys05", COMPANY_NAME),
        ("sys05-contractType", "合同类型", "sys05", kind),
        ("sys05-firstContractStartTime", "首次合同起始日", "sys05", person.hired_on.isoformat()),
        ("sys05-nowContractStartTime", "现合同起始日", "sys05", start.isoformat()),
        ("sys05-nowContractEndTime", "现合同到期日", "sys05", "" if end is None else end.isoformat()),
        ("sys05-contractRenewCount", "续签次数", "sys05", str(renewals)),
    )
    return tuple(RosterField(code, name, group, value, value) for code, name, group, value in rows)


def _first_job(person: Person) -> date:
    """首次参加工作:23 岁那年七月,不晚于入职。"""
    return min(person.hired_on, date(person.born_on.year + 23, 7, 1))


def _plus_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _plus_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, min(day.day, 28))
