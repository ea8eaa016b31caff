"""离职结算的项目 pay settled:采用建议添的各行的编号;哪几行要一起采用、一起去掉。"""

from __future__ import annotations

UNUSED_LEAVE, SEVERANCE, NOTICE_PAY, SEVERANCE_TAX = "unused_leave", "severance", "notice_pay", "severance_tax"
"""未休年休假工资、经济补偿(或赔偿金)、代通知金、一次性补偿收入的个税。"""
SETTLED = (UNUSED_LEAVE, SEVERANCE, NOTICE_PAY, SEVERANCE_TAX)
BUNDLE = (SEVERANCE, NOTICE_PAY, SEVERANCE_TAX)
"""一次性补偿收入合在一起比免税额:这几行一起采用、一起去掉,税才对得上。"""


def together(code: str) -> tuple[str, ...]:
    """与这一行同进退的各行(连它自己)。"""
    return BUNDLE if code in BUNDLE else (code,)
