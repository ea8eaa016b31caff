"""给程序用的接口 api:与页面同样的用例,JSON 进出;全部列在本文件的表里。"""

from __future__ import annotations

from fastapi import APIRouter

from miniapp.api import alerts, attendance, exports, inputs, leave, payroll, payslip, performance, scores, training

TABLE: tuple[APIRouter, ...] = (
    leave.router,
    payslip.router,
    attendance.router,
    performance.router,
    scores.router,
    training.router,
    alerts.router,
    payroll.router,
    exports.router,
    inputs.router,
)
