"""字眼 words:页面上的状态、语气、角色怎么说；只有字，没有判断。"""

from __future__ import annotations

from collections.abc import Mapping

TONES: Mapping[str, str] = {
    "draft": "info",
    "pending": "wait",
    "approved": "good",
    "rejected": "bad",
    "withdrawn": "mute",
    "ended": "good",
    "replaced": "mute",
    "enrolled": "good",
    "waiting": "wait",
    "published": "good",
    "preview": "info",
    "prepared": "info",
    "computed": "wait",
    "reviewed": "wait",
    "archived": "mute",
    "locked": "good",
    "none": "mute",
    "open": "wait",
    "closed": "mute",
    "snoozed": "mute",
    "urgent": "bad",
    "warn": "wait",
    "info": "info",
    "ok": "good",
    "late": "wait",
    "error": "bad",
    "never": "mute",
    "normal": "good",
    "early": "wait",
    "missing": "wait",
    "absent": "bad",
    "leave": "info",
    "rest": "mute",
    "no_shift": "wait",
    "planned": "mute",
}
"""状态 → 语气(info 蓝、wait 橙、good 绿、bad 红、mute 灰)。"""

ROLES: Mapping[str, str] = {"hr": "人事", "payroll": "薪酬", "auditor": "审计", "manager": "经理"}

SUBMITTED = "已提交，正在等待审批。结果会在钉钉里告诉您。"
APPROVED = "已同意，申请人会收到通知。"
REJECTED = "已拒绝，申请人会看到您写的理由。"
WITHDRAWN = "已撤销，占用的额度已退回。"
ENDED = "已销假，没休的部分已退回。"
ENROLLED = "报名成功，请按时参加。"
WAITING = "名额已满，您已进入候补。有位子空出来会自动递补并通知您。"
NOT_YOUR_TEAM = "调整目标由上级来做，自己的目标不能自己调整。您的目标与进度，请到“绩效”里看。"
SAVED = "目标已保存，本人会收到通知。"
RENEWED = "续签已登记，相应的提醒会自动关闭。"
SETTLED = "已关闭这条提醒。"
ANSWERED = "答复已发送给同事。"
SCHEME_CONFIRMED = "已确认本年的减除办法，从本年第一次发放起适用。"
STEPPED = "这一步已经走完，经过里留下了您的名字。"
RUN_DONE = "已算好，请查看例外与缺项。发布需要另一位同事办理。"
PUBLISHED = "已发布，员工会收到工资条的通知。"
REMINDED = "已提醒还没有看的同事，一条通知发给他们所有人。"
REPLIED = "答复已保存，同事会收到通知，点开工资条可以看到。"
CONFIRMED = "已确认，谢谢您。"
OBJECTED = "已收到您的异议，薪酬同事会联系您。"
LOGIN_AGAIN = "登录已过期，请重新进入页面再操作。刚才的内容没有提交。"
BAD_FORM = "页面已过期或内容不完整，没有办理。请刷新页面后再试。"
BUG = "很抱歉，这个页面没能打开，我们已经记下。请稍后再试；若还是不行，请把错误编号告诉 HR。"
NOT_HERE = "没有找到这个页面。它可能已经移走，或链接不完整。"
NO_KEY = "请求缺少 Idempotency-Key 请求头，没有办理。请为每次操作带上一个不重复的编号。"
NEEDS_LOGIN = "还没有登录或登录已过期。请从钉钉里打开本应用后再试。"
