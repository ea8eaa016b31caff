"""接口表 endpoints:每个钉钉接口是一行数据:哪一族、方法、路径、计不计费、一次最多几条。

`metered` 按官方“不计量接口”的名单:令牌、免登、通讯录、智能人事花名册不计,其余都计入每月额度。
`repeatable` 说重做一次会不会多出一份(消息会,卡片按 outTrackId、审批按 approveId 不会)。
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict, Unpack


class Family(StrEnum):
    """两族接口:新 api.dingtalk.com,旧 oapi.dingtalk.com。"""

    NEW = "new"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """接口 endpoint:`page` 一页最多几条,`batch` 一次最多几个人,`days` 一次最多几天;0 为不限或不适用。"""

    name: str
    family: Family
    method: str
    path: str
    metered: bool = True
    page: int = 0
    batch: int = 0
    days: int = 0
    repeatable: bool = True
    token: bool = True


class _Limits(TypedDict, total=False):
    """接口表里可写可不写的几项。"""

    metered: bool
    page: int
    batch: int
    days: int
    repeatable: bool
    token: bool


def _new(name: str, method: str, path: str, **limits: Unpack[_Limits]) -> Endpoint:
    return Endpoint(name, Family.NEW, method, path, **limits)


def _old(name: str, path: str, **limits: Unpack[_Limits]) -> Endpoint:
    return Endpoint(name, Family.OLD, "POST", path, **limits)


# 令牌与登录
TOKEN = _new("token", "POST", "/v1.0/oauth2/accessToken", metered=False, token=False)
LOGIN_USER = _old("login.user", "/topapi/v2/user/getuserinfo", metered=False, repeatable=False)

# 通讯录(不计费)
DEPT_LISTSUB = _old("dept.listsub", "/topapi/v2/department/listsub", metered=False)
USER_LIST = _old("user.list", "/topapi/v2/user/list", metered=False, page=100)
USER_GET = _old("user.get", "/topapi/v2/user/get", metered=False)

# 智能人事(不计费)
HRM_ON_JOB = _old("hrm.onjob", "/topapi/smartwork/hrm/employee/queryonjob", metered=False, page=50)
HRM_ROSTER = _new("hrm.roster", "POST", "/v1.0/hrm/rosters/lists/query", metered=False, batch=100)
HRM_DISMISSIONS = _new("hrm.dismissions", "GET", "/v1.0/hrm/employees/dismissions", metered=False, page=50)
HRM_DIMISSION_INFOS = _new("hrm.dimission_infos", "GET", "/v1.0/hrm/employees/dimissionInfos", metered=False, batch=50)

# 考勤
ATTEND_GROUPS = _new("attend.groups", "GET", "/v1.0/attendance/groupDetails", page=10)
ATTEND_SHIFT = _new("attend.shift", "GET", "/v1.0/attendance/shifts")
ATTEND_USER_GROUP = _old("attend.user_group", "/topapi/attendance/getusergroup")
ATTEND_SCHEDULE = _old("attend.schedule", "/topapi/attendance/listschedule", page=200, days=1)
ATTEND_RECORDS = _old("attend.records", "/attendance/listRecord", batch=50, days=7)
LEAVE_STATUS = _old("leave.status", "/topapi/attendance/getleavestatus", batch=100, days=180, page=20)
LEAVE_TYPES = _old("leave.types", "/topapi/attendance/vacation/type/list")
LEAVE_QUOTAS = _old("leave.quotas", "/topapi/attendance/vacation/quota/list", batch=50, page=50)
LEAVE_FINISH = _new("leave.finish", "POST", "/v1.0/attendance/approvals/finish", days=31)
LEAVE_CANCEL = _old("leave.cancel", "/topapi/attendance/approve/cancel")

# 审批
APPROVAL_IDS = _new("approval.ids", "POST", "/v1.0/workflow/processes/instanceIds/query", page=20, batch=10, days=120)
APPROVAL_GET = _new("approval.get", "GET", "/v1.0/workflow/processInstances")

# 客户管理(自定义对象)
CRM_QUERY = _new("crm.query", "POST", "/v1.0/crm/customObjects/datas/query", page=100)

# 消息与卡片
ROBOT_SEND = _new("robot.send", "POST", "/v1.0/robot/oToMessages/batchSend", batch=20, repeatable=False)
ROBOT_GROUP = _new("robot.group", "POST", "/v1.0/robot/groupMessages/send", repeatable=False)
NOTICE_SEND = _old("notice.send", "/topapi/message/corpconversation/asyncsend_v2", batch=100)
CARD_CREATE = _new("card.create", "POST", "/v1.0/card/instances/createAndDeliver")
CARD_UPDATE = _new("card.update", "PUT", "/v1.0/card/instances")

ENDPOINTS: tuple[Endpoint, ...] = (
    TOKEN,
    LOGIN_USER,
    DEPT_LISTSUB,
    USER_LIST,
    USER_GET,
    HRM_ON_JOB,
    HRM_ROSTER,
    HRM_DISMISSIONS,
    HRM_DIMISSION_INFOS,
    ATTEND_GROUPS,
    ATTEND_SHIFT,
    ATTEND_USER_GROUP,
    ATTEND_SCHEDULE,
    ATTEND_RECORDS,
    LEAVE_STATUS,
    LEAVE_TYPES,
    LEAVE_QUOTAS,
    LEAVE_FINISH,
    LEAVE_CANCEL,
    APPROVAL_IDS,
    APPROVAL_GET,
    CRM_QUERY,
    ROBOT_SEND,
    ROBOT_GROUP,
    NOTICE_SEND,
    CARD_CREATE,
    CARD_UPDATE,
)
