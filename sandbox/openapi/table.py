"""接口总表 table:沙箱会答的 OpenAPI,一张明表。"""

from __future__ import annotations

from sandbox.openapi import (
    approvals,
    attendance,
    cards,
    contacts,
    crm,
    hrm,
    leave,
    messages,
    report,
    shifts,
    token,
    workflow,
)
from sandbox.openapi.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *token.ENDPOINTS,
    *contacts.ENDPOINTS,
    *attendance.ENDPOINTS,
    *shifts.ENDPOINTS,
    *approvals.ENDPOINTS,
    *leave.ENDPOINTS,
    *report.ENDPOINTS,
    *hrm.ENDPOINTS,
    *messages.ENDPOINTS,
    *cards.ENDPOINTS,
    *workflow.ENDPOINTS,
    *crm.ENDPOINTS,
)
