"""为什么 pay why:聊天里用话说清工资,不带金额;要看数字,点链接到“怎么算的”。"""

from __future__ import annotations

from dataclasses import dataclass

from config.policies import Policies
from engine.days import Month
from engine.figures import plain
from engine.money import percent
from engine.pay_explain import Explainer
from engine.pay_rules import PayRules
from engine.trace import Trace
from handlers.actor import Actor
from handlers.payslip import MonthSlip, load, view
from handlers.people import person_of
from models.work import Work

NAMES: dict[str, tuple[str, ...]] = {
    "base": ("基本工资", "底薪", "月薪", "base"),
    "performance_bonus": ("绩效奖金", "奖金", "绩效工资", "提成", "bonus"),
    "overtime": ("加班费", "加班工资", "加班"),
    "personal_leave": ("事假扣款", "事假", "请假扣"),
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
    note: str = ""


def why(work: Work, command: WhyItem, rules: Policies, actor: Actor) -> WhyView:
    """为什么这个月…:有指明的项目就说那一项,否则说和上月相比的缘由;没有上月可比就说各项的来由。"""
    person = person_of(work, command.person_id)
    month = Month.parse(command.month)
    found = load(work, person, month, rules)
    state = "published" if found.run is not None else "preview"
    path = f"/m/payslips/{month}"
    code = asked_code(command.text)
    if code:
        codes = _codes(code, [line.code for line in found.slip.lines])
        explainer = Explainer(found.facts, found.rules)
        lines = tuple(_line(explainer, one, path) for one in codes) or (_by_rule(found.rules, code, path),)
        note = "" if codes else f"{month.label}的工资条上没有这一项;按规定是这样算的。"
        return WhyView(str(month), month.label, state, NAMES[code][0], lines, path, note)
    shown = view(work, MonthSlip(command.person_id, command.month), rules, actor)
    changed = tuple(WhyLine(d.code, d.label, d.cause, f"{path}/{d.code}") for d in shown.compared)
    if changed:
        return WhyView(str(month), month.label, state, "", changed, path)
    each = tuple(WhyLine(x.code, x.label, x.words, f"{path}/{x.code}") for x in shown.lines if x.section != "employer")
    note = f"{month.plus(-1).label}没有由这里发布的工资条,不能和上月比;下面是各项的来由。"
    return WhyView(str(month), month.label, state, "", each, path, note)


def asked_code(text: str) -> str:
    """原话里指的是哪一项(最长的说法为准);没有指明为空。"""
    found = [(len(word), code) for code, words in NAMES.items() for word in words if word in text]
    return max(found)[1] if found else ""


def _codes(wanted: str, codes: list[str]) -> list[str]:
    """这张工资条上相应的行。"""
    if wanted in ("net", "gross"):
        return [wanted]
    if wanted == "insurance":
        return [c for c in codes if c.startswith("ins_")]
    return [c for c in codes if c == wanted or c.startswith(f"{wanted}_")]


def _by_rule(rules: PayRules, code: str, path: str) -> WhyLine:
    """工资条上没有这一项时,按规定说:公式项目念公式,内置项目念算法与出处。"""
    items = [x for x in rules.items if x.key == code or x.key.startswith(f"{code}_")]
    said: list[str] = []
    for item in items:
        how = item.definition.text.partition("=")[2].strip() if item.definition else _built_in(rules, item.rule)
        source = f"({item.source})" if item.source else ""
        said.append(f"{item.label}:{how}{source}" if how else f"{item.label}{source}")
    label = NAMES[code][0]
    return WhyLine(code, label, ";".join(said) or f"{label}按公司薪酬制度计算,详情请问 HR", "")


def _built_in(rules: PayRules, rule: str) -> str:
    """内置项目的算法,数字都取自有效的规定。"""
    terms = rules.terms
    days, hours = plain(terms.overtime.pay_days), plain(terms.overtime.hours_per_day)
    if rule.startswith("overtime_"):
        times = {f"overtime_{kind.value}": rate for kind, rate in terms.overtime.multipliers.items()}
        rate = times.get(rule) or times.get(f"{rule}_holiday")
        tail = f" × {percent(rate)}" if rate is not None else ""
        return f"月工资 ÷ {days} ÷ {hours} × 小时{tail},要有审批又有打卡"
    if rule in ("personal_leave", "absence", "sick_leave"):
        return f"月工资 ÷ {days} × 天数"
    if rule == "sick_pay":
        return f"病假工资不低于当地最低工资的 {percent(terms.sick_floor_ratio)}"
    if rule == "lateness":
        return "按缺的时间扣" if terms.deduct_lateness else "只影响全勤奖,不扣工资"
    return "整月在职按整月发,入职离职当月按在职天数折算" if rule == "base_wage" else ""


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
