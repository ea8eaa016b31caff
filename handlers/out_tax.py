"""报税文件 out tax:扣缴客户端“正常工资薪金所得”的导入,29 列,列与次序是数据(config/layouts/tax_import.yaml)。

累计各列留空(空不等于零:空着,客户端用自己下载的填);每个在职的人一行,没发钱的写零;本期收入为负的不能导入,先请 HR 更正以前的申报。
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import select

from config.layout_shapes import TaxColumn
from engine.errors import BadInput, NotReady, RuleBroken
from engine.money import Money
from handlers.out_book import ready_book
from handlers.out_made import Ask, Made
from handlers.out_tax_month import ADJUSTED, TaxMonth, TaxPerson, tax_month
from handlers.out_write import XLSX, Cell, Table, xlsx
from handlers.pay_bonus import BONUS, BONUS_TAX
from handlers.pay_settled import NOTICE_PAY, SEVERANCE, SEVERANCE_TAX
from models.exports import TaxIdentity

NEGATIVE = "本期收入为负"


@dataclass(frozen=True, slots=True)
class Row:
    """一个人与他的证件。"""

    person: TaxPerson
    identity: TaxIdentity


def tax(ask: Ask) -> Made:
    """报税文件:这一期所在的发放月。"""
    ready_book(ask.work, ask.run, ask.rules)
    month = tax_month(ask.work, ask.run, ask.rules)
    laid = ask.rules.layouts.tax_import
    _check_mapped(month, laid.shape.columns)
    rows = _with_identity(ask, month)
    negative = [one.person.name for one in rows if one.person.income < 0]
    if negative and ask.params.get("leave_out") != "yes":
        raise RuleBroken(
            "NEGATIVE_INCOME",
            f"{'、'.join(negative)} 的本期收入是负数,客户端不接受。请 HR 在客户端更正以前月份的申报;"
            "这几位之外的要先申报,请写明理由再导出,文件里不含他们。",
        )
    kept = [one for one in rows if one.person.income >= 0]
    table = Table(
        laid.shape.sheet,
        tuple(column.title for column in laid.shape.columns),
        tuple(tuple(_cell(one, column) for column in laid.shape.columns) for one in kept),
    )
    stamp = ask.stamped(f"{month.pay_month.label}发放,{month.unit},在职或有工资的人,每人一行")
    return Made(
        f"正常工资薪金所得-{month.pay_month}.xlsx",
        XLSX,
        xlsx([table], stamp),
        len(kept),
        _totals(kept),
        tuple((name, NEGATIVE) for name in negative),
        _notes(month),
        laid.name,
        laid.version,
    )


def _totals(kept: list[Row]) -> dict[str, int]:
    return {
        "count": len(kept),
        "sum": sum(one.person.income for one in kept),
        "insurance": sum(fen for one in kept for fen in one.person.lines.values()),
        "tax": sum(one.person.due for one in kept),
    }


def _notes(month: TaxMonth) -> tuple[str, ...]:
    notes = []
    if month.no_profile:
        notes.append(f"在职而没有薪酬档案、不在文件里的:{'、'.join(month.no_profile)}。要申报的请先补上薪酬档案。")
    special = [one.name for one in month.people if one.facts is not None and one.facts.new_special]
    if special:
        notes.append("专项附加扣除各列留空,由客户端用它下载的填;导入前请先在客户端里下载更新。")
    adjusted = [one.name for one in month.people if one.lines.get(ADJUSTED)]
    if adjusted:
        notes.append(f"有补缴或退回的社保,合在一列里,请在客户端核对分到哪个险种:{'、'.join(adjusted)}。")
    notes += [_apart(month, *one) for one in APART_FORMS if any(p.apart.get(one[1][0]) for p in month.people)]
    return tuple(notes)


APART_FORMS = (
    ("全年一次性奖金收入", (BONUS,), BONUS_TAX),
    ("解除劳动合同一次性补偿金", (SEVERANCE, NOTICE_PAY), SEVERANCE_TAX),
)
"""客户端里要另外填的表:(名字, 收入的行, 税的行)。"""


def _apart(month: TaxMonth, form: str, incomes: tuple[str, ...], tax_code: str) -> str:
    """单独计税的不在这 29 列里:有谁、几人、多少,请另外申报。"""
    people = [one for one in month.people if any(one.apart.get(code) for code in incomes)]
    income = Money(sum(one.apart.get(code, 0) for one in people for code in incomes))
    tax = Money(-sum(one.apart.get(tax_code, 0) for one in people))
    return (
        f"单独计税的不在这份文件里,请在客户端“{form}”里另外申报:{'、'.join(one.name for one in people)},"
        f"共 {len(people)} 人,收入合计 {income.show()},税 {tax.show()}。"
    )


def _check_mapped(month: TaxMonth, columns: list[TaxColumn]) -> None:
    """每个险种都有一列;没有的拒绝并指名。"""
    mapped = {line for column in columns for line in column.lines}
    missing = sorted({code for one in month.people for code, fen in one.lines.items() if fen and code not in mapped})
    if missing:
        raise NotReady(
            "TAX_LINE_UNMAPPED",
            f"报税文件的格式里没有写险种 {'、'.join(missing)} 归哪一列,没有导出。请在 layouts/tax_import.yaml 的 lines 里添上。",
        )


def _with_identity(ask: Ask, month: TaxMonth) -> list[Row]:
    """配上证件;缺的指名拒绝。"""
    found = {row.person_id: row for row in ask.work.session.exec(select(TaxIdentity)) if row.id_number}
    missing = [one.name for one in month.people if one.person_id not in found]
    if missing:
        names = "、".join(missing[:20]) + (f"等 {len(missing)} 人" if len(missing) > 20 else "")
        raise NotReady(
            "NO_IDENTITY", f"{names} 还没有证件类型与号码,客户端不收没有证件的行。请先导入证件(与收款账户同一份表)。"
        )
    return [Row(one, found[one.person_id]) for one in month.people]


FIGURES: Mapping[str, Callable[[TaxPerson], int]] = {
    "income": lambda one: one.income,
    "tax_free": lambda one: one.tax_free,
    "other": lambda one: one.other,
    "donation": lambda one: one.donation,
    "relief": lambda one: one.relief,
    "zero": lambda one: 0,
}
WORDS: Mapping[str, Callable[[Row], str]] = {
    "job_number": lambda row: row.person.job_number,
    "name": lambda row: row.person.name,
    "id_type": lambda row: row.identity.id_type,
    "id_number": lambda row: row.identity.id_number,
}


def _cell(row: Row, column: TaxColumn) -> Cell:
    if column.value == "blank":
        return None
    if column.value in WORDS:
        return WORDS[column.value](row)
    if column.value == "insurance":
        fen = sum(row.person.lines.get(line, 0) for line in column.lines)
    else:
        fen = FIGURES[column.value](row.person)
    if fen < 0 and column.value != "income":
        raise BadInput("NEGATIVE_COLUMN", f"{row.person.name} 的“{column.title}”是负数,客户端不接受。请先核对再导出。")
    return None if fen == 0 and column.zero == "blank" else Money(fen)
