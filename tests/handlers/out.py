"""导出测试的公用 out:算好发好的十月、收款账户与证件的表、把做出来的文件读回来。"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
import xlsxwriter

from handlers import out_accounts, out_exports, payroll
from handlers.out_accounts import TakeAccounts
from handlers.out_exports import Export, OneExport
from handlers.out_read import Upload, upload_of
from handlers.payroll import Prepare, Publish
from tests.handlers.world import OFFICE, World

one_store = pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
"""与哪种库无关的测试:只在 SQLite 上跑一遍,省时间。"""
OCT = "2026-10"
ACCOUNT_HEAD = ("工号", "姓名", "收款账号", "开户行", "户名", "证件类型", "证件号码", "手机号")


def card(n: int) -> str:
    """编的身份证号,校验位按 GB 11643 算好。"""
    body = f"3101011990010{1000 + n}"
    weights = [2 ** (17 - i) % 11 for i in range(17)]  # 与产品不同的写法:2 的幂模 11
    rest = sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11
    return body + "0123456789X"[(12 - rest) % 11]


def account(n: int) -> str:
    """编的卡号:19 位,末位是 Luhn 校验。"""
    body = f"62000050749774{4000 + n}"
    doubled = [int(d) * 2 if i % 2 == 0 else int(d) for i, d in enumerate(reversed(body))]
    return body + str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def book(rows: Iterable[Sequence[str]]) -> bytes:
    """几行文字 → xlsx。"""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    sheet = made.add_worksheet()
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            sheet.write_string(r, c, text)
    made.close()
    return out.getvalue()


def accounts_of(world: World, people: Sequence[str] = OFFICE) -> list[list[str]]:
    """这些人的账户与证件(第 n 个人的号码可以再算出来)。"""
    names = {one: world.actor(one).name for one in people}
    return [
        [who, names[who], account(OFFICE.index(who)), "招商银行上海张江支行", "", "居民身份证", card(OFFICE.index(who)), f"1380000{1000 + OFFICE.index(who)}"]
        for who in people
    ]  # fmt: skip


def file_of(rows: Sequence[Sequence[str]], head: Sequence[str] = ACCOUNT_HEAD) -> Upload:
    return upload_of("账户.xlsx", book([head, *rows]))


def without_accounts(world: World) -> World:
    """开账带来的账户都去掉。"""
    with world.store.engine.connect().execution_options(ehr_mode="write") as connection:
        connection.exec_driver_sql("DELETE FROM payaccount")
        connection.commit()
    return world


def with_accounts(world: World, people: Sequence[str] = OFFICE) -> World:
    world.do("chenjing", out_accounts.take, TakeAccounts(file_of(accounts_of(world, people))))
    return world


def published(world: World) -> int:
    """十月算好发好;返回期号。"""
    computed = world.do("chenjing", payroll.run, Prepare(OCT))
    world.do("sunli", payroll.publish, Publish(computed.run_id, computed.input_hash))
    return int(computed.run_id)


def exported(world: World, run_id: int, kind: str, who: str = "chenjing", **more: Any) -> tuple[Any, bytes]:
    """导出并下载。"""
    view = world.do(who, out_exports.export, Export(run_id, kind, **more))
    return view, world.ask(who, out_exports.download, OneExport(view.export_id)).data


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    """xlsx → 各张表的各行(数是 Decimal)。"""
    found = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: [
            [Decimal(repr(c)) if isinstance(c, float) else c for c in row]
            for row in found.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in found.sheet_names
    }


def below(rows: list[list[Any]], title: str) -> list[dict[str, Any]]:
    """表头(含 title 的那一行)以下的各行,按列名取。"""
    at = next(i for i, row in enumerate(rows) if title in row)
    return [dict(zip(rows[at], row, strict=False)) for row in rows[at + 1 :]]


def fen(value: Any) -> int:
    """读回来的金额 → 分;必须正好是整数分。"""
    found = Decimal(str(value)) * 100
    assert found == found.to_integral_value(), value
    return int(found)


def slips(world: World, run_id: int) -> dict[str, dict[str, int]]:
    """库里存下的:userid → {gross, insurance, tax, net}(分)。"""
    found: dict[str, dict[str, int]] = {}
    with world.store.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT p.userid, s.gross, s.insurance, s.tax, s.net FROM payslip s JOIN person p ON p.id = s.person_id"
            f" WHERE s.run_id = {run_id}"
        )
        for userid, *sums in rows:
            found[userid] = dict(zip(("gross", "insurance", "tax", "net"), sums, strict=True))
        connection.rollback()
    return found
