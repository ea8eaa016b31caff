"""逐人比对 out tax compare:我们的预扣与客户端的税款计算,一项一项比,不同的写出可能的原因。纯比较,不碰库。

先比上游(收入、减除、扣除、已预缴),再比税:税不同而上游都相同,才是算法的不同。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from handlers.out_tax_month import TaxPerson
from handlers.out_tax_result import ClientRow


@dataclass(frozen=True, slots=True)
class Difference:
    """一处不同(分):field 哪一项(missing_ours 我们没有这个人,missing_theirs 客户端没有)。"""

    person_id: int
    who: str
    field: str
    ours: int | None
    theirs: int | None
    hint: str


OURS: Mapping[str, Callable[[TaxPerson], int]] = {
    "income": lambda one: one.income,
    "income_cum": lambda one: one.income_cum,
    "allowance_cum": lambda one: one.allowance_cum,
    "insurance_cum": lambda one: one.insurance_cum,
    "special_cum": lambda one: one.special_cum,
    "other_cum": lambda one: one.other_cum,
    "taxable_cum": lambda one: one.taxable_cum,
    "tax_cum": lambda one: one.tax_cum,
    "paid_cum": lambda one: one.paid_cum,
    "due": lambda one: one.due,
}
UPSTREAM = ("income", "income_cum", "allowance_cum", "insurance_cum", "special_cum", "other_cum", "paid_cum")


def compare(
    ours: Sequence[TaxPerson], theirs: Sequence[ClientRow], cards: Mapping[int, str], monthly: int
) -> list[Difference]:
    """全部的不同,按我们名单的先后;客户端多出来的人在最后。cards 人 → 证件号码;monthly 每月减除费用(分),看差几个月用。"""
    left = list(theirs)
    found: list[Difference] = []
    for one in ours:
        row = _match(one, left, cards.get(one.person_id, ""))
        if row is None:
            say = "客户端的结果里没有这个人:可能没有导入、人员状态不是正常,或证件号码不同"
            found.append(Difference(one.person_id, one.name, "missing_theirs", one.due, None, say))
            continue
        left.remove(row)
        found += _person(one, row, monthly)
    say = "我们这个月没有这个人:可能已经离职而客户端里没有填离职日期,或工资不由本系统发"
    found += [Difference(0, row.name, "missing_ours", None, row.figures.get("due"), say) for row in left]
    return found


def _match(one: TaxPerson, rows: Sequence[ClientRow], card: str) -> ClientRow | None:
    """先认证件号码,再认工号与姓名,最后认不重的姓名。"""
    if card:
        for row in rows:
            if row.id_number == card:
                return row
    by_number = [row for row in rows if row.job_number == one.job_number and row.name == one.name]
    by_name = [row for row in rows if row.name == one.name and not (card and row.id_number)]
    for candidates in (by_number, by_name):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _person(one: TaxPerson, row: ClientRow, monthly: int) -> list[Difference]:
    """一个人的不同:上游每一项各列一条;税不同列一条。客户端的应补(退)为负是年内不退,与我们的零相同。"""
    pairs = {key: (OURS[key](one), theirs) for key, theirs in row.figures.items() if key in OURS}
    if "due" in pairs:
        pairs["due"] = (pairs["due"][0], max(0, pairs["due"][1]))
    apart = {key: (a, b) for key, (a, b) in pairs.items() if a != b}
    upstream = [key for key in UPSTREAM if key in apart]
    found = [Difference(one.person_id, one.name, key, *apart[key], _hint(key, apart[key], monthly)) for key in upstream]
    for key in ("taxable_cum", "tax_cum", "due"):
        if key in apart:
            found.append(Difference(one.person_id, one.name, key, *apart[key], _follows(key, upstream)))
    return found


def _follows(key: str, upstream: Sequence[str]) -> str:
    if upstream:
        return "由上面各项的不同带来,上面的说清楚了这一项就平了"
    if key == "due":
        return "收入与各项扣除都相同,税不同:请核对税率级距、减免税额,或客户端里是不是已经申报过一次"
    return "收入与各项扣除都相同:请核对税率表的版本与取整"


def _hint(key: str, pair: tuple[int, int], monthly: int) -> str:
    if key == "allowance_cum":
        gap = abs(pair[1] - pair[0])
        months = gap // monthly if monthly and gap % monthly == 0 else 0
        by = f",差 {months} 个月" if months else ""
        return f"累计减除费用不同{by}:请核对客户端里的入职日期、离职日期与“首次就业”“上年不超 6 万元”的选择"
    return {
        "income": "收入不同:客户端里少导或多导了一期,或导入之后又改过工资",
        "income_cum": "累计收入不同:以前月份有一期没有申报、更正过,或期初的累计录得不一样",
        "insurance_cum": "专项扣除(社保公积金)不同:请核对缴费基数、补缴,与公积金超过免税限额的部分",
        "special_cum": "专项附加扣除不同:客户端里下载更新过,我们的还没有导入(或有人补报了以前的月份)",
        "other_cum": "其他扣除不同:请核对年金、商业健康保险、个人养老金",
        "paid_cum": "已预缴税额不同:以前有一个月没有申报,或更正过;请核对个税台账的各月",
    }[key]
