"""收款账户簿 out account book:写账户的唯一一处;开账时有完整账号的也存进来,之后由薪酬专员的表更新。"""

from __future__ import annotations

from dataclasses import dataclass

from models.exports import PayAccount
from models.work import Work


@dataclass(frozen=True, slots=True)
class Given:
    """给的一个账户:holder 户名;by 谁给的(开账为空)。"""

    person_id: int
    holder: str
    bank_name: str
    number: str
    by: str = ""


def keep(work: Work, given: Given) -> bool:
    """写下;与原来的账号不同返回 True(头一次不算)。"""
    row = work.session.get(PayAccount, given.person_id)
    changed = row is not None and row.number != given.number
    if row is None:
        row = PayAccount(
            person_id=given.person_id, holder="", bank_name="", number="", updated_by="", updated_at=work.now
        )
    row.holder, row.bank_name, row.number = given.holder, given.bank_name, given.number
    row.updated_by, row.updated_at = given.by, work.now
    work.session.add(row)
    return changed


def open_account(work: Work, given: Given) -> None:
    """开账带来的:没有的才写,后来更新过的不盖掉;不是数字的账号不写(照旧列为没有账户)。"""
    if given.number.isascii() and given.number.isdigit() and work.session.get(PayAccount, given.person_id) is None:
        keep(work, given)
