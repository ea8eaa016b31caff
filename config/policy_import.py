"""城市表 policy import:做一张全是 blank 的空表,或由一张 CSV 做出城市文件;写出之前先按形状与日期查一遍。

CSV 第一行是列名(次序不限):类别、项目、自、至、个人比例、单位比例、下限、上限、取整、固定额(个人)、固定额(单位)、
月标准、小时标准、出处、核实。类别写 社保 | 公积金 | 最低工资 | 月平均工资;比例写 8% 或 0.08;没有的格子留空(社保、公积金的空格子作 blank)。
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from config.policy_cities import KNOWN_LINES, city_pack
from config.policy_files import Document, Mark, refuse

COLUMNS = (
    "类别", "项目", "自", "至", "个人比例", "单位比例", "下限", "上限", "取整", "固定额(个人)", "固定额(单位)",
    "月标准", "小时标准", "出处", "核实",
)  # fmt: skip
ROUNDINGS = {"": "", "分": "fen_half_up", "元": "yuan_half_up", "角": "jiao_up"}
VERIFIED = {"": "company", "官方": "official", "第三方": "third_party", "公司": "company", "记忆": "memory"}
CODES = {label: code for code, label in KNOWN_LINES.items()}


def empty_city(name: str, since: date) -> str:
    """一张空的城市表:各险种、公积金、最低工资、高温津贴都在,数都是 blank。"""
    blank = {"employee": "blank", "employer": "blank", "floor": "blank", "cap": "blank"}
    lines: dict[str, dict[str, str]] = {
        code: {"label": KNOWN_LINES[code], **blank} for code in ("pension", "medical", "unemployment", "injury")
    }
    lines["injury"] |= {"employee": "0", "employer": "company"}
    own = {"since": since, "source": "请写公告的名字与文号", "verified": "company"}
    fund = {"employee": {"min": "0.05", "max": "0.12"}, "floor": "blank", "cap": "blank", "rounding": "yuan_half_up"}
    least = {"monthly": "blank", "hourly": "blank", "after_employee_insurance": False}
    data = {
        "city": name,
        "social": [{**own, "average_month_wage": "blank", "lines": lines}],
        "housing_fund": [{**own, **fund}],
        "minimum_wage": [{**own, **least, "excluded_classes": ["overtime", "special_shift", "special_environment"]}],
        "heat_allowance": [{**own, "months": [], "rates": {"室外": "blank", "室内": "blank"}}],
    }
    return _text(
        data, f"# {name}:照当地公告把 blank 换成数(金额写元,比例写小数,都加引号);填好后运行 ehr policy check 查一遍。\n"
    )


def city_from_csv(name: str, text: str, shown: str) -> str:
    """CSV → 城市文件的文字;哪一行不对报 PolicyError(文件、行、列名)。"""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    unknown = [c for c in rows.fieldnames or () if c not in COLUMNS]
    if unknown or "类别" not in (rows.fieldnames or ()):
        say = f"不认得的列“{unknown[0]}”" if unknown else "没有“类别”这一列"
        raise refuse(Mark(shown, 1, 1), f"{say},可以用的列名:{'、'.join(COLUMNS)}。")
    data: dict[str, Any] = {"city": name, "social": [], "housing_fund": [], "minimum_wage": []}
    social: dict[date, dict[str, Any]] = {}
    for row in rows:
        cell = _Cells({k: (v or "").strip() for k, v in row.items() if k}, Mark(shown, rows.line_num, 1))
        _take(cell, data, social)
    data["social"] = [social[day] for day in sorted(social)]
    for key in ("housing_fund", "minimum_wage"):
        data[key].sort(key=lambda one: one["since"])
    out = _text(data, f"# {name}:由 {shown} 导入。\n")
    city_pack(Document(shown, yaml.safe_load(out)))
    return out


class _Plain(yaml.SafeDumper):
    """同样的日期写几遍,不用 YAML 的别名:给人看的文件。"""

    def ignore_aliases(self, data: object) -> bool:
        return True


class _Cells:
    """CSV 的一行。"""

    def __init__(self, row: Mapping[str, str], mark: Mark) -> None:
        self.row, self.mark = row, mark

    def day(self, column: str) -> date | None:
        text = self.row.get(column, "")
        if not text:
            return None
        try:
            return date.fromisoformat(text.replace("/", "-") if len(text) > 7 else f"{text}-01")
        except ValueError:
            raise refuse(self.mark, f"“{column}”里的“{text}”不是日期,请写成 2026-07-01。") from None

    def since(self) -> date:
        found = self.day("自")
        if found is None:
            raise refuse(self.mark, "“自”(生效日)没有填,请写成 2026-07-01。")
        return found

    def number(self, column: str, empty: str = "blank") -> str:
        text = self.row.get(column, "").replace(",", "").replace(",", "").removesuffix("元")
        if not text:
            return empty
        if text in ("单位费率", "行业费率"):
            return "company"
        plain = text.replace("%", "%")
        try:
            value = Decimal(plain.removesuffix("%"))
        except InvalidOperation:
            raise refuse(self.mark, f"“{column}”里的“{text}”不是数字,请改正。") from None
        return format(value.scaleb(-2) if plain.endswith("%") else value, "f")

    def choice(self, column: str, choices: Mapping[str, str]) -> str:
        text = self.row.get(column, "")
        if text not in choices:
            raise refuse(self.mark, f"“{column}”里的“{text}”不对,可以写:{'、'.join(k for k in choices if k)}。")
        return choices[text]

    def source(self) -> dict[str, Any]:
        if not self.row.get("出处"):
            raise refuse(self.mark, "“出处”没有填:没有出处的数不能用。请写公告的名字与文号。")
        found: dict[str, Any] = {"source": self.row["出处"], "verified": self.choice("核实", VERIFIED)}
        until = self.day("至")
        return found | ({"until": until} if until is not None else {})


def _take(cell: _Cells, data: dict[str, Any], social: dict[date, dict[str, Any]]) -> None:
    kind, since = cell.row.get("类别", ""), cell.since()
    own = cell.source()
    if kind in ("社保", "月平均工资"):
        version = social.setdefault(
            since, {"since": since, "source": own["source"], "verified": own["verified"], "lines": {}}
        )
        if kind == "月平均工资":
            version["average_month_wage"] = cell.number("月标准")
            return
        label = cell.row.get("项目", "")
        code = CODES.get(label) or CODES.get(f"{label}保险")
        if code is None:
            raise refuse(cell.mark, f"不认得的险种“{label}”,可以写:{'、'.join(CODES)}。")
        version["lines"][code] = {"label": KNOWN_LINES[code], **own, **dict(_line(cell))}
    elif kind == "公积金":
        low, _, high = cell.row.get("个人比例", "").replace("~", "-").replace("–", "-").partition("-")
        ends = _Cells({"低": low, "高": high or low}, cell.mark)
        fund = {"employee": {"min": ends.number("低"), "max": ends.number("高")}}
        rest = {
            "floor": cell.number("下限"),
            "cap": cell.number("上限"),
            "rounding": cell.choice("取整", ROUNDINGS) or "yuan_half_up",
        }
        data["housing_fund"].append({"since": since, **own, **fund, **rest})
    elif kind == "最低工资":
        least = {"monthly": cell.number("月标准"), "hourly": cell.number("小时标准")}
        after = cell.row.get("项目", "") == "扣除个人社保公积金之后"
        data["minimum_wage"].append({"since": since, **own, **least, "after_employee_insurance": after})
    else:
        raise refuse(cell.mark, f"不认得的类别“{kind}”,可以写:社保、公积金、最低工资、月平均工资。")


def _line(cell: _Cells) -> Iterator[tuple[str, str]]:
    yield "employee", cell.number("个人比例")
    yield "employer", cell.number("单位比例")
    yield "floor", cell.number("下限")
    yield "cap", cell.number("上限")
    yield "rounding", cell.choice("取整", ROUNDINGS) or "fen_half_up"
    yield "employee_fixed", cell.number("固定额(个人)", "0")
    yield "employer_fixed", cell.number("固定额(单位)", "0")


def _text(data: Mapping[str, Any], head: str) -> str:
    return head + yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=200)
