"""工作簿 workbook:把黄金公司写成一本活的 Excel:输入是数,其余都是公式;由 LibreOffice 重算后存在 workbooks/。

重做:python -m tests.golden.workbook(要有 soffice;测试只读存好的值,不用它)。
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
import yaml
from xlsxwriter.utility import xl_col_to_name

from tests.golden.columns import FORMULAS, INPUTS
from tests.golden.company import KINDS, NAMES, Company, PersonMonth, company

HERE = Path(__file__).parent
SHEET = "工资"
CALENDARS = HERE.parent.parent / "config" / "policies" / "calendars"
KEYS = [k for k, _ in INPUTS] + [k for k, _, _ in FORMULAS]
COLUMN = {key: xl_col_to_name(i) for i, key in enumerate(KEYS)}

PARAMS = (  # 自, 社保下限, 上限, 公积金下限, 上限, 养老 医疗 失业 个人, 养老 医疗 失业 单位, 最低工资(上海市各年公告)
    (date(2025, 7, 1), 7460, 37302, 2690, 37302, 0.08, 0.02, 0.005, 0.16, 0.09, 0.005, 2740),
    (date(2026, 7, 1), 7546, 37731, 2740, 37731, 0.08, 0.02, 0.005, 0.16, 0.09, 0.005, 2740),
)
PARAM_HEADS = (
    "自", "社保下限", "社保上限", "公积金下限", "公积金上限", "养老个人", "医疗个人", "失业个人", "养老单位",
    "医疗单位", "失业单位", "工伤单位", "最低工资",
)  # fmt: skip


def inputs_of(row: PersonMonth, fixed: Mapping[str, PersonMonth]) -> dict[str, Any]:
    """一行的输入;fixed 是本人各月的事实(更正要看被更正的那个月)。"""
    personal = [x for x in row.leaves if x["kind"] == "personal"]
    sick = [x for x in row.leaves if x["kind"] == "sick"]
    out: dict[str, Any] = {
        "person": row.person, "month": row.month.first, "paid": row.pay_month.first, "month_end": row.month.last,
        "first": row.first, "last": row.last, "wage": row.wage, "raised": row.raised or "",
        "raised_eve": row.raised - timedelta(days=1) if row.raised else "", "raised_to": row.raised_to or "",
        "years": row.service_years, "social": row.social or "", "fund": row.fund or "", "housing": row.housing,
        "supplementary": row.supplementary, "std_meal": row.allowances.get("餐补", 0),
        "std_phone": row.allowances.get("通讯补贴", 0), "std_post": row.allowances.get("岗位津贴", 0),
        "std_full": row.allowances.get("全勤奖", 0), "special": row.special, "scheme": row.scheme,
        "start": row.start_month, "score": "" if row.score is None else row.score, "late": row.late[0],
        "absent": row.absent, "merged": row.merged_bonus,
    }  # fmt: skip
    for name, found in (("p1", personal[:1]), ("p2", personal[1:2]), ("s", sick[:1])):
        out[f"{name}_days"] = Decimal(found[0]["days"]) if found else 0
        out[f"{name}_day"] = row.month.first.replace(day=found[0]["day"]) if found else ""
    out |= {f"ot_{kind}": row.overtime.get(kind, 0) for kind in KINDS}
    out |= {f"open_c_{k}": row.opening.get(k, 0) for k in ("income", "insurance", "special", "withheld")}
    for one in row.corrections:
        out |= _fix(fixed[str(one["of"])], one)
    return out


def _fix(old: PersonMonth, one: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"fix_wage": old.raised_to or old.wage}
    if "score" in one:
        found |= {"fix_score_old": old.score, "fix_score_new": Decimal(one["score"])}
    for kind, short in (("workday", "wd"), ("rest_day", "rd")):
        if kind in one.get("overtime", {}):
            found |= {f"fix_{short}_old": old.overtime.get(kind, 0), f"fix_{short}_new": one["overtime"][kind]}
    if one.get("leaves"):
        found["fix_personal"] = Decimal(one["leaves"][0]["days"])
    return found


def write(found: Company, path: Path) -> None:
    """写一本还没算过的工作簿。"""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": f"{found.name} 黄金月份", "created": datetime(2026, 11, 24, tzinfo=UTC)})
    _wages(book.add_worksheet(SHEET), found)
    _params(book.add_worksheet("参数"), found)
    _calendar(book.add_worksheet("日历"))
    book.close()


def _wages(sheet: Any, found: Company) -> None:
    for i, head in enumerate([h for _, h in INPUTS] + [h for _, h, _ in FORMULAS]):
        sheet.write(0, i, head)
    months: dict[str, dict[str, PersonMonth]] = {}
    for r, row in enumerate(found.rows(), 2):
        months.setdefault(row.person, {})[str(row.month)] = row
        for key, value in inputs_of(row, months[row.person]).items():
            if value != "":
                _cell(sheet, (r - 1, KEYS.index(key)), value)
        for key, _, formula in FORMULAS:
            sheet.write_formula(r - 1, KEYS.index(key), filled(formula, r))


def _cell(sheet: Any, at: tuple[int, int], value: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(*at, value)
    elif isinstance(value, str):
        sheet.write_string(*at, value)
    else:
        sheet.write_number(*at, float(value))


def filled(formula: str, row: int) -> str:
    """[名字] → 本行的格,[^名字] → 上一行的格。"""
    found = re.sub(r"\[\^(\w+)\]", lambda m: f"{COLUMN[m[1]]}{row - 1}", formula)
    return re.sub(r"\[(\w+)\]", lambda m: f"{COLUMN[m[1]]}{row}", found)


def _params(sheet: Any, found: Company) -> None:
    for i, head in enumerate(PARAM_HEADS):
        sheet.write(0, i, head)
    for r, row in enumerate(PARAMS, 1):
        for c, value in enumerate([*row[:-1], found.injury, row[-1]]):
            _cell(sheet, (r, c), value)


def _calendar(sheet: Any) -> None:
    years = [yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted(CALENDARS.glob("202[56].yaml"))]
    lists = (
        ("放假(法定与调休)", [d for y in years for d in sorted(y["statutory"] + y["rest_in_lieu"])]),
        ("法定节假日", [d for y in years for d in y["statutory"]]),
        ("补班", [d for y in years for d in y["makeup_work"]]),
    )
    for c, (head, days) in enumerate(lists):
        sheet.write(0, c, head)
        for r, day in enumerate(days, 1):
            _cell(sheet, (r, c), day)


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def recalculated(path: Path, out: Path) -> None:
    """由 LibreOffice 重算并存到 out 目录。"""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "user").mkdir()
        (Path(home) / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
        words = [f"-env:UserInstallation={Path(home).as_uri()}", "--headless", "--convert-to", "xlsx", "--outdir"]
        subprocess.run(["soffice", *words, str(out), str(path)], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """重做全部工作簿。"""
    out = HERE / "workbooks"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for key in NAMES:
            path = Path(folder) / f"{key}.xlsx"
            write(company(key), path)
            recalculated(path, out)
            print(key, (out / path.name).stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
