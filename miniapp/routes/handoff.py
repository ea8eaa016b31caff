"""转交 handoff:同事找真人的事,HR 在这里看原话、写答复,答复回到同事的聊天里。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from engine.errors import NotFound
from handlers import handoff
from handlers.handoff import AnswerHandoff
from handlers.people import Nothing
from miniapp import words
from miniapp.visit import FormKey, Id, Text, Visitor

router = APIRouter()


@router.get("/m/handoffs")
def home(visit: Visitor) -> Response:
    """全部转交。"""
    return visit.page("handoffs.html", found=visit.ask(handoff.handoffs, Nothing()))


@router.get("/m/handoffs/{handoff_id}")
def one(visit: Visitor, handoff_id: Id) -> Response:
    """一件转交的事。"""
    found = visit.ask(handoff.handoffs, Nothing())
    one = next((h for h in found if h.handoff_id == handoff_id), None)
    if one is None:
        raise NotFound("NO_HANDOFF", "没有找到这件事,可能已经处理。请回到列表查看。")
    return visit.page("handoff_one.html", one=one)


@router.post("/m/handoffs/{handoff_id}")
def answer(key: FormKey, visit: Visitor, handoff_id: Id, answer: Text = "") -> Response:
    """答复。"""
    visit.do(handoff.answer, AnswerHandoff(handoff_id, answer), key)
    return visit.go("/m/handoffs", words.ANSWERED)
