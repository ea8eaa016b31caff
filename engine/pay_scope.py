"""薪酬范围 pay scope:月薪里算得了的人。算不了的说明原因并拒绝,绝不按别的算法凑一个数。"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import NotReady

FULL_TIME, RETIRED, PART_TIME, LABOUR, INTERN = "full_time", "retired", "part_time", "labour", "intern"
EMPLOYMENTS = (FULL_TIME, RETIRED, PART_TIME, LABOUR, INTERN)
RESIDENT, NON_RESIDENT = "resident", "non_resident"


@dataclass(frozen=True, slots=True)
class Scope:
    """一个人:employment 用工形式,tax_residence 个税居民身份,hours_system 工时制,net_pay 约定的是不是税后工资。"""

    employment: str = FULL_TIME
    tax_residence: str = RESIDENT
    hours_system: str = "standard"
    net_pay: bool = False


REASONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "employment",
        PART_TIME,
        "PART_TIME",
        "非全日制用工按小时计酬、至多每 15 天结一次(劳动合同法第六十八、七十二条),不能放在月薪里算。请按小时另行结算。",
    ),
    (
        "employment",
        LABOUR,
        "LABOUR_FEE",
        "劳务报酬的个税另有算法(按次或按月预扣 20%–40%),不是工资薪金,不能放在月薪里算。请在扣缴客户端按劳务报酬申报。",
    ),
    (
        "employment",
        INTERN,
        "INTERN",
        "实习报酬按劳务报酬计税(国家税务总局公告2020年第13号第二条),不是工资薪金,不能放在月薪里算。请另行发放与申报。",
    ),
    (
        "tax_residence",
        NON_RESIDENT,
        "NON_RESIDENT",
        "非居民个人按月换算税率表逐月计税、没有专项扣除(财政部 税务总局公告2019年第35号),暂时不会算。请在扣缴客户端单独申报。",
    ),
    (
        "hours_system",
        "comprehensive",
        "HOURS_SYSTEM",
        "综合计算工时要按周期(月、季、年)合计之后才知道加班多少,不能在月薪里一起算。请 HR 按周期单独核算后再发。",
    ),
    (
        "hours_system",
        "piece",
        "HOURS_SYSTEM",
        "计件工资按件数与定额结算,不能在月薪里一起算。请 HR 按件数单独核算后再发。",
    ),
)
"""(哪一样, 什么值, 代码, 原因与怎么办)。"""


def require(scope: Scope, name: str) -> None:
    """月薪里算不了的人报 NotReady:代码、原因、怎么办。不认得的用工形式也拒绝。"""
    if scope.employment not in EMPLOYMENTS:
        raise NotReady("UNKNOWN_EMPLOYMENT", f"{name} 的用工形式“{scope.employment}”不认得。请 HR 核对薪酬档案。")
    for field, value, code, say in REASONS:
        if getattr(scope, field) == value:
            raise NotReady(code, f"{name}:{say}")
    if scope.net_pay:
        say = "约定的是税后工资(单位承担税款),要倒算含税收入,暂时不会算,也不能猜。请换算成税前工资后填写。"
        raise NotReady("GROSS_UP", f"{name}:{say}")
