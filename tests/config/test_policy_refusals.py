"""写错的政策:一律在装入时拒绝,写明文件、行与该改的字。"""

from __future__ import annotations

from pathlib import Path

import pytest

from config.policies import PolicyError, load
from engine.errors import BadInput

ITEM = "items:\n  x:\n    label: 某项\n    section: earning\n    order: 90\n    versions:\n      - since: 2026-01-01\n        source: 制度\n"
CALENDAR = (Path(__file__).parents[2] / "config/policies/calendars/2026.yaml").read_text(encoding="utf-8")
SHANGHAI = (Path(__file__).parents[2] / "config/policies/cities/shanghai.yaml").read_text(encoding="utf-8")
TAX = (Path(__file__).parents[2] / "config/policies/tax.yaml").read_text(encoding="utf-8")


def refused(tmp_path: Path, name: str, body: str) -> BadInput:
    own = tmp_path / "ours"
    (own / name).parent.mkdir(parents=True, exist_ok=True)
    (own / name).write_text(body, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load([own])
    return caught.value


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        (ITEM + "        formual: 某项 = 基本工资\n", 9, "不认得的键“formual”,请改成“formula”"),
        (ITEM + "        zzzz: 1\n", 9, "请删去这一行"),
        ("items:\n  x: {label: 甲, versions: [{since: 2026-01-01, formula: 甲 = 最大(1元, 2元)}]}\n", 2, "请给整个值加上引号"),
        (ITEM.replace("    order: 90\n", "") + "        formula: 某项 = 基本工资\n", 3, "少了“order”"),
        (ITEM.replace("earning", "earnings") + "        formula: 某项 = 基本工资\n", 4, "earning"),
        (ITEM, 7, "要写一个"),
        (ITEM + "        formula: 某项 = 基本工资\n        rule: base_wage\n", 7, "只写一个"),
        (ITEM + "        rule: base_wages\n", 7, "没有叫“base_wages”的内置规则"),
        (ITEM + "        formula: 某项 = 基本工姿 × 2\n", 9, "没有叫“基本工姿”的项目,是不是“基本工资”"),
        (ITEM + "        formula: 某项 = 基本工资 + 出勤天数\n", 9, "金额和天数不能放在一起"),
        (ITEM + "        formula: 别的 = 基本工资\n", 9, "左边应当是“某项”"),
        (ITEM + "        formula: 某项 = 某项 × 2\n", 9, "成了一圈:某项 → 某项"),
        (ITEM + "        formula: 某项 = 绩效得分\n", 9, "应当是金额"),
        (ITEM.replace("某项", "餐补") + "        formula: 餐补 = 基本工资\n", 3, "“餐补”这个名字已经有了"),
        (ITEM.replace("2026-01-01", "二月") + "        formula: 某项 = 基本工资\n", 7, "不对"),
        (ITEM + "        formula: 某项 = 基本工资\n      - since: 2025-01-01\n        source: 制度\n        formula: 某项 = 1元\n", 10, "没有晚于前一版"),
        ("items: [1]\n", 1, "键: 值"),
        ("items:\n  x: {label: 甲, label: 乙}\n", 2, "写了两次"),
        ("items:\n  x: {label: 甲\n", 3, "不合 YAML"),
        ("- 1\n", 1, "最外层"),
    ],
)  # fmt: skip
def test_pay_items(tmp_path: Path, body: str, line: int, words: str) -> None:
    problem = refused(tmp_path, "pay_items.yaml", body)
    assert words in problem.say
    assert f"ours/pay_items.yaml:{line}:" in problem.say
    assert problem.details["line"] == str(line)


def test_a_ring_of_several_items_is_shown_as_a_path(tmp_path: Path) -> None:
    body = "items:\n"
    for key, name, other in (("a", "甲津贴", "乙津贴"), ("b", "乙津贴", "丙津贴"), ("c", "丙津贴", "甲津贴")):
        body += f"  {key}: {{label: {name}, section: earning, order: 90, versions: [\n"
        body += f"    {{since: 2026-01-01, source: 制度, formula: {name} = {other} × 2}}]}}\n"
    problem = refused(tmp_path, "pay_items.yaml", body)
    assert problem.code == "FORMULA_RING"
    ring = problem.details["ring"].split(" → ")
    assert ring[0] == ring[-1]
    assert set(ring) == {"甲津贴", "乙津贴", "丙津贴"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("until: 2026-06-30\n    source: 上海市", "until: 2026-06-29\n    source: 上海市", "2026-06-29 到 2026-07-01 之间没有规定"),
        ("until: 2026-06-30\n    source: 上海市", "until: 2026-07-31\n    source: 上海市", "重叠"),
        ("monthly: \"2740.00\"", "monthly: 2740.00", "加引号"),
        ("monthly: \"2740.00\"", "monthly: \"2740.005\"", "不是金额"),
        ("{min: \"0.05\", max: \"0.07\"}", "{min: \"0.09\", max: \"0.07\"}", "min 大于 max"),
        ("[2, \"0.70\"], [4, \"0.80\"]", "[4, \"0.80\"], [2, \"0.70\"]", "由小到大"),
        ("rounding: yuan_half_up", "rounding: yuan_down", "yuan_half_up"),
        ("employee: \"0.08\"", "employee: 八分", "不是数字"),
        ("employee: \"0.08\"", "employee: \"NaN\"", "不是通常大小"),
        ("employee: \"0.08\"", "employee: \"1E99999\"", "不是通常大小"),
        ("verified: third_party", "verified: perhaps", "official"),
    ],
)  # fmt: skip
def test_city_packs(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in SHANGHAI
    problem = refused(tmp_path, "cities/shanghai.yaml", SHANGHAI.replace(old, new, 1))
    assert words in problem.say.replace("给值加上引号", "加引号").replace("带引号的文字", "加引号")
    assert problem.say.startswith("ours/cities/shanghai.yaml:")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2026-10-10]", "2026-10-12]", "不是周六或周日"),
        ("2026-10-07]", "2026-10-10]", "周末"),
        ("2026-10-03]\nrest", "2026-10-03, 2026-10-04]\nrest", "法定节假日应当是 13 天"),
        ("[2026-01-02, ", "[", "落在周末的法定日"),
        ("[2026-01-02, ", "[2026-01-01, ", "已写在 statutory"),
        ("year: 2026", "year: 2025", "不在 2025 年"),
        ("[2026-01-04, ", "[2026-02-30, ", "看不懂“2026-02-30”"),
    ],
)
def test_calendars(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in CALENDAR
    assert words in refused(tmp_path, "calendars/2026.yaml", CALENDAR.replace(old, new, 1)).say


def test_a_tax_table_that_does_not_ascend(tmp_path: Path) -> None:
    problem = refused(tmp_path, "tax.yaml", TAX.replace('["144000.00"', '["14400.00"', 1))
    assert "ours/tax.yaml" in problem.say
    assert "升序" in problem.say


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("pay.yaml", "switches:\n  wage.proration:\n    versions: [{since: 2026-01-01, value: half, source: 制度}]\n", "请改成 pay_days_add"),
        ("pay.yaml", "switches:\n  wage.proration:\n    versions: []\n", "一版也没有"),
        ("pay.yaml", "switches:\n  wage.prorate:\n    label: 新的\n    versions: [{since: 2026-01-01, value: 1, source: 制度}]\n", "不认得的开关“wage.prorate”,请改成“wage.proration”"),
        ("pay.yaml", "numbers:\n  pay_day:\n    label: 新的\n    versions: [{since: 2026-01-01, value: \"1\", source: 制度}]\n", "不认得的数字“pay_day”,请改成“pay_days”"),
        ("leave.yaml", "types:\n  sick:\n    aliases: [年休]\n", "“年休”已经是“年假”的说法"),
        ("leave.yaml", "types:\n  sick:\n    versions: [{since: 2026-01-01, source: 制度, count_rule: working_days, unit: day, paid: sick, has_balance: false, instead: rest}]\n", "instead"),
        ("taxes.yaml", "a: 1\n", "不认得的政策文件"),
        ("overtime.yaml", "multipliers:\n  versions: [{since: 2026-01-01, source: 制度, workday: \"1.5\"}]\n", "少了“rest_day”"),
    ],
)  # fmt: skip
def test_other_files(tmp_path: Path, name: str, body: str, words: str) -> None:
    assert words in refused(tmp_path, name, body).say


def test_places_without_files(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        load([tmp_path / "nowhere"])
    assert "没有这个政策目录" in caught.value.say
    (tmp_path / "latin").mkdir()
    (tmp_path / "latin" / "pay.yaml").write_bytes("开关".encode("gbk"))
    with pytest.raises(PolicyError) as latin:
        load([tmp_path / "latin"])
    assert "UTF-8" in latin.value.say


def test_a_zero_target_is_never_a_divisor(tmp_path: Path) -> None:
    """performance.zero_target 只有一种:指名报错;想改成别的,装入时就拒绝。"""
    body = "switches:\n  performance.zero_target:\n    versions: [{since: 2020-01-01, value: ignore, source: 制度}]\n"
    assert "请改成 error 之一" in refused(tmp_path, "pay.yaml", body).say
