"""读表 sheet in:办公室真的 Excel——合并的表头、合计行、写成文字的数、丢了位数的编号、公式、隐藏的表、GBK 的 csv;声称有一百七十亿格的不读。"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.days import Month
from engine.errors import BadInput, EhrError
from engine.money import Money
from handlers.sheet_in import MOST_BYTES, place, read_book
from handlers.sheet_table import find_table
from handlers.sheet_values import Unreadable, code_of, money_of, month_of, number_of, text_of
from tests.handlers.sheets import xlsx

KNOWN = {"姓名", "工号", "提成", "补贴"}
CASES = Path(__file__).parent / "cases"


def table(data: bytes, name: str = "a.xlsx"):
    return find_table(read_book(name, data), KNOWN, lambda names: len(names) >= 2, "要有姓名与提成。")


def code(problem: pytest.ExceptionInfo[EhrError]) -> str:
    return problem.value.code


def test_a_header_in_two_rows_with_merged_cells_and_a_title_above():
    data = xlsx(
        ["云帆科技十月提成表"],
        [None, None, None, None],
        [None, None, "销售一部", None],
        [None, "工号", "提成", "补贴"],
        ["李明", "001", 100, 20],
        [],
        ["王芳", "002", 200, None],
        ["合计", None, 300, 20],
        ["制表:陈静", None, "审核:", None],
        merge=[("A3:A4", "姓名"), ("C3:D3", "收入")],
    )
    found = table(data)
    assert found.columns == ("姓名", "工号", "提成", "补贴")
    assert [row.number for row in found.rows] == [5, 7]
    assert [row.cells[0].text for row in found.rows] == ["李明", "王芳"]
    assert [row.number for row in found.totals] == [8]
    assert found.skipped == ("第 9 行“制表:陈静”不是数据,没有读",)


def test_the_same_name_twice_takes_the_name_above_it():
    data = xlsx(
        ["姓名", "养老", None, "医疗", None],
        [None, "单位", "个人", "单位", "个人"],
        ["李明", 1600, 800, 900, 200],
        merge=[("A1:A2", "姓名"), ("B1:C1", "养老"), ("D1:E1", "医疗")],
    )
    book = read_book("a.xlsx", data)
    found = find_table(book, {"姓名", "单位", "个人"}, lambda names: len(names) >= 2, "")
    assert found.columns == ("姓名", "养老/单位", "养老/个人", "医疗/单位", "医疗/个人")


def test_two_columns_of_one_name_are_refused_with_their_places():
    with pytest.raises(BadInput) as refused:
        table(xlsx(["姓名", "提成", "提成"], ["李明", 1, 2]))
    assert (code(refused), "B1、C1" in refused.value.say) == ("SAME_HEADER", True)


def test_department_named_finance_is_data_not_a_footer():
    found = table(xlsx(["部门", "姓名", "提成"], ["财务部", "李明", 1], ["销售部小计", None, 1]))
    assert (len(found.rows), len(found.totals)) == (1, 1)


def test_hidden_sheets_are_not_read_and_are_named():
    data = xlsx(["姓名", "提成"], ["李明", 1], hidden=[["姓名", "提成"], ["王芳", 99]])
    found = table(data)
    assert [row.cells[0].text for row in found.rows] == ["李明"]
    assert found.notes == ("隐藏的表没有读:藏起来的",)


def test_formulas_errors_and_merged_amounts_are_marked():
    data = xlsx(["姓名", "提成"], ["李明", "=1+4"], ["王芳", None], ["张三", 7], merge=[("B3:B4", 9)])
    found = table(data)
    assert [row.cells[1].formula for row in found.rows] == [True, False, False]
    assert [row.cells[1].merged for row in found.rows] == [False, False, True]


def test_error_values_are_not_blank():
    data = xlsx(["姓名", "提成"], ["李明", 5])
    broken = _edited(data, "xl/worksheets/sheet1.xml", b'<c r="B2"><v>5</v></c>', b'<c r="B2" t="e"><v>#N/A</v></c>')
    cell = table(broken).rows[0].cells[1]
    assert (cell.error, cell.blank) == (True, False)


def _edited(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for one in source.namelist():
            text = source.read(one)
            if one == name:
                assert old in text
                text = text.replace(old, new)
            target.writestr(one, text)
    return out.getvalue()


def test_a_file_that_claims_seventeen_billion_cells_is_refused_before_it_is_read():
    data = xlsx(["姓名", "提成"], ["李明", 5])
    huge = _edited(data, "xl/worksheets/sheet1.xml", b'r="B2"', b'r="XFD1048576"')
    with pytest.raises(BadInput) as refused:
        read_book("a.xlsx", huge)
    assert code(refused) == "SHEET_TOO_LARGE"


def test_a_zip_bomb_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, b"0" * (81 * 1024 * 1024))
    with pytest.raises(BadInput) as refused:
        read_book("a.xlsx", out.getvalue())
    assert code(refused) == "FILE_TOO_LARGE"


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "EMPTY_FILE"),
        (b"x" * (MOST_BYTES + 1), "FILE_TOO_LARGE"),
        (b"PK\x03\x04 not a zip", "BAD_FILE"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600, "BAD_FILE"),
        (b"<html><table><tr><td>1", "NOT_A_SHEET"),
        (b"a,b\n\x00", "BAD_FILE"),
        (b"\xff\xff\xff\xff", "BAD_ENCODING"),
        ("姓名,提成\n".encode() + b'"a\n' + b"x," * 10, "BAD_FILE"),
    ],
)
def test_what_is_no_sheet_is_refused_politely(data: bytes, wanted: str):
    with pytest.raises(BadInput) as refused:
        table(data, "a.csv")
    assert code(refused) == wanted
    assert "请" in refused.value.say


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"\xff\xfe"]))
def test_any_bytes_are_read_or_refused_in_words(tail: bytes, head: bytes):
    try:
        book = read_book("a", head + tail)
    except BadInput as problem:
        said = problem.say
    else:
        said = "。" if book.sheets else ""
    assert said.endswith("。")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_each_encoding(encoding: str):
    found = table('工号,姓名,提成\n001,李明,"1,234.50"\n'.encode(encoding), "a.csv")
    assert [money_of(row.cells[2].value) for row in found.rows] == [Money(123450)]
    assert found.rows[0].cells[1].text == "李明"


def test_an_xls_of_1997_is_read_too():
    """由办公软件另存的 xls(见 cases/old.xls):同样的表头、合并、数与日期。"""
    found = table((CASES / "old.xls").read_bytes(), "old.xls")
    assert found.columns[:3] == ("姓名", "工号", "提成")
    assert [(row.cells[0].text, money_of(row.cells[2].value)) for row in found.rows] == [
        ("李明", Money(123456)),
        ("王芳", Money(-20000)),
    ]


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("1,234.50", 123450),
        ("¥1,234.50", 123450),
        ("¥ 1234.5元", 123450),
        ("１２３４．５０", 123450),
        (" 88 ", 8800),
        ("(200.00)", -20000),
        ("-200", -20000),
        ("−200", -20000),
        (".5", 50),
        (Decimal("0.30000000000000004"), 30),
        (Decimal("1234.5600000000001"), 123456),
        (Decimal("-0.1"), -10),
        (Decimal("99999999999.99"), 9999999999999),
    ],
)
def test_amounts_as_offices_write_them(written: str | Decimal, fen: int):
    assert money_of(written) == Money(fen)


@pytest.mark.parametrize("written", [None, "", "  ", "-", "—", "无", "\u3000"])
def test_nothing_is_nothing(written: str | None):
    assert money_of(written) is None


@pytest.mark.parametrize(
    "written",
    ["一百", "12.345", Decimal("12.345"), "5%", "1,23", "1.2.3", "--5", "1e5", True, date(2026, 10, 1), "1" * 30, "()"],
)
def test_amounts_that_cannot_be_read_say_why(written: object):
    with pytest.raises(Unreadable) as refused:
        money_of(written)  # type: ignore[arg-type]
    assert refused.value.say.endswith("。")


@given(st.decimals(-(10**8), 10**8, places=2))
def test_two_decimals_survive_the_float_of_excel(amount: Decimal):
    """Excel 存浮点数:写成浮点、按 repr 读回,仍是那一分。"""
    assert money_of(Decimal(repr(float(amount)))) == Money(int(amount * 100))


@pytest.mark.parametrize(
    ("written", "shown"),
    [("'00123", "00123"), (Decimal(123), "123"), (" 310109 ", "310109"), ("ab-1", "ab-1"), ("３１", "31")],
)
def test_codes_are_text(written: str | Decimal, shown: str):
    assert code_of(written) == shown


@pytest.mark.parametrize("written", [Decimal("3.10109199001011E+17"), "3.10109E+17", Decimal("1.5")])
def test_codes_that_lost_their_digits_are_refused(written: str | Decimal):
    with pytest.raises(Unreadable) as refused:
        code_of(written)
    assert "丢了" in refused.value.say


@pytest.mark.parametrize(
    "written",
    [
        "2026-10",
        "2026年10月",
        "2026/10",
        "202610",
        "2026.10",
        "10月",
        "10",
        Decimal(10),
        Decimal(202610),
        date(2026, 10, 9),
        Decimal(46296),
        "2026-10-31",
        "2026年10月31日",
    ],
)
def test_months_as_offices_write_them(written: object):
    assert month_of(written, 2026) == Month(2026, 10)  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["2026-13", "十月", "0月", True])
def test_months_that_cannot_be_read(written: object):
    with pytest.raises(Unreadable):
        month_of(written, 2026)  # type: ignore[arg-type]


def test_small_things():
    assert [place(0, 0), place(4, 1), place(9, 26), place(0, 701)] == ["A1", "B5", "AA10", "ZZ1"]
    assert text_of("\u200b 张 三 \x07") == "张 三"
    assert number_of("3") == 3


def test_formulas_and_error_values_of_an_old_xls_are_seen():
    """第二张表:B2 是公式,C2 是 #DIV/0!(读表的库把它读成空);工作簿大到不在小扇区里,小的也行。"""
    first, second = read_book("marks.xls", (CASES / "marks.xls").read_bytes()).sheets
    assert (first.formulas, first.errors) == (frozenset(), frozenset())
    assert (second.formulas, second.errors) == (frozenset({"B2", "C2"}), frozenset({"C2"}))
    small = read_book("old.xls", (CASES / "old.xls").read_bytes())
    assert small.sheets[0].formulas == frozenset()


@settings(max_examples=12)
@given(st.integers(0, 6143), st.binary(min_size=1, max_size=8))
def test_an_xls_with_broken_bytes_is_read_or_refused(at: int, other: bytes):
    data = (CASES / "old.xls").read_bytes()
    try:
        said = "。" if read_book("old.xls", data[:at] + other + data[at + len(other) :]).sheets else ""
    except BadInput as problem:
        said = problem.say
    assert said.endswith("。")
