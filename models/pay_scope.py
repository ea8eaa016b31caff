"""薪酬范围 pay scope:少数人与默认不同的几样(工作城市、用工形式、居民身份……),与待过哪些部门。"""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel


class PayScope(SQLModel, table=True):
    """与默认不同的人才有一行。

    work_city 工作的城市(最低工资、病假、高温按它;空为与参保城市相同);
    employment full_time 全日制 | retired 退休返聘 | part_time 非全日制 | labour 劳务 | intern 实习;
    tax_residence resident 居民 | non_resident 非居民;net_pay 约定税后工资;first_fund 首次缴存公积金;heat_kind 高温岗位类别。
    """

    person_id: int = Field(primary_key=True)
    work_city: str = ""
    employment: str = "full_time"
    tax_residence: str = "resident"
    net_pay: bool = False
    first_fund: bool = False
    heat_kind: str = ""


class DepartmentSegment(SQLModel, table=True):
    """部门的一段:自 since 起在 dept_id(None 为不在部门)。只增不改;月中调动的人,用工成本按日子分。"""

    person_id: int = Field(primary_key=True)
    since: date = Field(primary_key=True)
    dept_id: int | None = None
