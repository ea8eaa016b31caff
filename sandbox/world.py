"""世界 world:钉钉那一半的公司加上运行中发生的变化;只给出沙箱时钟此刻已经发生的东西。"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.company.shapes import (
    Approval,
    Company,
    Deal,
    LeaveQuota,
    LeaveType,
    Person,
    Punch,
    Rating,
    RosterRecord,
    Schedule,
    Shift,
)
from sandbox.pack import pack, unpack
from sandbox.store import Store


class World:
    """一家公司。写入的方法都立刻留底。"""

    def __init__(self, company: Company, clock: Clock, store: Store) -> None:
        self.company, self._clock, self._store = company, clock, store
        self.people: dict[str, Person] = {p.userid: p for p in company.people}
        self.departments = {d.dept_id: d for d in company.departments}
        self.shifts: dict[int, Shift] = {s.id: s for s in company.shifts}
        self.leave_types: dict[str, LeaveType] = {t.code: t for t in company.leave_types}
        self.quotas: dict[str, LeaveQuota] = {q.quota_id: q for q in company.leave_quotas}
        self.approvals: dict[str, Approval] = {a.process_instance_id: a for a in company.approvals}
        self.writebacks: dict[str, dict[str, Any]] = {}
        self._deals: dict[tuple[str, datetime], Deal] = {(d.instance_id, d.known_at): d for d in company.deals}
        self._rosters = {(r.userid, r.known_at): r for r in company.rosters}
        self._punches: dict[str, list[Punch]] = {}
        self._schedules: dict[tuple[str, date], Schedule] = {(s.userid, s.work_date): s for s in company.schedules}
        for punch in company.punches:
            self._punches.setdefault(punch.userid, []).append(punch)
        self._resume()

    def _resume(self) -> None:
        for doc in self._store.load("person"):
            self.set_person(unpack(Person, doc))
        for doc in self._store.load("approval"):
            self.set_approval(unpack(Approval, doc))
        for doc in self._store.load("deal"):
            self.set_deal(unpack(Deal, doc))
        for doc in self._store.load("roster"):
            self.set_roster(unpack(RosterRecord, doc))
        for doc in self._store.load("punch"):
            self.add_punch(unpack(Punch, doc))
        for doc in self._store.load("quota"):
            self.set_quota(unpack(LeaveQuota, doc))
        for doc in self._store.load("leave_type"):
            self.set_leave_type(unpack(LeaveType, doc))
        self.writebacks = {doc["approve_id"]: doc for doc in self._store.load("writeback")}

    @property
    def now(self) -> datetime:
        """此刻。"""
        return self._clock.now()

    # ------- 看

    def active(self) -> list[Person]:
        """此刻在通讯录里的人。"""
        now = self.now
        return [p for p in self.people.values() if p.active_at(now)]

    def person(self, userid: str) -> Person | None:
        """此刻在通讯录里的这个人;不在返回 None。"""
        person = self.people.get(userid)
        return person if person and person.active_at(self.now) else None

    def left(self) -> list[Person]:
        """已经离开的人。"""
        now = self.now
        return [p for p in self.people.values() if p.left_at is not None and p.left_at <= now]

    def members(self, dept_id: int) -> list[Person]:
        """部门此刻的人(不含下级部门)。"""
        return [p for p in self.active() if dept_id in p.dept_ids]

    def punches(self, userid: str) -> list[Punch]:
        """此刻看得见的打卡,按时间。"""
        now = self.now
        mine = [p for p in self._punches.get(userid, []) if _in_force(p.known_at, p.superseded_at, now)]
        return sorted(mine, key=lambda p: (p.at, p.id))

    def schedule(self, userid: str, day: date) -> Schedule | None:
        """这个人这天的排班。"""
        return self._schedules.get((userid, day))

    def schedules_on(self, day: date) -> list[Schedule]:
        """这天全公司的排班。"""
        return [s for (_, on), s in self._schedules.items() if on == day]

    def shift_for(self, userid: str, day: date) -> Shift | None:
        """这天上什么班;休息返回 None。排班之外的日子按周一至周五白班推。"""
        plan = self.schedule(userid, day)
        if plan is not None:
            return self.shifts[plan.shift_id] if plan.shift_id is not None else None
        return self.company.shifts[0] if day.weekday() < 5 else None

    def approvals_seen(self) -> list[Approval]:
        """此刻看得见的审批单,按提交先后。"""
        now = self.now
        seen = [a for a in self.approvals.values() if a.created_at <= now]
        return sorted(seen, key=lambda a: (a.created_at, a.process_instance_id))

    def approved(self, userid: str, kind: str) -> list[Approval]:
        """这个人此刻已同意、没有被撤或销掉的单。"""
        revoked = {a.revokes for a in self.approvals_seen() if a.revokes and self.status(a) == ("COMPLETED", "agree")}
        mine = [a for a in self.approvals_seen() if a.userid == userid and a.kind == kind and not a.revokes]
        return [a for a in mine if self.status(a) == ("COMPLETED", "agree") and a.process_instance_id not in revoked]

    def status(self, approval: Approval) -> tuple[str, str]:
        """此刻的 (状态, 结果)。"""
        now = self.now
        if approval.terminated_at is not None and approval.terminated_at <= now:
            return "TERMINATED", ""
        if approval.finished_at is not None and approval.finished_at <= now:
            return "COMPLETED", approval.result or ""
        return "RUNNING", ""

    def deals(self) -> list[Deal]:
        """此刻在效的成交版本,按建立先后。"""
        now = self.now
        seen = [d for d in self._deals.values() if _in_force(d.known_at, d.superseded_at, now)]
        return sorted(seen, key=lambda d: (d.created_at, d.instance_id))

    def ratings(self) -> list[Rating]:
        """此刻看得见的满意度。"""
        now = self.now
        return [r for r in self.company.ratings if r.known_at <= now]

    def roster(self, userid: str) -> RosterRecord | None:
        """此刻的花名册。"""
        now = self.now
        mine = (r for r in self._rosters.values() if r.userid == userid)
        return next((r for r in mine if _in_force(r.known_at, r.superseded_at, now)), None)

    def quotas_of(self, userid: str, code: str) -> list[LeaveQuota]:
        """此刻已发的额度。"""
        now = self.now
        return [q for q in self.quotas.values() if (q.userid, q.code) == (userid, code) and q.granted_at <= now]

    def used_x100(self, quota: LeaveQuota) -> int:
        """额度已用(×100):期初已用,加上已同意的请假;几份额度都盖得住时先用先到期的。"""
        mine = sorted(self.quotas_of(quota.userid, quota.code), key=lambda q: (q.end, q.quota_id))
        used = {q.quota_id: q.used_x100 for q in mine}
        hours = self.leave_types[quota.code].hours_in_per_day_x100
        for paper in sorted(self.approved(quota.userid, "leave"), key=lambda a: a.begin_at):
            if paper.leave_code != quota.code:
                continue
            able = [q for q in mine if q.start <= paper.begin_at.date() <= q.end]
            rest = _in_unit(paper, quota.unit, hours)
            for q in able:
                part = rest if q is able[-1] else min(rest, q.quota_x100 - used[q.quota_id])
                used[q.quota_id] += max(0, part)
                rest -= max(0, part)
        return used.get(quota.quota_id, quota.used_x100)

    # ------- 改

    def set_person(self, person: Person) -> None:
        """换上这个人的新样子。"""
        self.people[person.userid] = person
        self._store.put("person", person.userid, pack(person))

    def set_approval(self, approval: Approval) -> None:
        """添一张单,或换上它的新样子。"""
        self.approvals[approval.process_instance_id] = approval
        self._store.put("approval", approval.process_instance_id, pack(approval))

    def set_deal(self, deal: Deal) -> None:
        """添一个成交版本,前一版到此为止。"""
        for key, old in list(self._deals.items()):
            if old.instance_id == deal.instance_id and _in_force(old.known_at, old.superseded_at, deal.known_at):
                self._deals[key] = dataclasses.replace(old, superseded_at=deal.known_at)
        self._deals[(deal.instance_id, deal.known_at)] = deal
        self._store.put("deal", f"{deal.instance_id}|{deal.known_at.isoformat()}", pack(deal))

    def set_roster(self, record: RosterRecord) -> None:
        """添一个花名册版本,前一版到此为止。"""
        for key, old in list(self._rosters.items()):
            if old.userid == record.userid and _in_force(old.known_at, old.superseded_at, record.known_at):
                self._rosters[key] = dataclasses.replace(old, superseded_at=record.known_at)
        self._rosters[(record.userid, record.known_at)] = record
        self._store.put("roster", f"{record.userid}|{record.known_at.isoformat()}", pack(record))

    def add_punch(self, punch: Punch) -> None:
        """添一次打卡;同一 id 的前一版到此为止。"""
        mine = self._punches.setdefault(punch.userid, [])
        for index, old in enumerate(mine):
            if old.id == punch.id and _in_force(old.known_at, old.superseded_at, punch.known_at):
                mine[index] = dataclasses.replace(old, superseded_at=punch.known_at)
        mine.append(punch)
        self._store.put("punch", f"{punch.id}|{punch.known_at.isoformat()}", pack(punch))

    def set_quota(self, quota: LeaveQuota) -> None:
        """发或改一份额度。"""
        self.quotas[quota.quota_id] = quota
        self._store.put("quota", quota.quota_id, pack(quota))

    def set_leave_type(self, leave: LeaveType) -> None:
        """添一种假期类型。"""
        self.leave_types[leave.code] = leave
        self._store.put("leave_type", leave.code, pack(leave))

    def set_writeback(self, doc: dict[str, Any]) -> None:
        """记下一次审批写回;同一 approve_id 是更新。"""
        self.writebacks[doc["approve_id"]] = doc
        self._store.put("writeback", doc["approve_id"], doc)

    def cut_writeback(self, approve_id: str) -> None:
        """撤掉一次审批写回。"""
        del self.writebacks[approve_id]
        self._store.cut("writeback", approve_id)


def _in_force(known_at: datetime, superseded_at: datetime | None, now: datetime) -> bool:
    return known_at <= now and (superseded_at is None or superseded_at > now)


def _in_unit(approval: Approval, unit: str, hours_x100: int) -> int:
    """审批时长换成额度的单位(×100)。"""
    if (approval.unit == "hour") == (unit == "hour"):
        return approval.duration_x100
    if unit == "hour":
        return approval.duration_x100 * hours_x100 // 100
    return approval.duration_x100 * 100 // hours_x100


def midnight(day: date, now: datetime) -> datetime:
    """上海的这一天零点。"""
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def days(first: date, last: date) -> list[date]:
    """从 first 到 last(含)。"""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
