"""导出格式 layouts:公司的盖在自带的上面;写错的在装入时拒绝,写明文件与行;换一个银行格式不影响政策的版本。"""

from __future__ import annotations

from pathlib import Path

import pytest

from config.policies import PolicyError, load, shipped

BANK = """label: 某某银行
source: 说明书
delimiter: "|"
columns:
  - {title: 账号, value: account}
  - {title: 户名, value: holder}
  - {title: 金额, value: amount}
"""


def write(folder: Path, name: str, body: str) -> Path:
    path = folder / "layouts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")
    return folder


def test_a_companys_own_bank_and_accounts_lie_over_ours(tmp_path: Path) -> None:
    write(tmp_path, "bank/ours.yaml", BANK)
    write(tmp_path, "voucher.yaml", 'departments:\n  销售一部: {code: "6601", name: 销售费用}\n')
    found = load([tmp_path])
    assert set(found.layouts.banks) == {*shipped().layouts.banks, "ours"}
    assert found.layouts.bank("ours").shape.delimiter == "|"
    voucher, before = found.layouts.voucher, shipped().layouts.voucher
    assert voucher.shape.departments["销售一部"].name == "销售费用"
    assert voucher.shape.items == before.shape.items and voucher.version != before.version
    assert found.version == shipped().version  # 格式不影响算薪


def test_an_unknown_bank_names_those_there_are() -> None:
    with pytest.raises(Exception) as missing:
        shipped().layouts.bank("nobody")
    assert "csv-gbk" in str(missing.value)


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        (BANK + "footer: [[合计, \"{cuont}\"]]\n", 8, "不认得的占位字“{cuont}”"),
        (BANK + "footer: [[合计, \"{count.__class__}\"]]\n", 8, "不认得的占位字"),
        (BANK.replace("  - {title: 金额, value: amount}\n", ""), 1, "amount(金额)"),
        (BANK + "  - {title: 金额二, value: amount}\n", 1, "有且只有一列"),
        (BANK + "encodings: gbk\n", 8, "请改成“encoding”"),
        (BANK + "encoding: big5\n", 8, "不对"),
    ],
)  # fmt: skip
def test_a_wrong_layout_is_refused_with_its_place(tmp_path: Path, body: str, line: int, words: str) -> None:
    write(tmp_path, "bank/ours.yaml", body)
    with pytest.raises(PolicyError) as refused:
        load([tmp_path])
    assert words in refused.value.say
    assert refused.value.details["file"].endswith("bank/ours.yaml") and refused.value.details["line"] == str(line)


def test_the_tax_columns_are_29_and_each_once(tmp_path: Path) -> None:
    assert len(shipped().layouts.tax_import.shape.columns) == 29
    twice = "columns:\n  - {title: 工号, value: job_number}\n  - {title: 工号, value: name}\n"
    write(tmp_path, "tax_import.yaml", twice)
    with pytest.raises(PolicyError) as refused:
        load([tmp_path])
    assert "列名“工号”写了两次" in refused.value.say
