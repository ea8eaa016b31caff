"""为什么 pay why:聊天里用话说清工资,不带金额;要看数字,点链接到“怎么算的”。"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.days import Month
from engine.errors import NotFound
from engine.pay_explain import Explainer
from engine.trace import Trace
from handlers.actor import Actor
from handlers.payslip import MonthSlip, load, view
from handlers.people import person_of
from models.work import Work

NAMES: dict[str, tuple[str, ...]] = {
    "base": ("基本工资", "底薪", "月薪", "base"),
    "performance_bonus": ("绩效奖金", "奖金", "绩效工资", "提成", "bonus"),
    "overtime": ("加班费", "加班工资", "加班"),
    "personal_leave": ("事假扣款", "事假", "请假扣", "扣款", "扣了", "少了"),
    "sick_leave": ("病假扣款", "病假"),
    "sick_pay": ("病假工资",),
    "absence": ("旷工",),
    "lateness": ("迟到", "早退"),
    "full_attendance": ("全勤",),
    "meal": ("餐补", "饭补"),
    "iit": ("个税", "个人所得税", "所得税", "税", "tax"),
    "ins_pension": ("养老",),
    "ins_medical": ("医保", "医疗"),
    "ins_unemployment": ("失业",),
    "ins_housing": ("公积金",),
    "insurance": ("社保", "五险", "保险"),
    "net": ("实发", "到手", "净"),
    "gross": ("应发",),
}
"""日常说法 → 工资条的行(或一组行的开头)。"""


@dataclass(frozen=True, slots=True)
class WhyItem:
    """问一项怎么算的,或(item 为空)这个月为什么变了;text 是员工的原话。"""

    person_id: int
    month: str
    text: str


@dataclass(frozen=True, slots=True)
class WhyLine:
    """一行的话:code、label、words(不含金额)、path 到“怎么算的”的路径。"""

    code: str
    label: str
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class WhyView:
    """回答:about 说的是哪一项(空为整张);lines 各行的话;state published | preview;path 页面。"""

    month: str
    month_label: str
    state: str
    about: str
    lines: tuple[WhyLine, ...]
    path: str


def why(work: Work, command: WhyItem, rules: Policies, actor: Actor) -> WhyView:
    """为什么这个月…:有指明的项目就说那一项,否则说和上月相比的缘由;没有上月可比就说各项的来由。"""
    person = person_of(work, command.person_id)
    month = Month.parse(command.month)
    found = load(work, person, month, rules)
    state = "published" if found.run is not None else "preview"
    path = f"/m/payslips/{month}"
    codes = _asked(command.text, [line.code for line in found.slip.lines])
    if codes:
        explainer = Explainer(found.facts, found.rules)
        lines = tuple(_line(explainer, code, path) for code in codes)
        return WhyView(str(month), month.label, state, lines[0].label, lines, path)
    shown = view(work, MonthSlip(command.person_id, command.month), rules, actor)
    changed = tuple(WhyLine(d.code, d.label, d.cause, f"{path}/{d.code}") for d in shown.compared)
    if changed:
        return WhyView(str(month), month.label, state, "", changed, path)
    plain = tuple(
        WhyLine(x.code, x.label, x.words, f"{path}/{x.code}") for x in shown.lines if x.section != "employer"
    )
    return WhyView(str(month), month.label, state, "", plain, path)


def _asked(text: str, codes: list[str]) -> list[str]:
    """原话里指的是哪几行;指了而这张上没有,报 NO_SUCH_LINE。"""
    best: tuple[int, str] | None = None
    for code, words in NAMES.items():
        for word in words:
            if word in text and (best is None or len(word) > best[0]):
                best = (len(word), code)
    if best is None:
        return []
    wanted = best[1]
    if wanted in ("net", "gross"):
        return [wanted]
    if wanted == "insurance":
        return [c for c in codes if c.startswith("ins_")]
    found = [c for c in codes if c == wanted or c.startswith(f"{wanted}_")]
    if not found and any(w in text for w in ("怎么算", "多少", "哪来", "明细")):
        label = NAMES[wanted][0]
        raise NotFound("NO_SUCH_LINE", f"这个月的工资条上没有“{label}”这一项。您可以打开工资条看看有哪些项目,或换个月份再问。")
    return found


def _line(explainer: Explainer, code: str, path: str) -> WhyLine:
    trace = explainer.line(code)
    return WhyLine(code, trace.label, told(trace), f"{path}/{code}")


def told(trace: Trace) -> str:
    """一行的话:自己的一句,加上其中各个比率(得分、完成率)的一句;金额一概不说。"""
    said = [trace.words or trace.label]
    for node in trace.walk():
        if node is not trace and node.unit == "rate" and node.words and node.words not in said:
            said.append(node.words)
    return ";".join(said)
