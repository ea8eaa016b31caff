"""按钮 actions:卡片按钮的动作名 → 用例。身份只认回调里的 userId;旧卡再按一次只回现在的样子。"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import words
from bot.cards import render
from bot.cards.content import CardContent
from bot.people import People
from bot.ports import absolute
from engine.errors import EhrError
from handlers import alerts, leave, training
from handlers.actor import Actor
from handlers.cards import CardRef, card_ref, refresh_card_of
from handlers.desk import Desk
from handlers.outbox import post

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Press:
    """按了一下:key 是回调的 messageId;card 卡片编号;action 动作名;reason 填的理由。"""

    key: str
    card: str
    userid: str
    action: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """一个动作:哪种卡上的、办哪个用例、命令怎么写(subject_id, reason)。"""

    noun: str
    use_case: Callable[..., Any]
    command: Callable[[int, str], Any]


ACTIONS: Mapping[str, Action] = {
    "leave.submit": Action("leave", leave.submit, lambda n, _: leave.SubmitLeave(n)),
    "leave.withdraw": Action("leave", leave.withdraw, lambda n, _: leave.WithdrawLeave(n)),
    "leave.approve": Action("leave", leave.decide_request, lambda n, why: leave.DecideLeave(n, True, why)),
    "leave.reject": Action("leave", leave.decide_request, lambda n, why: leave.DecideLeave(n, False, why)),
    "leave.end": Action("leave", leave.end_early, lambda n, _: leave.EndLeave(n)),
    "course.enrol": Action("course", training.enrol, lambda n, _: training.Enrol(n)),
    "course.cancel": Action("course", training.cancel, lambda n, _: training.CancelEnrolment(n)),
    "alert.renew_reminder": Action("alert", alerts.send_renewal, lambda n, _: alerts.OneAlert(n)),
    "alert.ignore": Action("alert", alerts.settle, lambda n, why: alerts.SnoozeAlert(n, "closed", why)),
}


def read_press(key: str, data: Mapping[str, Any], content: Mapping[str, Any]) -> Press:
    """卡片回调的内容 → 按了一下;content 是其中 content 那一段 JSON。"""
    private = content.get("cardPrivateData")
    params = private.get("params") if isinstance(private, dict) else None
    said = params if isinstance(params, dict) else {}
    return Press(
        key,
        str(data.get("outTrackId") or ""),
        str(data.get("userId") or ""),
        str(said.get("action") or ""),
        str(said.get("reason") or ""),
    )


class Buttons:
    """按钮的办事人。base 是小程序的基地址(应答里的链接由我们自己写全)。"""

    def __init__(self, desk: Desk, people: People, base: str) -> None:
        self._desk, self._people, self._base = desk, people, base

    def press(self, press: Press) -> Response:
        """办一下,答卡片的新样子;办不了就在卡片上说明,别的不动。"""
        ref = self._desk.read(lambda work: card_ref(work, press.card))
        action = ACTIONS.get(press.action)
        if ref is None or action is None or action.noun != ref.noun:
            return noted(words.GONE_CARD if ref is None else words.WRONG_CARD)
        try:
            actor = self._people.actor(press.userid)
            command = action.command(ref.subject_id, press.reason)
            outcome = self._desk.do(action.use_case, command, actor, press.key)
            return self._face(ref, actor, _note(outcome))
        except EhrError as error:
            return noted(error.say)

    def look(self, press: Press) -> Response:
        """只看现在的样子(同一次点击又送来一遍)。"""
        ref = self._desk.read(lambda work: card_ref(work, press.card))
        if ref is None:
            return noted(words.GONE_CARD)
        try:
            return self._face(ref, self._people.actor(press.userid), "")
        except EhrError as error:
            return noted(error.say)

    def content(self, ref: CardRef, actor: Actor) -> CardContent:
        """一张卡现在的内容。"""
        return render(ref, lambda query, command: self._desk.ask(query, command, actor))

    def refresh(self, press: Press, answer: Response) -> None:
        """答得太晚,平台已不收:把结果写进发件——卡片在原处更新;没办成的另说一句。"""
        ref = self._desk.read(lambda work: card_ref(work, press.card))
        mark = int(hashlib.sha256(press.key.encode()).hexdigest()[:12], 16)
        params = answer["cardData"]["cardParamMap"]
        payload: dict[str, object] = {"to": press.userid, "title": words.ASSISTANT, "markdown": params.get("note", "")}

        def book(work: Any) -> None:
            if ref is not None:
                refresh_card_of(work, ref, mark)
            if set(params) == {"note"} and press.userid:
                post(work, "say", f"late:{press.key}", payload, f"card:{press.card}")

        self._desk.write(book)

    def _face(self, ref: CardRef, actor: Actor, note: str) -> Response:
        # 审批人一面只给这张卡的主人;别人按到的(转发来的卡)按自己的身份看,看不到的会报错。
        mine = ref if ref.userid == actor.userid else replace(ref, role="other")
        params = self.content(mine, actor).params
        params["link_url"] = absolute(self._base, params["link_url"])
        if note:
            params["note"] = note
        return answered(params)


def _note(outcome: Any) -> str:
    """用例顺带说的一句。"""
    view = getattr(outcome, "view", outcome)
    return str(getattr(view, "note", "") or "")


def answered(params: Mapping[str, str]) -> Response:
    """应答:按的人看到的新样子。"""
    return {
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
        "cardData": {"cardParamMap": dict(params)},
    }


def noted(say: str) -> Response:
    """应答:别的不动,只添一句说明。"""
    return answered({"note": say})


def slow() -> Response:
    """应答:还在办,按钮先收起来。"""
    hidden = {f"b{n}_text": "" for n in (1, 2, 3)}
    return answered({"state": words.SLOW_STATE, "tone": "wait", "note": words.SLOW, "reason_label": "", **hidden})
