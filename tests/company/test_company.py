"""种子公司 company:钉钉那一半每次逐字节相同,合乎形状,该有的事都有。"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.company import SEED, build
from sandbox.company.approvals import in_force
from sandbox.company.shapes import CST, Approval, Company, Punch

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=CST)


@pytest.fixture(scope="module")
def company() -> Company:
    return build(SEED)


def canonical(company: Company) -> bytes:
    return json.dumps(asdict(company), ensure_ascii=False, default=str, sort_keys=True).encode()


def name_of(company: Company, userid: str) -> str:
    return next(p.name for p in company.people if p.userid == userid)


def test_same_seed_same_bytes_in_another_process(company: Company):
    code = (
        "import hashlib,json;from dataclasses import asdict;from sandbox.company import build,SEED;"
        "print(hashlib.sha256(json.dumps(asdict(build(SEED)),ensure_ascii=False,default=str,sort_keys=True)"
        ".encode()).hexdigest())"
    )
    env = {"PYTHONHASHSEED": "7", "PATH": ""}
    root = Path(__file__).resolve().parents[2]
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env, cwd=root)
    assert out.stdout.strip() == hashlib.sha256(canonical(company)).hexdigest()


def test_another_seed_is_another_company_with_the_same_fixed_facts(company: Company):
    other = build(SEED + 1)
    assert canonical(other) != canonical(company)
    assert signed_in_force(other, "liming", 10, NOW) == signed_in_force(company, "liming", 10, NOW)


def test_counts_by_kind(company: Company):
    assert 58 <= len(company.people) <= 66
    assert len(company.departments) == 7
    kinds = Counter(a.kind for a in company.approvals)
    assert kinds["leave"] >= 30
    assert kinds["overtime"] >= 20
    assert kinds["supply"] >= 30
    assert kinds["trip"] >= 3
    assert len({a.sub_type for a in company.approvals if a.kind == "leave"}) >= 6
    assert {p.source_type for p in company.punches} == {"ATM", "USER", "APPROVE", "BOSS"}
    assert {p.time_result for p in company.punches} >= {"Normal", "Late", "SeriousLate", "Early"}
    assert any(p.location_result == "Outside" for p in company.punches)
    assert {s.shift_id for s in company.schedules} == {None, *(s.id for s in company.shifts)}


def test_fixed_people(company: Company):
    people = {p.userid: p for p in company.people}
    named = {
        "liming": "李明",
        "wangfang": "王芳",
        "zhaohui": "赵慧",
        "chenjing": "陈静",
        "sunli": "孙丽",
        "zhoujun": "周军",
        "gaoyuan": "高远",
        "liuyang": "刘洋",
    }
    assert {u: people[u].name for u in named} == named
    assert people["liming"].manager_userid == "wangfang"
    assert "人事" in people["zhaohui"].roles
    assert {u for u, p in people.items() if "薪酬专员" in p.roles} == {"chenjing", "sunli"}
    assert [u for u, p in people.items() if "审计" in p.roles] == ["zhoujun"]
    assert [u for u, p in people.items() if p.boss] == ["gaoyuan"]


def test_joiners_and_leavers(company: Company):
    joined = {p.userid: p.hired_on for p in company.people if p.hired_on >= date(2026, 10, 1)}
    assert sorted(joined.values()) == [date(2026, 10, 12), date(2026, 11, 16)]
    left = {p.userid: p.last_work_day for p in company.people if p.last_work_day}
    assert sorted(d for d in left.values() if d) == [date(2026, 10, 23), date(2026, 11, 13)]
    for schedule in company.schedules:
        person = next(p for p in company.people if p.userid == schedule.userid)
        assert person.employed_on(schedule.work_date)


def test_ids_are_unique(company: Company):
    for values in (
        [p.userid for p in company.people],
        [p.mobile for p in company.people],
        [p.unionid for p in company.people],
        [a.process_instance_id for a in company.approvals],
        [a.business_id for a in company.approvals],
        [q.quota_id for q in company.leave_quotas],
        [r.instance_id for r in company.ratings],
        [s.plan_id for s in company.schedules],
    ):
        assert len(values) == len(set(values))


def test_versions_do_not_overlap(company: Company):
    chains: dict[Any, list[tuple[datetime, datetime | None]]] = {}
    for punch in company.punches:
        chains.setdefault(("punch", punch.id), []).append((punch.known_at, punch.superseded_at))
    for deal in company.deals:
        chains.setdefault(("deal", deal.instance_id), []).append((deal.known_at, deal.superseded_at))
    for roster in company.rosters:
        chains.setdefault(("roster", roster.userid), []).append((roster.known_at, roster.superseded_at))
    for key, versions in chains.items():
        ordered = sorted(versions)
        assert ordered[-1][1] is None, key
        assert all(a[1] == b[0] for a, b in zip(ordered, ordered[1:], strict=False)), key
    assert sum(1 for v in chains.values() if len(v) > 1) >= 5


def test_instants_carry_a_zone_and_come_in_order(company: Company):
    for a in company.approvals:
        assert a.created_at.utcoffset() == timedelta(hours=8)
        assert a.begin_at <= a.end_at
        done = a.finished_at or a.terminated_at
        assert done is not None
        assert done > a.created_at
        assert (a.result is None) == (a.terminated_at is not None)
        assert 8 <= done.hour < 21, a
    for p in company.punches:
        assert p.known_at >= p.at
        assert company.first_day <= p.work_date <= company.last_day
    assert [a.created_at for a in company.approvals] == sorted(a.created_at for a in company.approvals)


def test_approvers_are_never_the_requester(company: Company):
    for a in company.approvals:
        assert a.tasks
        assert all(task.userid != a.userid for task in a.tasks)


def test_every_reference_exists(company: Company):
    people = {p.userid for p in company.people}
    departments = {d.dept_id for d in company.departments}
    types = {t.code for t in company.leave_types}
    plans = {s.plan_id for s in company.schedules if s.shift_id} | {
        s.plan_id + 1 for s in company.schedules if s.shift_id
    }
    assert {d.manager_userid for d in company.departments} <= people
    assert {dept for p in company.people for dept in p.dept_ids} <= departments
    assert {a.leave_code for a in company.approvals if a.kind == "leave"} <= types
    assert {q.code for q in company.leave_quotas} <= types
    assert {p.plan_id for p in company.punches if p.plan_id} <= plans
    assert {d.owner for d in company.deals} | {r.owner for r in company.ratings} <= people
    supplies = {a.process_instance_id for a in company.approvals if a.kind == "supply"}
    assert {p.process_instance_id for p in company.punches if p.process_instance_id} == supplies


def test_every_group_member_once(company: Company):
    members = [u for g in company.groups for u in g.members]
    assert sorted(members) == sorted(p.userid for p in company.people)


def test_month_of_shifts_equals_workdays_of_the_month(company: Company):
    workdays = {9: 22, 10: 18, 11: 21, 12: 23}  # 国办发明电〔2025〕7号:2026 年各月工作日
    whole = [p for p in company.people if p.hired_on < date(2026, 9, 1) and p.last_work_day is None]
    counts = Counter((s.userid, s.work_date.month) for s in company.schedules if s.shift_id)
    for person in whole:
        assert {m: counts[person.userid, m] for m in workdays} == workdays, person.userid


def test_rest_between_shifts_is_long_enough(company: Company):
    previous = None
    for schedule in company.schedules:
        if schedule.on_at is None:
            continue
        if previous is not None and previous.userid == schedule.userid and previous.off_at is not None:
            assert schedule.on_at - previous.off_at >= timedelta(hours=8)
        previous = schedule


def test_nobody_punches_inside_whole_leave(company: Company):
    whole = [a for a in in_force(company.approvals, "leave") if a.unit == "day"]
    assert whole
    for a in whole:
        first, last = date.fromisoformat(a.from_text), date.fromisoformat(a.to_text)
        punches = [p for p in company.punches if p.userid == a.userid and first <= p.work_date <= last]
        assert punches == [], (a.userid, a.sub_type)


def test_leave_durations_by_hand(company: Company):
    wanted = {
        ("lvjia", "2026-10-08 AM"): 300,  # 8、9 日与补班的 10 日
        ("jiangbo", "2026-10-19"): 1000,  # 婚假十个自然日
        ("weiguo", "2026-11-02 AM"): 1200,  # 11 月 2 日至 17 日十二个工作日
        ("panli", "2026-10-16"): 300,  # 排了班的三天
        ("tangyu", "2026-11-05 AM"): 150,
        ("jinlei", "2026-10-16 14:00"): 400,
        ("caoxue", "2026-09-14"): 15800,
    }
    found = {(a.userid, a.from_text): a.duration_x100 for a in company.approvals if a.kind == "leave" and not a.revokes}
    assert {key: found[key] for key in wanted} == wanted


def test_leave_within_quota(company: Company):
    name = {t.code: t.name for t in company.leave_types}
    for person in company.people:
        for kind in ("年假", "育儿假", "调休"):
            rows = [q for q in company.leave_quotas if q.userid == person.userid and name[q.code] == kind]
            have = sum(q.quota_x100 - q.used_x100 for q in rows)
            asked = [a for a in in_force(company.approvals, "leave") if a.userid == person.userid]
            assert sum(a.duration_x100 for a in asked if a.sub_type == kind) <= have, (person.userid, kind)


def kinds_of_overtime(company: Company, a: Approval) -> str:
    day = a.begin_at.date()
    if day in company.holidays.statutory:
        return "statutory"
    if day in company.holidays.in_lieu:
        return "in_lieu"
    return "weekend" if day.weekday() >= 5 and day not in company.holidays.makeup else "workday"


def test_overtime_on_every_kind_of_day_with_overlapping_punches(company: Company):
    papers = in_force(company.approvals, "overtime")
    assert {kinds_of_overtime(company, a) for a in papers} == {"statutory", "in_lieu", "weekend", "workday"}
    covered, empty = set(), 0
    for a in papers:
        last = max(
            (p.at for p in company.punches if p.userid == a.userid and abs(p.at - a.end_at) < timedelta(hours=12)),
            default=None,
        )
        if last is not None and last > a.begin_at:
            covered.add(kinds_of_overtime(company, a))
        else:
            empty += 1
    assert covered == {"statutory", "in_lieu", "weekend", "workday"}
    assert empty >= 1


def signed_in_force(company: Company, owner: str, month: int, at: datetime) -> list[int]:
    """某人某月签约、到 at 还有效的金额(分)。"""
    return [
        d.amount_fen
        for d in company.deals
        if d.owner == owner
        and d.signed_on.month == month
        and d.known_at <= at
        and (d.superseded_at is None or at < d.superseded_at)
        and d.status == "signed"
    ]


def test_the_article(company: Company):
    amounts = signed_in_force(company, "liming", 10, NOW)
    assert len(amounts) >= 4
    assert sum(amounts) == 12_000_000  # 120,000.00 元,是目标 100,000.00 元的 120%
    scores = [r.score for r in company.ratings if r.owner == "liming" and r.rated_on.month == 10]
    assert len(scores) >= 20
    assert sum(scores) == 95 * len(scores)
    # 绩效得分 120 × 60% + 95 × 40% = 110(%),奖金 1,000,000 分 × 110% × 10% = 110,000 分
    assert 1_000_000 * (120 * 60 + 95 * 40) * 10 == 110_000 * 100 * 100 * 100
    gone = [d for d in company.deals if d.owner == "liming" and d.signed_on.month == 10 and d.status == "cancelled"]
    assert [d.cancelled_on.month for d in gone if d.cancelled_on] == [10]


def by_day(company: Company, userid: str, month: int) -> dict[date, list[Punch]]:
    out: dict[date, list[Punch]] = {}
    for p in company.punches:
        if p.userid == userid and p.work_date.month == month:
            out.setdefault(p.work_date, []).append(p)
    return out


def test_liming_is_late_once_and_never_away(company: Company):
    october = by_day(company, "liming", 10)
    assert len(october) == 18
    assert all({p.check_type for p in punches} == {"OnDuty", "OffDuty"} for punches in october.values())
    odd = [p for punches in october.values() for p in punches if p.time_result != "Normal"]
    assert [(p.work_date, p.time_result) for p in odd] == [(date(2026, 10, 14), "Late")]
    november = {d: v for d, v in by_day(company, "liming", 11).items() if d <= date(2026, 11, 20)}
    assert len(november) == 15
    assert all(p.time_result == "Normal" for punches in november.values() for p in punches)
    mine = [a for a in company.approvals if a.userid == "liming" and a.begin_at >= datetime(2026, 10, 1, tzinfo=CST)]
    assert mine == []


def test_liming_has_annual_leave_left(company: Company):
    annual = next(t.code for t in company.leave_types if t.name == "年假")
    left = sum(q.quota_x100 - q.used_x100 for q in company.leave_quotas if q.userid == "liming" and q.code == annual)
    used = [a for a in in_force(company.approvals, "leave") if a.userid == "liming" and a.leave_code == annual]
    assert left - sum(a.duration_x100 for a in used) > 200


def test_truths_that_come_after_october_was_published(company: Company):
    published = datetime(2026, 11, 6, 16, 30, tzinfo=CST)
    late = {
        d.owner for d in company.deals if d.status == "cancelled" and d.signed_on.month == 10 and d.known_at > published
    }
    assert late == {"huangtao"}
    cancelled = next(d for d in company.deals if d.owner == "huangtao" and d.known_at.date() == date(2026, 11, 20))
    assert cancelled.status == "cancelled"
    punches = [p for p in company.punches if p.work_date.month == 10 and p.known_at > published]
    assert [(p.userid, p.source_type) for p in punches] == [("tangyu", "APPROVE")]


def test_sales_and_service_have_what_a_score_needs(company: Company):
    sales = [p for p in company.people if p.dept_ids[0] in (101, 102)]
    service = [p for p in company.people if p.dept_ids[0] == 103]
    for person in sales + service:
        for month in (10, 11):
            first = date(2026, month, 1)
            if not any(person.employed_on(first + timedelta(days=n)) for n in range(30)):
                continue
            seen = [
                r
                for r in company.ratings
                if r.owner == person.userid and r.rated_on.month == month and r.known_at <= NOW
            ]
            assert len(seen) >= 5, person.userid
            if person in sales:
                assert signed_in_force(company, person.userid, month, NOW), (person.userid, month)


def test_contracts(company: Company):
    ends = {
        r.userid: r.value("sys05-nowContractEndTime") for r in company.rosters if r.value("sys05-nowContractEndTime")
    }
    assert ends["liuyang"] == "2027-01-10"
    soon = [u for u, end in ends.items() if end and date(2026, 11, 23) <= date.fromisoformat(end) <= date(2027, 3, 1)]
    assert soon == ["liuyang"]
    assert (date(2027, 1, 10) - date(2026, 11, 23)).days == 48
    assert all(end and date.fromisoformat(end) >= date(2026, 11, 23) for end in ends.values())


def test_invented_numbers_check(company: Company):
    weights = [pow(2, 17 - i, 11) for i in range(17)]  # GB 11643:Wi = 2^(i-1) mod 11
    seen = set()
    for roster in company.rosters:
        number, account = roster.value("sys02-certNo"), roster.value("sys04-bankAccountNo")
        assert number is not None
        assert account is not None
        value = sum(int(d) * w for d, w in zip(number[:17], weights, strict=True))
        value += 10 if number[17] == "X" else int(number[17])
        assert value % 11 == 1
        doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(account))]
        assert sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
        seen.add((roster.userid, number))
        person = next(p for p in company.people if p.userid == roster.userid)
        assert number[6:14] == f"{person.born_on:%Y%m%d}"
        assert int(number[16]) % 2 == (1 if person.gender == "男" else 0)
    assert len({n for _, n in seen}) == len(company.people)


def test_forms_carry_what_the_paper_says(company: Company):
    for a in company.approvals:
        if a.kind != "leave":
            continue
        holiday = next(v for v in a.form if v.component_type == "DDHolidayField")
        start, end, number, unit, kind, _ = json.loads(holiday.value)
        assert (start, end, unit, kind) == (a.from_text, a.to_text, a.unit, a.sub_type)
        assert round(number * 100) == a.duration_x100
        assert json.loads(holiday.ext_value)["leaveCode"] == a.leave_code
