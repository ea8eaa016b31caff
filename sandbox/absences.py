"""缺席 absences:考勤眼里的审批(请假、出差、加班),不论是钉钉自己的单还是别的系统写回来的。"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.clock import parse
from sandbox.world import World

BIZ = {"overtime": 1, "trip": 2, "leave": 3}


@dataclass(frozen=True)
class Absence:
    """一张在效的审批。approve_id 是钉钉单的实例号,或写回者自己的号;number 是考勤给它的数字号。"""

    approve_id: str
    userid: str
    biz_type: int
    tag_name: str
    sub_type: str
    unit: str
    from_text: str
    to_text: str
    begin: datetime
    end: datetime
    duration_x100: int
    leave_code: str
    finished_at: datetime
    calculate_model: int

    @property
    def number(self) -> int:
        """考勤里的数字审批号。"""
        return 2_000_000_000 + zlib.crc32(self.approve_id.encode())

    def covers(self, at: datetime) -> bool:
        """这一刻在不在里面(含两端)。"""
        return self.begin <= at <= self.end


def of_person(world: World, userid: str) -> list[Absence]:
    """这个人此刻在效的全部,按开始时间。"""
    rows = [
        Absence(
            a.process_instance_id,
            a.userid,
            BIZ[kind],
            a.tag_name,
            a.sub_type,
            a.unit,
            a.from_text,
            a.to_text,
            a.begin_at,
            a.end_at,
            a.duration_x100,
            a.leave_code or "",
            a.finished_at or a.created_at,
            1,
        )
        for kind in BIZ
        for a in world.approved(userid, kind)
    ]
    rows += [_written(doc) for doc in world.writebacks.values() if doc["userid"] == userid]
    return sorted(rows, key=lambda row: (row.begin, row.approve_id))


def _written(doc: dict[str, Any]) -> Absence:
    return Absence(
        doc["approve_id"],
        doc["userid"],
        doc["biz_type"],
        doc["tag_name"],
        doc["sub_type"],
        doc["unit"],
        doc["from"],
        doc["to"],
        parse(doc["begin"]),
        parse(doc["end"]),
        doc["duration_x100"],
        doc["leave_code"],
        parse(doc["at"]),
        doc["calculate_model"],
    )
