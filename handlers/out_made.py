"""做好的文件 out made:一次导出要什么(Ask)、做出来什么(Made);各种导出的文件都是同一个样子。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.policies import Policies
from handlers.out_write import CSV, XLSX, Stamp, Table, csv_of, xlsx
from models.pay import PayRun
from models.work import Work


@dataclass(frozen=True, slots=True)
class Ask:
    """要导出的:哪一期、谁何时(stamp 的前两样)、选项 params(layout、format、since、leave_out)。"""

    work: Work
    run: PayRun
    rules: Policies
    stamp: Stamp
    params: Mapping[str, str]

    def stamped(self, chosen: str) -> Stamp:
        """写上筛选与依据的章。"""
        return Stamp(self.stamp.at, self.stamp.by, chosen, basis(self.run))


def basis(run: PayRun) -> str:
    """依据哪一份:输入摘要与政策版本的开头。"""
    return f"第 {run.id} 期 第 {run.revision} 次计算,输入摘要 {run.input_hash[:12]},政策版本 {run.rules_version[:12]}"


@dataclass(frozen=True, slots=True)
class Made:
    """做好的文件:rows 明细行数;totals 控制合计(笔数与分);left_out 没有放进去的人与缘由;notes 要留意的话。"""

    file_name: str
    media: str
    data: bytes
    rows: int
    totals: Mapping[str, int]
    left_out: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    layout: str = ""
    layout_version: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """给人看的一份表:文件名(不带后缀)、几张表(csv 只写第一张)、控制合计、筛选的话。"""

    name: str
    tables: tuple[Table, ...]
    rows: int
    totals: Mapping[str, int]
    stamp: Stamp
    notes: tuple[str, ...] = ()
    layout: tuple[str, str] = field(default=("", ""))


def made(report: Report, format: str) -> Made:
    """照选的格式写出来。"""
    is_csv = format == "csv"
    data = csv_of(report.tables[0]) if is_csv else xlsx(report.tables, report.stamp)
    name, version = report.layout
    return Made(
        f"{report.name}.{'csv' if is_csv else 'xlsx'}",
        CSV if is_csv else XLSX,
        data,
        report.rows,
        report.totals,
        notes=report.notes,
        layout=name,
        layout_version=version,
    )
