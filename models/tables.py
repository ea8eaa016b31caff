"""全部的表 tables:导入这里就认识所有的表(建库与迁移用)。"""

from __future__ import annotations

from sqlmodel import SQLModel

from models import alerts, attendance, audit, leave, mailbox, pay, pay_scope, people, performance, training

METADATA = SQLModel.metadata
ROOMS = (people, attendance, leave, performance, pay, pay_scope, training, alerts, mailbox, audit)
