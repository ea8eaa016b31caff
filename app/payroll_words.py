"""发薪的话 payroll words:一期发薪、一张工资条、一行“怎么算的”,在终端里读得懂的样子。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from engine.days import shanghai
from handlers.pay_bonus import BonusWays
from handlers.payroll import PersonNote, RunView
from handlers.payroll_variance import VarianceView
from handlers.payslip import Explanation, SlipView

MOST_NOTES = 20
SECTIONS = {
    "earning": "应发",
    "deduction": "扣除",
    "insurance": "社保公积金",
    "tax": "个税",
    "after_tax": "税后",
    "employer": "单位缴纳(不从工资里扣)",
    "info": "说明",
}


def run_words(view: RunView) -> str:
    """一期:到哪一步、多少人、合计、谁算的、要看的事。"""
    lines = [f"{view.month_label}{view.kind_label} 第 {view.run_id} 期(第 {view.revision} 次计算):{view.state_label}"]
    lines.append(f"  {view.people} 人,应发 {view.gross},社保公积金 {view.insurance},个税 {view.tax},实发 {view.net}")
    if view.tax_apart:
        lines.append(f"  个税里单独计税的 {view.tax_apart}(不进当月累计)")
    if view.previous_net:
        lines.append(f"  上月实发 {view.previous_net}")
    last = [one for one in view.steps if one.revision == view.revision]
    lines += [
        f"  {shanghai(one.at):%Y-%m-%d %H:%M} {one.by} {one.label}{f':{one.note}' if one.note else ''}" for one in last
    ]
    if view.took:
        lines.append(f"  从准备到{'发布' if view.published_at else '现在'}:{view.took}")
    lines += [f"  暂缓 {one.name}({one.userid}):{one.reason}({one.by})" for one in view.held]
    if view.missing_days:
        days = "、".join(view.missing_days[:5]) + (" 等" if len(view.missing_days) > 5 else "")
        lines.append(f"  还缺 {len(view.missing_days)} 天:{days}。月份过完、考勤齐了之后再算一次。")
    lines += _notes("算不出来", view.failures) + _notes("请看一看", view.exceptions)
    if view.note:
        lines.append(f"  {view.note}")
    return "\n".join(lines)


def _notes(title: str, notes: tuple[PersonNote, ...]) -> list[str]:
    if not notes:
        return []
    shown = [f"    {note.name}({note.userid}):{note.say}" for note in notes[:MOST_NOTES]]
    if len(notes) > MOST_NOTES:
        shown.append(f"    ……还有 {len(notes) - MOST_NOTES} 条,加 --json 看全部")
    return [f"  {title} {len(notes)} 条:", *shown]


def radius(view: RunView) -> str:
    """发布之前:这一发牵动多少人、多少钱、还有什么没处理。"""
    before = f"(上月 {view.previous_net})" if view.previous_net else ""
    lines = [
        f"将要发布 {view.month_label}{view.kind_label}:{view.people} 人,实发合计 {view.net}{before},{view.created_by} 计算。"
    ]
    lines += [f"  暂缓 {one.name}({one.userid}):{one.reason},这一期不发" for one in view.held]
    lines += _notes("算不出来", view.failures) + _notes("请看一看", view.exceptions)
    return "\n".join(lines)


def variance_words(found: VarianceView) -> str:
    """差异归因:各缘由合计,变动最大的人。"""
    if not found.previous_label:
        return "上月没有已发布的可比。"
    lines = [f"与{found.previous_label}比,实发相差 {found.change},{found.people} 人有变动:"]
    lines += [f"  {one.label} {one.show}({one.people} 人)" for one in found.causes]
    if found.unexplained:
        lines.append(f"  有 {found.unexplained} 人的差额说不清来处,弄清之前不能发布。")
    for one in found.rows[:MOST_NOTES]:
        parts = ";".join(f"{p.line}({p.label}){p.show}" for p in one.parts)
        lines.append(f"  {one.name}({one.userid}){one.change}:{parts}")
    if len(found.rows) > MOST_NOTES:
        lines.append(f"  ……还有 {found.people - MOST_NOTES} 人,加 --json 看全部")
    return "\n".join(lines)


def slip_words(slip: SlipView) -> str:
    """一张工资条:按段列出,每行带编号。"""
    lines = [f"{slip.person_name} {slip.month_label}:{slip.state_words}"]
    section = ""
    for line in slip.lines:
        if line.section != section:
            section = line.section
            lines.append(f"{SECTIONS.get(section, section)}")
        why = f"  {line.words}" if line.words and line.words != line.label else ""
        lines.append(f"  {line.label}({line.code}):{line.show}{why}")
    lines.append(f"应发 {slip.gross},社保公积金 {slip.insurance},个税 {slip.tax},实发 {slip.net}")
    lines += [f"还没到的日子:{'、'.join(slip.missing_days)}"] if slip.missing_days else []
    lines += [f"和上月比 {one.label}:{one.cause}" for one in slip.compared]
    return "\n".join([*lines, *slip.notes])


def explained(how: Explanation) -> str:
    """一行怎么算的:一棵缩进的树,后面是证据。"""
    lines = [f"{how.label} {how.show}", how.say] if how.say else [f"{how.label} {how.show}"]
    lines += _tree(how.trace, 0)
    if how.evidence:
        lines.append(f"依据 {len(how.evidence)} 条:")
        lines += [f"  {one.label}:{one.say}" + (f"({one.detail})" if one.detail else "") for one in how.evidence]
    return "\n".join(lines)


def _tree(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    rule = f"  〔{node['rule']}〕" if node.get("rule") else ""
    say = f":{node['say']}" if node.get("say") and depth else ""
    yield f"{'  ' * depth}- {node['label']} = {_value(node)}{say}{rule}"
    for part in node.get("parts") or []:
        yield from _tree(part, depth + 1)


def _value(node: Mapping[str, Any]) -> str:
    """值;叶子的话只是“名字:值”时照它写(客户评价的合计与份数不是百分比)。"""
    head, _, alone = str(node.get("say") or "").partition(":")
    if node["unit"] == "rate" and head == node["label"] and alone and not set(alone) & set("×÷=+;,"):
        return alone
    if node["unit"] == "rate":
        return f"{(Decimal(node['value']) * 100).normalize():f}%"
    unit = {"money": " 元", "days": " 天", "hours": " 小时", "minutes": " 分钟"}.get(str(node["unit"]), "")
    return f"{node['value']}{unit}"


def bonus_words(found: BonusWays, name: str) -> str:
    """年终奖的两种计税:各要多少、哪种少、临界区怎么避开;不替人选。"""
    better = {"separate": "单独计税少交", "merged": "并入综合所得少交", "same": "两种一样多"}[found.better]
    apart = f"{found.separate} 元" if found.separate else "不能用"
    lines = [f"{name} 年终奖 {found.amount} 元,两种计税:"]
    lines.append(f"  单独计税:{apart}")
    lines.append(f"  并入综合所得:全年多交 {found.merged} 元,这一期多扣 {found.merged_now} 元")
    lines.append(f"  {better}" if not found.refusal else "  只能并入综合所得")
    if found.cliff:
        lines.append(
            f"  在临界区:发 {found.cliff_from} 元到手 {found.cliff_net} 元,比现在多;要发到 {found.cliff_to} 元才与它持平"
        )
    lines += [f"  {one}" for one in (*found.advice, found.year)]
    policy = {"ask": "由本人选:添行时写 单独 或 并入"}.get(found.policy, "公司规定" + WAYS.get(found.policy, ""))
    return "\n".join([*lines, f"  {policy}"])


WAYS = {"separate": "单独计税", "merged": "并入综合所得"}
