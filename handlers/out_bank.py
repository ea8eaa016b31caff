"""银行文件 out bank:照声明的格式写代发文件;编码、分隔、金额写法、首尾的控制合计都是数据(config/layouts/bank)。

完整的账号只在这里读。没有账户、实发为零的人不放进去,逐个列出;写不进 GBK 的字、会被表格当成公式的户名、全角的账号,都指名拒绝或提示。
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from config.layout_shapes import PLACE, BankLayout
from config.layouts import Laid
from engine.days import shanghai
from engine.errors import BadInput, RuleBroken
from engine.money import Money
from handlers.out_book import Book, PersonPay, ready_book
from handlers.out_made import Ask, Made
from handlers.out_write import CSV, RISKY, XLSX, Cell, Table, xlsx
from models.exports import PayAccount
from models.pay import Payslip

NO_ACCOUNT = "没有收款账户"
ZERO = "实发为零"
OTHER_BANK = "开户行不归这个格式"
ENCODINGS = {"gbk": "GBK", "gb18030": "GB18030", "utf-8-sig": "UTF-8", "utf-8": "UTF-8"}


@dataclass(frozen=True, slots=True)
class Payment:
    """一笔:第几笔、人、账户。"""

    seq: int
    person: PersonPay
    account: PayAccount


def bank(ask: Ask) -> Made:
    """银行文件。"""
    book = ready_book(ask.work, ask.run, ask.rules)
    laid = ask.rules.layouts.bank(ask.params.get("layout", ""))
    payments, left_out = _payments(ask, book, laid.shape)
    if not payments:
        raise RuleBroken(
            "NOTHING_TO_PAY", "没有一个人可以放进这份文件:要么没有收款账户,要么实发为零。请先导入收款账户。"
        )
    _check(payments, laid.shape)
    places = _places(ask, book, payments)
    head, rows = _rows(payments, laid.shape, places)
    lines = (
        *[[_filled(cell, places) for cell in line] for line in laid.shape.header],
        *([head] if laid.shape.titles else []),
        *rows,
        *[[_filled(cell, places) for cell in line] for line in laid.shape.footer],
    )
    data = _xlsx(ask, laid.shape, lines) if laid.shape.format == "xlsx" else _text(laid.shape, lines, payments)
    return Made(
        f"代发-{book.pay_month}-{laid.name}.{'xlsx' if laid.shape.format == 'xlsx' else _suffix(laid.shape)}",
        XLSX if laid.shape.format == "xlsx" else CSV,
        data,
        len(payments),
        _totals(book, payments, left_out),
        tuple((name, why) for name, why, _ in left_out),
        _notes(payments),
        laid.name,
        laid.version,
    )


def _suffix(shape: BankLayout) -> str:
    return "csv" if shape.delimiter == "," else "txt"


def _payments(ask: Ask, book: Book, shape: BankLayout) -> tuple[list[Payment], list[tuple[str, str, int]]]:
    """放进去的与没有放进去的(姓名、缘由、分)。"""
    query = select(PayAccount).join(Payslip, col(Payslip.person_id) == col(PayAccount.person_id))
    accounts = {row.person_id: row for row in ask.work.session.exec(query.where(Payslip.run_id == book.run_id))}
    found: list[Payment] = []
    left: list[tuple[str, str, int]] = []
    for one in book.people:
        account = accounts.get(one.person_id)
        if one.net == 0:
            left.append((one.name, ZERO, 0))
        elif account is None:
            left.append((one.name, NO_ACCOUNT, one.net))
        elif shape.only_banks and not any(word in account.bank_name for word in shape.only_banks):
            left.append((one.name, OTHER_BANK, one.net))
        else:
            found.append(Payment(len(found) + 1, one, account))
    return found, left


def _totals(book: Book, payments: list[Payment], left: list[tuple[str, str, int]]) -> Mapping[str, int]:
    """笔数、合计(分)、没有放进去的合计(分);三者与这一期的实发合计对得上。"""
    paid, missed = sum(one.person.net for one in payments), sum(fen for _, _, fen in left)
    assert paid + missed == sum(one.net for one in book.people)
    return {"count": len(payments), "sum": paid, "left_out": missed}


def _check(payments: list[Payment], shape: BankLayout) -> None:
    """每一笔都写得进去:户名、账号没有危险的开头;编码里有这些字;不加引号的格式里没有分隔符。"""
    for one in payments:
        holder, number = one.account.holder, one.account.number
        if holder.startswith(RISKY) or number.startswith(RISKY):
            raise BadInput(
                "RISKY_NAME",
                f"{one.person.name} 的户名以“{holder[:1]}”开头,银行的表格会把它当成公式。请核对户名,改好收款账户后再导出。",
            )
        if any(ord(c) < 32 for c in holder):
            raise BadInput("RISKY_NAME", f"{one.person.name} 的户名里有看不见的字符。请核对户名,改好收款账户后再导出。")
        if shape.format == "csv" and shape.quote == "never" and (shape.delimiter in holder or '"' in holder):
            raise BadInput(
                "DELIMITER_IN_NAME",
                f"{one.person.name} 的户名里有分隔符或引号,这个格式放不下。请核对户名,或换一个会加引号的格式(如 csv-utf8、xlsx)。",
            )


def _text(shape: BankLayout, lines: tuple[list[str], ...], payments: list[Payment]) -> bytes:
    out = io.StringIO()
    end = "\r\n" if shape.newline == "crlf" else "\n"
    if shape.quote == "never":
        out.write("".join(shape.delimiter.join(line) + end for line in lines))
    else:
        csv.writer(out, delimiter=shape.delimiter, lineterminator=end).writerows(lines)
    try:
        return out.getvalue().encode(shape.encoding)
    except UnicodeEncodeError as problem:
        raise _unwritable(problem, shape, payments) from None


def _unwritable(problem: UnicodeEncodeError, shape: BankLayout, payments: list[Payment]) -> BadInput:
    """写不进这个编码的字:指名是谁的哪个字。"""
    char, label = problem.object[problem.start], ENCODINGS[shape.encoding]
    names = [one.person.name for one in payments if char in one.account.holder + one.account.bank_name]
    whose = f"{'、'.join(names)} 的户名或开户行里的" if names else "格式里的"
    return BadInput(
        "NOT_IN_ENCODING",
        f"{whose}“{char}”写不进 {label} 编码的文件。请换用 UTF-8 或 Excel 的格式,或问开户行这个字怎么代替,改好收款账户后再导出。",
        {"people": "、".join(names)},
    )


def _xlsx(ask: Ask, shape: BankLayout, lines: tuple[list[str], ...]) -> bytes:
    """每一格都是文字:账号不丢位,金额照写的样子。"""
    rows: tuple[tuple[Cell, ...], ...] = tuple(tuple(line) for line in lines[1:])
    return xlsx([Table(shape.sheet, tuple(lines[0]), rows)], ask.stamped(f"{shape.label},有收款账户且实发大于零的人"))


VALUES: Mapping[str, Callable[[Payment], str]] = {
    "seq": lambda one: str(one.seq),
    "account": lambda one: one.account.number,
    "holder": lambda one: one.account.holder,
    "bank_name": lambda one: one.account.bank_name,
    "job_number": lambda one: one.person.job_number,
}


def _rows(payments: list[Payment], shape: BankLayout, places: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    def cell(one: Payment, value: str, text: str) -> str:
        if value == "amount":
            return str(one.person.net) if shape.amount == "fen" else Money(one.person.net).yuan()
        return _filled(text, places) if value == "text" else VALUES[value](one)

    rows = [[cell(one, column.value, column.text) for column in shape.columns] for one in payments]
    return [column.title for column in shape.columns], rows


def _places(ask: Ask, book: Book, payments: list[Payment]) -> dict[str, str]:
    total = sum(one.person.net for one in payments)
    return {
        "company": book.company.name,
        "month": str(book.month),
        "month_label": book.month.label,
        "pay_month": str(book.pay_month),
        "pay_month_label": book.pay_month.label,
        "date": f"{shanghai(ask.stamp.at):%Y%m%d}",
        "count": str(len(payments)),
        "sum_fen": str(total),
        "sum_yuan": Money(total).yuan(),
    }


def _filled(text: str, places: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: places[found[1]], text)


def _notes(payments: list[Payment]) -> tuple[str, ...]:
    """全角的字母、数字、空格与括号:银行多半认作户名不符。"""
    odd = [one.person.name for one in payments if any(_wide(c) for c in one.account.holder + one.account.bank_name)]
    return (f"户名或开户行里有全角的字母、数字、空格或括号,银行可能认作不符,请核对:{'、'.join(odd)}",) if odd else ()


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) == "F" and unicodedata.normalize("NFKC", char) != char


def layouts_of(ask_layouts: Mapping[str, Laid[BankLayout]]) -> tuple[tuple[str, str], ...]:
    """有哪些格式:(名字, 给人看的名字)。"""
    return tuple((laid.name, laid.shape.label) for laid in ask_layouts.values())
