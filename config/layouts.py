"""导出格式 layouts:银行文件、报税文件、凭证的列与科目都是数据,不是程序。

`load(目录…)` 先读自带的 config/layouts,再盖上公司自己的(政策目录下的 layouts/)。不认得的键、列名重复、占位字写错,
装入时就拒绝,写明文件、行与该改的字。每份格式有自己的摘要 `version`,与导出记录同存;格式不影响算薪,所以不进政策的版本。
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from config.layout_shapes import BankLayout, LayoutShape, TaxImportLayout, TaxResultLayout, VoucherLayout
from config.policy_files import Document, read_policies, shaped
from engine.errors import NotFound

SHIPPED = Path(__file__).parent / "layouts"
BANK = "bank/"
Shape = TypeVar("Shape", bound=LayoutShape, covariant=True)


@dataclass(frozen=True, slots=True)
class Laid(Generic[Shape]):
    """一份装好的格式:name 文件名(不带 .yaml),version 内容的摘要。"""

    name: str
    shape: Shape
    version: str


@dataclass(frozen=True, slots=True)
class Layouts:
    """全部格式。"""

    banks: Mapping[str, Laid[BankLayout]]
    tax_import: Laid[TaxImportLayout]
    tax_result: Laid[TaxResultLayout]
    voucher: Laid[VoucherLayout]

    def bank(self, name: str) -> Laid[BankLayout]:
        """一种银行文件;没有报 NotFound(NO_LAYOUT)。"""
        found = self.banks.get(name)
        if found is None:
            names = "、".join(f"{one.name}({one.shape.label})" for one in self.banks.values())
            raise NotFound("NO_LAYOUT", f"没有叫“{name}”的银行格式。可以用的有:{names}。")
        return found


def load(directories: Sequence[Path] = ()) -> Layouts:
    """读格式:先读自带的,再依次盖上给出的目录。不对报 PolicyError(文件、行、该改的字)。"""
    documents = read_policies([SHIPPED, *directories])
    return Layouts(
        banks={
            name.removeprefix(BANK): _laid(name.removeprefix(BANK), document, BankLayout)
            for name, document in sorted(documents.items())
            if name.startswith(BANK)
        },
        tax_import=_laid("tax_import", documents["tax_import"], TaxImportLayout),
        tax_result=_laid("tax_result", documents["tax_result"], TaxResultLayout),
        voucher=_laid("voucher", documents["voucher"], VoucherLayout),
    )


Loaded = TypeVar("Loaded", bound=LayoutShape)


def _laid(name: str, document: Document, shape: type[Loaded]) -> Laid[Loaded]:
    body = json.dumps(document.data, ensure_ascii=False, sort_keys=True, default=str)
    return Laid(name, shaped(document, shape), hashlib.sha256(body.encode()).hexdigest()[:16])


@cache
def shipped_layouts() -> Layouts:
    """自带的格式(只读一次)。"""
    return load()
