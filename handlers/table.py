"""权限表 table:全部用例与谁可以办。新的用例在这里加一行;没有这一行就办不了。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import (
    alerts,
    attendance,
    attendance_days,
    comp_leave,
    dialogue,
    goals,
    goals_pay,
    goals_undo,
    handoff,
    intake,
    leave,
    leave_cost,
    leave_preview,
    leave_queries,
    leave_reassign,
    opening,
    out_accounts,
    out_exports,
    out_leaver,
    out_sheet,
    out_slip,
    out_tax_check,
    pay_why,
    payroll,
    payroll_compare,
    payslip,
    payslip_receipts,
    people,
    performance,
    performance_evidence,
    sync_health,
    training,
)
from handlers.permissions import Permit, anyone, manager_or, roles, sees_bonus, self_or, system_only

SELF = Permit(anyone, "在职员工,办自己的事")
HR = Permit(roles("hr"), "HR")
SYSTEM = Permit(system_only, "系统")
OWN_PAY = Permit(self_or(), "本人", audited=True)
LINK = Permit(
    roles("link"), "拿着链接、核对过身份的离职同事", audited=True, subject_of=lambda command: f"link:{command.link_id}"
)
EXPORT_FILE = Permit(
    roles("payroll", "auditor"),
    "薪酬专员、审计",
    audited=True,
    subject_of=lambda command: f"export:{command.export_id}",
)
LEAVER_LINKS = Permit(roles("hr", "payroll"), "HR、薪酬专员")
PAYROLL = Permit(roles("payroll"), "薪酬专员")
PAYROLL_VIEW = Permit(roles("payroll", "auditor"), "薪酬专员、审计", audited=True)
BONUS = Permit(sees_bonus, "有“看薪酬”权限的上级与 HR、薪酬专员", audited=True)
SELF_MANAGER_HR = Permit(
    lambda work, actor, command: self_or("hr")(work, actor, command) or manager_or("hr")(work, actor, command),
    "本人、上级、HR",
)

PERMITS: dict[Callable[..., Any], Permit] = {
    intake.take_page: SYSTEM,
    intake.cursor_of: SYSTEM,
    intake.feed_failed: SYSTEM,
    people.find_person: Permit(anyone, "在职员工"),
    people.my_team: SELF,
    people.close_leavers: SYSTEM,
    leave_reassign.reassign: SYSTEM,
    comp_leave.grant: SYSTEM,
    leave.draft: SELF,
    leave.submit: SELF,
    leave.decide_request: SELF,  # 用例里再查:只有现在的审批人
    leave.withdraw: SELF,
    leave.end_early: SELF,
    leave_queries.balances: SELF,
    leave_queries.mine: SELF,
    leave_queries.one: Permit(roles("employee", "system"), "本人、审批人、上级、HR(用例里再查)"),
    leave_queries.waiting: SELF,
    leave_queries.who_is_away: SELF,
    leave_preview.preview: SELF,
    leave_preview.preview_cost: Permit(anyone, "本人", audited=True),
    attendance.month: SELF_MANAGER_HR,
    attendance_days.days: SELF_MANAGER_HR,
    payslip.view: OWN_PAY,
    payslip.explain: OWN_PAY,
    payslip.months: SELF,
    payslip.answer: OWN_PAY,
    pay_why.why: OWN_PAY,
    leave_cost.cost: Permit(anyone, "本人(用例里再查)", audited=True),
    payroll.run: PAYROLL,
    payroll.publish: PAYROLL,
    payroll.view: PAYROLL_VIEW,
    payroll.view_of_month: PAYROLL_VIEW,
    payroll.runs: PAYROLL_VIEW,
    payroll.rows: PAYROLL_VIEW,
    payroll_compare.changes: PAYROLL_VIEW,
    payslip_receipts.receipts: PAYROLL_VIEW,
    payslip_receipts.remind: PAYROLL,
    payslip_receipts.reply: PAYROLL,
    payroll.late: Permit(roles("payroll", "hr", "auditor"), "薪酬专员、HR、审计"),
    out_exports.export: PAYROLL,
    out_exports.download: EXPORT_FILE,  # 用例里再查:带整号的只给薪酬专员
    out_exports.exports: PAYROLL_VIEW,
    out_sheet.print_sheet: PAYROLL_VIEW,
    out_accounts.take: PAYROLL,
    out_accounts.accounts: PAYROLL_VIEW,
    out_tax_check.take_result: PAYROLL,
    out_tax_check.check: PAYROLL_VIEW,
    out_tax_check.explain_difference: PAYROLL,
    out_tax_check.declare: PAYROLL,
    out_slip.pdf: OWN_PAY,
    out_leaver.make_link: LEAVER_LINKS,
    out_leaver.revoke_link: LEAVER_LINKS,
    out_leaver.leavers: LEAVER_LINKS,
    out_leaver.ask_link: LINK,
    out_leaver.try_link: LINK,
    out_leaver.opened_slip: LINK,
    out_leaver.opened_pdf: LINK,
    payroll.verify: Permit(roles("payroll", "auditor", "system"), "薪酬专员、审计"),
    opening.open_pay: SYSTEM,
    opening.open_tax: SYSTEM,
    opening.open_leave: SYSTEM,
    opening.open_performance: SYSTEM,
    opening.open_courses: SYSTEM,
    performance.view: SELF_MANAGER_HR,
    performance_evidence.evidence: SELF_MANAGER_HR,
    goals.team_goals: Permit(roles("manager", "hr"), "上级、HR"),
    goals.preview: Permit(manager_or("hr"), "这个人的上级、HR"),
    goals.adjust: Permit(manager_or("hr"), "这个人的上级、HR"),
    goals.history: SELF_MANAGER_HR,
    goals_undo.undo: Permit(manager_or("hr"), "这个人的上级、HR"),
    goals_pay.bonus: BONUS,
    goals_pay.preview: BONUS,
    sync_health.health: HR,
    training.courses: SELF,
    training.my_courses: SELF,
    training.one_course: SELF,
    training.enrol: SELF,
    training.cancel: SELF,
    alerts.scan: SYSTEM,
    alerts.alerts: HR,
    alerts.one_alert: Permit(roles("hr", "system"), "HR"),
    alerts.send_renewal: HR,
    alerts.renew: HR,
    alerts.settle: HR,
    handoff.hand_over: SELF,
    handoff.answer: HR,
    handoff.handoffs: HR,
    dialogue.open_matter: SELF,
    dialogue.keep_matter: SELF,
}
