"""标识 ids:各种编号的类型。编号只是名字,不参与计算。"""

from __future__ import annotations

from typing import NewType

PersonId = NewType("PersonId", int)
"""人 person:我们自己的编号,从候选人到离职都不变。"""
UserId = NewType("UserId", str)
"""钉钉 userId:外面的名字,只用来认人。"""
DeptId = NewType("DeptId", int)
"""部门 department:钉钉部门编号。"""
EvidenceId = NewType("EvidenceId", str)
"""证据 evidence:`种类:编号`,如 `punch:12`、`deal:7`、`leave:3`、`rule:leave.personal@2026-01-01`。"""
