"""公司 company:沙箱里的那家公司,钉钉那一半。build(seed) 每次给出同样的字节。"""

from __future__ import annotations

from sandbox.company.approvals import PROCESSES, Desk
from sandbox.company.attendance import attendance
from sandbox.company.deals import CRM_FORMS, deals, ratings
from sandbox.company.holidays import FIRST_DAY, HOLIDAYS, LAST_DAY
from sandbox.company.leave import earned, leave_types, quotas
from sandbox.company.leave import plans as leave_plans
from sandbox.company.overtime import PLANS, TRIPS
from sandbox.company.people import COMPANY_NAME, DEPARTMENTS, ROLES
from sandbox.company.people import people as all_people
from sandbox.company.roster import rosters
from sandbox.company.shapes import Company
from sandbox.company.shifts import SHIFTS, groups, schedules

SEED = 20261123
"""演示公司的种子。"""


def build(seed: int = SEED) -> Company:
    """造出整个公司;只由 seed 决定。"""
    people = all_people(seed)
    rota = schedules(people)
    desk = Desk(seed, people, rota)
    papers = [paper for plan in leave_plans(seed, people) for paper in desk.leave(plan)]
    papers += [desk.overtime(plan) for plan in PLANS if plan.punched != "bare"]
    papers += [desk.trip(plan) for plan in TRIPS]
    punches, supplies = attendance(desk, people, rota, papers)
    return Company(
        seed=seed,
        name=COMPANY_NAME,
        first_day=FIRST_DAY,
        last_day=LAST_DAY,
        holidays=HOLIDAYS,
        roles=ROLES,
        departments=DEPARTMENTS,
        people=people,
        shifts=SHIFTS,
        groups=groups(people),
        schedules=rota,
        punches=punches,
        leave_types=leave_types(seed),
        leave_quotas=quotas(seed, people) + earned(seed, papers),
        processes=PROCESSES,
        approvals=tuple(sorted([*papers, *supplies], key=lambda p: (p.created_at, p.process_instance_id))),
        rosters=rosters(seed, people),
        crm_forms=CRM_FORMS,
        deals=deals(seed, people),
        ratings=ratings(seed, people),
    )
