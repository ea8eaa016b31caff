"""培训 training:可以报的课、我的课、一门课的详情;报名、候补、取消。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from handlers import training
from handlers.people import Nothing
from handlers.training import CancelEnrolment, Enrol
from miniapp import words
from miniapp.visit import FormKey, Id, Visitor

router = APIRouter()


@router.get("/m/training")
def home(visit: Visitor) -> Response:
    """课程。"""
    return visit.page(
        "training.html", courses=visit.ask(training.courses, Nothing()), mine=visit.ask(training.my_courses, Nothing())
    )


@router.get("/m/training/{course_id}")
def one(visit: Visitor, course_id: Id) -> Response:
    """一门课。"""
    return visit.page("training_one.html", one=visit.ask(training.one_course, Enrol(course_id)))


@router.post("/m/training/{course_id}/enrol")
def enrol(key: FormKey, visit: Visitor, course_id: Id) -> Response:
    """报名;满了排候补。"""
    view = visit.do(training.enrol, Enrol(course_id), key)
    say = view.note or (words.WAITING if view.mine == "waiting" else words.ENROLLED)
    return visit.go(f"/m/training/{course_id}", say)


@router.post("/m/training/{course_id}/cancel")
def cancel(key: FormKey, visit: Visitor, course_id: Id) -> Response:
    """取消。"""
    view = visit.do(training.cancel, CancelEnrolment(course_id), key)
    return visit.go(f"/m/training/{course_id}", view.note)
