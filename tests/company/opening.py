"""开户资料 opening:由同一个种子写出 app/opening/demo 下的各个文件。

`python -m tests.company.opening` 重写全部文件;测试核对文件与此处写出的逐字节相同。
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.company import SEED
from sandbox.company.leave import CARRIED, COMP_HOURS, PARENTS, annual_days, used_before
from sandbox.company.people import people
from sandbox.company.roster import BANKS, bank_account
from sandbox.company.shapes import Person
from tests.company import opening_tables as tables
from tests.company import opening_ytd as ytd
from tests.company.opening_heads import HEADS

DEMO = Path(__file__).resolve().parents[2] / "app" / "opening" / "demo"

PLAIN = re.compile(r"[A-Za-z_一-鿿][A-Za-z_一-鿿0-9]*|\d{4}-\d{2}-\d{2}")


def yuan(fen: int) -> str:
    """分写成元。"""
    return f"{fen // 100}.{fen % 100:02d}"


def days(x100: int) -> str:
    """×100 的天数或小时写成最短的小数。"""
    return f"{x100 // 100}.{x100 % 100:02d}".rstrip("0").rstrip(".")


def scalar(value: object) -> str:
    """一个值:日期、词不加引号,金额、月份与句子加引号。"""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(scalar(item) for item in value) + "]"
    text = str(value)
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def flow(row: Mapping[str, object]) -> str:
    """一行映射。"""
    return "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in row.items()) + "}"


def listed(rows: Sequence[Mapping[str, object]], indent: int) -> list[str]:
    """一行一条的列表。"""
    return [" " * indent + "- " + flow(row) for row in rows]


def everyone() -> list[Person]:
    """全部人员,按工号。"""
    return sorted(people(SEED), key=lambda p: p.job_number)


def pay_profiles() -> list[str]:
    """薪酬档案。"""
    order = {p.userid: index for index, p in enumerate(people(SEED))}
    lines = ["people:"]
    for person in everyone():
        housing, extra = ytd.rates(person)
        lines += [
            f"  - userid: {person.userid}",
            f"    name: {person.name}",
            f"    post: {ytd.post_of(person)}",
            "    city: 上海",
            "    hours_system: standard",
            f"    tax_scheme: {tables.SCHEMES.get(person.userid, 'standard')}",
            f'    housing_rate: "0.0{housing}"',
            f'    supplementary_rate: "0.0{extra}"',
            "    wages:",
            *listed(wages(person), 6),
            "    bases:",
            *listed([{"since": s, "social": yuan(a), "housing": yuan(b)} for s, a, b in ytd.bases(SEED, person)], 6),
            "    bank: " + flow(bank(person, order[person.userid])),
            "    standards: " + flow({name: f"{amount}.00" for name, amount in ytd.standards(person).items()}),
            *special_additional(person),
        ]
    return lines


def wages(person: Person) -> list[dict[str, object]]:
    """月工资的各段。"""
    first = "2026-01-01" if person.hired_on.year < 2026 else person.hired_on.isoformat()
    rows: list[dict[str, object]] = []
    if person.userid in tables.EARLIER_WAGES:
        rows.append({"since": "2025-01-01", "monthly_wage": yuan(ytd.wage_fen(person, 2025)), "reason": "年度定薪"})
    reason = "年度定薪" if person.hired_on.year < 2026 else "入职定薪"
    rows.append({"since": first, "monthly_wage": yuan(ytd.wage_fen(person, 2026)), "reason": reason})
    if person.userid in tables.RAISES:
        since, amount, why = tables.RAISES[person.userid]
        rows.append({"since": since, "monthly_wage": f"{amount}.00", "reason": why})
    return rows


def bank(person: Person, order: int) -> dict[str, object]:
    """发薪账户:与花名册同一张(编出来的)卡。"""
    return {"name": BANKS[order % len(BANKS)], "account": bank_account(SEED, person.userid, 1)}


def special_additional(person: Person) -> list[str]:
    """专项附加扣除;没有的写空列表。"""
    items = tables.DEDUCTIONS.get(person.userid, ())
    if not items:
        return ["    special_additional: []"]
    rows: list[dict[str, object]] = [{"item": k, "monthly": f"{v}.00", "since": "2026-01"} for k, v in items]
    return ["    special_additional:", *listed(rows, 6)]


def tax_ytd() -> list[str]:
    """个税累计。"""
    lines = [f"unit: {tables.UNIT}", "tax_year: 2026", "people:"]
    for person in everyone():
        rows = ytd.year_to_date(SEED, person)
        if not rows:
            continue
        scheme = tables.SCHEMES.get(person.userid, "standard")
        lines += [f"  - userid: {person.userid}", f"    scheme: {scheme}"]
        lines += [f"    start_month: {ytd.start_month(person)}", *scheme_facts(scheme), "    months:"]
        for row in rows:
            amounts = {
                "month": row.month,
                "income": yuan(row.income),
                "tax_free": "0.00",
                "insurance": yuan(row.insurance),
                "special_additional": yuan(row.special),
                "withheld": yuan(row.withheld),
            }
            lines.append("      - " + flow(amounts))
    return lines


def scheme_facts(scheme: str) -> list[str]:
    """选减除费用算法的事实。"""
    facts: dict[str, dict[str, object]] = {
        "first_job": {"first_wage_this_year": True},
        "sixty_thousand": {
            "prior_year_same_unit_12_months_declared": True,
            "prior_year_income": "58800.00",
            "same_unit_from_january": True,
        },
    }
    return ["    facts: " + flow(facts[scheme])] if scheme in facts else []


def leave_opening() -> list[str]:
    """假期台账的期初。"""
    rows: list[dict[str, object]] = []

    def add(userid: str, kind: tuple[str, str], amount: tuple[int, int], span: tuple[str, str], note: str) -> None:
        granted, used = amount
        numbers = {"granted": days(granted), "used": days(used), "since": span[0], "expires_on": span[1]}
        rows.append({"userid": userid, "type": kind[0], "unit": kind[1], **numbers, "note": note})

    for person in everyone():
        userid = person.userid
        if userid in CARRIED:
            span = ("2025-01-01", "2026-12-31")
            add(userid, ("annual", "day"), (CARRIED[userid], 0), span, "2025 年年假经本人同意结转")
        if annual_days(person):
            amount = (annual_days(person), used_before(SEED, person))
            add(userid, ("annual", "day"), amount, ("2026-01-01", "2027-03-31"), "2026 年年假")
        if userid in COMP_HOURS:
            add(userid, ("comp", "hour"), (COMP_HOURS[userid], 0), ("2026-07-01", "2026-12-31"), "加班换休结余")
        if userid in PARENTS:
            add(userid, ("parental", "day"), (500, 0), ("2026-01-01", "2026-12-31"), "2026 年育儿假")
    return ["as_of: 2026-09-01", "lots:", *listed(rows, 2)]


def targets() -> list[str]:
    """每月目标。"""
    rows: list[dict[str, object]] = []
    for userid in tables.TARGETS:
        for month in ("2026-10", "2026-11", "2026-12"):
            if userid == "fengjie" and month > "2026-10":
                continue
            value = 40000 if (userid, month) == ("luomin", "2026-10") else tables.TARGETS[userid]
            rows.append({"userid": userid, "indicator": "销售额", "month": month, "target": f"{value}.00"})
    return ["targets:", *listed(rows, 2)]


def courses() -> list[str]:
    """培训课程。"""
    lines = ["courses:"]
    for course in tables.COURSES:
        day = str(course["starts_at"])[:10]
        before = f"{day[:8]}{int(day[8:]) - 1:02d}T18:00:00+08:00"
        whole = {**course, "enroll_until": before, "cancel_until": before, "cost": "0.00"}
        head, *rest = whole.items()
        lines.append(f"  - {head[0]}: {scalar(head[1])}")
        lines += [f"    {key}: {scalar(value)}" for key, value in rest]
    return lines


MADE: dict[str, Callable[[], list[str]]] = {
    "pay_profiles.yaml": pay_profiles,
    "tax_ytd.yaml": tax_ytd,
    "leave_opening.yaml": leave_opening,
    "targets.yaml": targets,
    "courses.yaml": courses,
}
"""由种子写出的文件;公司、角色、薪酬经办人与绩效方案是手写的。"""


def text_of(name: str) -> str:
    """一个文件的全文。"""
    return HEADS[name] + "\n" + "\n".join(MADE[name]()) + "\n"


if __name__ == "__main__":
    for file_name in MADE:
        (DEMO / file_name).write_text(text_of(file_name), encoding="utf-8", newline="\n")
        print(DEMO / file_name)
