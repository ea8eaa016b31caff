"""工资条的样子 payslip shapes:问什么、答什么,都是不变的值;聊天、页面与接口用同一份。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.evidence import EvidenceView
from handlers.pay_compare import Difference
from handlers.payslip_receipts import ReplyView


@dataclass(frozen=True, slots=True)
class MonthSlip:
    """看一个人一个月的工资条;month 是月份,或另发的一期的名字(2026-11-r5)。"""

    person_id: int
    month: str


@dataclass(frozen=True, slots=True)
class ExplainLine:
    """问一行怎么算的;code 是行的编号(或 gross、net)。"""

    person_id: int
    month: str
    code: str


@dataclass(frozen=True, slots=True)
class Answer:
    """回执:confirmed 确认 | objected 有异议(写明哪一行、什么疑问)。"""

    run_id: int
    person_id: int
    state: str
    line_code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class SlipLine:
    """一行。amount "-229.89";show "−¥229.89";words 不含金额的缘由。"""

    code: str
    label: str
    section: str
    amount: str
    show: str
    words: str
    can_explain: bool


@dataclass(frozen=True, slots=True)
class MonthItem:
    """有工资条的一个月。"""

    month: str
    label: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class SlipView:
    """工资条。state: published 已发布 | preview 试算(预估)| none 没有。gross 等写成 "¥1,100.00",gross_amount 等是 "1100.00"。

    replies 薪酬同事对您异议的答复;decided 这张工资条用到的口径(“事假扣款口径:缺勤过半改按出勤计薪”)。
    """

    person_id: int
    person_name: str
    month: str
    month_label: str
    pay_month: str
    state: str
    state_words: str
    run_id: int
    lines: tuple[SlipLine, ...]
    gross: str
    deductions: str
    insurance: str
    tax: str
    net: str
    missing_days: tuple[str, ...]
    notes: tuple[str, ...]
    receipt_state: str
    published_at: datetime | None
    compared: tuple[Difference, ...]
    gross_amount: str
    deductions_amount: str
    insurance_amount: str
    tax_amount: str
    net_amount: str
    replies: tuple[ReplyView, ...]
    decided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """一行怎么算的:trace 是来处的树(JSON);evidence 是其中每个证据的样子;words 不含金额,给聊天用。

    part_codes:应发、实发由各行相加,依次是哪一行(每一行都能再点开);别的行为空。
    """

    person_id: int
    month: str
    code: str
    label: str
    amount: str
    show: str
    say: str
    words: str
    state: str
    trace: dict[str, object]
    evidence: tuple[EvidenceView, ...]
    part_codes: tuple[str, ...] = ()
