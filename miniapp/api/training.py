"""培训接口 training:课程、我的课、报名、取消。"""

from __future__ import annotations

from fastapi import APIRouter

from handlers import training
from handlers.people import Nothing
from handlers.training import CancelEnrolment, CourseView, Enrol
from miniapp.visit import ApiKey, Id, Visitor

router = APIRouter(tags=["培训"])


@router.get("/training")
def courses(visit: Visitor) -> list[CourseView]:
    """还没开课的课程。"""
    return visit.ask(training.courses, Nothing())


@router.get("/training/mine")
def mine(visit: Visitor) -> list[CourseView]:
    """我的课。"""
    return visit.ask(training.my_courses, Nothing())


@router.get("/training/{course_id}")
def one(visit: Visitor, course_id: Id) -> CourseView:
    """一门课。"""
    return visit.ask(training.one_course, Enrol(course_id))


@router.post("/training/{course_id}/enrol")
def enrol(visit: Visitor, key: ApiKey, course_id: Id) -> CourseView:
    """报名;满了排候补。"""
    return visit.do(training.enrol, Enrol(course_id), key)


@router.post("/training/{course_id}/cancel")
def cancel(visit: Visitor, key: ApiKey, course_id: Id) -> CourseView:
    """取消报名或候补。"""
    return visit.do(training.cancel, CancelEnrolment(course_id), key)
