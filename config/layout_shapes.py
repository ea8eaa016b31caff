"""格式文件的形状 layout shapes:银行、报税、凭证的 YAML 里可以写哪些键。只查写法,不认得的键一律拒绝。"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from pydantic import Field, field_validator, model_validator

from config.policy_shapes import Shape

PLACE = re.compile(r"\{([^{}]*)\}")
PLACES = ("company", "month", "month_label", "pay_month", "pay_month_label", "date", "count", "sum_fen", "sum_yuan")
"""行里可用的占位字:公司、所属月 2026-10、“2026年10月”、发放月、导出日期 20261110、笔数、合计(分)、合计(元)。"""


def _placed(texts: Iterable[str]) -> None:
    for text in texts:
        for name in PLACE.findall(text):
            if name not in PLACES:
                allowed = "、".join(f"{{{one}}}" for one in PLACES)
                raise ValueError(f"不认得的占位字“{{{name}}}”,可以用的有 {allowed}。")


class LayoutShape(Shape):
    """一份格式:label 给人看的名字,source 出处或依据。"""

    label: str
    source: str


class BankColumn(Shape):
    """银行文件的一列:title 列名;value 写什么;value 是 text 时写 text 里的字(可带占位字)。"""

    title: str
    value: Literal["seq", "account", "holder", "amount", "bank_name", "job_number", "text"]
    text: str = ""

    @field_validator("text")
    @classmethod
    def _places(cls, text: str) -> str:
        _placed([text])
        return text


class BankLayout(LayoutShape):
    """银行文件:format csv 或 xlsx;header、footer 是列名之前、明细之后的行(每行一列格子,可带占位字)。

    amount: yuan 写 1234.50,fen 写 123450;quote: minimal 遇到分隔符加引号,never 不加(遇到就拒绝并指名);
    only_banks 只放开户行含这些字的人(空为所有人)。
    """

    format: Literal["csv", "xlsx"] = "csv"
    encoding: Literal["gbk", "gb18030", "utf-8-sig", "utf-8"] = "utf-8-sig"
    delimiter: Literal[",", "|", "\t", ";"] = ","
    newline: Literal["crlf", "lf"] = "crlf"
    quote: Literal["minimal", "never"] = "minimal"
    amount: Literal["yuan", "fen"] = "yuan"
    sheet: str = "代发"
    titles: bool = True
    columns: list[BankColumn]
    header: list[list[str]] = Field(default_factory=list)
    footer: list[list[str]] = Field(default_factory=list)
    only_banks: list[str] = Field(default_factory=list)

    @field_validator("header", "footer")
    @classmethod
    def _places(cls, lines: list[list[str]]) -> list[list[str]]:
        _placed(cell for line in lines for cell in line)
        return lines

    @model_validator(mode="after")
    def _whole(self) -> BankLayout:
        values = [one.value for one in self.columns]
        for needed, label in (("account", "收款账号"), ("holder", "户名"), ("amount", "金额")):
            if values.count(needed) != 1:  # type: ignore[arg-type]
                raise ValueError(f"columns 里要有且只有一列 {needed}({label})。")
        return self


class TaxColumn(Shape):
    """报税文件的一列:value 写什么;insurance 时 lines 是哪些险种;zero 为 blank 时零写成空。"""

    title: str
    value: Literal[
        "job_number", "name", "id_type", "id_number", "income", "tax_free", "insurance", "other", "donation",
        "relief", "zero", "blank",
    ]  # fmt: skip
    lines: list[str] = Field(default_factory=list)
    zero: Literal["zero", "blank"] = "zero"


class TaxImportLayout(LayoutShape):
    """扣缴客户端的导入模板:工作表名与列,次序就是文件里的次序。"""

    sheet: str
    columns: list[TaxColumn]

    @model_validator(mode="after")
    def _titles(self) -> TaxImportLayout:
        titles = [one.title for one in self.columns]
        twice = sorted({one for one in titles if titles.count(one) > 1})
        if twice:
            raise ValueError(f"列名“{'、'.join(twice)}”写了两次,请只留一个。")
        return self


class ResultField(Shape):
    """税款计算结果里的一项:label 名字;names 各版本客户端里的列名;没有那样的列时,把 parts 里有的几列相加。"""

    label: str
    names: list[str]
    parts: list[str] = Field(default_factory=list)


class TaxResultLayout(LayoutShape):
    """税款计算结果:表头在前 search_rows 行里找;who 认人的列;fields 各项的列名。"""

    search_rows: int = 10
    who: dict[Literal["id_number", "job_number", "name"], list[str]]
    fields: dict[
        Literal[
            "income", "income_cum", "allowance_cum", "insurance_cum", "special_cum", "other_cum", "taxable_cum",
            "tax_cum", "paid_cum", "due",
        ],
        ResultField,
    ]  # fmt: skip


class Account(Shape):
    """会计科目:编号与名称。"""

    code: str
    name: str


class VoucherLayout(LayoutShape):
    """计提工资凭证:expense 部门 → 费用科目;items 项目 → 明细科目(借方);credits 贷方科目。

    项目的编号可以写到 * 为止(arrears_* 是所有以 arrears_ 开头的)。没有写到的项目拒绝导出并指名。
    """

    word: str = "记"
    summary: str = "计提{month_label}工资"
    expense: Account
    departments: dict[str, Account] = Field(default_factory=dict)
    items: dict[str, Account]
    credits: dict[str, Account]

    @field_validator("summary")
    @classmethod
    def _places(cls, text: str) -> str:
        _placed([text])
        return text
