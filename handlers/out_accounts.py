"""收款账户与证件 out accounts:由一份表格读入;完整的账号、证件号只存在自己的表里,给看的都是掩码。

一份表:工号(或钉钉账号)、姓名,收款账号、开户行、户名,证件类型、证件号码、手机号,后面几样可以只填一部分。
姓名与通讯录对不上、同一个人写了两次、账号里有全角或字母、身份证号校验不过,整份不收,逐行说明;账号换了的人会收到提醒。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, select

from config.policies import Policies
from engine.errors import BadInput
from handlers.actor import Actor
from handlers.opening import mask
from handlers.out_account_book import Given, keep
from handlers.out_book import run_of
from handlers.out_read import Upload, rows_of, title_of
from handlers.outbox import post
from handlers.payroll import OneRun
from models.exports import PayAccount, TaxIdentity
from models.pay import PayProfile, Payslip
from models.people import Person
from models.work import Work

TITLES = {
    "who": ("工号", "账号名", "钉钉账号", "userid"),
    "name": ("姓名",),
    "number": ("收款账号", "银行账号", "银行卡号", "卡号"),
    "bank_name": ("开户行", "开户银行"),
    "holder": ("户名", "收款人"),
    "id_type": ("证件类型",),
    "id_number": ("证件号码", "身份证号", "身份证号码"),
    "phone": ("手机号", "手机号码", "手机"),
}
"""列名:每样认哪几个。"""
ID_CARD = "居民身份证"
NUMBER = re.compile(r"[0-9]{8,32}")
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class TakeAccounts:
    """读入一份收款账户与证件的表。"""

    file: Upload


@dataclass(frozen=True, slots=True)
class AccountsTaken:
    """读入的结果:accounts 写入的账户数,changed 换了账号的人,identities 写入的证件数,notes 要留意的话。"""

    accounts: int
    identities: int
    changed: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountView:
    """一个人的账户与证件有没有:都只有掩码。"""

    person_id: int
    name: str
    account: str
    bank_name: str
    has_identity: bool


@dataclass(frozen=True, slots=True)
class Line:
    """表里的一行:第几行、是谁、各样的字。"""

    row: int
    person: Person
    cells: dict[str, str]


def take(work: Work, command: TakeAccounts, rules: Policies, actor: Actor) -> AccountsTaken:
    """读入;有一行不对就整份不收。"""
    rows = rows_of(command.file)
    head, columns = _head(rows)
    problems: list[str] = []
    lines = list(_lines(work, rows, (head, columns), problems))
    for line in lines:
        problems += [f"第 {line.row} 行 {line.person.name}:{say}" for say in _wrong(line.cells)]
    if problems:
        more = f";还有 {len(problems) - MOST_PROBLEMS} 处" if len(problems) > MOST_PROBLEMS else ""
        raise BadInput("BAD_ROWS", f"有 {len(problems)} 处要改,没有读入:{';'.join(problems[:MOST_PROBLEMS])}{more}。")
    changed = [line.person for line in lines if _keep_account(work, line, actor)]
    identities = sum(_keep_identity(work, line, actor) for line in lines)
    work.session.flush()
    _tell(work, changed)
    odd = [
        line.person.name for line in lines if 16 <= len(line.cells["number"]) <= 19 and not luhn(line.cells["number"])
    ]
    notes = (f"银行卡号的校验位不对,可能抄错了一位,请核对:{'、'.join(odd)}",) if odd else ()
    accounts = sum(bool(line.cells["number"]) for line in lines)
    return AccountsTaken(accounts, identities, tuple(one.name for one in changed), notes)


def _head(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    """表头在前十行里找:有工号(或账号)与姓名的那一行。"""
    for n, row in enumerate(rows[:10]):
        titles = [title_of(cell) for cell in row]
        columns = {key: titles.index(name) for key, names in TITLES.items() for name in names if name in titles}
        if "who" in columns and "name" in columns:
            return n, columns
    raise BadInput(
        "NO_HEAD", "没有找到表头。第一行请写:工号、姓名、收款账号、开户行、户名、证件类型、证件号码、手机号。"
    )


def _lines(work: Work, rows: list[list[str]], table: tuple[int, dict[str, int]], problems: list[str]) -> Iterator[Line]:
    """认出每一行是谁。"""
    head, columns = table
    people = list(work.session.exec(select(Person)))
    known = {p.userid: p for p in people} | {p.job_number: p for p in people if p.job_number}
    seen: dict[int, int] = {}
    for n, row in enumerate(rows[head + 1 :], head + 2):
        cells = {key: row[columns[key]] if key in columns and columns[key] < len(row) else "" for key in TITLES}
        if not any(cells.values()):
            continue
        person = known.get(cells["who"])
        if person is None or person.id is None:
            problems.append(f"第 {n} 行:没有工号或账号是“{cells['who']}”的人")
        elif person.name != cells["name"]:
            problems.append(f"第 {n} 行:{cells['who']} 是 {person.name},表里写的是“{cells['name']}”")
        elif person.id in seen:
            problems.append(f"第 {n} 行:{person.name} 在第 {seen[person.id]} 行已经写过")
        else:
            seen[person.id] = n
            yield Line(n, person, cells)


def _wrong(cells: dict[str, str]) -> Iterator[str]:
    number, card = cells["number"], cells["id_number"]
    if number and not NUMBER.fullmatch(number):
        yield "收款账号只能是 8 到 32 位半角数字(有全角、空格、字母,或变成了科学记数法)"
    if number and not cells["bank_name"]:
        yield "有收款账号而没有开户行"
    if card and (cells["id_type"] or ID_CARD) == ID_CARD and not id_card(card):
        yield "居民身份证号的位数或校验位不对"
    if cells["phone"] and not re.fullmatch(r"\+?[0-9-]{4,20}", cells["phone"]):
        yield "手机号只能是数字"


def id_card(number: str) -> bool:
    """居民身份证号:18 位,末位按 GB 11643 的加权模 11 校验。"""
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", number):
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def luhn(number: str) -> bool:
    """银行卡号的校验位(ISO/IEC 7812)。"""
    total = 0
    for i, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _keep_account(work: Work, line: Line, actor: Actor) -> bool:
    """写入账户;与原来的不同返回 True。"""
    cells, person_id = line.cells, line.person.id
    if not cells["number"] or person_id is None:
        return False
    holder = cells["holder"] or line.person.name
    changed = keep(work, Given(person_id, holder, cells["bank_name"], cells["number"], actor.userid))
    profile = work.session.get(PayProfile, person_id)
    if profile is not None:
        profile.bank_name, profile.bank_account_masked = cells["bank_name"], mask(cells["number"])
        work.session.add(profile)
    return changed


def _keep_identity(work: Work, line: Line, actor: Actor) -> bool:
    cells, person_id = line.cells, line.person.id
    if not (cells["id_number"] or cells["phone"]) or person_id is None:
        return False
    row = work.session.get(TaxIdentity, person_id) or TaxIdentity(
        person_id=person_id, id_type=ID_CARD, id_number="", updated_by="", updated_at=work.now
    )
    if cells["id_number"]:
        row.id_type, row.id_number = cells["id_type"] or ID_CARD, cells["id_number"].upper()
    if cells["phone"]:
        row.phone_last4 = "".join(c for c in cells["phone"] if c.isdigit())[-4:]
    row.updated_by, row.updated_at = actor.userid, work.now
    work.session.add(row)
    return True


def _tell(work: Work, changed: list[Person]) -> None:
    """换了账号的人收到提醒(不写账号):不是本人提出的,马上能发现。"""
    told = [one.userid for one in changed if one.status == "active"]
    if told:
        payload: dict[str, object] = {
            "to": told,
            "title": "收款账户有变动",
            "text": "您的工资收款账户刚刚由薪酬同事更新。如果不是您本人提出的,请马上联系 HR 核对。",
            "link": "/m/payslips",
            "link_text": "查看工资条",
        }
        post(work, "notice", f"pay-account:{work.now.isoformat()}", payload, "payaccount")


def accounts(work: Work, command: OneRun, rules: Policies, actor: Actor) -> list[AccountView]:
    """一期里每个人有没有收款账户与证件;账号只有掩码,没有账户的在前。"""
    run_of(work, command.run_id)
    found = work.session.exec(
        select(Person, PayAccount, TaxIdentity)
        .join(Payslip, col(Payslip.person_id) == col(Person.id))
        .join(PayAccount, col(PayAccount.person_id) == col(Person.id), isouter=True)
        .join(TaxIdentity, col(TaxIdentity.person_id) == col(Person.id), isouter=True)
        .where(Payslip.run_id == command.run_id)
        .order_by(col(Person.main_dept_id), col(Person.userid))
    )
    views = [
        AccountView(
            person.id or 0, person.name, mask(account.number) if account else "",
            account.bank_name if account else "", identity is not None and bool(identity.id_number),
        )
        for person, account, identity in found
    ]  # fmt: skip
    return sorted(views, key=lambda one: (bool(one.account), one.has_identity))
