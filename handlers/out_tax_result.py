"""读客户端的结果 out tax result:税款计算导出的表,列名随版本变;照格式(config/layouts/tax_result.yaml)认列,读成一人一行。"""

from __future__ import annotations

from dataclasses import dataclass

from config.layout_shapes import ResultField, TaxResultLayout
from engine.errors import BadInput
from handlers.out_read import money_in, title_of


@dataclass(frozen=True, slots=True)
class ClientRow:
    """客户端里的一个人:证件号码、工号、姓名;figures 项 → 分(这个版本没有的项不在里面)。"""

    id_number: str
    job_number: str
    name: str
    figures: dict[str, int]


def read_result(rows: list[list[str]], layout: TaxResultLayout) -> list[ClientRow]:
    """认出表头,逐行读;合计行(没有姓名也没有证件号)跳过。同一个人写了两次报 BadInput(TWICE)。"""
    at, titles = _head(rows, layout)
    who = {str(key): _place(titles, names) for key, names in layout.who.items()}
    columns = {str(key): _columns(titles, one) for key, one in layout.fields.items()}
    if not columns.get("due") and not columns.get("tax_cum"):
        raise BadInput(
            "NO_TAX_COLUMN",
            "这份表里没有应补(退)税额,也没有累计应纳税额,看起来不是“税款计算”的结果。请在客户端算税之后导出再来。",
        )
    found: list[ClientRow] = []
    seen: dict[str, int] = {}
    for n, row in enumerate(rows[at + 1 :], at + 2):
        one = {key: row[place] if place is not None and place < len(row) else "" for key, place in who.items()}
        if not (one["name"] or one["id_number"]) or one["name"] in ("合计", "总计"):
            continue
        mark = one["id_number"].upper() or f"{one['job_number']}|{one['name']}"
        if mark in seen:
            raise BadInput("TWICE", f"{one['name']} 在第 {seen[mark]} 行与第 {n} 行各有一行,没有读入。请核对这份表。")
        seen[mark] = n
        figures = {key: _sum(row, places, n) for key, places in columns.items() if places}
        found.append(ClientRow(one["id_number"].upper(), one["job_number"], one["name"], figures))
    if not found:
        raise BadInput("NO_ROWS", "这份表里没有一个人。请核对是不是选错了文件。")
    return found


def _head(rows: list[list[str]], layout: TaxResultLayout) -> tuple[int, list[str]]:
    names = {title_of(one) for one in layout.who["name"]}
    for n, row in enumerate(rows[: layout.search_rows]):
        titles = [title_of(cell) for cell in row]
        if names & set(titles):
            return n, titles
    raise BadInput(
        "NO_HEAD", f"前 {layout.search_rows} 行里没有找到“姓名”这一列,看起来不是“税款计算”的结果。请核对文件。"
    )


def _place(titles: list[str], names: list[str]) -> int | None:
    return next((titles.index(title_of(one)) for one in names if title_of(one) in titles), None)


def _columns(titles: list[str], field: ResultField) -> tuple[int, ...]:
    """这一项在哪一列;没有总的列时是几个分项的列。"""
    one = _place(titles, field.names)
    if one is not None:
        return (one,)
    return tuple(titles.index(title_of(part)) for part in field.parts if title_of(part) in titles)


def _sum(row: list[str], places: tuple[int, ...], number: int) -> int:
    return sum(money_in(row[place], f"第 {number} 行第 {place + 1} 列").fen for place in places if place < len(row))
